#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backend/analysis/fusion_record.h"
#include "backend/train/batching.h"

namespace awb {

class AdapterModel;
class BatchRunner;
struct ForwardContext;

/// What a probe is drawn from.
struct ProbeSource {
    const TokenizedSplit* split = nullptr;
    std::vector<std::string> classNames;   ///< of the split's labels; empty: no classes
    std::function<std::string(int)> token; ///< the text of a token id
    std::int64_t seed = 1;
    std::int64_t totalSteps = 1;
    int batchSize = 32; ///< of training: what a step costs
};

/// The probes of the model's fusions: 24 to 96 examples of the split (the more, the longer the run), drawn by
/// the seed, six of them with every token. The interval between records is such that at most some 200 are
/// made in a run and that the passes cost about 2.5 % of the steps between them, or less.
std::vector<FusionProbe> drawProbes(const AdapterModel& model, const ProbeSource& source);

/// True where a step is recorded: 0, every `interval`, and the last.
bool recordsFusionAt(const FusionProbe& probe, std::int64_t step, std::int64_t totalSteps);
/// True where such a record also has every token's weights: the first, the last and each eighth.
bool recordsTokensAt(const FusionProbe& probe, std::int64_t step, std::int64_t totalSteps);

/// Runs the probes' examples through the model, without gradients and dropout, and measures the weights of
/// all fusions. Temperatures, which a pass lowers, are put back. All probes must have the same examples.
/// `context` gives the skipped layers and the safe point.
std::vector<FusionRecord> measureFusions(AdapterModel& model, BatchRunner& runner,
                                         const TokenizedSplit& split, const std::vector<FusionProbe>& probes,
                                         std::int64_t step, bool withTokens, ForwardContext context);

} // namespace awb
