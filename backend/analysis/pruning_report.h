#pragma once

#include <string>
#include <vector>

#include "backend/analysis/ablation_map.h"

namespace awb {

/// A fused model with some of its adapters.
struct PruningStep {
    std::vector<std::string> kept; ///< in the order of the fusions
    std::string dropped;           ///< the adapter that went last; empty: all are kept
    double weight = 0;             ///< its mean weight before it went, 0..1
    ModelScore score;
};

/// A fusion that loses its adapters one after the other.
struct PruningReport {
    ScoreSample sample;
    std::vector<PruningStep> steps; ///< the first one keeps all; each next one has an adapter less

    /// A step's score minus that with all adapters.
    ModelScore change(const PruningStep& step) const {
        const ModelScore& whole = steps.front().score;
        return {step.score.loss - whole.loss, step.score.metric - whole.metric};
    }
};

} // namespace awb
