#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/config/site.h"

namespace awb {

/// Where a fusion layer is: after the attention or after the feed-forward part of a block.
struct FusionPlace {
    int layer = 0;
    Site site = Site::FfnOutput;

    bool operator==(const FusionPlace&) const = default;
};

/// A text whose tokens' weights are kept one by one.
struct ProbeText {
    std::int64_t example = 0; ///< its place in the split
    std::string label;        ///< empty where the task has none
    std::vector<std::string> tokens;

    bool operator==(const ProbeText&) const = default;
};

/// What the weights of one fusion are measured on: the same examples at every recorded step of a run.
struct FusionProbe {
    std::string fusion; ///< "a,b"
    std::vector<std::string> adapters;
    std::vector<FusionPlace> places; ///< in data-flow order
    std::string split;               ///< whose examples they are
    std::int64_t seed = 0;           ///< by which they were drawn
    std::vector<std::int64_t> examples;
    std::vector<std::string> classes; ///< those that occur among the examples; empty without classes
    std::vector<int> classOf;         ///< for each example its place in `classes`, -1: none
    std::vector<ProbeText> texts;
    std::int64_t interval = 1; ///< steps between two records

    std::size_t tokens() const {
        std::size_t count = 0;
        for (const ProbeText& text : texts) {
            count += text.tokens.size();
        }
        return count;
    }

    bool operator==(const FusionProbe&) const = default;
};

/// The weights of one fusion at one step, over the probe. P places, K adapters, C classes; all row-major. A
/// weight is between 0 and 1; the K weights of a place add up to 1.
struct FusionRecord {
    std::string fusion;
    std::int64_t step = 0;
    std::vector<float> mean;    ///< [P, K], over the tokens of all examples, padding left out
    std::vector<float> spread;  ///< [P, K], standard deviation over the tokens
    std::vector<float> entropy; ///< [P], mean over the tokens; 1: uniform, 0: one adapter alone
    std::vector<float> byClass; ///< [C, P, K]
    std::vector<float> byToken; ///< [tokens of all texts, P, K]; empty where this step keeps none
};

} // namespace awb
