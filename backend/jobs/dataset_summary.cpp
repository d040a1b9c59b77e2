#include "backend/jobs/dataset_summary.h"

#include <algorithm>

namespace awb {

namespace {

constexpr int kSmallestBin = 4;
constexpr int kMostBins = 48;

int tokenCount(const Tokenizer& tokenizer, const Example& example) {
    const Encoding encoding = example.textPair.empty() ? tokenizer.encode(example.text)
                                                       : tokenizer.encodePair(example.text, example.textPair);
    return static_cast<int>(encoding.size());
}

std::vector<std::int64_t> countLabels(const Split& split, std::size_t labels) {
    std::vector<std::int64_t> counts(labels, 0);
    for (const Example& example : split.examples) {
        if (example.label >= 0 && static_cast<std::size_t>(example.label) < labels) {
            ++counts[static_cast<std::size_t>(example.label)];
        }
    }
    return counts;
}

void fillLengths(DatasetSummary::SplitSummary& summary, const std::vector<int>& lengths, int maxSeqLength,
                 int bin) {
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
    DatasetSummary summary;
    for (std::size_t i = 0; i < dataset->splits.size(); ++i) {
        const Split& split = dataset->splits[i];
        DatasetSummary::SplitSummary& part = summary.splits.emplace_back();
        part.name = QString::fromStdString(split.name);
        part.examples = static_cast<std::int64_t>(split.examples.size());
        part.labelCounts = countLabels(split, dataset->labels.size());
        fillLengths(part, lengths[i], maxSeqLength, bin);
    }
    summary.dataset = std::move(dataset);
    return summary;
}

} // namespace awb
