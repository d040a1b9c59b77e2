#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"

namespace awb {

/// The experiment of a finished run. Errors: no such run, one that is not finished.
Result<Experiment> finishedExperiment(const RunStore& store, std::int64_t run);

/// Where a run keeps an adapter or fusion: its own folder for what it trained, else the one it came from.
std::filesystem::path partFolder(const std::filesystem::path& own, const std::string& from);

} // namespace awb
