#pragma once

#include <map>

#include "models/config/bottleneck_config.h"

namespace awb::design {

/// Which sublayers of a layer hold a module.
struct LayerOccupancy {
    bool attention = false;
    bool feedForward = false;

    bool operator==(const LayerOccupancy&) const = default;
};
/// Layer -> its modules; layers without any are absent.
using Occupancy = std::map<int, LayerOccupancy>;

Occupancy occupancy(const BottleneckConfig& config, int numLayers);

/// Rewrites the placement so that exactly `occupied` is used, in the shortest form: one choice of sites for
/// the whole adapter, `leave_out` for empty layers, exceptions only where a layer differs from the most
/// frequent choice.
void setOccupied(BottleneckConfig& config, int numLayers, const Occupancy& occupied);

/// Sets one layer's reduction factor, in the shortest form: the most frequent factor is the default.
void setFactor(BottleneckConfig& config, int numLayers, int layer, double factor);

} // namespace awb::design
