#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace awb {

/// Sequences of symbols, each with how often it occurs, in which the most frequent pair of neighbours becomes
/// one symbol, over and over (Sennrich et al. 2016, arXiv:1508.07909). The counts of pairs are kept up to
/// date: a merge looks only at the sequences that hold the pair.
class PairMerger {
public:
    struct Pair {
        std::int32_t left = 0;
        std::int32_t right = 0;
        auto operator<=>(const Pair&) const = default;
    };
    struct Candidate {
        std::int64_t count = 0; ///< over all sequences
        Pair pair;
        /// The better one is greater: more frequent, then of the lower symbols.
        auto operator<=>(const Candidate& other) const {
            const auto order = count <=> other.count;
            return order != 0 ? order : other.pair <=> pair;
        }
        bool operator==(const Candidate&) const = default;
    };

    void add(std::vector<std::int32_t> symbols, std::int64_t count);
    /// None when all sequences have become single symbols.
    std::optional<Candidate> best();
    /// Replaces the pair by `symbol` in all sequences, from the left.
    void merge(const Pair& pair, std::int32_t symbol);

private:
    struct Sequence {
        std::vector<std::int32_t> symbols;
        std::int64_t count = 0;
    };
    struct PairHash {
        std::size_t operator()(const Pair& pair) const;
    };
    struct Occurrences {
        std::int64_t count = 0;
        std::vector<std::size_t> sequences; ///< that hold the pair, or held it once
    };

    void count(const Sequence& sequence, std::int64_t sign);

    std::vector<Sequence> m_sequences;
    std::unordered_map<Pair, Occurrences, PairHash> m_pairs;
    /// Holds every pair at its count or, where that has fallen since, at a higher one.
    std::priority_queue<Candidate> m_queue;
    bool m_isQueued = false;
};

} // namespace awb
