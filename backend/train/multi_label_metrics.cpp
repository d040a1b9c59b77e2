#include <limits>
#include <vector>

#include "backend/train/metrics.h"

namespace awb {
namespace {

struct Decisions {
    std::int64_t right = 0; ///< meant and predicted
    std::int64_t meant = 0;
    std::int64_t predicted = 0;

    double f1() const {
        return meant + predicted > 0
                   ? 2.0 * static_cast<double>(right) / static_cast<double>(meant + predicted)
                   : 0.0;
    }
};

/// Sum over the labels that a row has of the share of such labels among those ranked at least as high.
double rankedPrecision(std::span<const std::uint8_t> targets, std::span<const float> scores) {
    double sum = 0;
    for (std::size_t label = 0; label < targets.size(); ++label) {
        if (targets[label] == 0) {
            continue;
        }
        std::int64_t rank = 0;
        std::int64_t meant = 0;
        for (std::size_t other = 0; other < targets.size(); ++other) {
            if (scores[other] >= scores[label]) {
                ++rank;
                meant += targets[other];
            }
        }
        sum += static_cast<double>(meant) / static_cast<double>(rank);
    }
    return sum;
}

} // namespace

std::map<std::string, double> multiLabelMetrics(const MultiLabelAnswers& answers) {
    const auto labels = static_cast<std::size_t>(answers.labels);
    const std::size_t rows = labels == 0 ? 0 : answers.targets.size() / labels;
    std::vector<Decisions> byLabel(labels);
    Decisions all;
    std::int64_t exact = 0;
    double ranking = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto targets = answers.targets.subspan(row * labels, labels);
        const auto scores = answers.scores.subspan(row * labels, labels);
        const std::int64_t unknown = answers.unknown.empty() ? 0 : answers.unknown[row];
        std::int64_t meant = unknown;
        bool right = unknown == 0;
        for (std::size_t label = 0; label < labels; ++label) {
            const bool isMeant = targets[label] != 0;
            const bool isPredicted = scores[label] > 0;
            byLabel[label].meant += isMeant ? 1 : 0;
            byLabel[label].predicted += isPredicted ? 1 : 0;
            byLabel[label].right += isMeant && isPredicted ? 1 : 0;
            meant += isMeant ? 1 : 0;
            right = right && isMeant == isPredicted;
        }
        exact += right ? 1 : 0;
        all.meant += unknown;
        ranking += meant == 0 ? 1.0 : rankedPrecision(targets, scores) / static_cast<double>(meant);
    }
    double macro = 0;
    for (const Decisions& label : byLabel) {
        all.right += label.right;
        all.meant += label.meant;
        all.predicted += label.predicted;
        macro += label.f1();
    }
    if (rows == 0) {
        constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
        return {{"micro_f1", kUndefined},
                {"macro_f1", kUndefined},
                {"subset_accuracy", kUndefined},
                {"lrap", kUndefined}};
    }
    return {{"micro_f1", all.f1()},
            {"macro_f1", macro / static_cast<double>(labels)},
            {"subset_accuracy", static_cast<double>(exact) / static_cast<double>(rows)},
            {"lrap", ranking / static_cast<double>(rows)}};
}

} // namespace awb
