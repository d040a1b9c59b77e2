#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "models/config/model_config.h"
#include "models/config/result.h"

namespace awb {

inline constexpr const char* kAdapterConfigFile = "adapter_config.json";
inline constexpr const char* kHeadConfigFile = "head_config.json";
inline constexpr const char* kFusionConfigFile = "adapter_fusion_config.json";

/// The common part of AdapterHub's configuration files.
struct FolderConfig {
    nlohmann::json config; ///< the options: an object, or a preset's name
    std::string name;
    std::string version; ///< empty in files of version 1
    bool isVersion1 = false;

    /// Files of AdapterHub's stand-alone library before 1.1.0, which did not apply LoRA's alpha / r.
    bool ignoresLoraAlpha() const;
};

/// Reads one and checks it against the base model; errors name the file and the key.
Result<FolderConfig> readFolderConfig(const std::filesystem::path& file, const ModelConfig& model);

/// Writes one.
Result<void> writeFolderConfig(const std::filesystem::path& file, const nlohmann::json& config,
                               const ModelConfig& model, const std::string& name,
                               const std::string& modelName, const std::string& version);

} // namespace awb
