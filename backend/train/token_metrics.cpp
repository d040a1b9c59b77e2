#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/train/metrics.h"

namespace awb {
namespace {

double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// The scored tokens of one sentence after the other.
class ScoredSentences {
public:
    explicit ScoredSentences(const TagAnswers& answers)
        : m_answers(answers) {}

    bool next() {
        if (m_next + 1 >= m_answers.offsets.size()) {
            return false;
        }
        labels.clear();
        predictions.clear();
        for (std::size_t i = m_answers.offsets[m_next]; i < m_answers.offsets[m_next + 1]; ++i) {
            if (m_answers.labels[i] >= 0) {
                labels.push_back(m_answers.labels[i]);
                predictions.push_back(m_answers.predictions[i]);
            }
        }
        ++m_next;
        return true;
    }

    std::vector<int> labels;
    std::vector<int> predictions;

private:
    const TagAnswers& m_answers;
    std::size_t m_next = 0;
};

/// Entities that are there, found, and both.
struct EntityCounts {
    std::int64_t meant = 0;
    std::int64_t found = 0;
    std::int64_t right = 0;
};

std::vector<Chunk> entities(const std::vector<int>& ids, const ChunkTags& parts) {
    std::vector<ChunkTag> tags;
    tags.reserve(ids.size());
    for (const int id : ids) {
        tags.push_back(parts[static_cast<std::size_t>(id)]);
    }
    return chunksOf(tags);
}

EntityCounts countEntities(const TagAnswers& answers) {
    const ChunkTags parts(answers.tags);
    ScoredSentences sentences(answers);
    EntityCounts counts;
    while (sentences.next()) {
        const std::vector<Chunk> meant = entities(sentences.labels, parts);
        const std::vector<Chunk> found = entities(sentences.predictions, parts);
        counts.meant += static_cast<std::int64_t>(meant.size());
        counts.found += static_cast<std::int64_t>(found.size());
        counts.right += std::ranges::count_if(
            found, [&](const Chunk& chunk) { return std::ranges::find(meant, chunk) != meant.end(); });
    }
    return counts;
}

} // namespace

std::map<std::string, double> tagMetrics(const TagAnswers& answers) {
    std::vector<int> labels;
    std::vector<int> predictions;
    for (ScoredSentences sentences(answers); sentences.next();) {
        labels.insert(labels.end(), sentences.labels.begin(), sentences.labels.end());
        predictions.insert(predictions.end(), sentences.predictions.begin(), sentences.predictions.end());
    }
    std::map<std::string, double> metrics{{"accuracy", accuracy(labels, predictions)}};
    if (answers.scheme == TagScheme::None) {
        metrics["macro_f1"] = macroF1(labels, predictions);
        return metrics;
    }
    const EntityCounts counts = countEntities(answers);
    metrics["entity_precision"] = share(counts.right, counts.found);
    metrics["entity_recall"] = share(counts.right, counts.meant);
    metrics["entity_f1"] = share(2 * counts.right, counts.found + counts.meant);
    return metrics;
}

std::map<std::string, double> maskedLmMetrics(double meanLoss, std::int64_t correct, std::int64_t masked) {
    if (masked == 0) {
        constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
        return {{"accuracy", kUndefined}, {"perplexity", kUndefined}};
    }
    return {{"accuracy", share(correct, masked)}, {"perplexity", std::exp(meanLoss)}};
}

} // namespace awb
