#pragma once

#include <map>
#include <span>
#include <string>

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

/// The metric shown first for a head: "accuracy" or "pearson".
std::string mainMetricOf(HeadType head);

} // namespace awb
