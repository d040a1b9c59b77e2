#include "backend/run/trained_adapters.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "backend/checkpoint/inspect.h"
#include "models/config/method_composition.h"

namespace awb {

namespace {

/// What must be equal so that two runs' scores can be compared.
using TaskKey = std::pair<std::string, std::string>; // hash of the base, of the data

TaskKey taskOf(const RunRow& row) {
    return {row.baseHash, row.datasetHash};
}

void append(const RunStore& store, const RunRow& row, const Experiment& experiment,
            std::vector<TrainedAdapter>& into) {
    for (const AdapterSpec& adapter : experiment.adapters) {
        const std::filesystem::path folder = store.runFolder(row.id) / "adapters" / adapter.name;
        std::error_code ignored;
        if (!experiment.trainsAdapter(adapter.name) || !std::filesystem::exists(folder, ignored)) {
            continue;
        }
        into.push_back({.run = row.id,
                        .runName = row.name,
                        .name = adapter.name,
                        .folder = folder,
                        .config = adapter.config,
                        .preset = adapter.preset,
                        .baseModel = row.baseModel,
                        .baseHash = row.baseHash,
                        .dataset = row.dataset,
                        .metric = row.mainMetric,
                        .score = row.score("validation"),
                        .headScore = {},
                        .parameters = row.trainableParameters,
                        .createdAt = row.createdAt});
    }
}

/// Finished runs that have left their base as it was. A run whose experiment can't be read is left out; the
/// Runs page shows it as such.
Result<void> forEachFinished(const RunStore& store,
                             const std::function<void(const RunRow&, const Experiment&)>& visit) {
    const auto rows = store.runs();
    if (!rows) {
        return fail(rows.error());
    }
    for (const RunRow& row : *rows) {
        if (row.state != RunState::Finished) {
            continue;
        }
        if (const auto experiment = store.experiment(row.id); experiment && !experiment->trainsBase()) {
            visit(row, *experiment);
        }
    }
    return {};
}

} // namespace

std::optional<bool> TrainedAdapter::helps() const {
    return score && headScore ? std::optional(*score > *headScore) : std::nullopt;
}

Result<std::vector<TrainedAdapter>> trainedAdapters(const RunStore& store) {
    std::vector<TrainedAdapter> adapters;
    std::vector<TaskKey> tasks; ///< of each adapter
    std::map<TaskKey, double> headScores;
    const auto visited = forEachFinished(store, [&](const RunRow& row, const Experiment& experiment) {
        if (const auto score = row.score("validation"); score && experiment.adapters.empty()) {
            double& best = headScores.try_emplace(taskOf(row), *score).first->second;
            best = std::max(best, *score);
        }
        append(store, row, experiment, adapters);
        tasks.resize(adapters.size(), taskOf(row));
    });
    if (!visited) {
        return fail(visited.error());
    }
    for (std::size_t i = 0; i < adapters.size(); ++i) {
        if (const auto found = headScores.find(tasks[i]); found != headScores.end()) {
            adapters[i].headScore = found->second;
        }
    }
    std::ranges::stable_sort(adapters, std::ranges::greater{}, &TrainedAdapter::createdAt);
    return adapters;
}

Result<std::vector<TrainedFusion>> trainedFusions(const RunStore& store) {
    std::vector<TrainedFusion> fusions;
    const auto visited = forEachFinished(store, [&](const RunRow& row, const Experiment& experiment) {
        for (const std::string& name : fusionNames(experiment.composition)) {
            const std::filesystem::path folder = store.runFolder(row.id) / "fusions" / name;
            std::error_code ignored;
            if (!experiment.trainsFusion(name) || !std::filesystem::exists(folder, ignored)) {
                continue;
            }
            FusionSpec spec = experiment.fusion;
            spec.from = folder.string();
            fusions.push_back({row.id, row.name, name, folder, std::move(spec), row.baseHash});
        }
    });
    if (!visited) {
        return fail(visited.error());
    }
    std::ranges::stable_sort(fusions, std::ranges::greater{}, &TrainedFusion::run);
    return fusions;
}

std::string fusionRefusal(const TrainedAdapter& adapter, const TrainedAdapter* other) {
    const auto model = loadBaseConfig(adapter.baseModel);
    if (!model) {
        return "Its base can't be read: " + model.error().message();
    }
    if (const auto alone = fusionPlaces({&adapter.config}, *model); !alone) {
        return alone.error().message();
    }
    if (other == nullptr) {
        return {};
    }
    if (adapter.baseHash != other->baseHash) {
        return "It was trained in another base: the hash of its weights is " + adapter.baseHash + ", not " +
               other->baseHash;
    }
    const auto together = fusionPlaces({&adapter.config, &other->config}, *model);
    return together ? std::string() : together.error().message();
}

Experiment fusionDesign(const std::vector<TrainedAdapter>& adapters, const Experiment& target,
                        const TrainedFusion* from) {
    Experiment design = target;
    design.adapters.clear();
    std::set<std::string> names;
    std::vector<Composition> fused;
    for (const TrainedAdapter& adapter : adapters) {
        AdapterSpec spec;
        spec.name = adapter.name;
        while (!names.insert(spec.name).second) {
            spec.name += "-" + std::to_string(adapter.run);
        }
        spec.preset = adapter.preset;
        spec.config = adapter.config;
        spec.from = adapter.folder.string();
        fused.push_back(Composition::of(spec.name));
        design.adapters.push_back(std::move(spec));
    }
    design.baseModel = adapters.front().baseModel;
    design.composition = Composition::block(Composition::Kind::Fuse, std::move(fused));
    if (from != nullptr) {
        design.fusion = from->spec;
    } else {
        design.fusion.from.clear();
    }
    design.train = {std::string(kFusePrefix) + fusionName(design.composition)};
    design.skipLayers.clear();
    design.name = "fusion";
    return design;
}

} // namespace awb
