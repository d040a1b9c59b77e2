#pragma once

#include "backend/storage/run_store.h"
#include "backend/train/run_setup.h"

namespace awb {

/// A finished run as it was set up, with the weights that it ended with.
struct ReopenedRun {
    Experiment experiment; ///< as it was started
    RunSetup setup;        ///< nothing is trained in it
    std::shared_ptr<const Dataset> dataset;
};

/// Sets a finished run up again and loads its saved adapters, fusions, heads and, where it was trained, base.
/// Errors: see OpenedRun::open. `progress` may throw StopRequested.
Result<ReopenedRun> reopenRun(const RunStore& store, std::int64_t run, const SetupProgress& progress);

} // namespace awb
