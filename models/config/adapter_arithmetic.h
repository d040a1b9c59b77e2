#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/adapter_config.h"

namespace awb {

/// How several trained adapters become one of the same kind. With weights w_i:
enum class CombineMethod {
    Linear,          ///< every tensor is sum w_i t_i; all configurations must be equal
    LoraNegateB,     ///< LoRA: A = sum |w_i| A_i, B = sum w_i B_i, so that a negative weight subtracts
    LoraConcatenate, ///< LoRA: the exact sum of the changes of the weights, with the sum of the ranks
    LoraSvd,         ///< LoRA: the best approximation of that sum by a chosen rank (singular values)
};
/// "linear", "lora_linear_only_negate_b", "lora_concatenate", "lora_delta_w_svd": the first, second and last
/// are AdapterHub's names (average_adapter).
std::string_view combineMethodName(CombineMethod method);
/// Also by the short forms "svd", "negate_b" and "concatenate".
std::optional<CombineMethod> combineMethodFromName(std::string_view name);

struct CombineTerm {
    std::string adapter;
    double weight = 1;
};
struct CombineOptions {
    CombineMethod method = CombineMethod::Linear;
    int rank = 0; ///< of LoraSvd; 0: the first adapter's
};

/// Divides the weights by their sum. Error: it is 0.
Result<std::vector<CombineTerm>> normalized(std::vector<CombineTerm> terms);

/// The configuration of the combined adapter. Dropout and initialisation may differ. Errors: fewer than one
/// adapter, configurations that can't be combined in this way (which option differs), a method that only LoRA
/// has, an impossible rank.
Result<AdapterConfig> combinedConfig(const std::vector<const AdapterConfig*>& configs,
                                     const CombineOptions& options);

} // namespace awb
