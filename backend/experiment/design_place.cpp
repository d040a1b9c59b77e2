#include "backend/experiment/design_place.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "backend/experiment/composition_edit.h"
#include "backend/experiment/design.h"
#include "backend/experiment/placement_edit.h"

namespace awb::design {

namespace {

std::string layerRange(const ModelConfig& model) {
    return "the base has the layers 0 to " + std::to_string(model.numLayers - 1);
}

std::string inLayer(int layer) {
    return layer == kNoLayer ? std::string() : " in layer " + std::to_string(layer);
}

/// Sites that are there once, not in each layer.
bool isOutsideLayers(Site site) {
    return site == Site::EmbeddingOutput || site == Site::InputPrompt || site == Site::Pooler;
}

bool hasMethodAt(const AdapterConfig& config, const ModelConfig& model, const Place& place,
                 const std::string& method) {
    return std::any_of(config.parts.begin(), config.parts.end(), [&](const MethodConfig& part) {
        return part.method == method && placesOf(part, model).contains(place);
    });
}

tl::unexpected<Error> taken(const AdapterSpec& there, const Place& place) {
    return fail("`" + there.name + "` already has a module " + siteTitle(place.second) + inLayer(place.first),
                {}, "change its size, or remove it first");
}

bool isPlainBottleneck(const MethodPreset& preset) {
    return preset.parts.size() == 1 && preset.parts.front().isBottleneck();
}

/// The methods as they are in the preset. Error: not possible on this base.
Result<AdapterConfig> configOf(const MethodPreset& preset, const ModelConfig& model) {
    AdapterConfig config;
    config.parts = preset.parts;
    if (const auto possible = modulesOf(config, model); !possible) {
        return fail(possible.error());
    }
    return config;
}

/// The preset's options for a drop at this place: kept to its layer, and to its linear map where the method
/// does not use that one by itself.
Result<AdapterConfig> fitted(const MethodPreset& preset, const ModelConfig& model, const Place& place) {
    auto config = configOf(preset, model);
    if (!config) {
        return config;
    }
    if (!placesOf(*config, model).contains(place) &&
        !(config->parts.size() == 1 && actOnlyAt(config->parts.front(), place.second))) {
        return fail(preset.title + " can't sit " + siteTitle(place.second), {},
                    "drop it " + sitesText(sitesFor(preset, model)));
    }
    if (place.first != kNoLayer) {
        for (MethodConfig& part : config->parts) {
            setLayers(part, model, {place.first});
        }
    }
    return config;
}

/// `config` also in the layers of `more`, which has the same options.
AdapterConfig united(AdapterConfig config, const AdapterConfig& more, const ModelConfig& model) {
    for (std::size_t i = 0; i < config.parts.size(); ++i) {
        std::set<int> layers = layersOf(config.parts[i], model);
        layers.merge(layersOf(more.parts[i], model));
        setLayers(config.parts[i], model, layers);
    }
    return config;
}

} // namespace

const AdapterSpec* adapterAt(const Experiment& experiment, const ModelConfig& model, const Place& place,
                             const std::string& method) {
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (hasMethodAt(adapter.config, model, place, method)) {
            return &adapter;
        }
    }
    return nullptr;
}

Result<Experiment> placeBottleneck(Experiment experiment, const ModelConfig& model,
                                   const BottleneckConfig& options, const std::string& preset, double factor,
                                   const Place& place) {
    const auto [layer, site] = place;
    if (!isBottleneckSite(site)) {
        return fail("a bottleneck adapter can't sit " + siteTitle(site), {},
                    options.isParallel ? "drop it on a place beside a sublayer"
                                       : "drop it on a place after a sublayer");
    }
    if (layer < 0 || layer >= model.numLayers) {
        return fail("there is no layer " + std::to_string(layer), {}, layerRange(model));
    }
    if (isParallelSite(site) != options.isParallel) {
        return fail(options.isParallel
                        ? "a parallel adapter reads the sublayer's input, so it can't sit after it"
                        : "a sequential adapter reads the sublayer's output, so it can't sit beside it",
                    {},
                    options.isParallel ? "drop it on a place beside the sublayer"
                                       : "drop it on a place after the sublayer");
    }
    if (const AdapterSpec* there = adapterAt(experiment, model, place, "bottleneck")) {
        return taken(*there, place);
    }
    const AdapterConfig wanted = AdapterConfig::of(options);
    AdapterSpec* adapter = nullptr;
    for (AdapterSpec& each : experiment.adapters) {
        if (each.from.empty() && hasSameOptions(each.config, wanted)) {
            adapter = &each;
            break;
        }
    }
    if (adapter == nullptr) {
        AdapterSpec fresh;
        fresh.name = freshName(experiment, preset.empty() ? "adapter" : preset);
        fresh.preset = preset;
        fresh.config = wanted;
        fresh.config.bottleneck()->reductionFactor = {factor, {}};
        setOccupied(*fresh.config.bottleneck(), model.numLayers, {});
        experiment.adapters.push_back(std::move(fresh));
        adapter = &experiment.adapters.back();
    }
    BottleneckConfig& config = *adapter->config.bottleneck();
    Occupancy occupied = occupancy(config, model.numLayers);
    const bool layerIsNew = !occupied.contains(layer);
    (isAttentionSite(site) ? occupied[layer].attention : occupied[layer].feedForward) = true;
    setOccupied(config, model.numLayers, occupied);
    if (layerIsNew) {
        setFactor(config, model.numLayers, layer, factor);
    }
    if (const auto possible = modulesOf(adapter->config, model); !possible) {
        return fail(possible.error());
    }
    const std::string name = adapter->name;
    return adoptAdapters(std::move(experiment), {name});
}

Result<Experiment> placeWhole(Experiment experiment, const ModelConfig& model, const AdapterConfig& config,
                              const std::string& preset) {
    for (const MethodConfig& part : config.parts) {
        for (const Place& place : placesOf(part, model)) {
            if (const AdapterSpec* there = adapterAt(experiment, model, place, part.method)) {
                return taken(*there, place);
            }
        }
    }
    for (AdapterSpec& adapter : experiment.adapters) {
        if (adapter.from.empty() && hasSameOptions(adapter.config, config)) {
            adapter.config = united(adapter.config, config, model);
            const std::string name = adapter.name;
            return adoptAdapters(std::move(experiment), {name});
        }
    }
    AdapterSpec fresh;
    fresh.name = freshName(experiment, preset.empty() ? config.parts.front().method : preset);
    fresh.preset = preset;
    fresh.config = config;
    const std::string name = fresh.name;
    experiment.adapters.push_back(std::move(fresh));
    return adoptAdapters(std::move(experiment), {name});
}

Result<Experiment> placeModule(Experiment experiment, const ModelConfig& model, const MethodPreset& preset,
                               int layer, Site site) {
    if (model.numLayers < 1) {
        return fail("there is no base model to place adapters in", {}, "choose a base model first");
    }
    const Place place{isOutsideLayers(site) ? kNoLayer : layer, site};
    const MethodConfig& first = preset.parts.front();
    const bool isInvertible = first.bottleneck.invertible != InvertibleKind::None;
    if (isPlainBottleneck(preset) && !(site == Site::EmbeddingOutput && isInvertible)) {
        return placeBottleneck(std::move(experiment), model, first.bottleneck, preset.name,
                               first.bottleneck.reductionFactor.fallback.value_or(16.0), place);
    }
    if (place.first != kNoLayer && (layer < 0 || layer >= model.numLayers)) {
        return fail("there is no layer " + std::to_string(layer), {}, layerRange(model));
    }
    const auto config = fitted(preset, model, place);
    if (!config) {
        return fail(config.error());
    }
    return placeWhole(std::move(experiment), model, *config, preset.name);
}

std::set<Site> sitesFor(const MethodPreset& preset, const ModelConfig& model) {
    std::set<Site> sites;
    if (model.numLayers < 1) {
        return sites;
    }
    const auto config = configOf(preset, model);
    if (!config) {
        return sites;
    }
    for (const auto& [layer, site] : placesOf(*config, model)) {
        sites.insert(site);
    }
    if (isPlainBottleneck(preset)) {
        for (const Site site : kBottleneckSites) {
            if (isParallelSite(site) == preset.parts.front().bottleneck.isParallel) {
                sites.insert(site);
            }
        }
        return sites;
    }
    const auto canActAt = [&](Site site) {
        MethodConfig part = preset.parts.front();
        return actOnlyAt(part, site) && !placesOf(part, model).empty();
    };
    if (preset.parts.size() == 1) {
        std::copy_if(kLinearSites.begin(), kLinearSites.end(), std::inserter(sites, sites.end()), canActAt);
        if (canActAt(Site::Pooler)) {
            sites.insert(Site::Pooler);
        }
    }
    return sites;
}

Result<Experiment> placeInLayer(Experiment experiment, const ModelConfig& model, const MethodPreset& preset,
                                int layer) {
    if (layer < 0 || layer >= model.numLayers) {
        return fail("there is no layer " + std::to_string(layer), {}, layerRange(model));
    }
    const auto config = configOf(preset, model);
    if (!config) {
        return fail(config.error());
    }
    std::set<Site> sites;
    for (const auto& [own, site] : placesOf(*config, model)) {
        if (own == layer) {
            sites.insert(site);
        }
    }
    if (sites.empty()) {
        const std::string places = sitesText(sitesFor(preset, model));
        return fail(preset.title + " acts " + places + ", not in a layer", {}, "drop it " + places);
    }
    if (!isPlainBottleneck(preset)) {
        return placeModule(std::move(experiment), model, preset, layer, *sites.begin());
    }
    Result<Experiment> placed = std::move(experiment);
    for (const Site site : sites) {
        if (placed) {
            placed = placeModule(std::move(*placed), model, preset, layer, site);
        }
    }
    return placed;
}

std::string sitesText(const std::set<Site>& sites) {
    std::string text;
    for (const Site site : sites) {
        text += text.empty() ? "" : ", ";
        text += siteTitle(site);
    }
    return text;
}

} // namespace awb::design
