#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "backend/data/dataset.h"
#include "backend/experiment/experiment.h"
#include "backend/train/records.h"
#include "backend/train/run_control.h"

namespace awb {

/// One training run of an experiment, from loading the base to the final evaluation.
struct TrainRequest {
    Experiment experiment;                  ///< with absolute paths (resolvePaths)
    std::filesystem::path runFolder;        ///< checkpoint and results go here; created when missing
    bool resume = false;                    ///< continue from the checkpoint in runFolder
    std::shared_ptr<const Dataset> dataset; ///< may be null: loaded by the trainer
    /// Memory for states of frozen lower blocks that are computed once and reused; 0: compute them in each
    /// step.
    std::int64_t stateCacheBytes = std::int64_t{2} << 30;
    bool diagnostics = true; ///< measure each module in each step (ModuleStats)
};

/// Trains on the calling thread, which must be the one that owns all torch objects. Never throws: every
/// failure, also of LibTorch, comes back in the outcome. On success `runFolder` holds `adapters/NAME` and
/// `heads/NAME` in AdapterHub's format. A NaN or infinite loss ends the run as Failed, with the step, the
/// value and the likely cause.
///
/// Resuming gives, step for step, what the uninterrupted run would have given: same seed, same thread count.
RunOutcome train(const TrainRequest& request, RunControl& control, TrainingObserver& observer);

/// True when `runFolder` holds a checkpoint that `train` can resume from.
bool hasCheckpoint(const std::filesystem::path& runFolder);
/// The step after which the checkpoint in `runFolder` was taken; none without a readable checkpoint.
std::optional<std::int64_t> checkpointStep(const std::filesystem::path& runFolder);

} // namespace awb
