#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/config/method.h"

namespace awb {

/// Where a low-rank or scaling method acts: the linear maps that `attn_matrices`, `intermediate_lora` and
/// `output_lora` choose, in all layers but those of `leave_out`, and the pooler's with `pooler_lora`.
std::vector<std::pair<int, Site>> chosenLinearSites(const OptionValues& options, const ModelConfig& model);

/// The options that choose them, with these defaults.
std::vector<OptionSpec> linearSiteOptions(const std::vector<std::string>& matrices, bool intermediate);

/// Places of a method that acts at the chosen linear maps with the size of option `r`.
Result<std::vector<ActingPlace>> linearPlaces(const MethodConfig& config, const ModelConfig& model);

OptionSpec rankOption(std::int64_t fallback);
OptionSpec alphaOption(double fallback);

/// "bert.encoder.layer.0.attention.self.query.loras.NAME."
std::string loraPrefix(const ModelConfig& model, int layer, Site site, const std::string& adapter);

} // namespace awb
