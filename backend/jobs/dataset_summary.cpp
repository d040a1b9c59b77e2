#include "backend/jobs/dataset_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "backend/text/words.h"

namespace awb {

namespace {

constexpr int kSmallestBin = 4;
constexpr int kMostBins = 48;
constexpr std::size_t kValueRanges = 8;

using SplitSummary = DatasetSummary::SplitSummary;

int tokenCount(const Tokenizer& tokenizer, const Example& example) {
    const Encoding encoding = !example.words.empty() ? tokenizer.encodeWords(example.words)
                              : example.textPair.empty()
                                  ? tokenizer.encode(example.text)
                                  : tokenizer.encodePair(example.text, example.textPair);
    return static_cast<int>(encoding.size());
}

/// Counts a class or tag id; those that train does not have count as unknown.
void countLabel(SplitSummary& summary, int label) {
    if (label >= 0 && static_cast<std::size_t>(label) < summary.labelCounts.size()) {
        ++summary.labelCounts[static_cast<std::size_t>(label)];
    } else {
        ++summary.unknown;
    }
}

void countLabels(SplitSummary& summary, const Split& split, HeadType task) {
    for (const Example& example : split.examples) {
        switch (task) {
        case HeadType::Classification:
            countLabel(summary, example.label);
            break;
        case HeadType::MultiLabel:
            std::ranges::for_each(example.labels, [&](int label) { countLabel(summary, label); });
            summary.unknown += example.unknownLabels;
            summary.unlabelled += example.labels.empty() && example.unknownLabels == 0 ? 1 : 0;
            break;
        case HeadType::Tagging:
            summary.words += static_cast<std::int64_t>(example.words.size());
            for (const int tag : example.tags) {
                if (tag == kNoTag) {
                    ++summary.untagged;
                } else {
                    countLabel(summary, tag);
                }
            }
            break;
        default:
            break;
        }
    }
}

void countEntities(SplitSummary& summary, const Split& split, const Dataset& dataset) {
    if (dataset.tagScheme == TagScheme::None) {
        return;
    }
    std::vector<std::string> tags = dataset.labels;
    tags.insert(tags.end(), dataset.otherTags.begin(), dataset.otherTags.end());
    const ChunkTags parts(tags);
    std::map<int, std::int64_t> counts;
    for (const Example& example : split.examples) {
        std::vector<ChunkTag> sentence;
        for (const int tag : example.tags) {
            sentence.push_back(tag < 0 ? ChunkTag() : parts[static_cast<std::size_t>(tag)]);
        }
        for (const Chunk& chunk : chunksOf(sentence)) {
            ++counts[chunk.type];
        }
    }
    for (const auto& [type, count] : counts) {
        summary.entities.emplace_back(QString::fromStdString(parts.types()[static_cast<std::size_t>(type)]),
                                      count);
    }
    std::ranges::stable_sort(summary.entities, std::greater(), &std::pair<QString, std::int64_t>::second);
}

void describeValues(SplitSummary& summary, const Split& split) {
    if (split.examples.empty()) {
        return;
    }
    const auto [least, greatest] = std::ranges::minmax(split.examples, {}, &Example::value);
    summary.leastValue = static_cast<double>(least.value);
    summary.greatestValue = static_cast<double>(greatest.value);
    const double range = summary.greatestValue - summary.leastValue;
    summary.valueCounts.assign(range > 0 ? kValueRanges : 1, 0);
    double sum = 0;
    double squares = 0;
    for (const Example& example : split.examples) {
        const auto value = static_cast<double>(example.value);
        sum += value;
        squares += value * value;
        const double place =
            range > 0 ? (value - summary.leastValue) / range * static_cast<double>(kValueRanges) : 0;
        ++summary.valueCounts[std::min(static_cast<std::size_t>(place), summary.valueCounts.size() - 1)];
    }
    const auto count = static_cast<double>(split.examples.size());
    summary.meanValue = sum / count;
    summary.valueDeviation =
        std::sqrt(std::max(squares / count - summary.meanValue * summary.meanValue, 0.0));
}

/// How many blocks texts of these lengths fill, see tokenizeData.
std::int64_t countBlocks(const Split& split, const std::vector<int>& lengths, int special, int maxSeqLength) {
    const int room = std::max(maxSeqLength - special, 1);
    std::int64_t full = 0;
    int filled = 0; // of the current block
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (split.examples[i].startsDocument && filled > 0 && filled < room) {
            ++filled; // the separator
        }
        // A full block is only left when something follows.
        const int tokens = lengths[i] - special;
        const int all = filled + tokens;
        const int whole = tokens > 0 ? (all - 1) / room : 0;
        full += whole;
        filled = all - whole * room;
    }
    return full + (filled > 0 ? 1 : 0);
}

void fillLengths(SplitSummary& summary, const std::vector<int>& lengths, int maxSeqLength, int bin) {
    summary.lengthBin = bin;
    double tokens = 0;
    for (const int length : lengths) {
        const auto index = static_cast<std::size_t>(length / bin);
        if (summary.lengthHistogram.size() <= index) {
            summary.lengthHistogram.resize(index + 1, 0);
        }
        ++summary.lengthHistogram[index];
        summary.truncated += length > maxSeqLength ? 1 : 0;
        tokens += std::min(length, maxSeqLength);
    }
    summary.meanTokens = lengths.empty() ? 0 : tokens / static_cast<double>(lengths.size());
}

} // namespace

Result<DatasetSummary> summarize(std::shared_ptr<const Dataset> dataset, const Tokenizer& tokenizer,
                                 int maxSeqLength, const std::function<bool(double)>& progress) {
    std::size_t total = 0;
    for (const Split& split : dataset->splits) {
        total += split.examples.size();
    }
    std::size_t done = 0;
    int longest = 0;
    std::vector<std::vector<int>> lengths;
    for (const Split& split : dataset->splits) {
        std::vector<int>& own = lengths.emplace_back();
        own.reserve(split.examples.size());
        for (const Example& example : split.examples) {
            if (!progress(static_cast<double>(done++) / static_cast<double>(total))) {
                return fail("Counting tokens was cancelled");
            }
            own.push_back(tokenCount(tokenizer, example));
            longest = std::max(longest, own.back());
        }
    }
    const int bin = std::max(kSmallestBin, (longest + kMostBins - 1) / kMostBins);
    const bool packed = dataset->task == HeadType::MaskedLm;
    const auto special =
        static_cast<int>(dataset->pairs ? tokenizer.encodePair({}, {}).size() : textFrame(tokenizer).size());
    DatasetSummary summary;
    for (std::size_t i = 0; i < dataset->splits.size(); ++i) {
        const Split& split = dataset->splits[i];
        SplitSummary& part = summary.splits.emplace_back();
        part.name = QString::fromStdString(split.name);
        part.examples = static_cast<std::int64_t>(split.examples.size());
        part.labelCounts.assign(dataset->labels.size(), 0);
        countLabels(part, split, dataset->task);
        countEntities(part, split, *dataset);
        if (dataset->task == HeadType::Regression) {
            describeValues(part, split);
        }
        fillLengths(part, lengths[i], packed ? longest : maxSeqLength, bin);
        for (const int length : lengths[i]) {
            part.tokens += length - special;
        }
        if (packed) {
            part.blocks = countBlocks(split, lengths[i], special, maxSeqLength);
        }
    }
    summary.dataset = std::move(dataset);
    return summary;
}

} // namespace awb
