#include <cstdio>
#include <system_error>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/stoppable_run.h"
#include "app/trial_table.h"
#include "backend/run/madx.h"

namespace fs = std::filesystem;

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Json frozenJson(const MadxFrozen& frozen) {
    Json json{{"source", frozen.source},
              {"order", madxOrderName(frozen.variant.order)},
              {"seed", frozen.variant.seed},
              {"run", frozen.run}};
    for (const auto& [name, part] : frozen.parts) {
        json["parts"][name] = {{"before", part.before}, {"after", part.after}};
    }
    return json;
}

/// Calls `visit(order, dropped, source)` for each row of the matrices.
template<typename Visit>
void forEachRow(const MadxExperiment& experiment, const Visit& visit) {
    for (const MadxOrder order : experiment.orders) {
        for (const int dropped : experiment.dropLayers) {
            for (const MadxLanguage& source : experiment.languages) {
                if (source.isSource()) {
                    visit(order, dropped, source);
                }
            }
        }
    }
}

Json scoresJson(const MadxReport& report, const MadxExperiment& experiment) {
    Json list = Json::array();
    forEachRow(experiment, [&](MadxOrder order, int dropped, const MadxLanguage& source) {
        for (const MadxLanguage& target : experiment.languages) {
            const MadxCell cell = report.cell(order, source.name, target.name, dropped);
            if (cell.scores.empty()) {
                continue;
            }
            const Spread spread = cell.spread();
            list.push_back({{"order", madxOrderName(order)},
                            {"source", source.name},
                            {"target", target.name},
                            {"dropped_layers", dropped},
                            {report.metric, spread.mean},
                            {"deviation", spread.deviation},
                            {"values", cell.scores},
                            {"runs", cell.runs}});
        }
    });
    return list;
}

Json toJson(const MadxReport& report, const MadxExperiment& experiment, bool isComplete) {
    Json json{{"complete", isComplete},          {"base", report.base},
              {"metric", report.metric},         {"seeds", experiment.seeds},
              {"language_runs", Json::object()}, {"scores", scoresJson(report, experiment)},
              {"frozen", Json::array()}};
    for (const auto& [name, adapter] : report.languages) {
        json["language_runs"][name] = adapter.run;
    }
    for (const MadxFrozen& frozen : report.frozen) {
        json["frozen"].push_back(frozenJson(frozen));
    }
    return json;
}

/// A row for each order and source, in Markdown; scores in per cent.
void printScores(const MadxReport& report, const MadxExperiment& experiment) {
    std::string head = "| trained as | un-adapted layers | source |";
    std::string rule = "|---|---|---|";
    for (const MadxLanguage& target : experiment.languages) {
        if (target.isTarget()) {
            head += " " + target.name + " |";
            rule += "---|";
        }
    }
    std::printf("Test %s in per cent, mean ± standard deviation over %zu seed(s), columns are target "
                "languages:\n\n%s\n%s\n",
                report.metric.c_str(), experiment.seeds.size(), head.c_str(), rule.c_str());
    forEachRow(experiment, [&](MadxOrder order, int dropped, const MadxLanguage& source) {
        std::printf("| %s | %d | %s |", std::string(madxOrderName(order)).c_str(), dropped,
                    source.name.c_str());
        for (const MadxLanguage& target : experiment.languages) {
            if (target.isTarget()) {
                const MadxCell cell = report.cell(order, source.name, target.name, dropped);
                std::printf(" %s |", spreadText(cell.scores).c_str());
            }
        }
        std::printf("\n");
    });
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
    StoppableRun training;
    const MadxEvents events{
        [](const Experiment& design) { std::fprintf(stderr, "%s\n", design.name.c_str()); }, {}};
    const auto report = runMadx(**store, *experiment, training.control, training.reporter, events);
    if (!report) {
        return complain(report.error());
    }
    const bool isComplete = !training.control.stopRequested();
    if (options.json) {
        printJson(toJson(*report, *experiment, isComplete));
    } else {
        printScores(*report, *experiment);
        printFrozen(*report);
    }
    return isComplete ? kSuccess : kInterrupted;
}

} // namespace awb::app
