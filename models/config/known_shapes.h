#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/model_config.h"

namespace awb {

/// Shapes of well-known pretrained transformers by name, so that their adapters can be counted without their
/// files: "bert-base", "bert-large", "roberta-base", "roberta-large", "xlm-roberta-base", "distilbert-base",
/// "llama-3-8b". From the public config.json of each.
std::optional<ModelConfig> knownShape(std::string_view name);
const std::vector<std::string>& knownShapeNames();

} // namespace awb
