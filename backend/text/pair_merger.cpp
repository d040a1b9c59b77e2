#include "backend/text/pair_merger.h"

#include <set>
#include <utility>

namespace awb {

std::size_t PairMerger::PairHash::operator()(const Pair& pair) const {
    const auto key = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(pair.left)) << 32U) |
                     static_cast<std::uint32_t>(pair.right);
    return std::hash<std::uint64_t>()(key * 0x9E3779B97F4A7C15U);
}

void PairMerger::add(std::vector<std::int32_t> symbols, std::int64_t count) {
    const std::size_t place = m_sequences.size();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
        Occurrences& found = m_pairs[{symbols[i], symbols[i + 1]}];
        found.count += count;
        if (found.sequences.empty() || found.sequences.back() != place) {
            found.sequences.push_back(place);
        }
    }
    m_sequences.push_back({std::move(symbols), count});
    m_isQueued = false;
}

std::optional<PairMerger::Candidate> PairMerger::best() {
    if (!m_isQueued) {
        m_queue = {};
        for (const auto& [pair, found] : m_pairs) {
            m_queue.push({found.count, pair});
        }
        m_isQueued = true;
    }
    while (!m_queue.empty()) {
        const Candidate top = m_queue.top();
        const std::int64_t now = m_pairs[top.pair].count;
        if (now == top.count && now > 0) {
            return top;
        }
        m_queue.pop();
        if (now > 0 && now < top.count) {
            m_queue.push({now, top.pair});
        }
    }
    return std::nullopt;
}

void PairMerger::count(const Sequence& sequence, std::int64_t sign) {
    for (std::size_t i = 0; i + 1 < sequence.symbols.size(); ++i) {
        m_pairs[{sequence.symbols[i], sequence.symbols[i + 1]}].count += sign * sequence.count;
    }
}

void PairMerger::merge(const Pair& pair, std::int32_t symbol) {
    const std::vector<std::size_t> places = std::move(m_pairs[pair].sequences);
    std::set<Pair> grown;
    for (const std::size_t place : places) {
        Sequence& sequence = m_sequences[place];
        std::vector<std::int32_t> merged;
        for (std::size_t i = 0; i < sequence.symbols.size(); ++i) {
            const bool isPair = i + 1 < sequence.symbols.size() && sequence.symbols[i] == pair.left &&
                                sequence.symbols[i + 1] == pair.right;
            merged.push_back(isPair ? symbol : sequence.symbols[i]);
            i += isPair ? 1 : 0;
        }
        if (merged.size() == sequence.symbols.size()) {
            continue;
        }
        count(sequence, -1);
        sequence.symbols = std::move(merged);
        count(sequence, 1);
        for (std::size_t i = 0; i + 1 < sequence.symbols.size(); ++i) {
            const Pair neighbours{sequence.symbols[i], sequence.symbols[i + 1]};
            if (neighbours.left == symbol || neighbours.right == symbol) {
                m_pairs[neighbours].sequences.push_back(place);
                grown.insert(neighbours);
            }
        }
    }
    for (const Pair& each : grown) {
        m_queue.push({m_pairs[each].count, each});
    }
}

} // namespace awb
