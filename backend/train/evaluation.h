#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "backend/train/batching.h"
#include "models/config/head_config.h"

namespace at {
class Tensor;
}

namespace awb {

class BatchRunner;
struct ForwardContext;

/// Targets of some examples: int64 class ids (-100, which the loss ignores, where the class is unknown) or
/// float values.
at::Tensor targetsOf(const TokenizedSplit& split, std::span<const std::size_t> examples, HeadType head);

/// Scores of a split.
struct SplitScores {
    double loss = 0;                       ///< mean over the examples whose label is known; NaN when none is
    std::int64_t known = 0;                ///< how many those are
    std::map<std::string, double> metrics; ///< over all examples: an unknown label counts as wrong
};

/// Runs a whole split without gradients and without dropout. `progress` (may be empty) gets 0..1.
SplitScores evaluateSplit(BatchRunner& runner, const TokenizedSplit& split, const HeadConfig& head,
                          ForwardContext& context, const std::function<void(double)>& progress);

} // namespace awb
