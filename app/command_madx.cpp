#include <cstdio>
#include <system_error>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/run_reporter.h"
#include "app/stop_signals.h"
#include "backend/run/madx.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Json frozenJson(const MadxFrozen& frozen) {
    Json json{{"source", frozen.source}, {"order", madxOrderName(frozen.order)}, {"run", frozen.run}};
    for (const auto& [name, part] : frozen.parts) {
        json["parts"][name] = {{"before", part.before}, {"after", part.after}};
    }
    return json;
}

Json toJson(const MadxReport& report, bool isComplete) {
    Json json{{"complete", isComplete},  {"base", report.base},
              {"metric", report.metric}, {"language_runs", report.languages},
              {"scores", Json::array()}, {"frozen", Json::array()}};
    for (const MadxScore& score : report.scores) {
        json["scores"].push_back({{"order", madxOrderName(score.order)},
                                  {"source", score.source},
                                  {"target", score.target},
                                  {report.metric, score.score},
                                  {"run", score.run}});
    }
    for (const MadxFrozen& frozen : report.frozen) {
        json["frozen"].push_back(frozenJson(frozen));
    }
    return json;
}

/// A row for each order and source, in Markdown; scores in per cent.
void printScores(const MadxReport& report, const MadxExperiment& experiment) {
    std::string head = "| trained as | source |";
    std::string rule = "|---|---|";
    for (const MadxLanguage& target : experiment.languages) {
        if (target.isTarget()) {
            head += " " + target.name + " |";
            rule += "---|";
        }
    }
    std::printf("Test %s in per cent, columns are target languages:\n\n%s\n%s\n", report.metric.c_str(),
                head.c_str(), rule.c_str());
    for (const MadxOrder order : kMadxOrders) {
        for (const MadxLanguage& source : experiment.languages) {
            if (!source.isSource()) {
                continue;
            }
            std::printf("| %s | %s |", std::string(madxOrderName(order)).c_str(), source.name.c_str());
            for (const MadxLanguage& target : experiment.languages) {
                const MadxScore* score = report.find(order, source.name, target.name);
                if (score != nullptr) {
                    std::printf(" %.1f |", 100 * score->score);
                } else if (target.isTarget()) {
                    std::printf(" – |");
                }
            }
            std::printf("\n");
        }
    }
}

void printFrozen(const MadxReport& report) {
    std::printf("\nHashes before and after the training of the task adapters:\n\n");
    for (const MadxFrozen& frozen : report.frozen) {
        for (const auto& [name, part] : frozen.parts) {
            std::printf("run %lld, %s, %s: %s %s %s\n", static_cast<long long>(frozen.run),
                        frozen.source.c_str(), name.c_str(), part.before.c_str(),
                        part.before == part.after ? "=" : "became", part.after.c_str());
        }
    }
}

/// Says what is missing; none of it is an error of the experiment.
int skip(const MadxExperiment& experiment, const std::vector<std::string>& missing) {
    std::fprintf(stderr,
                 "Skipped: the data of this experiment are not here (%s).\n"
                 "Name their folder with --data.\n",
                 experiment.dataFolder.c_str());
    for (const std::string& file : missing) {
        std::fprintf(stderr, "  missing: %s\n", file.c_str());
    }
    return kSkipped;
}

Result<MadxExperiment> read(const MadxOptions& options) {
    auto file = loadMadx(options.experiment);
    if (!file) {
        return file;
    }
    if (!options.base.empty()) {
        const bool isFolder = options.base.find('/') != std::string::npos;
        file->baseModel = isFolder ? fs::absolute(options.base).string() : options.base;
        file->pretraining.reset();
    }
    return resolvePaths(*file, fs::absolute(options.experiment).parent_path(), options.data);
}

} // namespace

int runMadxExperiment(const MadxOptions& options) {
    const auto experiment = read(options);
    if (!experiment) {
        return complain(experiment.error());
    }
    if (const auto missing = missingFiles(*experiment); !missing.empty()) {
        return skip(*experiment, missing);
    }
    const auto store = RunStore::open(fs::absolute(workspaceFolder(options.workspace)));
    if (!store) {
        return complain(store.error());
    }
    if (const auto marked = (*store)->markInterrupted(); !marked) {
        return complain(marked.error());
    }
    RunControl control;
    RunReporter reporter;
    const StopSignals signals([&] {
        control.requestStop();
        reporter.announceStop();
    });
    const auto report = runMadx(**store, *experiment, control, reporter, [](const Experiment& design) {
        std::fprintf(stderr, "%s\n", design.name.c_str());
    });
    if (!report) {
        return complain(report.error());
    }
    const bool isComplete = !control.stopRequested();
    if (options.json) {
        const Json json = toJson(*report, isComplete);
        std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    } else {
        printScores(*report, *experiment);
        printFrozen(*report);
    }
    return isComplete ? kSuccess : kInterrupted;
}

} // namespace awb::app
