#include "backend/analysis/pruning_findings.h"

#include <cmath>
#include <optional>

namespace awb {

namespace {

constexpr double kNothing = 0.001;

std::optional<PruningFinding> fewestThatDo(const PruningReport& report) {
    for (std::size_t step = report.steps.size() - 1; step > 0; --step) {
        const ModelScore change = report.change(report.steps[step]);
        if (change.metric >= 0) {
            return PruningFinding{PruningFinding::Kind::DoesWithout, step, change};
        }
    }
    return std::nullopt;
}

std::optional<PruningFinding> dearest(const PruningReport& report) {
    std::optional<PruningFinding> most;
    double highest = kNothing * std::abs(report.steps.front().score.loss);
    for (std::size_t step = 1; step < report.steps.size(); ++step) {
        const ModelScore& before = report.steps[step - 1].score;
        const ModelScore& after = report.steps[step].score;
        const ModelScore change{after.loss - before.loss, after.metric - before.metric};
        if (change.loss >= highest) {
            highest = change.loss;
            most = {PruningFinding::Kind::CostsMost, step, change};
        }
    }
    return most;
}

} // namespace

std::vector<PruningFinding> findingsIn(const PruningReport& report) {
    std::vector<PruningFinding> findings;
    if (report.steps.empty()) {
        return findings;
    }
    for (const auto& found : {fewestThatDo(report), dearest(report)}) {
        if (found) {
            findings.push_back(*found);
        }
    }
    return findings;
}

} // namespace awb
