#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/stoppable_run.h"
#include "backend/experiment/experiment.h"
#include "backend/run/recorded_run.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

nlohmann::ordered_json toJson(const Error& error) {
    return {{"what", error.what}, {"where", error.where}, {"advice", error.advice}};
}

/// The one object of --json.
void printOutcome(const RecordedOutcome& result, const fs::path& workspace) {
    nlohmann::ordered_json json;
    json["run"] = result.run > 0 ? nlohmann::ordered_json(result.run) : nlohmann::ordered_json();
    json["status"] = runStateName(result.outcome.state);
    json["metrics"] = result.outcome.metrics;
    json["step"] = result.outcome.step;
    json["seconds"] = result.outcome.seconds;
    json["resumable"] = result.outcome.resumable;
    json["base_hash_after"] = result.outcome.baseHashAfter;
    json["frozen_after"] = result.outcome.frozenAfter;
    json["workspace"] = workspace.string();
    if (result.outcome.error) {
        json["error"] = toJson(*result.outcome.error);
    }
    printJson(json);
}

void printMetrics(const RecordedOutcome& result) {
    std::printf("Run %lld: %s after %lld steps in %s\n", static_cast<long long>(result.run),
                std::string(runStateName(result.outcome.state)).c_str(),
                static_cast<long long>(result.outcome.step), durationText(result.outcome.seconds).c_str());
    for (const auto& [split, metrics] : result.outcome.metrics) {
        std::printf("  %-12s", split.c_str());
        for (const auto& [name, value] : metrics) {
            std::printf("  %s %s", name.c_str(), numberText(value).c_str());
        }
        std::printf("\n");
    }
    for (const auto& [part, hash] : result.outcome.frozenAfter) {
        std::printf("  Unchanged: %s, %s\n", part.c_str(), hash.c_str());
    }
}

/// What to type to go on with a run.
std::string resumeCommand(std::int64_t run, const RunOptions& options) {
    std::string command = "adapter-workbench run --resume " + std::to_string(run);
    if (!options.workspace.empty()) {
        command += " --workspace " + shellWord(options.workspace);
    }
    return options.json ? command + " --json" : command;
}

int report(const RecordedOutcome& result, const RunOptions& options, const fs::path& workspace) {
    if (options.json) {
        printOutcome(result, workspace);
    } else if (result.run > 0) {
        printMetrics(result);
    }
    std::fflush(stdout);
    const RunOutcome& outcome = result.outcome;
    if (outcome.error) {
        complain(*outcome.error);
    }
    if (outcome.state != RunState::Finished && outcome.resumable) {
        std::fprintf(stderr, "Go on with it:\n  %s\n", resumeCommand(result.run, options).c_str());
    }
    if (outcome.state == RunState::Stopped) {
        return kInterrupted;
    }
    return outcome.state == RunState::Finished && !outcome.error ? kSuccess : kFailed;
}

Result<Experiment> readExperiment(const std::string& file) {
    Result<Experiment> experiment = loadExperiment(file);
    if (!experiment) {
        return experiment;
    }
    return resolvePaths(*experiment, fs::absolute(file).parent_path());
}

/// Refuses a run that is going on somewhere else or has nothing to continue from.
Result<void> checkResumable(const RunStore& store, std::int64_t run) {
    const Result<RunRow> row = store.run(run);
    if (!row) {
        return fail(row.error());
    }
    if (!isTerminal(row->state)) {
        return fail("Run " + std::to_string(run) + " is going on in another program",
                    store.workspace().string(), "Wait for its end, or stop it there");
    }
    if (row->state == RunState::Finished) {
        return fail("Run " + std::to_string(run) + " is finished", store.workspace().string());
    }
    return {};
}

RecordedOutcome failedBefore(const Error& error) {
    RecordedOutcome result;
    result.outcome.state = RunState::Failed;
    result.outcome.error = error;
    return result;
}

RecordedOutcome trainWithSignals(RunStore& store, const RunOptions& options, const Experiment& experiment) {
    StoppableRun run;
    return options.resume ? resumeRecorded(store, *options.resume, run.control, run.reporter)
                          : runRecorded(store, experiment, run.control, run.reporter);
}

RecordedOutcome perform(const RunOptions& options, const fs::path& workspace) {
    Experiment experiment;
    if (!options.resume) {
        const Result<Experiment> read = readExperiment(options.experiment);
        if (!read) {
            return failedBefore(read.error());
        }
        experiment = *read;
    }
    const Result<std::unique_ptr<RunStore>> store = RunStore::open(workspace);
    if (!store) {
        return failedBefore(store.error());
    }
    for (const std::string& remark : (*store)->remarks()) {
        std::fprintf(stderr, "%s\n", remark.c_str());
    }
    if (const auto marked = (*store)->markInterrupted(); !marked) {
        return failedBefore(marked.error());
    }
    if (options.resume) {
        if (const Result<void> resumable = checkResumable(**store, *options.resume); !resumable) {
            return failedBefore(resumable.error());
        }
    }
    return trainWithSignals(**store, options, experiment);
}

} // namespace

int runExperiment(const RunOptions& options) {
    const fs::path workspace = fs::absolute(workspaceFolder(options.workspace));
    return report(perform(options, workspace), options, workspace);
}

} // namespace awb::app
