#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/stoppable_run.h"
#include "app/trial_table.h"
#include "backend/run/fusion_study.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Result<Experiment> readExperiment(const std::string& file) {
    const auto experiment = loadExperiment(file);
    if (!experiment) {
        return fail(experiment.error());
    }
    return resolvePaths(*experiment, fs::absolute(file).parent_path());
}

Result<FusionStudyPlan> planOf(const FuseOptions& options) {
    FusionStudyPlan plan;
    for (const std::string& file : options.sources) {
        auto source = readExperiment(file);
        if (!source) {
            return fail(source.error());
        }
        plan.sources.push_back(std::move(*source));
    }
    auto target = readExperiment(options.target);
    if (!target) {
        return fail(target.error());
    }
    plan.target = std::move(*target);
    plan.seeds = options.seeds;
    plan.learningRates = options.learningRates;
    if (auto checked = checkFusionStudy(plan); !checked) {
        return fail(checked.error());
    }
    return plan;
}

void print(const FusionStudy& study) {
    std::printf("| adapter | run | its own task | with the adapter | head on the frozen base |\n");
    std::printf("|---|---|---|---|---|\n");
    for (const SourceScore& source : study.sources) {
        std::printf("| %s | %lld | validation %s | %.1f | %.1f%s |\n", source.adapter.c_str(),
                    static_cast<long long>(source.run), source.metric.c_str(), 100 * source.adapterValidation,
                    100 * source.headValidation, source.helps() ? "" : " (no better: leave it out)");
    }
    std::printf("\n");
    printTrialTable("target task", study.rows);
}

Json toJson(const FusionStudy& study) {
    Json sources = Json::array();
    for (const SourceScore& source : study.sources) {
        sources.push_back({{"adapter", source.adapter},
                           {"run", source.run},
                           {"metric", source.metric},
                           {"validation", source.adapterValidation},
                           {"head_validation", source.headValidation},
                           {"helps", source.helps()}});
    }
    return {{"sources", std::move(sources)}, {"target", rowsJson(study.rows)}};
}

} // namespace

int runFuse(const FuseOptions& options) {
    const auto plan = planOf(options);
    if (!plan) {
        complain(plan.error());
        return kWrongCall;
    }
    const auto store = RunStore::open(fs::absolute(workspaceFolder(options.workspace)));
    if (!store) {
        return complain(store.error());
    }
    StoppableRun run;
    const auto study = runFusionStudy(**store, *plan, run.control, run.reporter, announceTrial);
    if (!study) {
        return run.control.stopRequested() ? kInterrupted : complain(study.error());
    }
    if (options.json) {
        printJson(toJson(*study));
    } else {
        print(*study);
    }
    return run.control.stopRequested() ? kInterrupted : kSuccess;
}

} // namespace awb::app
