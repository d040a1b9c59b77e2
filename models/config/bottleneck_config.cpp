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

} // namespace awb
