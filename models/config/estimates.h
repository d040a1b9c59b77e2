#pragma once

#include <cstdint>
#include <optional>

#include "models/config/model_config.h"

namespace awb {

/// What a design will cost, from its configuration alone: no tensor is made.
struct CostInput {
    ModelConfig model;
    std::int64_t adapterParameters = 0;
    std::int64_t headParameters = 0;
    bool trainsBase = false;    ///< full fine-tuning
    int lowestTrainedLayer = 0; ///< L when only the head trains
    int numModules = 0;
    std::int64_t bottleneckUnits = 0; ///< sum over the modules
    int batchSize = 32;
    double meanTokens = 32; ///< tokens an example after truncation
    std::int64_t trainExamples = 0;
};

struct CostEstimate {
    std::int64_t trainableParameters = 0;
    double percentOfBase = 0;
    std::int64_t fileBytes = 0;   ///< adapter and head as float32
    std::int64_t memoryBytes = 0; ///< weights, gradients, AdamW moments, kept activations
    double flopsPerStep = 0;      ///< multiply-adds times two, forward and backward
    double secondsPerEpoch = 0;   ///< at `flopsPerSecond`; 0 without examples
};

/// `flopsPerSecond`: what this machine reaches, measured by the engine.
CostEstimate estimateCost(const CostInput& input, double flopsPerSecond);

} // namespace awb
