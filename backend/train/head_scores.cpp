#include "backend/train/head_scores.h"

#include <algorithm>

#include <torch/types.h>

#include "backend/train/metrics.h"

namespace awb {

HeadScores::HeadScores(const ScoredTask& task, const TokenizedSplit& split)
    : m_task(task)
    , m_split(split) {
    switch (task.type()) {
    case HeadType::Regression:
        m_values.resize(split.size());
        break;
    case HeadType::MultiLabel:
        m_values.resize(split.multiHot.size());
        break;
    case HeadType::Tagging:
        m_classes.assign(split.ids.size(), 0);
        break;
    default:
        m_classes.resize(split.size());
    }
}

void HeadScores::add(const PaddedBatch& batch, const torch::Tensor& logits, const torch::Tensor& targets) {
    if (isPerToken(m_task.type())) {
        addPerToken(batch, logits, targets);
    } else {
        addPerExample(batch, logits);
    }
}

void HeadScores::addPerExample(const PaddedBatch& batch, const torch::Tensor& logits) {
    const bool isClass = m_task.type() == HeadType::Classification;
    const torch::Tensor answers =
        (isClass ? logits.argmax(1).to(torch::kFloat32) : logits.reshape({-1})).contiguous();
    const float* answer = answers.data_ptr<float>();
    const auto width = static_cast<std::size_t>(isClass ? 1 : logits.size(1));
    for (const std::size_t example : batch.examples) {
        if (isClass) {
            m_classes[example] = static_cast<int>(*answer);
        } else {
            std::copy_n(answer, width, m_values.begin() + static_cast<std::ptrdiff_t>(example * width));
        }
        answer += width;
    }
}

void HeadScores::addPerToken(const PaddedBatch& batch, const torch::Tensor& logits,
                             const torch::Tensor& targets) {
    const torch::Tensor answers = logits.argmax(-1).contiguous();
    if (isLanguageModel(m_task.type())) {
        const torch::Tensor asked = targets.ne(kIgnoredLabel);
        m_asked += asked.sum().item<std::int64_t>();
        m_correct += answers.eq(targets).logical_and(asked).sum().item<std::int64_t>();
        return;
    }
    const auto* row = answers.data_ptr<std::int64_t>();
    for (const std::size_t example : batch.examples) {
        const auto length = static_cast<std::size_t>(m_split.length(example));
        for (std::size_t token = 0; token < length; ++token) {
            m_classes[m_split.offsets[example] + token] = static_cast<int>(row[token]);
        }
        row += batch.length;
    }
}

std::map<std::string, double> HeadScores::metrics(double meanLoss) const {
    switch (m_task.type()) {
    case HeadType::Regression:
        return regressionMetrics(m_split.values, m_values);
    case HeadType::MultiLabel:
        return multiLabelMetrics({m_split.numLabels, m_split.multiHot, m_values, m_split.unknownLabels});
    case HeadType::Tagging:
        return tagMetrics(
            {m_split.tokenLabels, m_classes, m_split.offsets, m_task.tagNames, m_task.tagScheme});
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        return maskedLmMetrics(meanLoss, m_correct, m_asked);
    default:
        return classificationMetrics(m_split.labels, m_classes);
    }
}

} // namespace awb
