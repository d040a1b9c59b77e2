#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/config/model_config.h"
#include "models/config/result.h"

namespace awb {

/// A tensor in a file, without its values.
struct TensorSummary {
    std::string name;
    std::string dtype; ///< "F32", ...
    std::vector<std::int64_t> shape;
    std::int64_t bytes = 0;
};

/// What a model, adapter or head folder holds.
struct FolderSummary {
    std::string kind;               ///< "model", "adapter", "head"
    nlohmann::ordered_json details; ///< configuration, sites, sizes, missing and unexpected parameters
    std::vector<TensorSummary> tensors;
    std::int64_t parameters = 0;
    std::vector<std::string> remarks;
};

/// Looks into a folder; errors say what is wrong with which file or tensor.
Result<FolderSummary> inspectFolder(const std::filesystem::path& folder);

/// Where a base model's folder is: a bundled name (unpacked once into the user's cache) or a path.
Result<std::filesystem::path> resolveBaseModel(const std::string& nameOrFolder);
/// Names of the bundled models.
std::vector<std::string> bundledModels();
/// config.json of a base, by name or folder.
Result<ModelConfig> loadBaseConfig(const std::string& nameOrFolder);

} // namespace awb
