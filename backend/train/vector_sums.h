#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace awb {

/// Sum of squares of many floats: eight partial sums that the compiler keeps in one register, drained into a
/// double often enough that no precision is lost. The order of additions is fixed, so the result is
/// reproducible.
inline double sumOfSquares(std::span<const float> values) {
    constexpr std::size_t kLanes = 8;
    constexpr std::size_t kStretch = 1024;
    double total = 0;
    std::size_t i = 0;
    while (i + kLanes <= values.size()) {
        std::array<float, kLanes> sums{};
        for (std::size_t n = 0; n < kStretch && i + kLanes <= values.size(); n += kLanes, i += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                sums[lane] += values[i + lane] * values[i + lane];
            }
        }
        for (const float sum : sums) {
            total += static_cast<double>(sum);
        }
    }
    for (; i < values.size(); ++i) {
        total += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    return total;
}

} // namespace awb
