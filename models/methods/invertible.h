#pragma once

#include <memory>

#include "models/config/bottleneck_config.h"
#include "models/methods/site_modules.h"

namespace awb {

/// The invertible adapter of MAD-X (Pfeiffer et al. 2020): NICE's additive coupling (Dinh et al. 2015) or
/// GLOW's affine one (Kingma & Dhariwal 2018) of the two halves of each token's state.
std::unique_ptr<InvertibleModule> makeInvertible(const BottleneckConfig& config, const TensorGroup& tensors);

} // namespace awb
