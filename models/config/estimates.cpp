#include "models/config/estimates.h"

#include <algorithm>
#include <cmath>

namespace awb {

namespace {

constexpr std::int64_t kFloatBytes = 4;

/// Multiply-adds times two of one block's forward pass for one token: four H x H maps, two H x F maps, and
/// attention over T tokens.
double blockFlops(const ModelConfig& model, double tokens) {
    const double h = model.hiddenSize;
    const double f = model.intermediateSize;
    return 2.0 * (4.0 * h * h + 2.0 * h * f + 2.0 * h * tokens);
}

/// Floats that a differentiated block keeps for its backward pass, for one token.
double keptFloats(const ModelConfig& model, double tokens) {
    return 10.0 * model.hiddenSize + 2.0 * model.intermediateSize + 2.0 * model.numHeads * tokens;
}

} // namespace

CostEstimate estimateCost(const CostInput& input, double flopsPerSecond) {
    CostEstimate estimate;
    const std::int64_t base = baseParameterCount(input.model);
    const std::int64_t trained =
        input.adapterParameters + input.headParameters + (input.trainsBase ? base : std::int64_t{0});
    estimate.trainableParameters = trained;
    estimate.percentOfBase = 100.0 * static_cast<double>(trained) / static_cast<double>(base);
    estimate.fileBytes =
        kFloatBytes * (input.adapterParameters + input.headParameters + (input.trainsBase ? base : 0));

    const double batchTokens = input.batchSize * input.meanTokens;
    const int layers = input.model.numLayers;
    const int differentiated =
        layers - std::clamp(input.trainsBase ? 0 : input.lowestTrainedLayer, 0, layers);
    const double kept = batchTokens * (differentiated * keptFloats(input.model, input.meanTokens) +
                                       4.0 * static_cast<double>(input.bottleneckUnits) +
                                       6.0 * input.numModules * input.model.hiddenSize);
    // Weights once; for what is trained also the gradient and AdamW's two moments.
    estimate.memoryBytes =
        kFloatBytes * (base + input.adapterParameters + input.headParameters + 3 * trained) +
        static_cast<std::int64_t>(kFloatBytes * kept);

    const double block = blockFlops(input.model, input.meanTokens);
    const double adapters = 4.0 * static_cast<double>(input.bottleneckUnits) * input.model.hiddenSize;
    // Backward through a frozen block costs one more forward (gradients of its input only); weights double
    // that.
    const double backwardFactor = input.trainsBase ? 2.0 : 1.0;
    const double perToken = layers * block + differentiated * block * backwardFactor + 3.0 * adapters;
    estimate.flopsPerStep = perToken * batchTokens;
    if (flopsPerSecond > 0.0 && input.trainExamples > 0 && input.batchSize > 0) {
        const double steps = std::ceil(static_cast<double>(input.trainExamples) / input.batchSize);
        estimate.secondsPerEpoch = steps * estimate.flopsPerStep / flopsPerSecond;
    }
    return estimate;
}

} // namespace awb
