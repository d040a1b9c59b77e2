#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace awb {

/// Follows the units of one module over many tokens: how large each becomes, and at which tokens. Of a token
/// that occurs often the strongest occurrence counts, so that the lists hold different tokens.
class FiringUnits {
public:
    /// Tokens that are kept of each unit.
    static constexpr std::size_t kTokens = 6;

    struct Occurrence {
        std::int32_t id = 0;   ///< of the token in the vocabulary
        std::size_t place = 0; ///< where it stands
        float activation = 0;
    };
    struct Unit {
        int unit = 0;
        double peak = 0;                ///< largest |activation|
        double mean = 0;                ///< of |activation|
        std::vector<Occurrence> tokens; ///< from the strongest on; none where the unit was always 0
    };

    explicit FiringUnits(std::size_t units)
        : m_units(units) {}

    /// All units at one token.
    void add(std::span<const float> activations, std::int32_t id, std::size_t place);
    /// Units whose |activation| was never above the threshold.
    int deadUnits(double threshold) const;
    /// The units with the highest peaks, from the highest on; those that were always 0 are left out.
    std::vector<Unit> strongest(std::size_t count) const;

private:
    struct Followed {
        double sum = 0;
        float peak = 0;
        float least = 0; ///< an occurrence must be larger to enter the full list
        std::vector<Occurrence> tokens;
    };
    static void keep(Followed& unit, const Occurrence& occurrence);

    std::vector<Followed> m_units;
    std::int64_t m_count = 0;
};

} // namespace awb
