#include "backend/train/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace awb {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// How often each class is meant, predicted, and both.
struct ClassCounts {
    std::int64_t labels = 0;
    std::int64_t predictions = 0;
    std::int64_t correct = 0;
};

std::map<int, ClassCounts> countClasses(std::span<const int> labels, std::span<const int> predictions) {
    std::map<int, ClassCounts> counts;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        ++counts[labels[i]].labels;
        ++counts[predictions[i]].predictions;
        if (labels[i] == predictions[i]) {
            ++counts[labels[i]].correct;
        }
    }
    return counts;
}

double correlation(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) {
        return kUndefined;
    }
    const double n = static_cast<double>(a.size());
    const double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double meanB = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double covariance = 0;
    double varianceA = 0;
    double varianceB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        covariance += (a[i] - meanA) * (b[i] - meanB);
        varianceA += (a[i] - meanA) * (a[i] - meanA);
        varianceB += (b[i] - meanB) * (b[i] - meanB);
    }
    if (varianceA <= 0 || varianceB <= 0) {
        return kUndefined;
    }
    return std::clamp(covariance / std::sqrt(varianceA * varianceB), -1.0, 1.0);
}

/// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const float> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) {
            ++last;
        }
        const double shared = 0.5 * static_cast<double>(first + last) + 1.0;
        for (std::size_t i = first; i <= last; ++i) {
            result[order[i]] = shared;
        }
        first = last + 1;
    }
    return result;
}

} // namespace

double accuracy(std::span<const int> labels, std::span<const int> predictions) {
    if (labels.empty()) {
        return kUndefined;
    }
    std::int64_t correct = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        correct += labels[i] >= 0 && labels[i] == predictions[i] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(labels.size());
}

double macroF1(std::span<const int> labels, std::span<const int> predictions) {
    double sum = 0;
    int classes = 0;
    for (const auto& [id, count] : countClasses(labels, predictions)) {
        if (id < 0) {
            continue;
        }
        sum +=
            2.0 * static_cast<double>(count.correct) / static_cast<double>(count.labels + count.predictions);
        ++classes;
    }
    return classes > 0 ? sum / classes : kUndefined;
}

double matthewsCorrelation(std::span<const int> labels, std::span<const int> predictions) {
    if (labels.empty()) {
        return kUndefined;
    }
    const double total = static_cast<double>(labels.size());
    double correct = 0;
    double both = 0;
    double labelSquares = 0;
    double predictionSquares = 0;
    for (const auto& [id, count] : countClasses(labels, predictions)) {
        const double meant = static_cast<double>(count.labels);
        const double predicted = static_cast<double>(count.predictions);
        correct += static_cast<double>(count.correct);
        both += meant * predicted;
        labelSquares += meant * meant;
        predictionSquares += predicted * predicted;
    }
    const double spread = (total * total - predictionSquares) * (total * total - labelSquares);
    return spread > 0 ? (correct * total - both) / std::sqrt(spread) : 0.0;
}

double pearson(std::span<const float> targets, std::span<const float> predictions) {
    const std::vector<double> a(targets.begin(), targets.end());
    const std::vector<double> b(predictions.begin(), predictions.end());
    return correlation(a, b);
}

double spearman(std::span<const float> targets, std::span<const float> predictions) {
    return correlation(ranks(targets), ranks(predictions));
}

std::map<std::string, double> classificationMetrics(std::span<const int> labels,
                                                    std::span<const int> predictions) {
    return {{"accuracy", accuracy(labels, predictions)},
            {"macro_f1", macroF1(labels, predictions)},
            {"mcc", matthewsCorrelation(labels, predictions)}};
}

std::map<std::string, double> regressionMetrics(std::span<const float> targets,
                                                std::span<const float> predictions) {
    return {{"pearson", pearson(targets, predictions)}, {"spearman", spearman(targets, predictions)}};
}

std::string mainMetricOf(HeadType head, TagScheme scheme) {
    switch (head) {
    case HeadType::Regression:
        return "pearson";
    case HeadType::MultiLabel:
        return "micro_f1";
    case HeadType::Tagging:
        return scheme == TagScheme::None ? "accuracy" : "entity_f1";
    default:
        return "accuracy";
    }
}

} // namespace awb
