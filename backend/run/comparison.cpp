#include "backend/run/comparison.h"

#include <algorithm>
#include <utility>

#include "backend/checkpoint/inspect.h"
#include "backend/experiment/parameter_report.h"
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

TrialRow compareOne(Trials& trials, const ComparisonPlan& plan, const std::string& preset) {
    TrialRow row;
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
    trials.fill(row, *design, plan.seeds, plan.learningRates);
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

Result<std::vector<TrialRow>> runComparison(RunStore& store, const ComparisonPlan& plan, RunControl& control,
                                            TrainingObserver& observer,
                                            const std::function<void(const Experiment&)>& announce,
                                            const std::function<void(const TrialRow&)>& finished) {
    Trials trials(store, control, observer, announce);
    std::vector<TrialRow> rows;
    for (const std::string& preset : rowsOf(plan)) {
        if (control.stopRequested()) {
            break;
        }
        rows.push_back(compareOne(trials, plan, preset));
        finished(rows.back());
    }
    return rows;
}

} // namespace awb
