#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/config/head_config.h"
#include "models/config/result.h"

namespace awb {

/// An example with what a model said of it.
struct JudgedExample {
    std::int64_t number = 0; ///< in the split, from 0
    std::string text;
    std::string textPair; ///< empty for single texts
    std::string right;
    std::string predicted;
    /// Of the right class; tagging and multi-label: the geometric mean over words or labels. NaN for
    /// regression.
    double probability = 0;
    double loss = 0; ///< cross-entropy (mean over words or labels), squared error for regression; infinite
                     ///< where the head does not know the right class
    bool isRight = false;
};

/// What a run's model makes of a split.
struct ErrorReport {
    std::int64_t run = 0;
    std::string split;
    std::string dataset;
    std::string datasetHash;
    HeadType type = HeadType::Classification;
    std::vector<std::string> labels;
    /// Classification: texts, tagging: words; right classes in rows, predicted ones in columns. Empty for
    /// other tasks. What has no known class is not counted.
    std::vector<std::int64_t> confusion;
    std::vector<JudgedExample> examples; ///< in the order of the data

    std::int64_t count(std::size_t right, std::size_t predicted) const {
        return confusion[right * labels.size() + predicted];
    }
    std::int64_t rightOnes() const;
    /// The examples with the highest loss, the hardest first; those with equal losses in the data's order.
    std::vector<JudgedExample> hardest(std::size_t most) const;
};

/// An example of which two models say something different.
struct PredictionChange {
    JudgedExample first;
    JudgedExample second;
};

/// Where the predictions differ. Regression: where they differ by more than `tolerance`. Errors: the reports
/// are not about the same examples.
Result<std::vector<PredictionChange>> compareReports(const ErrorReport& first, const ErrorReport& second,
                                                     double tolerance = 0.05);

} // namespace awb
