#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/train/evaluation.h"

namespace awb {

/// Gathers one head's answers over a split, batch after batch, and scores them at the end.
class HeadScores {
public:
    HeadScores(const ScoredTask& task, const TokenizedSplit& split);

    /// `logits` and `targets` as headLoss takes them.
    void add(const PaddedBatch& batch, const at::Tensor& logits, const at::Tensor& targets);
    /// `meanLoss`: of everything that counted.
    std::map<std::string, double> metrics(double meanLoss) const;

private:
    void addPerExample(const PaddedBatch& batch, const at::Tensor& logits);
    void addPerToken(const PaddedBatch& batch, const at::Tensor& logits, const at::Tensor& targets);

    const ScoredTask& m_task;
    const TokenizedSplit& m_split;
    std::vector<int> m_classes;  ///< one an example, or one a token
    std::vector<float> m_values; ///< regression, or all scores of a multi-label task
    std::int64_t m_correct = 0;
    std::int64_t m_asked = 0;
};

} // namespace awb
