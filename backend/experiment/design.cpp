#include "backend/experiment/design.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "backend/experiment/placement_edit.h"
#include "models/config/json_fields.h"

namespace awb::design {

namespace {

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
    default:
        return "at " + std::string(siteName(site));
    }
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

std::string freshName(const Experiment& experiment, const std::string& wish) {
    std::string name = wish;
    for (int number = 2; experiment.findAdapter(name) != nullptr; ++number) {
        name = wish + "-" + std::to_string(number);
    }
    return name;
}

/// Composition and train follow the list of adapters; what was frozen on purpose stays frozen.
void adoptAdapters(Experiment& experiment, const std::set<std::string>& added) {
    if (experiment.adapters.empty()) {
        experiment.composition = {};
    } else if (experiment.adapters.size() == 1) {
        experiment.composition = Composition::of(experiment.adapters.front().name);
    } else {
        Composition stack;
        stack.kind = Composition::Kind::Stack;
        for (const AdapterSpec& adapter : experiment.adapters) {
            stack.children.push_back(Composition::of(adapter.name));
        }
        experiment.composition = std::move(stack);
    }
    std::set<std::string> trained(experiment.train.begin(), experiment.train.end());
    trained.insert(added.begin(), added.end());
    experiment.train.clear();
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (trained.contains(adapter.name)) {
            experiment.train.push_back(adapter.name);
        }
    }
}

const AdapterSpec* adapterAt(const Experiment& experiment, int layer, Site site) {
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (adapter.bottleneck.hasModule(layer, site)) {
            return &adapter;
        }
    }
    return nullptr;
}

std::string layerRange(const ModelConfig& model) {
    return "the base has the layers 0 to " + std::to_string(model.numLayers - 1);
}

Result<Experiment> placeAt(Experiment experiment, const ModelConfig& model, const BottleneckConfig& options,
                           const std::string& presetName, double factor, int layer, Site site) {
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
    if (const AdapterSpec* there = adapterAt(experiment, layer, site)) {
        return fail("`" + there->name + "` already has a module " + siteTitle(site) + " in layer " +
                        std::to_string(layer),
                    {}, "change its size, or remove it first");
    }
    AdapterSpec* adapter = nullptr;
    for (AdapterSpec& each : experiment.adapters) {
        if (optionsOnly(each.bottleneck) == optionsOnly(options) && each.from.empty()) {
            adapter = &each;
            break;
        }
    }
    if (adapter == nullptr) {
        AdapterSpec fresh;
        fresh.name = freshName(experiment, presetName.empty() ? "adapter" : presetName);
        fresh.preset = presetName;
        fresh.bottleneck = options;
        fresh.bottleneck.reductionFactor = {factor, {}};
        setOccupied(fresh.bottleneck, model.numLayers, {});
        experiment.adapters.push_back(std::move(fresh));
        adapter = &experiment.adapters.back();
    }
    Occupancy occupied = occupancy(adapter->bottleneck, model.numLayers);
    const bool layerIsNew = !occupied.contains(layer);
    (isAttentionSite(site) ? occupied[layer].attention : occupied[layer].feedForward) = true;
    setOccupied(adapter->bottleneck, model.numLayers, occupied);
    if (layerIsNew) {
        setFactor(adapter->bottleneck, model.numLayers, layer, factor);
    }
    const std::string name = adapter->name;
    adoptAdapters(experiment, {name});
    return experiment;
}

double presetFactor(const Preset& preset) {
    return preset.config.reductionFactor.fallback.value_or(16.0);
}

} // namespace

std::vector<Module> modules(const Experiment& experiment, const ModelConfig& model) {
    std::vector<Module> found;
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (const auto places = modulesOf(adapter.bottleneck, model)) {
            for (const ModulePlace& place : *places) {
                found.push_back({{adapter.name, place.layer, place.site}, place});
            }
        }
    }
    return found;
}

Result<Experiment> placeModule(Experiment experiment, const ModelConfig& model, const Preset& preset,
                               int layer, Site site) {
    return placeAt(std::move(experiment), model, preset.config, preset.name, presetFactor(preset), layer,
                   site);
}

Result<Experiment> applyPreset(Experiment experiment, const ModelConfig& model, const Preset& preset) {
    if (model.numLayers < 1) {
        return fail("there is no base model to place adapters in", {}, "choose a base model first");
    }
    AdapterSpec adapter;
    adapter.name = experiment.adapters.size() == 1 ? experiment.adapters.front().name : preset.name;
    adapter.preset = preset.name;
    adapter.bottleneck = preset.config;
    experiment.adapters.assign(1, adapter);
    adoptAdapters(experiment, {adapter.name});
    return experiment;
}

Result<Experiment> removeModules(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs) {
    for (const ModuleRef& ref : refs) {
        AdapterSpec* adapter = experiment.findAdapter(ref.adapter);
        if (adapter == nullptr || !adapter->bottleneck.hasModule(ref.layer, ref.site)) {
            return fail("there is no module of `" + ref.adapter + "` " + siteTitle(ref.site) + " in layer " +
                        std::to_string(ref.layer));
        }
        Occupancy occupied = occupancy(adapter->bottleneck, model.numLayers);
        (isAttentionSite(ref.site) ? occupied[ref.layer].attention : occupied[ref.layer].feedForward) = false;
        setOccupied(adapter->bottleneck, model.numLayers, occupied);
    }
    std::erase_if(experiment.adapters, [&](const AdapterSpec& adapter) {
        return occupancy(adapter.bottleneck, model.numLayers).empty();
    });
    const bool fullTraining = experiment.trainsBase();
    adoptAdapters(experiment, {});
    if (fullTraining) {
        experiment.train.emplace_back("full");
    }
    return experiment;
}

Result<Experiment> setReductionFactor(Experiment experiment, const ModelConfig& model,
                                      std::span<const ModuleRef> refs, double factor) {
    if (!(factor > 0.0) || !std::isfinite(factor)) {
        return fail("a reduction factor must be above 0");
    }
    if (factor > model.hiddenSize) {
        return fail("a reduction factor above the hidden size " + std::to_string(model.hiddenSize) +
                    " leaves no unit");
    }
    for (const ModuleRef& ref : refs) {
        if (AdapterSpec* adapter = experiment.findAdapter(ref.adapter)) {
            setFactor(adapter->bottleneck, model.numLayers, ref.layer, factor);
        }
    }
    return experiment;
}

Result<Experiment> setBottleneck(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs, int size) {
    const int largest = 16 * model.hiddenSize;
    if (size < 1 || size > largest) {
        return fail("a bottleneck has 1 to " + std::to_string(largest) + " units here, not " +
                    std::to_string(size));
    }
    for (const ModuleRef& ref : refs) {
        if (AdapterSpec* adapter = experiment.findAdapter(ref.adapter)) {
            setFactor(adapter->bottleneck, model.numLayers, ref.layer,
                      reductionFactorFor(model.hiddenSize, size));
        }
    }
    return experiment;
}

Result<Experiment> setAdapterDrop(Experiment experiment, const ModelConfig& model, int layers) {
    if (layers < 0 || layers > model.numLayers) {
        return fail("AdapterDrop can leave out 0 to " + std::to_string(model.numLayers) + " layers");
    }
    TrainingSpec& training = experiment.training;
    training.adapterDropLayers = layers;
    if (layers == 0) {
        training.adapterDropMode = "none";
    } else if (training.adapterDropMode == "none") {
        training.adapterDropMode = "fixed";
    }
    return experiment;
}

Result<Experiment> setConfig(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             const BottleneckConfig& config) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr) {
        return fail("there is no adapter named `" + std::string(adapter) + "`");
    }
    const auto places = modulesOf(config, model);
    if (!places) {
        return fail(places.error());
    }
    if (places->empty()) {
        return fail("`" + spec->name + "` would have no module left", {},
                    "keep one site, or remove the adapter");
    }
    spec->bottleneck = config;
    for (const ModulePlace& place : *places) {
        for (const AdapterSpec& other : experiment.adapters) {
            if (&other != spec && other.bottleneck.hasModule(place.layer, place.site)) {
                return fail("`" + other.name + "` already has a module " + siteTitle(place.site) +
                            " in layer " + std::to_string(place.layer));
            }
        }
    }
    return experiment;
}

Result<Experiment> renameAdapter(Experiment experiment, std::string_view from, std::string_view to) {
    AdapterSpec* spec = experiment.findAdapter(from);
    if (spec == nullptr) {
        return fail("there is no adapter named `" + std::string(from) + "`");
    }
    if (from != to && experiment.findAdapter(to) != nullptr) {
        return fail("there is already an adapter named `" + std::string(to) + "`");
    }
    spec->name = std::string(to);
    const auto rename = [&](auto&& self, Composition& composition) -> void {
        if (composition.kind == Composition::Kind::Name && composition.name == from) {
            composition.name = std::string(to);
        }
        for (Composition& child : composition.children) {
            self(self, child);
        }
    };
    const std::string oldName(from);
    rename(rename, experiment.composition);
    std::replace(experiment.train.begin(), experiment.train.end(), oldName, std::string(to));
    // The file's own rules decide what a name may be.
    return experimentFromJson(toJson(experiment));
}

double nextReductionFactor(double factor, int direction, int hiddenSize) {
    const double exponent = std::log2(factor);
    const double nearest = std::round(exponent);
    const bool onGrid = std::abs(exponent - nearest) < 1e-9;
    double next = direction > 0 ? std::floor(exponent) + 1.0 : std::ceil(exponent) - 1.0;
    if (onGrid) {
        next = nearest + (direction > 0 ? 1.0 : -1.0);
    }
    const double largest = std::floor(std::log2(static_cast<double>(hiddenSize)));
    return std::exp2(std::clamp(next, -2.0, largest));
}

nlohmann::json copyModules(const Experiment& experiment, const ModelConfig& model,
                           std::span<const ModuleRef> refs) {
    Experiment selected;
    selected.adapters.clear();
    for (const AdapterSpec& adapter : experiment.adapters) {
        Occupancy chosen;
        for (const ModuleRef& ref : refs) {
            if (ref.adapter == adapter.name) {
                (isAttentionSite(ref.site) ? chosen[ref.layer].attention : chosen[ref.layer].feedForward) =
                    true;
            }
        }
        if (!chosen.empty()) {
            AdapterSpec copy = adapter;
            setOccupied(copy.bottleneck, model.numLayers, chosen);
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
        const auto places = modulesOf(adapter.bottleneck, source);
        if (!places) {
            return fail(places.error());
        }
        for (const ModulePlace& place : *places) {
            const int layer = place.layer + layerOffset;
            const AdapterSpec* there =
                layer < model.numLayers ? adapterAt(experiment, layer, place.site) : nullptr;
            if (there != nullptr && optionsOnly(there->bottleneck) == optionsOnly(adapter.bottleneck)) {
                const ModuleRef ref{there->name, layer, place.site};
                auto resized =
                    setReductionFactor(std::move(experiment), model, {&ref, 1}, place.reductionFactor);
                if (!resized) {
                    return resized;
                }
                experiment = std::move(*resized);
                continue;
            }
            auto placed = placeAt(std::move(experiment), model, adapter.bottleneck, adapter.preset,
                                  place.reductionFactor, layer, place.site);
            if (!placed) {
                return placed;
            }
            experiment = std::move(*placed);
        }
    }
    return experiment;
}

int lowestTrainedLayer(const Experiment& experiment, const ModelConfig& model) {
    if (experiment.trainsBase()) {
        return 0;
    }
    const int dropped =
        experiment.training.adapterDropMode == "fixed" ? experiment.training.adapterDropLayers : 0;
    int lowest = model.numLayers;
    for (const Module& module : modules(experiment, model)) {
        const bool trained = std::find(experiment.train.begin(), experiment.train.end(),
                                       module.ref.adapter) != experiment.train.end();
        const auto& skipped = experiment.skipLayers;
        const bool runs = module.ref.layer >= dropped &&
                          std::find(skipped.begin(), skipped.end(), module.ref.layer) == skipped.end();
        if (trained && runs) {
            lowest = std::min(lowest, module.ref.layer);
        }
    }
    return lowest;
}

CostInput costInput(const Experiment& experiment, const ModelConfig& model, int numLabels, double meanTokens,
                    std::int64_t trainExamples) {
    CostInput input;
    input.model = model;
    input.trainsBase = experiment.trainsBase();
    input.lowestTrainedLayer = lowestTrainedLayer(experiment, model);
    for (const Module& module : modules(experiment, model)) {
        const bool trained = std::find(experiment.train.begin(), experiment.train.end(),
                                       module.ref.adapter) != experiment.train.end();
        input.adapterParameters += trained ? module.place.parameters : 0;
        input.bottleneckUnits += module.place.bottleneck;
        ++input.numModules;
    }
    HeadConfig head = experiment.head;
    head.numLabels = head.numLabels > 0 ? head.numLabels : numLabels;
    input.headParameters = headParameterCount(head, model.hiddenSize, model.vocabSize);
    input.batchSize = experiment.training.batchSize;
    input.meanTokens = meanTokens;
    input.trainExamples = trainExamples;
    return input;
}

} // namespace awb::design
