#include <algorithm>
#include <set>

#include "backend/experiment/design.h"
#include "models/config/method_composition.h"

namespace awb::design {

namespace {

/// One fusion of the composition: its layers, and those in which something is fused at all.
struct FusionLayers {
    std::string name;
    std::int64_t count = 0;
    std::set<int> used;
};

void collectFusions(const Composition& node, const Experiment& experiment, const ModelConfig& model,
                    std::vector<FusionLayers>& into) {
    for (const Composition& child : node.children) {
        collectFusions(child, experiment, model, into);
    }
    if (node.kind != Composition::Kind::Fuse) {
        return;
    }
    std::vector<const AdapterConfig*> fused;
    FusionLayers fusion;
    fusion.name = fusionName(node);
    for (const Composition& child : node.children) {
        const AdapterSpec* adapter = experiment.findAdapter(child.last());
        if (adapter == nullptr) {
            return;
        }
        fused.push_back(&adapter->config);
        if (const auto places = modulesOf(adapter->config, model)) {
            for (const ModulePlace& place : *places) {
                if (isBottleneckSite(place.site) && place.layer != kNoLayer) {
                    fusion.used.insert(place.layer);
                }
            }
        }
    }
    if (const auto places = fusionPlaces(fused, model)) {
        fusion.count = static_cast<std::int64_t>(places->size());
        into.push_back(std::move(fusion));
    }
}

std::vector<FusionLayers> fusionsOf(const Experiment& experiment, const ModelConfig& model) {
    std::vector<FusionLayers> fusions;
    collectFusions(experiment.composition, experiment, model, fusions);
    return fusions;
}

bool isActive(const Experiment& experiment, const std::string& adapter) {
    const std::vector<std::string> leaves = experiment.composition.leaves();
    return std::find(leaves.begin(), leaves.end(), adapter) != leaves.end();
}

bool isTrained(const Experiment& experiment, const std::string& adapter) {
    return experiment.trainsAdapter(adapter) && isActive(experiment, adapter);
}

/// Units that every token passes: nothing for factors, biases, prefixes and prompts.
std::int64_t unitsOf(const Module& module) {
    const Site site = module.ref.site;
    const bool isPerToken = isBottleneckSite(site) || isLinearSite(site) || site == Site::BlockOutput;
    return isPerToken ? module.place.bottleneck : 0;
}

bool isBitFit(const Experiment& experiment, const std::string& adapter) {
    const std::vector<MethodConfig>& parts = experiment.findAdapter(adapter)->config.parts;
    return parts.size() == 1 && parts.front().method == "bitfit";
}

} // namespace

int lowestTrainedLayer(const Experiment& experiment, const ModelConfig& model) {
    if (experiment.trainsBase()) {
        return 0;
    }
    const int dropped =
        experiment.training.adapterDropMode == "fixed" ? experiment.training.adapterDropLayers : 0;
    const auto runs = [&](int layer) {
        const auto& skipped = experiment.skipLayers;
        return layer >= dropped && std::find(skipped.begin(), skipped.end(), layer) == skipped.end();
    };
    int lowest = model.numLayers;
    for (const Module& module : modules(experiment, model)) {
        if (module.isShared() || !isTrained(experiment, module.ref.adapter)) {
            continue;
        }
        if (module.ref.layer == kNoLayer && module.ref.site != Site::Pooler) {
            return 0;
        }
        if (module.ref.layer != kNoLayer && runs(module.ref.layer)) {
            lowest = std::min(lowest, module.ref.layer);
        }
    }
    for (const FusionLayers& fusion : fusionsOf(experiment, model)) {
        for (const int layer : fusion.used) {
            if (runs(layer) && experiment.trainsFusion(fusion.name)) {
                lowest = std::min(lowest, layer);
            }
        }
    }
    return lowest;
}

std::int64_t fusionParameterCount(const Experiment& experiment, const ModelConfig& model, bool onlyTrained) {
    std::int64_t count = 0;
    for (const FusionLayers& fusion : fusionsOf(experiment, model)) {
        if (!onlyTrained || experiment.trainsFusion(fusion.name)) {
            count += fusion.count * fusionLayerParameterCount(experiment.fusion.config, model.hiddenSize);
        }
    }
    return count;
}

CostInput costInput(const Experiment& experiment, const ModelConfig& model, int numLabels, double meanTokens,
                    std::int64_t trainExamples) {
    CostInput input;
    input.model = model;
    input.trainsBase = experiment.trainsBase();
    input.lowestTrainedLayer = lowestTrainedLayer(experiment, model);
    for (const Module& module : modules(experiment, model)) {
        if (!isActive(experiment, module.ref.adapter)) {
            continue;
        }
        if (isTrained(experiment, module.ref.adapter)) {
            input.adapterParameters += module.place.parameters;
        }
        if (!module.isShared()) {
            input.bottleneckUnits += isBitFit(experiment, module.ref.adapter) ? 0 : unitsOf(module);
            ++input.numModules;
        }
    }
    input.adapterParameters += fusionParameterCount(experiment, model, true);
    for (HeadConfig head : headsOf(experiment)) {
        head.numLabels = head.numLabels > 0 ? head.numLabels : numLabels;
        input.headParameters += headParameterCount(head, model.hiddenSize, model.vocabSize);
    }
    input.batchSize = experiment.training.batchSize;
    input.meanTokens = meanTokens;
    input.trainExamples = trainExamples;
    return input;
}

} // namespace awb::design
