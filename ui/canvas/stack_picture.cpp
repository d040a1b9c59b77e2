#include "ui/canvas/stack_picture.h"

#include <algorithm>
#include <tuple>

#include "models/config/fusion_config.h"

namespace awb::ui {

namespace {

DropState dropStateOf(const Experiment& experiment, int layer) {
    const std::vector<int>& skipped = experiment.skipLayers;
    if (std::find(skipped.begin(), skipped.end(), layer) != skipped.end()) {
        return DropState::Dropped;
    }
    const TrainingSpec& training = experiment.training;
    if (layer >= training.adapterDropLayers || training.adapterDropMode == "none") {
        return DropState::Kept;
    }
    return training.adapterDropMode == "random" ? DropState::Random : DropState::Dropped;
}

/// The last module of a sublayer decides where its residual paths and norms go.
void arrange(SublayerPicture& sublayer, const BottleneckConfig& config) {
    sublayer.normAfter = config.originalLnAfter;
    if (!config.isParallel) {
        sublayer.normBefore = config.originalLnBefore;
        sublayer.residual = config.residualBeforeLn;
    }
}

/// Only gaps in an adapter that covers most layers are worth a mark: one that lives in a single layer leaves
/// all others out as well, but nobody misses it there.
void addLeftOut(StackPicture& stack, const AdapterSpec& adapter) {
    if (adapter.config.bottleneck() == nullptr) {
        return;
    }
    const BottleneckConfig& config = *adapter.config.bottleneck();
    if (config.leaveOut.size() * 3 > stack.layers.size()) {
        return;
    }
    BottleneckConfig everywhere = config;
    everywhere.leaveOut.clear();
    for (const int layer : config.leaveOut) {
        if (layer < 0 || layer >= static_cast<int>(stack.layers.size())) {
            continue;
        }
        for (const Site site : kBottleneckSites) {
            if (everywhere.hasModule(layer, site)) {
                SublayerPicture& sublayer =
                    stack.layers[static_cast<std::size_t>(layer)].sublayers[isAttentionSite(site) ? 0 : 1];
                auto& names = isParallelSite(site) ? sublayer.leftOutParallel : sublayer.leftOutSequential;
                names.push_back(adapter.name);
            }
        }
    }
}

/// Adds all modules of an adapter to the layers and to what stands outside them.
void addModules(StackPicture& stack, const AdapterSpec& adapter, const ModelConfig& model, bool isTrained,
                bool isActive) {
    for (const MethodConfig& part : adapter.config.parts) {
        for (ModulePicture& module : modulePictures(adapter, part, model)) {
            module.trained = isTrained;
            module.active = isActive;
            const int number = module.ref.layer;
            const Site site = module.ref.site;
            if (number < 0 || number >= static_cast<int>(stack.layers.size())) {
                stack.outside[site].push_back(std::move(module));
                continue;
            }
            LayerPicture& layer = stack.layers[static_cast<std::size_t>(number)];
            module.drop = layer.drop;
            if (isHourglass(module.kind)) {
                arrange(layer.sublayers[isAttentionSite(site) ? 0 : 1], part.bottleneck);
            }
            layer.modules[site].push_back(std::move(module));
        }
    }
}

const std::vector<ModulePicture>& modulesIn(const std::map<Site, std::vector<ModulePicture>>& places,
                                            Site site) {
    static const std::vector<ModulePicture> none;
    const auto found = places.find(site);
    return found == places.end() ? none : found->second;
}

/// Attention 0, feed-forward 1, what belongs to neither 2.
int sublayerOf(Site site) {
    switch (site) {
    case Site::AttentionOutput:
    case Site::AttentionParallel:
    case Site::AttentionQuery:
    case Site::AttentionKey:
    case Site::AttentionValue:
    case Site::AttentionDense:
        return 0;
    case Site::FfnOutput:
    case Site::FfnParallel:
    case Site::FfnIntermediate:
    case Site::FfnDense:
        return 1;
    default:
        return 2;
    }
}

/// Marks at the maps of one sublayer that belong together get one chip, at the first of them.
void group(LayerPicture& layer) {
    constexpr std::array order{Site::AttentionQuery, Site::AttentionKey,    Site::AttentionValue,
                               Site::AttentionDense, Site::AttentionOutput, Site::FfnIntermediate,
                               Site::FfnDense,       Site::FfnOutput};
    std::map<std::tuple<std::string, ModuleKind, int>, ModulePicture*> leaders;
    for (const Site site : order) {
        const auto found = layer.modules.find(site);
        if (found == layer.modules.end()) {
            continue;
        }
        for (ModulePicture& module : found->second) {
            if (!isMapMark(module.kind)) {
                continue;
            }
            ModulePicture*& leader = leaders[{module.ref.adapter, module.kind, sublayerOf(site)}];
            module.hasChip = leader == nullptr;
            leader = leader == nullptr ? &module : leader;
            leader->group.push_back(site);
            leader->groupParameters += module.parameters;
        }
    }
}

} // namespace

const std::vector<ModulePicture>& LayerPicture::at(Site site) const {
    return modulesIn(modules, site);
}

std::vector<ModulePicture> StackPicture::modules() const {
    std::vector<ModulePicture> all;
    const auto append = [&](const std::map<Site, std::vector<ModulePicture>>& places) {
        for (const auto& [site, modules] : places) {
            all.insert(all.end(), modules.begin(), modules.end());
        }
    };
    append(outside);
    for (const LayerPicture& layer : layers) {
        append(layer.modules);
    }
    return all;
}

const std::vector<ModulePicture>& StackPicture::at(int layer, Site site) const {
    const bool isInside = layer >= 0 && layer < static_cast<int>(layers.size());
    return modulesIn(isInside ? layers[static_cast<std::size_t>(layer)].modules : outside, site);
}

bool StackPicture::trainsEmbeddings() const {
    const auto isTrained = [](const ModulePicture& module) {
        return module.kind != ModuleKind::Shared && module.active && module.trained;
    };
    return std::ranges::any_of(at(kNoLayer, Site::InputPrompt), isTrained) ||
           std::ranges::any_of(at(kNoLayer, Site::EmbeddingOutput), isTrained);
}

bool StackPicture::hasEmptySite(int layer, Site site) const {
    if (layer == kNoLayer && site != Site::EmbeddingOutput && site != Site::InputPrompt &&
        site != Site::Pooler) {
        return false; // there are only parameters that serve all layers
    }
    const bool marksNorms = isBottleneckSite(site) || site == Site::EmbeddingOutput;
    return std::ranges::all_of(at(layer, site), [&](const ModulePicture& module) {
        return module.kind == ModuleKind::Shared || (marksNorms && module.kind == ModuleKind::Bias);
    });
}

StackPicture describeStack(const Experiment& experiment, const ModelConfig& model) {
    StackPicture stack;
    if (model.numLayers < 1) {
        return stack; // there is no base yet
    }
    stack.layers.resize(static_cast<std::size_t>(model.numLayers));
    stack.lowestTrainedLayer = design::lowestTrainedLayer(experiment, model);
    stack.baseTrained = experiment.trainsBase();
    stack.composition = experiment.composition;
    stack.hasPooler = model.family != ModelFamily::DistilBert && model.family != ModelFamily::Llama;
    for (const std::string& name : fusionNames(experiment.composition)) {
        if (experiment.trainsFusion(name)) {
            stack.trainedFusions.push_back(name);
        }
        stack.fusionParameters = fusionLayerParameterCount(experiment.fusion.config, model.hiddenSize);
    }
    for (int layer = 0; layer < model.numLayers; ++layer) {
        LayerPicture& picture = stack.layers[static_cast<std::size_t>(layer)];
        picture.drop = dropStateOf(experiment, layer);
        picture.differentiated = layer >= stack.lowestTrainedLayer;
    }
    const std::vector<std::string> active = experiment.composition.leaves();
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (modulesOf(adapter.config, model)) {
            const bool isActive = std::find(active.begin(), active.end(), adapter.name) != active.end();
            addModules(stack, adapter, model, experiment.trainsAdapter(adapter.name), isActive);
        }
        addLeftOut(stack, adapter);
    }
    for (LayerPicture& layer : stack.layers) {
        group(layer);
    }
    return stack;
}

} // namespace awb::ui
