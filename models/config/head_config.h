#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

enum class HeadType { Classification, Regression };

/// A task head as in AdapterHub's flexible heads: (layers - 1) x [dropout, linear(H, H), activation], then
/// [dropout, linear(H, labels)], on the first token's state (or the pooler's output).
struct HeadConfig {
    std::string name = "task";
    HeadType type = HeadType::Classification;
    int numLabels = 0; ///< 0: taken from the data; regression always has 1
    int layers = 2;
    std::string activation = "tanh"; ///< empty: no activation between the layers (AdapterHub's null)
    bool usePooler = false;
    bool bias = true;
    std::vector<std::string> labels; ///< names in the order of their ids; empty: "LABEL_0", ...

    bool operator==(const HeadConfig&) const = default;
};

std::string_view headTypeName(HeadType type);

/// Number of parameters for `numLabels` outputs at hidden size H.
std::int64_t headParameterCount(const HeadConfig& config, int hiddenSize);

/// The `config` object of AdapterHub's head_config.json. Regression is classification with one label there.
nlohmann::json toAdapterHubJson(const HeadConfig& config);
Result<HeadConfig> headFromAdapterHub(const nlohmann::json& json, const std::string& name);

} // namespace awb
