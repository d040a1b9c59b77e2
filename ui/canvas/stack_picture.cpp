#include "ui/canvas/stack_picture.h"

#include <algorithm>

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

bool isTrained(const Experiment& experiment, const std::string& adapter) {
    return experiment.trainsBase() ||
           std::find(experiment.train.begin(), experiment.train.end(), adapter) != experiment.train.end();
}

ModulePicture pictureOf(const design::Module& module, const BottleneckConfig& config) {
    ModulePicture picture;
    picture.ref = module.ref;
    picture.reductionFactor = module.place.reductionFactor;
    picture.bottleneck = module.place.bottleneck;
    picture.parameters = module.place.parameters;
    picture.nonLinearity = config.nonLinearity;
    picture.lnBefore = config.lnBefore;
    picture.lnAfter = config.lnAfter;
    picture.gated = config.useGating;
    picture.scaling = config.scaling;
    return picture;
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

} // namespace

std::vector<ModulePicture> StackPicture::modules() const {
    std::vector<ModulePicture> all;
    for (const LayerPicture& layer : layers) {
        for (const SublayerPicture& sublayer : layer.sublayers) {
            all.insert(all.end(), sublayer.parallel.begin(), sublayer.parallel.end());
            all.insert(all.end(), sublayer.sequential.begin(), sublayer.sequential.end());
        }
    }
    return all;
}

const std::vector<ModulePicture>& StackPicture::at(int layer, Site site) const {
    static const std::vector<ModulePicture> none;
    if (layer < 0 || layer >= static_cast<int>(layers.size())) {
        return none;
    }
    const SublayerPicture& sublayer =
        layers[static_cast<std::size_t>(layer)].sublayers[isAttentionSite(site) ? 0 : 1];
    return isParallelSite(site) ? sublayer.parallel : sublayer.sequential;
}

StackPicture describeStack(const Experiment& experiment, const ModelConfig& model) {
    StackPicture stack;
    stack.layers.resize(static_cast<std::size_t>(std::max(0, model.numLayers)));
    stack.lowestTrainedLayer = design::lowestTrainedLayer(experiment, model);
    stack.baseTrained = experiment.trainsBase();
    for (int layer = 0; layer < model.numLayers; ++layer) {
        LayerPicture& picture = stack.layers[static_cast<std::size_t>(layer)];
        picture.drop = dropStateOf(experiment, layer);
        picture.differentiated = layer >= stack.lowestTrainedLayer;
    }
    for (const design::Module& module : design::modules(experiment, model)) {
        const AdapterSpec* adapter = experiment.findAdapter(module.ref.adapter);
        if (adapter == nullptr || module.ref.layer < 0 || module.ref.layer >= model.numLayers ||
            module.place.reductionFactor <= 0) {
            continue;
        }
        const BottleneckConfig* config = adapter->config.bottleneck();
        if (config == nullptr) {
            continue;
        }
        LayerPicture& layer = stack.layers[static_cast<std::size_t>(module.ref.layer)];
        SublayerPicture& sublayer = layer.sublayers[isAttentionSite(module.ref.site) ? 0 : 1];
        ModulePicture picture = pictureOf(module, *config);
        picture.drop = layer.drop;
        picture.trained = isTrained(experiment, module.ref.adapter);
        arrange(sublayer, *config);
        (isParallelSite(module.ref.site) ? sublayer.parallel : sublayer.sequential)
            .push_back(std::move(picture));
    }
    for (const AdapterSpec& adapter : experiment.adapters) {
        addLeftOut(stack, adapter);
    }
    return stack;
}

} // namespace awb::ui
