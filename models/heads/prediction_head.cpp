#include "models/heads/prediction_head.h"

#include <utility>

#include <torch/torch.h>

namespace awb {

PredictionHead::PredictionHead(HeadConfig config, const ModelConfig& model, torch::Generator& generator)
    : m_config(std::move(config))
    , m_dropout(model.hiddenDropout)
    , m_activation(m_config.activation.empty() ? nullptr : findActivation(m_config.activation)) {
    for (int i = 0; i < m_config.layers; ++i) {
        const bool isLast = i + 1 == m_config.layers;
        const Linear linear = Linear::uninitialised(
            model.hiddenSize, isLast ? m_config.numLabels : model.hiddenSize, !isLast || m_config.bias);
        fillNormal(linear.weight, model.initializerRange, generator);
        if (linear.bias.defined()) {
            fillConstant(linear.bias, 0.0);
        }
        m_linears.push_back(linear);
    }
}

torch::Tensor PredictionHead::run(const torch::Tensor& pooled, bool training) const {
    torch::Tensor state = pooled;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
        state = m_linears[i](applyDropout(state, m_dropout, training));
        if (m_activation != nullptr && i + 1 < m_linears.size()) {
            state = m_activation(state);
        }
    }
    return state;
}

std::vector<NamedTensor> PredictionHead::parameters() const {
    // Dropouts and activations count in the public library's sequence.
    const std::size_t stride = m_config.activation.empty() ? 2 : 3;
    std::vector<NamedTensor> all;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
        m_linears[i].collect("heads." + m_config.name + "." + std::to_string(1 + i * stride) + ".", all);
    }
    return all;
}

torch::Tensor headLoss(const HeadConfig& head, const torch::Tensor& logits, const torch::Tensor& labels) {
    constexpr std::int64_t kIgnored = -100;
    const torch::Tensor counted = labels.view({-1}).ne(kIgnored);
    const torch::Tensor count = counted.sum().clamp_min(1);
    if (head.type == HeadType::Regression) {
        const torch::Tensor difference = (logits.view({-1}) - labels.view({-1})).masked_select(counted);
        return torch::square(difference).sum() / count;
    }
    return torch::nll_loss(torch::log_softmax(logits, -1), labels.view({-1}), {}, at::Reduction::Sum,
                           kIgnored) /
           count;
}

} // namespace awb
