#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"

namespace awb {

/// Where a finished run's model is.
struct RunSource {
    RunRow row;
    Experiment experiment;            ///< as it was started
    std::filesystem::path folder;     ///< adapters/NAME, fusions/a,b, heads/NAME
    std::filesystem::path baseFolder; ///< the run's own where it has trained the base

    /// Where an adapter or a fusion is: the run's own folder where it trained it, else where it came from.
    /// Errors of an adapter: it is not there.
    Result<std::filesystem::path> adapterFolder(const AdapterSpec& adapter) const;
    std::filesystem::path fusionFolder(const std::string& fusion) const;
    std::filesystem::path headFolder(const std::string& head) const;
};

/// Errors: no such run, not finished, its files or its base are gone.
Result<RunSource> readRunSource(const RunStore& store, std::int64_t run);

} // namespace awb
