#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backend/run/opened_run.h"

namespace awb {

/// A fused model with some of its adapters.
struct PruningStep {
    std::vector<std::string> kept;
    std::string dropped; ///< the adapter that went last; empty: all are kept
    double weight = 0;   ///< its mean weight before it went, 0..1
    ModelScore score;
};

/// A fusion that loses its adapters one after the other.
struct PruningReport {
    ScoreSample sample;
    std::vector<PruningStep> steps; ///< the first one keeps all
};

/// Forbids the fused adapter with the least mean weight (over all fusion layers and the tokens of the probe),
/// measures the weights of the others anew, and so on until `keep` are left; scores the model each time.
/// `progress` gets 0..1. Throws StopRequested when `control` asks for it. Errors: a run without a fusion;
/// `keep` is not from 1 to one less than the fused adapters.
Result<PruningReport> prune(OpenedRun& run, std::size_t keep, RunControl& control,
                            const std::function<void(double)>& progress);

} // namespace awb
