#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backend/data/tag_scheme.h"
#include "backend/train/batching.h"
#include "models/config/head_config.h"

namespace at {
class Tensor;
}

namespace awb {

class BatchRunner;
struct ForwardContext;
struct ModelOutput;

/// What the heads of a run are asked and how the answers are scored.
struct ScoredTask {
    std::vector<HeadConfig> heads; ///< several where the composition ends in branches: same targets for all
    Masking masking;               ///< masked LM
    std::uint64_t maskSeed = 0;    ///< masked LM: which tokens evaluations hide
    TagScheme tagScheme = TagScheme::None;
    std::vector<std::string> tagNames; ///< tagging: of all ids, those that train does not have included

    HeadType type() const { return heads.front().type; }
};

/// The targets of a batch as headLoss takes them; -100, which the loss ignores, where a class is unknown.
at::Tensor targetsOf(const TokenizedSplit& split, const PaddedBatch& batch, HeadType type);

/// The sum of the heads' losses.
at::Tensor taskLoss(const ScoredTask& task, const ModelOutput& output, const at::Tensor& targets);

/// Scores of a split. With several heads each metric is their mean, and each head's own stands beside it as
/// "HEAD/metric".
struct SplitScores {
    double loss = 0;                       ///< mean over what is counted; NaN when nothing is
    std::int64_t known = 0;                ///< how many examples or tokens that are
    std::map<std::string, double> metrics; ///< over all examples: an unknown label counts as wrong
};

/// Runs a whole split without gradients and without dropout. `progress` (may be empty) gets 0..1.
SplitScores evaluateSplit(BatchRunner& runner, const TokenizedSplit& split, const ScoredTask& task,
                          ForwardContext& context, const std::function<void(double)>& progress);

} // namespace awb
