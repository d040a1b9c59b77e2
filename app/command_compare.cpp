#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/run_reporter.h"
#include "app/stop_signals.h"
#include "app/trial_table.h"
#include "backend/run/comparison.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

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
        [](const TrialRow& row) {
            std::fprintf(stderr, "%s: validation %s\n", row.title.c_str(),
                         row.error ? row.error->message().c_str() : spreadText(row.validation).c_str());
        });
    if (!rows) {
        return complain(rows.error());
    }
    if (options.json) {
        std::printf("%s\n",
                    rowsJson(*rows).dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    } else {
        printTrialTable("method", *rows);
    }
    return control.stopRequested() ? kInterrupted : kSuccess;
}

} // namespace awb::app
