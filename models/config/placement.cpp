#include "models/config/placement.h"

namespace awb {

std::int64_t moduleParameterCount(const BottleneckConfig& config, int hiddenSize, int bottleneck) {
    const std::int64_t h = hiddenSize;
    const std::int64_t b = bottleneck;
    std::int64_t count = 2 * b * h + b + h;
    count += config.lnBefore ? 2 * h : 0;
    count += config.lnAfter ? 2 * h : 0;
    count += config.useGating ? h + 1 : 0;
    switch (config.scaling.kind) {
    case Scaling::Kind::Learned:
        count += 1;
        break;
    case Scaling::Kind::Channel:
        count += h;
        break;
    case Scaling::Kind::Constant:
        break;
    }
    return count;
}

Result<std::vector<ModulePlace>> modulesOf(const BottleneckConfig& config, const ModelConfig& model) {
    std::vector<ModulePlace> places;
    for (int layer = 0; layer < model.numLayers; ++layer) {
        for (const Site site : kBottleneckSites) {
            if (!config.hasModule(layer, site)) {
                continue;
            }
            const auto factor = config.reductionFactor.at(layer);
            if (!factor) {
                return fail("layer " + std::to_string(layer) + " has no reduction factor",
                            "/reduction_factor", "name the layer or a `default` in the map");
            }
            if (!(*factor > 0.0)) {
                return fail("the reduction factor of layer " + std::to_string(layer) + " is not above 0",
                            "/reduction_factor");
            }
            const int size = bottleneckSize(model.hiddenSize, *factor);
            places.push_back(
                {layer, site, *factor, size, moduleParameterCount(config, model.hiddenSize, size)});
        }
    }
    return places;
}

std::string moduleKey(const std::string& adapter, int layer, Site site) {
    return adapter + "/" + std::to_string(layer) + "/" + std::string(siteName(site));
}

} // namespace awb
