#include "models/config/placement.h"

#include <set>
#include <utility>

namespace awb {

namespace {

/// Numbers in one projection made of Kronecker products; what all layers share is not counted.
std::int64_t phmParameterCount(const PhmOptions& phm, std::int64_t in, std::int64_t out) {
    const std::int64_t n = phm.dim;
    std::int64_t count = phm.bias ? out : 0;
    if (!phm.sharedW) {
        count += phm.factorizedW ? phm.rank * (in + out) : in * out / n;
    }
    if (!phm.sharedRule) {
        count += phm.factorizedRule ? 2 * n * n : n * n * n;
    }
    return count;
}

} // namespace

std::int64_t moduleParameterCount(const BottleneckConfig& config, int hiddenSize, int bottleneck) {
    const std::int64_t h = hiddenSize;
    const std::int64_t b = bottleneck;
    std::int64_t count = config.phm
                             ? phmParameterCount(*config.phm, h, b) + phmParameterCount(*config.phm, b, h)
                             : 2 * b * h + b + h;
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
    std::set<std::pair<Site, int>> sharedModules; // at this site, of this size: counted already
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
            const bool isCounted = config.sharedAcrossLayers && !sharedModules.insert({site, size}).second;
            places.push_back({layer, site, *factor, size,
                              isCounted ? 0 : moduleParameterCount(config, model.hiddenSize, size)});
        }
    }
    return places;
}

std::string moduleKey(const std::string& adapter, int layer, Site site) {
    return adapter + "/" + (layer == kNoLayer ? std::string("all") : std::to_string(layer)) + "/" +
           std::string(siteName(site));
}

} // namespace awb
