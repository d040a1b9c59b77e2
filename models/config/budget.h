#pragma once

#include <cstdint>

#include "models/config/adapter_config.h"

namespace awb {

/// The adapter with its sizes (bottleneck units, rank, prompt or prefix length, width of a prefix's network)
/// chosen so that its trained parameters come as near as possible to `budget` on this model. The parts of a
/// union grow together; LoRA keeps alpha / r; per-layer reduction factors become one. Methods without a size
/// ((IA)3, BitFit) stay as they are. Errors: `budget` below 1; as for `parameterCount`.
Result<AdapterConfig> fitToBudget(const AdapterConfig& config, const ModelConfig& model, std::int64_t budget);

} // namespace awb
