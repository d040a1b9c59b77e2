#include "backend/run/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "backend/checkpoint/inspect.h"
#include "backend/experiment/parameter_report.h"
#include "backend/run/trials.h"
#include "models/config/budget.h"

namespace awb {

namespace {

constexpr const char* kHead = "head";
constexpr const char* kFull = "full";

std::vector<std::string> rowsOf(const ComparisonPlan& plan) {
    if (!plan.presets.empty()) {
        return plan.presets;
    }
    std::vector<std::string> rows{kHead};
    for (const MethodPreset& preset : methodPresets()) {
        rows.push_back(preset.name);
    }
    rows.push_back(kFull);
    return rows;
}

std::string titleOf(const std::string& preset) {
    if (preset == kHead) {
        return "linear probe (head only)";
    }
    return preset == kFull ? "full fine-tuning" : findMethodPreset(preset)->title;
}

struct Scores {
    std::string metric;
    double validation = 0;
    std::optional<double> test;
};

std::optional<double> find(const std::map<std::string, double>& metrics, const std::string& name) {
    const auto found = metrics.find(name);
    return found == metrics.end() ? std::nullopt : std::optional(found->second);
}

Result<Scores> scoresOf(const RunRow& row) {
    const auto validation = find(row.metrics, "validation." + row.mainMetric);
    if (!validation) {
        return fail("the run has no score on the validation split", "run " + std::to_string(row.id),
                    "Give the task a validation split");
    }
    return Scores{row.mainMetric, *validation, find(row.metrics, "test." + row.mainMetric)};
}

Result<Scores> score(Trials& trials, const Experiment& experiment) {
    const auto row = trials.run(experiment);
    return row ? scoresOf(*row) : fail(row.error());
}

void add(ComparisonRow& row, const Scores& scores) {
    row.metric = scores.metric;
    row.validation.push_back(scores.validation);
    if (scores.test) {
        row.test.push_back(*scores.test);
    }
}

/// The learning rate with the best validation score for the first seed, and that score.
Result<Scores> chooseLearningRate(Trials& trials, Experiment& design, const ComparisonPlan& plan) {
    design.training.seed = plan.seeds.front();
    std::vector<double> rates = plan.learningRates;
    if (rates.empty()) {
        rates.push_back(design.training.learningRate);
    }
    std::optional<Scores> best;
    double chosen = rates.front();
    for (const double rate : rates) {
        design.training.learningRate = rate;
        const auto scores = score(trials, design);
        if (!scores) {
            return scores;
        }
        if (!best || scores->validation > best->validation) {
            best = *scores;
            chosen = rate;
        }
    }
    design.training.learningRate = chosen;
    return *best;
}

ComparisonRow compareOne(Trials& trials, const ComparisonPlan& plan, const std::string& preset) {
    ComparisonRow row;
    row.preset = preset;
    auto design = comparisonDesign(plan, preset);
    if (!design) {
        row.title = preset;
        row.error = design.error();
        return row;
    }
    row.title = titleOf(preset);
    if (const auto model = loadBaseConfig(design->baseModel)) {
        const auto report = countParameters(*design, *model);
        row.parameters = preset == kFull ? baseParameterCount(*model) : report ? report->trained : 0;
    }
    const auto first = chooseLearningRate(trials, *design, plan);
    if (!first) {
        row.error = first.error();
        return row;
    }
    row.learningRate = design->training.learningRate;
    add(row, *first);
    for (std::size_t i = 1; i < plan.seeds.size(); ++i) {
        design->training.seed = plan.seeds[i];
        const auto scores = score(trials, *design);
        if (!scores) {
            row.error = scores.error();
            return row;
        }
        add(row, *scores);
    }
    return row;
}

} // namespace

Result<Experiment> comparisonDesign(const ComparisonPlan& plan, const std::string& preset) {
    Experiment design = plan.task;
    design.name = plan.task.name + "-" + preset;
    design.adapters.clear();
    design.composition = {};
    design.train.clear();
    if (preset == kHead) {
        return design;
    }
    if (preset == kFull) {
        design.train = {kFull};
        return design;
    }
    const MethodPreset* method = findMethodPreset(preset);
    if (method == nullptr) {
        return fail("there is no preset of this name", preset,
                    "Choose head, full or one that `adapter-workbench count` lists");
    }
    const auto model = loadBaseConfig(design.baseModel);
    if (!model) {
        return fail(model.error());
    }
    AdapterSpec adapter;
    adapter.name = "adapter";
    adapter.preset = method->name;
    adapter.config.parts = method->parts;
    if (plan.budget > 0) {
        auto fitted = fitToBudget(adapter.config, *model, plan.budget);
        if (!fitted) {
            return fail(fitted.error());
        }
        adapter.config = std::move(*fitted);
    }
    design.adapters = {adapter};
    design.composition = Composition::of(adapter.name);
    design.train = {adapter.name};
    return design;
}

Result<std::vector<ComparisonRow>> runComparison(RunStore& store, const ComparisonPlan& plan,
                                                 RunControl& control, TrainingObserver& observer,
                                                 const std::function<void(const Experiment&)>& announce,
                                                 const std::function<void(const ComparisonRow&)>& finished) {
    auto trials = Trials::open(store, control, observer, announce);
    if (!trials) {
        return fail(trials.error());
    }
    std::vector<ComparisonRow> rows;
    for (const std::string& preset : rowsOf(plan)) {
        if (control.stopRequested()) {
            break;
        }
        rows.push_back(compareOne(*trials, plan, preset));
        finished(rows.back());
    }
    return rows;
}

Spread spreadOf(const std::vector<double>& values) {
    if (values.empty()) {
        return {};
    }
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, values.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(values.size() - 1))};
}

} // namespace awb
