#include "backend/analysis/ablation_findings.h"

#include <algorithm>
#include <cmath>

namespace awb {

namespace {

constexpr double kNothing = 0.001;

double tolerance(const AblationMap& map) {
    return kNothing * std::abs(map.reference.loss);
}

bool costs(const AblationMap& map, const ModelScore& score) {
    const ModelScore change = map.change(score);
    return change.loss > tolerance(map) || change.metric < 0;
}

/// How an adapter does on the whole: none where it is of use.
std::optional<AblationFinding> uselessness(const AblationMap& map, std::size_t adapter) {
    using Kind = AblationFinding::Kind;
    const ModelScore change = map.change(map.everywhere[adapter]);
    if (!std::isfinite(change.loss) || costs(map, map.everywhere[adapter])) {
        return std::nullopt;
    }
    if (change.loss < -tolerance(map)) {
        return AblationFinding{Kind::Hurts, map.adapters[adapter], {}, change, change.loss};
    }
    double highest = change.loss;
    for (std::size_t place = 0; place < map.places.size(); ++place) {
        const ModelScore& score = map.at(place, adapter);
        if (!std::isfinite(score.loss)) {
            continue;
        }
        if (costs(map, score)) {
            return std::nullopt;
        }
        highest = std::max(highest, map.change(score).loss);
    }
    return AblationFinding{Kind::NeverHelps, map.adapters[adapter], {}, change, highest};
}

} // namespace

std::vector<AblationFinding> findingsIn(const AblationMap& map) {
    using Kind = AblationFinding::Kind;
    std::vector<AblationFinding> findings;
    std::optional<AblationFinding> most;
    std::optional<AblationFinding> best;
    const auto keep = [&map](std::optional<AblationFinding>& dearest, AblationFinding each) {
        const bool counts = std::isfinite(each.change.loss) && each.change.loss > tolerance(map);
        if (counts && (!dearest || each.change.loss > dearest->change.loss)) {
            dearest = std::move(each);
        }
    };
    for (std::size_t adapter = 0; adapter < map.adapters.size(); ++adapter) {
        if (auto found = uselessness(map, adapter)) {
            findings.push_back(std::move(*found));
        }
        keep(most, {Kind::CostsMost, map.adapters[adapter], {}, map.change(map.everywhere[adapter]), 0});
        for (std::size_t place = 0; place < map.places.size(); ++place) {
            keep(best, {Kind::BestPlace, map.adapters[adapter], map.places[place],
                        map.change(map.at(place, adapter)), 0});
        }
    }
    for (auto* found : {&most, &best}) {
        if (*found) {
            findings.push_back(std::move(**found));
        }
    }
    return findings;
}

} // namespace awb
