#include "backend/experiment/method_edit.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <vector>

#include "backend/experiment/placement_edit.h"

namespace awb::design {

namespace {

bool isChosenByMatrix(const MethodConfig& part) {
    return !part.isBottleneck() && part.options.all().contains("attn_matrices");
}

bool hasOption(const MethodConfig& part, std::string_view key) {
    return !part.isBottleneck() && part.options.all().contains(key);
}

/// A choice that holds for all layers alike: which sites it stands for, and how it is switched off.
struct Switch {
    std::set<Site> sites;
    std::function<void(OptionValues&)> turnOff;
};

Switch flagSwitch(std::set<Site> sites, std::string key) {
    return {std::move(sites), [key = std::move(key)](OptionValues& options) { options.set(key, false); }};
}

Switch matrixSwitch(Site site, std::string matrix) {
    return {{site}, [matrix = std::move(matrix)](OptionValues& options) {
                std::vector<std::string> left = options.texts("attn_matrices");
                std::erase(left, matrix);
                options.set("attn_matrices", std::move(left));
            }};
}

std::vector<Switch> switchesOf(const MethodConfig& part) {
    if (isChosenByMatrix(part)) {
        return {matrixSwitch(Site::AttentionQuery, "q"),
                matrixSwitch(Site::AttentionKey, "k"),
                matrixSwitch(Site::AttentionValue, "v"),
                matrixSwitch(Site::AttentionDense, "o"),
                flagSwitch({Site::FfnIntermediate}, "intermediate_lora"),
                flagSwitch({Site::FfnDense}, "output_lora"),
                flagSwitch({Site::Pooler}, "pooler_lora")};
    }
    if (part.method == "bitfit") {
        return {
            flagSwitch({Site::AttentionQuery, Site::AttentionKey, Site::AttentionValue, Site::AttentionDense},
                       "attention"),
            flagSwitch({Site::FfnIntermediate, Site::FfnDense}, "feed_forward"),
            flagSwitch({Site::EmbeddingOutput, Site::AttentionOutput, Site::FfnOutput}, "layer_norms")};
    }
    return {};
}

/// Options apart from placement and size: what two modules of one adapter must agree on.
BottleneckConfig optionsOnly(BottleneckConfig config) {
    config.mhAdapter = false;
    config.outputAdapter = false;
    config.reductionFactor = {};
    config.leaveOut.clear();
    config.layerSites.clear();
    return config;
}

void removeFromBottleneck(BottleneckConfig& config, const ModelConfig& model, const std::set<Place>& places) {
    Occupancy occupied = occupancy(config, model.numLayers);
    for (const auto& [layer, site] : places) {
        if (site == Site::EmbeddingOutput) {
            config.invertible = InvertibleKind::None;
        } else {
            (isAttentionSite(site) ? occupied[layer].attention : occupied[layer].feedForward) = false;
        }
    }
    setOccupied(config, model.numLayers, occupied);
}

std::set<Place> without(const std::set<Place>& all, const std::set<Place>& taken) {
    std::set<Place> left;
    std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::inserter(left, left.end()));
    return left;
}

std::string titleOf(const MethodConfig& part) {
    return findMethod(part.method)->title;
}

} // namespace

int largestSize(const Method& method, const ModelConfig& model) {
    if (method.id == "bottleneck") {
        return 16 * model.hiddenSize;
    }
    for (const OptionSpec& option : method.options) {
        if (option.key == method.sizeKey) {
            return static_cast<int>(option.highest);
        }
    }
    return 1;
}

std::string siteTitle(Site site) {
    switch (site) {
    case Site::AttentionOutput:
        return "after attention";
    case Site::AttentionParallel:
        return "beside attention";
    case Site::FfnOutput:
        return "after the feed-forward part";
    case Site::FfnParallel:
        return "beside the feed-forward part";
    case Site::EmbeddingOutput:
        return "at the embeddings";
    case Site::InputPrompt:
        return "in front of the text";
    case Site::KeyValuePrefix:
        return "at the attention's keys and values";
    case Site::AttentionQuery:
        return "at the query map";
    case Site::AttentionKey:
        return "at the key map";
    case Site::AttentionValue:
        return "at the value map";
    case Site::AttentionDense:
        return "at the attention's output map";
    case Site::FfnIntermediate:
        return "at the first feed-forward map";
    case Site::FfnDense:
        return "at the second feed-forward map";
    case Site::BlockOutput:
        return "after the block";
    case Site::Pooler:
        return "at the pooler";
    }
    return {};
}

std::set<Place> placesOf(const MethodConfig& part, const ModelConfig& model) {
    std::set<Place> places;
    if (const auto modules = modulesOf(AdapterConfig::of(part), model)) {
        for (const ModulePlace& module : *modules) {
            if (module.bottleneck > 0) {
                places.emplace(module.layer, module.site);
            }
        }
    }
    return places;
}

std::set<Place> placesOf(const AdapterConfig& config, const ModelConfig& model) {
    std::set<Place> places;
    for (const MethodConfig& part : config.parts) {
        places.merge(placesOf(part, model));
    }
    return places;
}

std::optional<std::size_t> partAt(const AdapterConfig& config, const ModelConfig& model, const Place& place) {
    for (std::size_t i = 0; i < config.parts.size(); ++i) {
        if (placesOf(config.parts[i], model).contains(place)) {
            return i;
        }
    }
    return std::nullopt;
}

std::set<int> layersOf(const MethodConfig& part, const ModelConfig& model) {
    std::set<int> layers;
    for (const auto& [layer, site] : placesOf(part, model)) {
        if (layer != kNoLayer) {
            layers.insert(layer);
        }
    }
    return layers;
}

bool canChooseLayers(const MethodConfig& part) {
    return part.isBottleneck() || hasOption(part, "leave_out");
}

void setLayers(MethodConfig& part, const ModelConfig& model, const std::set<int>& layers) {
    if (part.isBottleneck()) {
        BottleneckConfig& config = part.bottleneck;
        const LayerOccupancy usual{config.mhAdapter, config.outputAdapter};
        const Occupancy before = occupancy(config, model.numLayers);
        Occupancy occupied;
        for (const int layer : layers) {
            const auto own = before.find(layer);
            occupied[layer] = own == before.end() ? usual : own->second;
        }
        setOccupied(config, model.numLayers, occupied);
        return;
    }
    if (!canChooseLayers(part)) {
        return;
    }
    std::vector<int> out;
    for (int layer = 0; layer < model.numLayers; ++layer) {
        if (!layers.contains(layer)) {
            out.push_back(layer);
        }
    }
    if (hasOption(part, "layers")) {
        part.options.set("layers", std::vector<int>());
    }
    part.options.set("leave_out", std::move(out));
}

bool hasSameOptions(const MethodConfig& a, const MethodConfig& b) {
    if (a.method != b.method) {
        return false;
    }
    if (a.isBottleneck()) {
        return optionsOnly(a.bottleneck) == optionsOnly(b.bottleneck);
    }
    const auto plain = [](OptionValues options) {
        for (const char* key : {"leave_out", "layers"}) {
            if (options.all().contains(key)) {
                options.set(key, std::vector<int>());
            }
        }
        return options;
    };
    return plain(a.options) == plain(b.options);
}

bool hasSameOptions(const AdapterConfig& a, const AdapterConfig& b) {
    return std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                      [](const MethodConfig& x, const MethodConfig& y) { return hasSameOptions(x, y); });
}

bool actOnlyAt(MethodConfig& part, Site site) {
    if ((!isLinearSite(site) && site != Site::Pooler) || !isChosenByMatrix(part)) {
        return false;
    }
    std::vector<std::string> matrices;
    if (site <= Site::AttentionDense) {
        constexpr std::array<const char*, 4> kMatrices{"q", "k", "v", "o"};
        const auto index = static_cast<std::size_t>(site) - static_cast<std::size_t>(Site::AttentionQuery);
        matrices.emplace_back(kMatrices[index]);
    }
    part.options.set("selfattn_lora", true);
    part.options.set("attn_matrices", std::move(matrices));
    part.options.set("intermediate_lora", site == Site::FfnIntermediate);
    part.options.set("output_lora", site == Site::FfnDense);
    part.options.set("pooler_lora", site == Site::Pooler);
    return true;
}

Result<bool> removePlaces(MethodConfig& part, const ModelConfig& model, const std::set<Place>& places) {
    std::set<Place> left = placesOf(part, model);
    std::set<Place> rest;
    std::set_intersection(left.begin(), left.end(), places.begin(), places.end(),
                          std::inserter(rest, rest.end()));
    left = without(left, rest);
    if (left.empty()) {
        return false;
    }
    if (part.isBottleneck()) {
        removeFromBottleneck(part.bottleneck, model, rest);
        return true;
    }
    MethodConfig edited = part;
    for (const Switch& each : switchesOf(part)) {
        std::set<Place> own;
        std::copy_if(rest.begin(), rest.end(), std::inserter(own, own.end()),
                     [&](const Place& place) { return each.sites.contains(place.second); });
        const bool isLeft = std::any_of(
            left.begin(), left.end(), [&](const Place& place) { return each.sites.contains(place.second); });
        if (!own.empty() && !isLeft) {
            each.turnOff(edited.options);
            rest = without(rest, own);
        }
    }
    std::set<int> layers = layersOf(edited, model);
    for (const auto& [layer, site] : rest) {
        const bool isPartial = std::any_of(left.begin(), left.end(),
                                           [at = layer](const Place& place) { return place.first == at; });
        if (isPartial || layer == kNoLayer) {
            return fail(titleOf(part) +
                            " makes the same choice of places in every layer: it can't be taken away " +
                            siteTitle(site) +
                            (layer == kNoLayer ? " alone" : " in layer " + std::to_string(layer) + " alone"),
                        {}, "Select all its modules of the layer, or this place in all layers");
        }
        layers.erase(layer);
    }
    if (!rest.empty()) {
        setLayers(edited, model, layers);
    }
    part = std::move(edited);
    return true;
}

} // namespace awb::design
