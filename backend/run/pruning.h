#pragma once

#include <cstddef>
#include <functional>

#include "backend/analysis/pruning_report.h"
#include "backend/run/opened_run.h"

namespace awb {

/// Forbids the fused adapter with the least mean weight (over all fusion layers and the tokens of the probe),
/// measures the weights of the others anew, and so on until `keep` are left; scores the model each time.
/// `progress` gets 0..1. Throws StopRequested when `control` asks for it. Errors: a run without a fusion;
/// `keep` is not from 1 to one less than the fused adapters.
Result<PruningReport> prune(OpenedRun& run, std::size_t keep, RunControl& control,
                            const std::function<void(double)>& progress);

} // namespace awb
