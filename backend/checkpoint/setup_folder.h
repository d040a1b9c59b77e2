#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/checkpoint/checkpoint.h"
#include "models/adapter_model.h"

namespace awb {

inline constexpr const char* kSetupFile = "adapter_setup.json";

/// A composition with its heads: one for each branch of `headBranches`, else one or none.
struct AdapterSetup {
    Composition composition;
    std::vector<std::string> heads;
};

/// AdapterHub's setup folder (save_adapter_setup of its library since 1.1): adapter_setup.json with the
/// composition and the heads, and one folder for each adapter ("NAME"), fusion ("a,b") and head ("NAME", in
/// the folder of the adapter of that name where there is one). Gives what the format can't say of the
/// adapters, one remark each. Errors: as for saving one.
Result<std::vector<std::string>> saveSetup(const AdapterModel& model, const AdapterSetup& setup,
                                           const std::filesystem::path& folder, const std::string& modelName,
                                           WeightsForm form = WeightsForm::Safetensors);

struct LoadedSetup {
    AdapterSetup setup;
    std::vector<std::string> remarks;
};
/// Loads all that a setup folder holds into the model, which must not have anything of these names, and
/// checks the composition. Nothing is activated. Errors name the file.
Result<LoadedSetup> loadSetup(AdapterModel& model, const std::filesystem::path& folder);

/// What AdapterHub's format can't say of an adapter, as remarks that name it.
std::vector<std::string> exportRemarks(const AdapterModel& model, const std::string& adapter);

} // namespace awb
