#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/run_reporter.h"
#include "app/stop_signals.h"
#include "backend/run/comparison.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Json toJson(const ComparisonRow& row) {
    Json json{{"preset", row.preset},
              {"title", row.title},
              {"parameters", row.parameters},
              {"learning_rate", row.learningRate},
              {"metric", row.metric},
              {"validation", row.validation},
              {"test", row.test}};
    if (row.error) {
        json["error"] = row.error->message();
    }
    return json;
}

/// "53.7 ± 0.4", in per cent where the metric is a share.
std::string spreadText(const std::vector<double>& values) {
    if (values.empty()) {
        return "–";
    }
    const Spread spread = spreadOf(values);
    char text[64];
    std::snprintf(text, sizeof text, "%.1f ± %.1f", 100 * spread.mean, 100 * spread.deviation);
    return text;
}

/// The table in Markdown.
void print(const std::vector<ComparisonRow>& rows) {
    const std::string metric = rows.empty() ? "" : rows.front().metric;
    std::printf("| method | preset | trained parameters | learning rate | validation %s | test %s |\n",
                metric.c_str(), metric.c_str());
    std::printf("|---|---|---|---|---|---|\n");
    for (const ComparisonRow& row : rows) {
        if (row.error) {
            std::printf("| %s | `%s` | %s | | %s | |\n", row.title.c_str(), row.preset.c_str(),
                        countText(row.parameters).c_str(), row.error->message().c_str());
            continue;
        }
        std::printf("| %s | `%s` | %s | %g | %s | %s |\n", row.title.c_str(), row.preset.c_str(),
                    countText(row.parameters).c_str(), row.learningRate, spreadText(row.validation).c_str(),
                    spreadText(row.test).c_str());
    }
}

Result<ComparisonPlan> planOf(const CompareOptions& options) {
    const auto experiment = loadExperiment(options.experiment);
    if (!experiment) {
        return fail(experiment.error());
    }
    ComparisonPlan plan;
    plan.task = resolvePaths(*experiment, fs::absolute(options.experiment).parent_path());
    plan.presets = options.presets;
    plan.budget = options.budget;
    plan.seeds = options.seeds;
    plan.learningRates = options.learningRates;
    for (const std::string& preset : plan.presets) {
        if (auto design = comparisonDesign(plan, preset); !design) {
            return fail(design.error());
        }
    }
    return plan;
}

} // namespace

int runCompare(const CompareOptions& options) {
    const auto plan = planOf(options);
    if (!plan) {
        return complain(plan.error());
    }
    const auto store = RunStore::open(fs::absolute(workspaceFolder(options.workspace)));
    if (!store) {
        return complain(store.error());
    }
    RunControl control;
    RunReporter reporter;
    const StopSignals signals([&] {
        control.requestStop();
        reporter.announceStop();
    });
    const auto rows = runComparison(
        **store, *plan, control, reporter,
        [](const Experiment& experiment) {
            std::fprintf(stderr, "%s, seed %lld, learning rate %g\n", experiment.name.c_str(),
                         static_cast<long long>(experiment.training.seed), experiment.training.learningRate);
        },
        [](const ComparisonRow& row) {
            std::fprintf(stderr, "%s: validation %s\n", row.title.c_str(),
                         row.error ? row.error->message().c_str() : spreadText(row.validation).c_str());
        });
    if (!rows) {
        return complain(rows.error());
    }
    if (options.json) {
        Json list = Json::array();
        for (const ComparisonRow& row : *rows) {
            list.push_back(toJson(row));
        }
        std::printf("%s\n", list.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    } else {
        print(*rows);
    }
    return control.stopRequested() ? kInterrupted : kSuccess;
}

} // namespace awb::app
