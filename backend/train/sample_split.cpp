#include "backend/train/sample_split.h"

#include <algorithm>
#include <numeric>

#include "backend/train/random_stream.h"

namespace awb {

namespace {

std::vector<std::size_t> drawn(std::size_t size, std::size_t most, std::int64_t seed) {
    std::vector<std::size_t> all(size);
    std::iota(all.begin(), all.end(), std::size_t{0});
    RandomStream random(static_cast<std::uint64_t>(seed), 0, RandomPurpose::ScoreSample);
    random.shuffle(all);
    all.resize(std::min(most, size));
    std::ranges::sort(all);
    return all;
}

/// Appends what belongs to one example; `values` has `width` entries for each, or is empty.
template<typename T>
void appendRow(std::vector<T>& to, const std::vector<T>& values, std::size_t begin, std::size_t width) {
    if (!values.empty()) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
        to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(width));
    }
}

} // namespace

TokenizedSplit sampleOf(const TokenizedSplit& split, std::size_t most, std::int64_t seed) {
    if (split.size() <= most) {
        return split;
    }
    TokenizedSplit sample;
    sample.name = split.name;
    sample.numLabels = split.numLabels;
    const auto labels = static_cast<std::size_t>(split.numLabels);
    for (const std::size_t example : drawn(split.size(), most, seed)) {
        const std::size_t begin = split.offsets[example];
        const std::size_t length = split.offsets[example + 1] - begin;
        appendRow(sample.ids, split.ids, begin, length);
        appendRow(sample.typeIds, split.typeIds, begin, length);
        appendRow(sample.tokenLabels, split.tokenLabels, begin, length);
        appendRow(sample.words, split.words, begin, length);
        appendRow(sample.labels, split.labels, example, 1);
        appendRow(sample.values, split.values, example, 1);
        appendRow(sample.unknownLabels, split.unknownLabels, example, 1);
        appendRow(sample.multiHot, split.multiHot, example * labels, labels);
        sample.offsets.push_back(sample.ids.size());
    }
    return sample;
}

} // namespace awb
