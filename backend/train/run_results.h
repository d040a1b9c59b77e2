#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "backend/experiment/experiment.h"
#include "models/config/result.h"

namespace awb {

class AdapterModel;

/// Writes what a run has made: `adapters/NAME` for each trained adapter, `fusions/A,B` for each trained
/// fusion, `heads/HEAD`, the temperatures of fusions that have one, and, where the base was trained, `base/`
/// as a Hugging Face folder that can be opened as a base again.
Result<void> saveResults(const Experiment& experiment, const AdapterModel& model,
                         const std::filesystem::path& baseFolder, const std::filesystem::path& runFolder);

/// The temperatures that a run's fusions (with the option `temperature`) ended with; empty without such.
std::map<std::string, double> savedTemperatures(const std::filesystem::path& runFolder);

} // namespace awb
