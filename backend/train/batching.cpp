#include "backend/train/batching.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "backend/train/random_stream.h"

namespace awb {
namespace {

constexpr std::size_t kBatchesPerPool = 64;

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

void TokenizedSplit::appendLabels(std::span<const int> classes, int unknown) {
    const std::size_t row = multiHot.size();
    multiHot.resize(row + static_cast<std::size_t>(numLabels), 0);
    for (const int id : classes) {
        multiHot[row + static_cast<std::size_t>(id)] = 1;
    }
    unknownLabels.push_back(unknown);
}

std::vector<ExampleList> trainingBatches(std::span<const int> lengths, int batchSize, std::uint64_t seed,
                                         std::int64_t epoch) {
    RandomStream random(seed, static_cast<std::uint64_t>(epoch), RandomPurpose::Batches);
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
    if (!split.tokenLabels.empty()) {
        batch.tokenLabels.assign(cells, kIgnoredLabel);
    }
    std::size_t cell = 0;
    for (const std::size_t example : batch.examples) {
        const std::size_t begin = split.offsets[example];
        const std::size_t count = split.offsets[example + 1] - begin;
        for (std::size_t i = 0; i < count; ++i) {
            batch.ids[cell + i] = split.ids[begin + i];
            batch.typeIds[cell + i] = split.typeIds[begin + i];
            batch.attentionMask[cell + i] = 1;
            if (!split.tokenLabels.empty() && split.tokenLabels[begin + i] < split.numLabels) {
                batch.tokenLabels[cell + i] = split.tokenLabels[begin + i];
            }
        }
        cell += width;
    }
    return batch;
}

int drawAdapterDrop(std::uint64_t seed, std::int64_t step, int most) {
    if (most <= 0) {
        return 0;
    }
    RandomStream random(seed, static_cast<std::uint64_t>(step), RandomPurpose::AdapterDrop);
    return static_cast<int>(random.below(static_cast<std::uint64_t>(most) + 1));
}

} // namespace awb
