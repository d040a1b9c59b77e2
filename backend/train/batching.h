#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace awb {

/// A split as token ids: all examples in a row, without padding.
struct TokenizedSplit {
    std::string name;
    std::vector<std::int32_t> ids;
    std::vector<std::int8_t> typeIds;
    std::vector<std::size_t> offsets{0}; ///< where each example begins, and the end
    std::vector<int> labels;             ///< class ids; -1: a class that train does not have
    std::vector<float> values;           ///< regression targets

    std::size_t size() const { return offsets.size() - 1; }
    int length(std::size_t example) const {
        return static_cast<int>(offsets[example + 1] - offsets[example]);
    }
    std::vector<int> lengths() const;
    void append(std::span<const std::int32_t> exampleIds, std::span<const std::int32_t> exampleTypes,
                int label, float value);
};

using ExampleList = std::vector<std::size_t>;

/// The batches of one epoch: every example once, examples of like length together (so that little is padded),
/// batches in random order. A function of its arguments alone: the same on every machine. Only one batch may
/// be short.
///
/// The examples are shuffled, cut into pools of 64 batches, sorted by length within a pool and cut into
/// batches: who meets whom still differs between epochs.
std::vector<ExampleList> trainingBatches(std::span<const int> lengths, int batchSize, std::uint64_t seed,
                                         std::int64_t epoch);

/// Batches from the shortest example to the longest, for passes whose order does not matter.
std::vector<ExampleList> orderedBatches(std::span<const int> lengths, int batchSize);

/// Some examples as a rectangle [rows, length], padded on the right to the longest of them.
struct PaddedBatch {
    ExampleList examples;
    std::int64_t length = 0;
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> attentionMask;
    std::vector<std::int64_t> typeIds;
    std::int64_t tokens = 0; ///< without padding

    std::int64_t rows() const { return static_cast<std::int64_t>(examples.size()); }
};
PaddedBatch padBatch(const TokenizedSplit& split, ExampleList examples, int padId);

/// How many of the lowest layers random AdapterDrop skips in a step: uniform in 0..`most`, from seed and step
/// alone.
int drawAdapterDrop(std::uint64_t seed, std::int64_t step, int most);

} // namespace awb
