#pragma once

#include <cstdint>

#include "backend/storage/run_store.h"
#include "backend/train/trainer.h"

namespace awb {

/// Runs an experiment and records it: what the window's worker and the command line share. Events go to the
/// database first, then to `observer`. A database that fails during the run does not end the training: the
/// first failure is reported through the outcome's error when all else went well.
struct RecordedOutcome {
    std::int64_t run = 0;
    RunOutcome outcome;
};
/// Starts a new run.
RecordedOutcome runRecorded(RunStore& store, const Experiment& experiment, RunControl& control,
                            TrainingObserver& observer);
/// Continues a stopped or interrupted run from its checkpoint.
RecordedOutcome resumeRecorded(RunStore& store, std::int64_t run, RunControl& control,
                               TrainingObserver& observer);

} // namespace awb
