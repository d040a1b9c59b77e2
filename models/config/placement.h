#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/config/bottleneck_config.h"
#include "models/config/head_config.h"
#include "models/config/model_config.h"
#include "models/config/site.h"

namespace awb {

/// One module at one site of one layer, with its size.
struct ModulePlace {
    int layer = 0; ///< kNoLayer: serves the whole network
    Site site = Site::FfnOutput;
    double reductionFactor = 0; ///< of this layer; 0 for other methods than the bottleneck
    int bottleneck = 0;         ///< units; other methods: rank, prefix length, ...
    std::int64_t parameters = 0;

    bool operator==(const ModulePlace&) const = default;
};

/// All modules of a bottleneck adapter, from the lowest layer up, attention before feed-forward. Error: a
/// layer without a reduction factor, or a factor that is not positive.
Result<std::vector<ModulePlace>> modulesOf(const BottleneckConfig& config, const ModelConfig& model);

/// Parameters of one module with bottleneck b at hidden size H: 2bH + b + H, plus norms, gate and scaling.
std::int64_t moduleParameterCount(const BottleneckConfig& config, int hiddenSize, int bottleneck);

/// Key under which a module appears in records and plots: "NAME/LAYER/SITE", e.g. "reviews/3/ffn_output";
/// LAYER is "all" for modules that serve the whole network.
std::string moduleKey(const std::string& adapter, int layer, Site site);

} // namespace awb
