#include "backend/train/batching.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace awb {
namespace {

constexpr std::size_t kBatchesPerPool = 64;

/// SplitMix64 (Steele, Lea and Flood 2014): small, and unlike the standard library's distributions the same
/// everywhere.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed) {}

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

    template<typename T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(i)]);
        }
    }

private:
    std::uint64_t m_state;
};

/// A generator for one purpose: seeds and counters that differ by one give unrelated streams.
Random randomFor(std::uint64_t seed, std::uint64_t counter, std::uint64_t purpose) {
    Random mix(seed);
    const std::uint64_t a = mix.next();
    Random second(a ^ (counter * 0xD1342543DE82EF95U) ^ (purpose << 56U));
    return Random(second.next());
}

std::vector<ExampleList> cut(std::span<const std::size_t> order, std::size_t batchSize) {
    std::vector<ExampleList> batches;
    for (std::size_t begin = 0; begin < order.size(); begin += batchSize) {
        const auto part = order.subspan(begin, std::min(batchSize, order.size() - begin));
        batches.emplace_back(part.begin(), part.end());
    }
    return batches;
}

} // namespace

std::vector<int> TokenizedSplit::lengths() const {
    std::vector<int> result(size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = length(i);
    }
    return result;
}

void TokenizedSplit::append(std::span<const std::int32_t> exampleIds,
                            std::span<const std::int32_t> exampleTypes, int label, float value) {
    ids.insert(ids.end(), exampleIds.begin(), exampleIds.end());
    for (const std::int32_t type : exampleTypes) {
        typeIds.push_back(static_cast<std::int8_t>(type));
    }
    offsets.push_back(ids.size());
    labels.push_back(label);
    values.push_back(value);
}

std::vector<ExampleList> trainingBatches(std::span<const int> lengths, int batchSize, std::uint64_t seed,
                                         std::int64_t epoch) {
    Random random = randomFor(seed, static_cast<std::uint64_t>(epoch), 1);
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(order);
    const auto size = static_cast<std::size_t>(batchSize);
    const std::size_t pool = size * kBatchesPerPool;
    for (std::size_t begin = 0; begin < order.size(); begin += pool) {
        const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = order.begin() + static_cast<std::ptrdiff_t>(std::min(begin + pool, order.size()));
        std::stable_sort(first, last, [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
    }
    std::vector<ExampleList> batches = cut(order, size);
    random.shuffle(batches);
    return batches;
}

std::vector<ExampleList> orderedBatches(std::span<const int> lengths, int batchSize) {
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
    return cut(order, static_cast<std::size_t>(batchSize));
}

PaddedBatch padBatch(const TokenizedSplit& split, ExampleList examples, int padId) {
    PaddedBatch batch;
    batch.examples = std::move(examples);
    for (const std::size_t example : batch.examples) {
        batch.length = std::max<std::int64_t>(batch.length, split.length(example));
        batch.tokens += split.length(example);
    }
    const std::size_t width = static_cast<std::size_t>(batch.length);
    const std::size_t cells = batch.examples.size() * width;
    batch.ids.assign(cells, padId);
    batch.attentionMask.assign(cells, 0);
    batch.typeIds.assign(cells, 0);
    std::size_t cell = 0;
    for (const std::size_t example : batch.examples) {
        const std::size_t begin = split.offsets[example];
        const std::size_t count = split.offsets[example + 1] - begin;
        for (std::size_t i = 0; i < count; ++i) {
            batch.ids[cell + i] = split.ids[begin + i];
            batch.typeIds[cell + i] = split.typeIds[begin + i];
            batch.attentionMask[cell + i] = 1;
        }
        cell += width;
    }
    return batch;
}

int drawAdapterDrop(std::uint64_t seed, std::int64_t step, int most) {
    if (most <= 0) {
        return 0;
    }
    Random random = randomFor(seed, static_cast<std::uint64_t>(step), 2);
    return static_cast<int>(random.below(static_cast<std::uint64_t>(most) + 1));
}

} // namespace awb
