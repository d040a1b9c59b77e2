#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/console.h"
#include "app/json_output.h"
#include "app/opened_run_command.h"
#include "backend/run/ablation.h"

namespace awb::app {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json toJson(const ModelScore& score) {
    return {{"loss", number(score.loss)}, {"metric", number(score.metric)}};
}

Json toJson(const AblationMap& map, std::int64_t run) {
    Json json{{"run", run},
              {"split", map.sample.split},
              {"seed", map.sample.seed},
              {"examples", map.sample.examples},
              {"all_examples", map.sample.all},
              {"metric", map.sample.metric},
              {"reference", toJson(map.reference)}};
    Json& left = json["left_out"] = Json::array();
    const auto add = [&](std::size_t adapter, const Json& layer, const Json& part, const ModelScore& score) {
        if (!std::isfinite(score.loss)) {
            return;
        }
        const ModelScore change = map.change(score);
        left.push_back({{"adapter", map.adapters[adapter]},
                        {"layer", layer},
                        {"part", part},
                        {"loss", number(score.loss)},
                        {"metric", number(score.metric)},
                        {"loss_change", number(change.loss)},
                        {"metric_change", number(change.metric)}});
    };
    for (std::size_t k = 0; k < map.adapters.size(); ++k) {
        add(k, Json(), Json(), map.everywhere[k]);
        for (std::size_t place = 0; place < map.places.size(); ++place) {
            const AblationPlace& at = map.places[place];
            const Json part = !at.part                           ? Json()
                              : *at.part == BlockPart::Attention ? "attention"
                                                                 : "feed_forward";
            add(k, at.layer, part, map.at(place, k));
        }
    }
    return json;
}

/// Changes of loss and metric, a column an adapter.
void printRow(const AblationMap& map, const std::string& name, const ModelScore* scores) {
    std::printf("  %-24s", name.c_str());
    for (std::size_t k = 0; k < map.adapters.size(); ++k) {
        const ModelScore change = map.change(scores[k]);
        if (std::isfinite(change.loss)) {
            std::printf("  %+9.4f %+9.4f", change.loss, change.metric);
        } else {
            std::printf("  %9s %9s", "-", "-");
        }
    }
    std::printf("\n");
}

void print(const AblationMap& map, std::int64_t run) {
    std::printf("Run %lld: loss %s, %s %s on %s of %s examples of %s\n", static_cast<long long>(run),
                numberText(map.reference.loss).c_str(), map.sample.metric.c_str(),
                numberText(map.reference.metric).c_str(), countText(map.sample.examples).c_str(),
                countText(map.sample.all).c_str(), map.sample.split.c_str());
    std::printf("Changes of the loss and of %s without the adapter:\n  %-24s", map.sample.metric.c_str(), "");
    for (const std::string& adapter : map.adapters) {
        std::printf("  %-19s", adapter.c_str());
    }
    std::printf("\n");
    printRow(map, "everywhere", map.everywhere.data());
    for (std::size_t place = map.places.size(); place > 0; --place) { // the lowest layer at the bottom
        const AblationPlace& at = map.places[place - 1];
        printRow(map, rulePlaceText(at.layer, at.part), &map.at(place - 1, 0));
    }
}

} // namespace

int runAblate(const AblateOptions& options) {
    const auto measure = [&](OpenedRun& run, RunStore& store, RunControl& control, ProgressBar& bar) {
        auto map = ablate(run, control, [&bar](double done) { bar.show(done, "Leaving adapters out"); });
        if (map) {
            if (const auto stored = store.setAblation(options.run, *map); !stored) {
                return Result<AblationMap>(fail(stored.error()));
            }
        }
        return map;
    };
    return lookIntoRun(options.run, options.workspace, {static_cast<std::size_t>(options.examples), {}, {}},
                       measure, [&](const AblationMap& map) {
                           if (options.json) {
                               printJson(toJson(map, options.run));
                           } else {
                               print(map, options.run);
                           }
                       });
}

} // namespace awb::app
