#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "backend/experiment/experiment.h"
#include "backend/formats/safetensors.h"
#include "models/config/result.h"

namespace awb {

/// Where a run stands between two steps: everything beside tensors that the rest of it depends on.
struct TrainingPosition {
    std::int64_t step = 0; ///< steps done; 0: nothing yet, the run begins anew from its seed
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    double seconds = 0;         ///< training time so far
    bool evaluationDue = false; ///< the evaluation after `step` was not finished
    int threads = 1;            ///< sums depend on it in the last digits
    /// Of fusions whose temperature falls from pass to pass, by name.
    std::map<std::string, double> fusionTemperatures;
    std::string designHash; ///< of the experiment, its name and notes left out
    std::string baseHash;   ///< of the base before the run
    std::string datasetHash;
};

/// Hash of what a run is made from, without what may change between a stop and a resume: name, notes,
/// threads, how often checkpoints are written.
std::string designHash(Experiment experiment);

/// A checkpoint is one safetensors file in the run's folder, replaced atomically: trained parameters, AdamW's
/// moments, the random generator's state as bytes, and the position as JSON in the metadata.
std::filesystem::path checkpointFile(const std::filesystem::path& runFolder);

Result<void> writeTrainingCheckpoint(const std::filesystem::path& runFolder, const TrainingPosition& position,
                                     std::vector<TensorToWrite> tensors,
                                     std::span<const std::byte> randomState);

/// An opened checkpoint; the file stays mapped while this lives.
struct TrainingCheckpoint {
    TrainingPosition position;
    SafetensorsFile file;

    /// Empty in a checkpoint at step 0.
    std::span<const std::byte> randomState() const;
};
Result<TrainingCheckpoint> openTrainingCheckpoint(const std::filesystem::path& runFolder);

} // namespace awb
