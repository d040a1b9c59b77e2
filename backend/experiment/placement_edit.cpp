#include "backend/experiment/placement_edit.h"

#include <algorithm>
#include <array>

namespace awb::design {

Occupancy occupancy(const BottleneckConfig& config, int numLayers) {
    const Site attention = config.isParallel ? Site::AttentionParallel : Site::AttentionOutput;
    const Site feedForward = config.isParallel ? Site::FfnParallel : Site::FfnOutput;
    Occupancy occupied;
    for (int layer = 0; layer < numLayers; ++layer) {
        const LayerOccupancy here{config.hasModule(layer, attention), config.hasModule(layer, feedForward)};
        if (here != LayerOccupancy{}) {
            occupied[layer] = here;
        }
    }
    return occupied;
}

void setOccupied(BottleneckConfig& config, int numLayers, const Occupancy& occupied) {
    constexpr std::array<LayerOccupancy, 3> kChoices{{{false, true}, {true, true}, {true, false}}};
    std::array<int, kChoices.size()> votes{};
    for (const auto& [layer, here] : occupied) {
        for (std::size_t i = 0; i < kChoices.size(); ++i) {
            votes[i] += here == kChoices[i] ? 1 : 0;
        }
    }
    const auto winner =
        static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
    const LayerOccupancy common = kChoices[winner];
    config.mhAdapter = common.attention;
    config.outputAdapter = common.feedForward;
    config.leaveOut.clear();
    config.layerSites.clear();
    for (int layer = 0; layer < numLayers; ++layer) {
        const auto it = occupied.find(layer);
        if (it == occupied.end() || it->second == LayerOccupancy{}) {
            config.leaveOut.insert(layer);
        } else if (it->second != common) {
            config.layerSites[layer] = {it->second.attention, it->second.feedForward};
        }
    }
}

void setFactor(BottleneckConfig& config, int numLayers, int layer, double factor) {
    ReductionFactor& factors = config.reductionFactor;
    std::map<int, double> all;
    std::map<double, int> votes;
    for (const auto& [used, here] : occupancy(config, numLayers)) {
        const double own = used == layer ? factor : factors.at(used).value_or(factor);
        all[used] = own;
        ++votes[own];
    }
    all[layer] = factor;
    if (votes.empty()) {
        factors = {factor, {}};
        return;
    }
    // Ties go to the present default, so that one edit does not rewrite every layer's entry.
    double common = factors.fallback.value_or(factor);
    for (const auto& [value, count] : votes) {
        const auto current = votes.find(common);
        if (current == votes.end() || count > current->second) {
            common = value;
        }
    }
    factors.fallback = common;
    factors.perLayer.clear();
    for (const auto& [used, value] : all) {
        if (value != common) {
            factors.perLayer[used] = value;
        }
    }
}

} // namespace awb::design
