#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "backend/data/tag_scheme.h"
#include "models/config/head_config.h"

namespace awb {

// Scores of predictions. All spans of one call have the same length. A label of -1 stands for a class that
// the training data does not have: it can't be predicted, so it always counts as wrong. Scores that are not
// defined (no examples, no variance) are NaN, except where said.

/// Share of correct predictions.
double accuracy(std::span<const int> labels, std::span<const int> predictions);

/// Mean of the classes' F1 scores, over the classes that occur among the labels or the predictions; a class
/// that is never predicted correctly has F1 0.
double macroF1(std::span<const int> labels, std::span<const int> predictions);

/// Matthews correlation coefficient for any number of classes (Gorodkin 2004); 0 where labels or predictions
/// are all of one class.
double matthewsCorrelation(std::span<const int> labels, std::span<const int> predictions);

/// Pearson's product-moment correlation.
double pearson(std::span<const float> targets, std::span<const float> predictions);

/// Spearman's rank correlation; equal values share their mean rank.
double spearman(std::span<const float> targets, std::span<const float> predictions);

/// "accuracy", "macro_f1", "mcc".
std::map<std::string, double> classificationMetrics(std::span<const int> labels,
                                                    std::span<const int> predictions);
/// "pearson", "spearman".
std::map<std::string, double> regressionMetrics(std::span<const float> targets,
                                                std::span<const float> predictions);

/// Targets and answers of a multi-label task with L labels, row after row.
struct MultiLabelAnswers {
    int labels = 0;                        ///< L
    std::span<const std::uint8_t> targets; ///< [rows, L], 1 where the example has the label
    std::span<const float> scores;         ///< [rows, L]; above 0 (a logit) the label is predicted
    /// [rows]: labels that an example has besides, which can't be predicted; may be empty.
    std::span<const int> unknown;
};
/// "micro_f1" and "macro_f1" (F1 of all decisions, mean of the labels' F1; 0 where nothing is meant or
/// predicted), "subset_accuracy" (share of rows with exactly the right labels), "lrap" (label ranking average
/// precision: for each label that an example has, the share of such labels among those ranked at least as
/// high; ties count against it; 1 for an example without labels). Definitions of scikit-learn. Unknown labels
/// count as missed.
std::map<std::string, double> multiLabelMetrics(const MultiLabelAnswers& answers);

/// Tags of sentences laid end to end.
struct TagAnswers {
    std::span<const int> labels;          ///< one a token; negative: not scored
    std::span<const int> predictions;     ///< one a token
    std::span<const std::size_t> offsets; ///< where each sentence begins, and the end
    std::span<const std::string> tags;    ///< the names of all ids that occur
    TagScheme scheme = TagScheme::None;
};
/// "accuracy", the share of tokens with the right tag. For tags of a scheme also "entity_precision",
/// "entity_recall" and "entity_f1" as conlleval counts them: an entity is right where begin, end and type
/// are; see chunksOf for entities in tags that are not well-formed. 0 where nothing is found or nothing is
/// there. Without a scheme "macro_f1" over the tags.
std::map<std::string, double> tagMetrics(const TagAnswers& answers);

/// "accuracy", the share of hidden tokens that are guessed right, and "perplexity", e to the mean loss of a
/// hidden token.
std::map<std::string, double> maskedLmMetrics(double meanLoss, std::int64_t correct, std::int64_t masked);

/// The metric shown first for a head: "accuracy" (also of hidden tokens), "pearson", "micro_f1", and for tags
/// "entity_f1" where they mark entities. More is better for all of them.
std::string mainMetricOf(HeadType head, TagScheme scheme = TagScheme::None);

} // namespace awb
