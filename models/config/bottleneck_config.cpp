#include "models/config/bottleneck_config.h"

#include <algorithm>
#include <cmath>

namespace awb {

std::optional<double> ReductionFactor::at(int layer) const {
    const auto it = perLayer.find(layer);
    return it != perLayer.end() ? std::optional(it->second) : fallback;
}

bool BottleneckConfig::hasModule(int layer, Site site) const {
    if (isParallelSite(site) != isParallel || leaveOut.contains(layer)) {
        return false;
    }
    const auto it = layerSites.find(layer);
    const LayerSites own = it == layerSites.end() ? LayerSites{} : it->second;
    return isAttentionSite(site) ? own.mhAdapter.value_or(mhAdapter)
                                 : own.outputAdapter.value_or(outputAdapter);
}

int bottleneckSize(int hiddenSize, double reductionFactor) {
    // Python's // on floats: the floor of the exact quotient, not of the rounded one.
    const double hidden = hiddenSize;
    const double remainder = std::fmod(hidden, reductionFactor);
    const double quotient = std::round((hidden - remainder) / reductionFactor);
    return std::max(1, static_cast<int>(std::min(quotient, 1e9)));
}

double reductionFactorFor(int hiddenSize, int size) {
    double factor = static_cast<double>(hiddenSize) / size;
    while (bottleneckSize(hiddenSize, factor) < size) {
        factor = std::nextafter(factor, 0.0);
    }
    return factor;
}

const std::vector<std::string>& nonLinearityNames() {
    static const std::vector<std::string> names{
        "relu", "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_10", "quick_gelu", "swish",
        "silu", "mish", "tanh",     "sigmoid",           "leakyrelu", "relu6",   "relu2",      "linear"};
    return names;
}

const std::vector<Preset>& bottleneckPresets() {
    static const std::vector<Preset> presets = [] {
        BottleneckConfig pfeiffer;
        BottleneckConfig houlsby;
        houlsby.mhAdapter = true;
        houlsby.nonLinearity = "swish";
        houlsby.originalLnBefore = false;
        BottleneckConfig parallel;
        parallel.isParallel = true;
        parallel.originalLnBefore = false;
        parallel.reductionFactor.fallback = 2.0;
        parallel.scaling.value = 4.0;
        parallel.initWeights = "mam_adapter";
        BottleneckConfig scaled = parallel;
        scaled.scaling = {Scaling::Kind::Learned, 1.0};
        return std::vector<Preset>{
            {"pfeiffer", "seq_bn", "Pfeiffer", "Pfeiffer et al. 2021, AdapterFusion, arXiv:2005.00247",
             pfeiffer},
            {"houlsby", "double_seq_bn", "Houlsby",
             "Houlsby et al. 2019, Parameter-Efficient Transfer Learning for NLP, arXiv:1902.00751", houlsby},
            {"parallel", "par_bn", "Parallel",
             "He et al. 2022, Towards a Unified View of Parameter-Efficient Transfer Learning, "
             "arXiv:2110.04366",
             parallel},
            {"scaled_parallel", "scaled_par_bn", "Scaled parallel",
             "He et al. 2022, Towards a Unified View of Parameter-Efficient Transfer Learning, "
             "arXiv:2110.04366",
             scaled},
        };
    }();
    return presets;
}

const Preset* findPreset(std::string_view name) {
    for (const Preset& preset : bottleneckPresets()) {
        if (preset.name == name || preset.newName == name) {
            return &preset;
        }
    }
    return nullptr;
}

} // namespace awb
