#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace awb {

/// What random numbers are for: streams of different purposes have nothing to do with each other.
enum class RandomPurpose : std::uint64_t {
    Batches = 1,
    AdapterDrop = 2,
    TrainingMasks = 3,
    EvaluationMasks = 4,
    FusionProbe = 5,
    ScoreSample = 6,
    StudyTokens = 7,
};

/// SplitMix64 (Steele, Lea and Flood 2014): small, and unlike the standard library's distributions the same
/// everywhere. A function of seed, counter and purpose; seeds and counters that differ by one give unrelated
/// streams.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t counter, RandomPurpose purpose)
        : m_state(seed) {
        const std::uint64_t first = next();
        m_state = first ^ (counter * 0xD1342543DE82EF95U) ^ (static_cast<std::uint64_t>(purpose) << 56U);
        m_state = next();
    }

    std::uint64_t next() {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// Uniform in 0..bound-1; values of the incomplete last stretch are drawn again.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t incomplete = (0 - bound) % bound;
        std::uint64_t value = next();
        while (value < incomplete) {
            value = next();
        }
        return value % bound;
    }

    /// Uniform in [0, 1), in steps of 2^-53.
    double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

    /// So many (at most `size`) of the numbers 0..size-1, each once, ascending.
    std::vector<std::size_t> draw(std::size_t size, std::size_t count) {
        std::vector<std::size_t> all(size);
        std::iota(all.begin(), all.end(), std::size_t{0});
        for (std::size_t i = 0; i < count; ++i) {
            std::swap(all[i], all[i + below(size - i)]);
        }
        all.resize(count);
        std::sort(all.begin(), all.end());
        return all;
    }

    template<typename T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(i)]);
        }
    }

private:
    std::uint64_t m_state;
};

} // namespace awb
