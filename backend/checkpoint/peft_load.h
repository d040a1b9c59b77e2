#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "models/adapter_model.h"

namespace awb {

/// What a folder of the PEFT library has become.
struct PeftAdapter {
    std::string head; ///< the head that was in the file; empty: none
    /// Names in the model -> keys in adapter_model.safetensors.
    std::map<std::string, std::string> keys;
    std::vector<std::string> remarks;
};

/// True where the folder's adapter_config.json has a `peft_type`.
bool isPeftFolder(const std::filesystem::path& folder);

/// Reads LoRA and (IA)3 of the PEFT library (adapter_config.json, adapter_model.safetensors or .bin) into an
/// adapter of this name: which matrices, ranks and factors follows from the keys of the file. The classifier
/// that sequence classification saves with it becomes a head named `head`. Errors: another method, a matrix
/// that this family does not have, shapes that don't fit, DoRA.
Result<PeftAdapter> loadPeft(AdapterModel& model, const std::filesystem::path& folder,
                             const std::string& name, const std::string& head);

} // namespace awb
