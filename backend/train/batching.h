#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace awb {

/// The label of a token that is neither learned nor scored.
inline constexpr int kIgnoredLabel = -100;

/// A split as token ids: all examples in a row, without padding. What a task doesn't use stays empty.
struct TokenizedSplit {
    std::string name;
    std::vector<std::int32_t> ids;
    std::vector<std::int8_t> typeIds;
    std::vector<std::size_t> offsets{0}; ///< where each example begins, and the end
    std::vector<int> labels;             ///< class ids; -1: a class that train does not have
    std::vector<float> values;           ///< regression targets
    /// Classes that can be predicted: columns of `multiHot`, tags that train has.
    int numLabels = 0;
    /// Multi-label [size(), numLabels]: 1 where the example has the label.
    std::vector<std::uint8_t> multiHot;
    /// Multi-label: how many labels each example has that train does not.
    std::vector<int> unknownLabels;
    /// Tagging, one for each of `ids`: the tag of the word at its first token, kIgnoredLabel at all others.
    /// Tags from `numLabels` on are those that train does not have.
    std::vector<int> tokenLabels;
    /// Masked LM, one for each of `ids`: the same number for all tokens of a word, -1 for special tokens.
    std::vector<std::int32_t> words;

    std::size_t size() const { return offsets.size() - 1; }
    int length(std::size_t example) const {
        return static_cast<int>(offsets[example + 1] - offsets[example]);
    }
    std::vector<int> lengths() const;
    void append(std::span<const std::int32_t> exampleIds, std::span<const std::int32_t> exampleTypes,
                int label, float value);
    /// Adds a row to `multiHot`. `classes`: ids below `numLabels`.
    void appendLabels(std::span<const int> classes, int unknown);
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
    /// Tagging and masked LM: what the loss compares, kIgnoredLabel where nothing is to be predicted (also
    /// where a tag is unknown). Else empty.
    std::vector<std::int64_t> tokenLabels;
    /// Masked LM: the positions in [rows * length] of the tokens to be predicted, row after row. None where
    /// nothing was masked.
    std::optional<std::vector<std::int64_t>> askedTokens;
    std::int64_t tokens = 0; ///< without padding

    std::int64_t rows() const { return static_cast<std::int64_t>(examples.size()); }
};
PaddedBatch padBatch(const TokenizedSplit& split, ExampleList examples, int padId);

/// How masked language models hide tokens.
struct Masking {
    double probability = 0.15; ///< that a token (or word) is to be predicted
    bool wholeWords = false;   ///< all tokens of a word or none
    int maskId = -1;
    int vocabSize = 0;
};

/// Chooses the tokens to be predicted, at least one of each example that has any: they become the batch's
/// `askedTokens` and `tokenLabels`. Of these 80 % are replaced by the mask, 10 % by any token of the
/// vocabulary, and 10 % stay (Devlin et al. 2019). Special tokens are never chosen. Drawn from seed and step
/// alone, so a resumed run sees the same masks.
void maskForTraining(PaddedBatch& batch, const TokenizedSplit& split, const Masking& masking,
                     std::uint64_t seed, std::int64_t step);
/// The same with masks that depend on the seed and the example's number only: every evaluation asks the same.
void maskForEvaluation(PaddedBatch& batch, const TokenizedSplit& split, const Masking& masking,
                       std::uint64_t seed);

/// How many of the lowest layers random AdapterDrop skips in a step: uniform in 0..`most`, from seed and step
/// alone.
int drawAdapterDrop(std::uint64_t seed, std::int64_t step, int most);

} // namespace awb
