#pragma once

#include <filesystem>
#include <string>

#include "backend/experiment/experiment.h"
#include "models/config/result.h"

namespace awb {

class AdapterModel;

/// Writes what a run has made: `adapters/NAME` for each trained adapter, `fusions/A,B` for each trained
/// fusion, `heads/HEAD`, and, where the base
/// was trained, `base/` as a Hugging Face folder that can be opened as a base again.
Result<void> saveResults(const Experiment& experiment, const AdapterModel& model,
                         const std::filesystem::path& baseFolder, const std::filesystem::path& runFolder);

} // namespace awb
