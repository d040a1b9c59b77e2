#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/opened_run_command.h"
#include "backend/run/pruning.h"

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Json toJson(const PruningReport& report, std::int64_t run) {
    Json json{{"run", run},
              {"split", report.sample.split},
              {"seed", report.sample.seed},
              {"examples", report.sample.examples},
              {"all_examples", report.sample.all},
              {"metric", report.sample.metric},
              {"steps", Json::array()}};
    for (const PruningStep& step : report.steps) {
        const bool isWhole = step.dropped.empty();
        json["steps"].push_back({{"adapters", step.kept.size()},
                                 {"dropped", isWhole ? Json() : Json(step.dropped)},
                                 {"dropped_weight", isWhole ? Json() : Json(step.weight)},
                                 {"kept", step.kept},
                                 {"loss", step.score.loss},
                                 {report.sample.metric, step.score.metric}});
    }
    return json;
}

/// A row for each number of adapters, in Markdown.
void print(const PruningReport& report, std::int64_t run) {
    const ModelScore& whole = report.steps.front().score;
    const char* metric = report.sample.metric.c_str();
    std::printf("Run %lld on %s of %s examples of %s; the adapter with the least mean weight goes first:\n\n",
                static_cast<long long>(run), countText(report.sample.examples).c_str(),
                countText(report.sample.all).c_str(), report.sample.split.c_str());
    std::printf("| adapters | dropped | its mean weight | loss | %s | change of %s |\n", metric, metric);
    std::printf("|---|---|---|---|---|---|\n");
    for (const PruningStep& step : report.steps) {
        if (step.dropped.empty()) {
            std::printf("| %zu | – | – | %.4f | %.4f | – |\n", step.kept.size(), whole.loss, whole.metric);
        } else {
            std::printf("| %zu | %s | %.3f | %.4f | %.4f | %+.4f |\n", step.kept.size(), step.dropped.c_str(),
                        step.weight, step.score.loss, step.score.metric, step.score.metric - whole.metric);
        }
    }
}

} // namespace

int runPrune(const PruneOptions& options) {
    const auto measure = [&](OpenedRun& run, RunStore& store, RunControl& control, ProgressBar& bar) {
        auto report = prune(run, static_cast<std::size_t>(options.keep), control,
                            [&bar](double done) { bar.show(done, "Dropping adapters"); });
        if (report) {
            if (const auto stored = store.setPruning(options.run, *report); !stored) {
                return Result<PruningReport>(fail(stored.error()));
            }
        }
        return report;
    };
    return lookIntoRun(options.run, options.workspace, {static_cast<std::size_t>(options.examples), {}, {}},
                       measure, [&](const PruningReport& report) {
                           if (options.json) {
                               printJson(toJson(report, options.run));
                           } else {
                               print(report, options.run);
                           }
                       });
}

} // namespace awb::app
