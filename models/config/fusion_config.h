#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/model_config.h"
#include "models/config/result.h"

namespace awb {

class JsonFields;

/// AdapterFusion (Pfeiffer et al. 2021): attention over the outputs of several adapters at one place. Options
/// named as in AdapterHub's configuration; defaults are those of `dynamic`.
struct FusionConfig {
    bool key = true;
    bool query = true;
    bool value = true;
    bool queryBeforeLn = false;
    bool regularization = true; ///< 0.01 times the sum over places of ||I - W_value||^2
    bool residualBefore = false;
    bool temperature = false; ///< 50 at first, 0.05 less after each pass, down to 1
    bool valueBeforeSoftmax = true;
    bool valueInitialized = true; ///< the value matrix begins as the identity (1e-6 beside the diagonal)
    double dropout = -1;          ///< of the scores; negative: the base's attention dropout

    bool operator==(const FusionConfig&) const = default;
};

/// "static" or "dynamic"; error: unknown name.
Result<FusionConfig> fusionPreset(const std::string& name);
const std::vector<std::string>& fusionPresetNames();

/// Numbers in one fusion layer at hidden size H.
std::int64_t fusionLayerParameterCount(const FusionConfig& config, int hiddenSize);

/// Reads the options that `fields` has over the values of `config`. Problems are kept in `fields`.
void readFusionOptions(JsonFields& fields, FusionConfig& config);

/// AdapterHub's `config` object.
nlohmann::json toAdapterHubJson(const FusionConfig& config);
/// `json`: the object, or a preset's name.
Result<FusionConfig> fusionFromAdapterHub(const nlohmann::json& json, const std::string& pointer);

} // namespace awb
