#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "backend/experiment/experiment.h"

namespace awb {

class AdapterModel;

/// XXH3-128 of what a run must not change: "base", and every adapter that is not trained as "adapter NAME".
using FrozenHashes = std::map<std::string, std::string>;
FrozenHashes frozenHashes(const Experiment& experiment, const AdapterModel& model);

/// Error: a part that was changed, which is a fault of the program.
Result<void> checkFrozen(const FrozenHashes& before, const FrozenHashes& after);

/// What a run's frozen.json says of one part.
struct FrozenPart {
    std::string before; ///< the first step
    std::string after;  ///< the last step
};
Result<void> writeFrozenRecord(const std::filesystem::path& runFolder, const FrozenHashes& before,
                               const FrozenHashes& after);
/// By part. Errors: the run has no such file (it was made by an older version); the file is damaged.
Result<std::map<std::string, FrozenPart>> readFrozenRecord(const std::filesystem::path& runFolder);

} // namespace awb
