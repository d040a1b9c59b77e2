#include "backend/playground/error_report.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace awb {

std::int64_t ErrorReport::rightOnes() const {
    return std::ranges::count_if(examples, &JudgedExample::isRight);
}

std::vector<JudgedExample> ErrorReport::hardest(std::size_t most) const {
    std::vector<JudgedExample> sorted = examples;
    std::ranges::stable_sort(sorted, std::greater<>(), &JudgedExample::loss);
    sorted.resize(std::min(most, sorted.size()));
    return sorted;
}

Result<std::vector<PredictionChange>> compareReports(const ErrorReport& first, const ErrorReport& second,
                                                     double tolerance) {
    if (first.type != second.type) {
        return fail("the two runs have different tasks", {}, "Compare runs with the same kind of head");
    }
    if (first.datasetHash != second.datasetHash || first.split != second.split ||
        first.examples.size() != second.examples.size()) {
        return fail("the two reports are not about the same examples", second.dataset);
    }
    const auto differ = [&](const JudgedExample& a, const JudgedExample& b) {
        if (first.type != HeadType::Regression) {
            return a.predicted != b.predicted;
        }
        return std::abs(std::strtod(a.predicted.c_str(), nullptr) -
                        std::strtod(b.predicted.c_str(), nullptr)) > tolerance;
    };
    std::vector<PredictionChange> changes;
    for (std::size_t i = 0; i < first.examples.size(); ++i) {
        if (differ(first.examples[i], second.examples[i])) {
            changes.push_back({first.examples[i], second.examples[i]});
        }
    }
    return changes;
}

} // namespace awb
