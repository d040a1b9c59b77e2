#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"

namespace awb {

/// Where a finished run's model is.
struct RunSource {
    std::int64_t run = 0;
    std::string name;
    Experiment experiment;
    std::filesystem::path folder;     ///< adapters/NAME, fusions/a,b, heads/NAME
    std::filesystem::path baseFolder; ///< the run's own where it has trained the base
    std::string baseHash;             ///< of the base it was trained on; empty where it trained the base

    bool hasTrainedBase() const { return experiment.trainsBase(); }
    /// The adapter's folder: the run's own where it trained the adapter, else where it came from; empty where
    /// there is none.
    std::filesystem::path adapterFolder(const AdapterSpec& adapter) const;
    std::filesystem::path fusionFolder(const std::string& fusion) const;
    std::filesystem::path headFolder(const std::string& head) const;
};

/// Errors: no such run, not finished, its files or its base are gone.
Result<RunSource> readRunSource(const RunStore& store, std::int64_t run);

} // namespace awb
