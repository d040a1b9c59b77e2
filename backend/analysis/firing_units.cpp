#include "backend/analysis/firing_units.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace awb {

namespace {

float sizeOf(const FiringUnits::Occurrence& occurrence) {
    return std::fabs(occurrence.activation);
}

bool isWeaker(const FiringUnits::Occurrence& a, const FiringUnits::Occurrence& b) {
    return sizeOf(a) < sizeOf(b);
}

} // namespace

void FiringUnits::add(std::span<const float> activations, std::int32_t id, std::size_t place) {
    ++m_count;
    for (std::size_t i = 0; i < activations.size(); ++i) {
        Followed& unit = m_units[i];
        const float size = std::fabs(activations[i]);
        unit.sum += static_cast<double>(size);
        unit.peak = std::max(unit.peak, size);
        if (size > unit.least) {
            keep(unit, {id, place, activations[i]});
        }
    }
}

/// A token that had to leave the list comes back with a stronger occurrence, so the list is right in the end.
void FiringUnits::keep(Followed& unit, const Occurrence& occurrence) {
    auto& tokens = unit.tokens;
    const auto same = std::ranges::find(tokens, occurrence.id, &Occurrence::id);
    if (same != tokens.end()) {
        *same = std::max(*same, occurrence, isWeaker);
    } else if (tokens.size() < kTokens) {
        tokens.push_back(occurrence);
    } else {
        *std::ranges::min_element(tokens, isWeaker) = occurrence;
    }
    if (tokens.size() == kTokens) {
        unit.least = sizeOf(*std::ranges::min_element(tokens, isWeaker));
    }
}

int FiringUnits::deadUnits(double threshold) const {
    return static_cast<int>(std::ranges::count_if(m_units, [threshold](const Followed& unit) {
        return !(static_cast<double>(unit.peak) > threshold);
    }));
}

std::vector<FiringUnits::Unit> FiringUnits::strongest(std::size_t count) const {
    std::vector<std::size_t> order(m_units.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [this](std::size_t a, std::size_t b) { return m_units[a].peak > m_units[b].peak; });
    order.resize(std::min(count, order.size()));
    std::vector<Unit> units;
    for (const std::size_t index : order) {
        const Followed& unit = m_units[index];
        if (!(unit.peak > 0)) {
            break;
        }
        Unit top{static_cast<int>(index), static_cast<double>(unit.peak),
                 unit.sum / static_cast<double>(m_count), unit.tokens};
        std::ranges::stable_sort(top.tokens,
                                 [](const Occurrence& a, const Occurrence& b) { return isWeaker(b, a); });
        units.push_back(std::move(top));
    }
    return units;
}

} // namespace awb
