#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/stoppable_run.h"
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
    StoppableRun run;
    const auto rows =
        runComparison(**store, *plan, run.control, run.reporter, announceTrial, [](const TrialRow& row) {
            std::fprintf(stderr, "%s: validation %s\n", row.title.c_str(),
                         row.error ? row.error->message().c_str() : spreadText(row.validation).c_str());
        });
    if (!rows) {
        return complain(rows.error());
    }
    if (options.json) {
        printJson(rowsJson(*rows));
    } else {
        printTrialTable("method", *rows);
    }
    return run.control.stopRequested() ? kInterrupted : kSuccess;
}

} // namespace awb::app
