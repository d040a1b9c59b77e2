#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/config/parameter_names.h"

namespace awb {

/// How well a model does on a sample; NaN: not measured.
struct ModelScore {
    double loss = std::numeric_limits<double>::quiet_NaN();
    double metric = std::numeric_limits<double>::quiet_NaN(); ///< the run's main metric: more is better
};

/// The examples that scores of a finished run are taken on.
struct ScoreSample {
    std::string split;
    std::int64_t seed = 0;     ///< by which they were drawn
    std::int64_t examples = 0; ///< how many
    std::int64_t all = 0;      ///< how many the split has
    std::string metric;        ///< "accuracy"

    bool operator==(const ScoreSample&) const = default;
};

/// Where an adapter is left out: after a part of a block, or, for methods that act elsewhere, in the layer.
struct AblationPlace {
    int layer = 0;
    std::optional<BlockPart> part;

    bool operator==(const AblationPlace&) const = default;
};

/// What it costs a trained model to leave its adapters out: P places, K adapters.
struct AblationMap {
    ScoreSample sample;
    std::vector<std::string> adapters;
    std::vector<AblationPlace> places;  ///< in data-flow order
    ModelScore reference;               ///< of the model as it was trained
    std::vector<ModelScore> cells;      ///< [P, K] row-major; NaN where the adapter has no module
    std::vector<ModelScore> everywhere; ///< [K]: the adapter left out of the whole network

    const ModelScore& at(std::size_t place, std::size_t adapter) const {
        return cells[place * adapters.size() + adapter];
    }
    /// A score minus the reference.
    ModelScore change(const ModelScore& score) const {
        return {score.loss - reference.loss, score.metric - reference.metric};
    }
};

} // namespace awb
