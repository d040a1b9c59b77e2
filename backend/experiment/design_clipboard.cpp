#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/experiment/design.h"
#include "backend/experiment/design_place.h"
#include "backend/experiment/placement_edit.h"
#include "models/config/json_fields.h"

namespace awb::design {

namespace {

/// The part with the chosen places alone, as far as its options can say that; nothing where none is chosen.
std::optional<MethodConfig> onlyAt(MethodConfig part, const ModelConfig& model,
                                   const std::set<Place>& chosen) {
    const std::set<Place> all = placesOf(part, model);
    std::set<Place> others;
    std::set_difference(all.begin(), all.end(), chosen.begin(), chosen.end(),
                        std::inserter(others, others.end()));
    if (others.size() == all.size()) {
        return std::nullopt;
    }
    if (const auto removed = removePlaces(part, model, others); removed) {
        return part;
    }
    // A single matrix of one layer comes with the layer's others.
    std::set<int> layers;
    for (const auto& [layer, site] : chosen) {
        if (all.contains({layer, site})) {
            layers.insert(layer);
        }
    }
    setLayers(part, model, layers);
    return part;
}

/// The part `offset` layers higher.
Result<MethodConfig> shifted(const MethodConfig& part, const ModelConfig& source, const ModelConfig& model,
                             int offset) {
    std::set<int> layers;
    for (const int layer : layersOf(part, source)) {
        if (layer + offset < 0 || layer + offset >= model.numLayers) {
            return fail("there is no layer " + std::to_string(layer + offset), {},
                        "the base has the layers 0 to " + std::to_string(model.numLayers - 1));
        }
        layers.insert(layer + offset);
    }
    MethodConfig moved = part;
    if (canChooseLayers(moved)) {
        setLayers(moved, model, layers);
    }
    return moved;
}

Result<Experiment> pasteBottleneck(Experiment experiment, const ModelConfig& model,
                                   const AdapterSpec& adapter, const std::vector<ModulePlace>& places,
                                   int layerOffset) {
    for (const ModulePlace& place : places) {
        if (place.layer == kNoLayer) {
            continue; // invertible adapters come with the options
        }
        const Place target{place.layer + layerOffset, place.site};
        const AdapterSpec* there = adapterAt(experiment, model, target, "bottleneck");
        auto pasted = [&]() -> Result<Experiment> {
            if (there != nullptr && hasSameOptions(there->config, adapter.config)) {
                const ModuleRef ref{there->name, target.first, target.second};
                return setReductionFactor(experiment, model, {&ref, 1}, place.reductionFactor);
            }
            return placeBottleneck(experiment, model, *adapter.config.bottleneck(), adapter.preset,
                                   place.reductionFactor, target);
        }();
        if (!pasted) {
            return pasted;
        }
        experiment = std::move(*pasted);
    }
    return experiment;
}

} // namespace

nlohmann::json copyModules(const Experiment& experiment, const ModelConfig& model,
                           std::span<const ModuleRef> refs) {
    Experiment selected;
    selected.adapters.clear();
    for (const AdapterSpec& adapter : experiment.adapters) {
        std::set<Place> chosen;
        for (const ModuleRef& ref : refs) {
            if (ref.adapter == adapter.name) {
                chosen.emplace(ref.layer, ref.site);
            }
        }
        AdapterSpec copy = adapter;
        copy.config.parts.clear();
        for (const MethodConfig& part : adapter.config.parts) {
            if (auto own = onlyAt(part, model, chosen)) {
                copy.config.parts.push_back(std::move(*own));
            }
        }
        if (!copy.config.parts.empty()) {
            selected.adapters.push_back(std::move(copy));
        }
    }
    return {{"format", "adapter-workbench/modules@1"},
            {"num_layers", model.numLayers},
            {"adapters", nlohmann::json(toJson(selected)["adapters"])}};
}

Result<Experiment> pasteModules(Experiment experiment, const ModelConfig& model,
                                const nlohmann::json& clipboard, int layerOffset) {
    JsonFields fields(clipboard, "");
    const bool isOurs =
        fields.string("format", "") == "adapter-workbench/modules@1" && fields.has("adapters");
    const std::int64_t sourceLayers = fields.integer("num_layers", model.numLayers);
    if (!isOurs || !fields.ok()) {
        return fail("the clipboard holds no adapter modules", {}, "copy modules on the canvas first");
    }
    const auto parsed = experimentFromJson(
        {{"format", kExperimentFormat}, {"adapters", clipboard["adapters"]}, {"composition", nullptr}});
    if (!parsed) {
        return fail(parsed.error());
    }
    ModelConfig source = model;
    source.numLayers = static_cast<int>(std::clamp<std::int64_t>(sourceLayers, 1, 10'000));
    for (const AdapterSpec& adapter : parsed->adapters) {
        const auto places = modulesOf(adapter.config, source);
        if (!places) {
            return fail(places.error());
        }
        Result<Experiment> pasted = fail("");
        if (!adapter.config.isUnion() && adapter.config.parts.front().isBottleneck()) {
            pasted = pasteBottleneck(std::move(experiment), model, adapter, *places, layerOffset);
        } else {
            AdapterConfig moved;
            moved.parts.clear();
            for (const MethodConfig& part : adapter.config.parts) {
                auto shift = shifted(part, source, model, layerOffset);
                if (!shift) {
                    return fail(shift.error());
                }
                moved.parts.push_back(std::move(*shift));
            }
            pasted = placeWhole(std::move(experiment), model, moved, adapter.preset);
        }
        if (!pasted) {
            return pasted;
        }
        experiment = std::move(*pasted);
    }
    return experiment;
}

} // namespace awb::design
