#pragma once

#include <cstdint>
#include <filesystem>

#include "models/config/model_config.h"
#include "models/config/result.h"

namespace awb {

/// Writes an untrained BERT encoder with the weights of `fillFreshBase`: config.json and model.safetensors;
/// the tokenizer's files are the caller's. The same seed gives the same bytes. Errors: sizes that make no
/// encoder, with the key of config.json; a file that can't be written.
Result<void> writeNewBase(const ModelConfig& config, std::uint64_t seed, const std::filesystem::path& folder);

} // namespace awb
