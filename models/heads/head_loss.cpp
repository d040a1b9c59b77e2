#include <torch/types.h>

#include "models/heads/prediction_head.h"

namespace awb {

namespace {

constexpr std::int64_t kIgnored = -100;

/// Mean cross-entropy over the labels that count: [N, C] and [N].
torch::Tensor crossEntropy(const torch::Tensor& logits, const torch::Tensor& labels) {
    const torch::Tensor count = labels.ne(kIgnored).sum().clamp_min(1);
    return torch::nll_loss(torch::log_softmax(logits, -1), labels, {}, at::Reduction::Sum, kIgnored) / count;
}

torch::Tensor perToken(const torch::Tensor& logits, const torch::Tensor& labels) {
    return crossEntropy(logits.reshape({-1, logits.size(-1)}), labels.reshape({-1}));
}

torch::Tensor squaredError(const torch::Tensor& logits, const torch::Tensor& labels) {
    const torch::Tensor counted = labels.view({-1}).ne(kIgnored);
    const torch::Tensor difference = (logits.view({-1}) - labels.view({-1})).masked_select(counted);
    return torch::square(difference).sum() / counted.sum().clamp_min(1);
}

/// Padding is not masked, as in the public library.
torch::Tensor answerSpan(const torch::Tensor& logits, const torch::Tensor& positions) {
    const std::int64_t tokens = logits.size(1);
    torch::Tensor sum;
    for (int end = 0; end < 2; ++end) {
        const torch::Tensor clamped = positions.select(1, end).clamp(0, tokens);
        const torch::Tensor labels = clamped.masked_fill(clamped.eq(tokens), kIgnored);
        const torch::Tensor loss = crossEntropy(logits.select(2, end), labels);
        sum = sum.defined() ? sum + loss : loss;
    }
    return sum / 2;
}

} // namespace

torch::Tensor headLoss(const HeadConfig& head, const torch::Tensor& logits, const torch::Tensor& labels,
                       const torch::Tensor& attentionMask) {
    switch (head.type) {
    case HeadType::Regression:
        return squaredError(logits, labels);
    case HeadType::MultiLabel:
        return torch::binary_cross_entropy_with_logits(logits, labels.to(torch::kFloat32));
    case HeadType::Classification:
    case HeadType::MultipleChoice:
        return crossEntropy(logits, labels.view({-1}));
    case HeadType::Tagging:
        return perToken(logits,
                        attentionMask.defined() ? labels.masked_fill(attentionMask.eq(0), kIgnored) : labels);
    case HeadType::QuestionAnswering:
        return answerSpan(logits, labels);
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        break;
    }
    if (!head.shiftLabels) {
        return perToken(logits, labels);
    }
    const std::int64_t tokens = logits.size(1);
    return perToken(logits.narrow(1, 0, tokens - 1), labels.narrow(1, 1, tokens - 1));
}

} // namespace awb
