#include "backend/analysis/fusion_findings.h"

#include <algorithm>

namespace awb {

namespace {

constexpr double kUniformEntropy = 0.98;
constexpr double kDominant = 0.9;
constexpr double kUnusedShare = 0.2;

struct Range {
    double lowest = 1;
    double highest = 0;
};

Range rangeOf(const FusionProbe& probe, const FusionRecord& record, std::size_t adapter) {
    Range range;
    for (std::size_t place = 0; place < probe.places.size(); ++place) {
        const double weight = static_cast<double>(record.mean[place * probe.adapters.size() + adapter]);
        range.lowest = std::min(range.lowest, weight);
        range.highest = std::max(range.highest, weight);
    }
    return range;
}

} // namespace

std::vector<FusionFinding> findingsIn(const FusionProbe& probe, const FusionRecord& record) {
    using Kind = FusionFinding::Kind;
    std::vector<FusionFinding> findings;
    if (probe.places.empty() || probe.adapters.size() < 2) {
        return findings;
    }
    const auto [lowest, highest] = std::ranges::minmax(record.entropy);
    if (static_cast<double>(lowest) > kUniformEntropy) {
        findings.push_back(
            {Kind::NearUniform, {}, static_cast<double>(lowest), static_cast<double>(highest)});
    }
    const double unused = kUnusedShare / static_cast<double>(probe.adapters.size());
    for (std::size_t adapter = 0; adapter < probe.adapters.size(); ++adapter) {
        const Range range = rangeOf(probe, record, adapter);
        if (range.lowest > kDominant) {
            findings.push_back({Kind::OneForAll, probe.adapters[adapter], range.lowest, range.highest});
        } else if (range.highest < unused) {
            findings.push_back({Kind::NeverUsed, probe.adapters[adapter], range.lowest, range.highest});
        }
    }
    return findings;
}

std::vector<float> overallWeights(const FusionProbe& probe, const FusionRecord& record) {
    std::vector<float> weights(probe.adapters.size(), 0.0F);
    for (std::size_t cell = 0; cell < record.mean.size(); ++cell) {
        weights[cell % probe.adapters.size()] +=
            record.mean[cell] / static_cast<float>(std::max<std::size_t>(1, probe.places.size()));
    }
    return weights;
}

} // namespace awb
