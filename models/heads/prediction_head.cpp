#include "models/heads/prediction_head.h"

#include <utility>

#include <torch/types.h>

namespace awb {

PredictionHead::PredictionHead(HeadConfig config, const ModelConfig& model, torch::Generator& generator)
    : m_config(std::move(config))
    , m_dropout(model.hiddenDropout)
    , m_activation(m_config.activation.empty() ? nullptr : findActivation(m_config.activation)) {
    if (isLanguageModel(m_config.type)) {
        buildLanguageModel(model, generator);
        return;
    }
    for (int i = 0; i < m_config.layers; ++i) {
        const bool isLast = i + 1 == m_config.layers;
        const Linear linear = Linear::uninitialised(
            model.hiddenSize, isLast ? headOutputs(m_config) : model.hiddenSize, !isLast || m_config.bias);
        fillNormal(linear.weight, model.initializerRange, generator);
        if (linear.bias.defined()) {
            fillConstant(linear.bias, 0.0);
        }
        m_linears.push_back(linear);
    }
}

void PredictionHead::buildLanguageModel(const ModelConfig& model, torch::Generator& generator) {
    for (int i = 0; i + 1 < m_config.layers; ++i) {
        const Linear linear = Linear::uninitialised(model.hiddenSize, model.hiddenSize);
        fillNormal(linear.weight, model.initializerRange, generator);
        fillConstant(linear.bias, 0.0);
        m_linears.push_back(linear);
        if (m_config.layerNorm) {
            m_norms.push_back(LayerNorm::identity(model.hiddenSize, model.layerNormEps));
        }
    }
    if (m_config.bias) {
        m_decoder.bias = torch::zeros({model.vocabSize});
    }
    if (!model.tieWordEmbeddings) {
        m_decoder.weight = torch::empty({model.vocabSize, model.hiddenSize});
        fillNormal(m_decoder.weight, model.initializerRange, generator);
    }
}

torch::Tensor PredictionHead::run(const torch::Tensor& states, bool training) const {
    torch::Tensor state = states;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
        state = m_linears[i](applyDropout(state, m_dropout, training));
        if (m_activation != nullptr && i + 1 < m_linears.size()) {
            state = m_activation(state);
        }
    }
    return state;
}

torch::Tensor PredictionHead::transform(const torch::Tensor& states) const {
    torch::Tensor state = states;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
        state = m_linears[i](state);
        state = m_activation != nullptr ? m_activation(state) : state;
        state = m_norms.empty() ? state : m_norms[i](state);
    }
    return state;
}

torch::Tensor PredictionHead::decode(const torch::Tensor& states, const torch::Tensor& embeddings) const {
    return torch::linear(states, m_decoder.weight.defined() ? m_decoder.weight : embeddings, m_decoder.bias);
}

std::string PredictionHead::place(std::size_t index) const {
    return "heads." + m_config.name + "." + std::to_string(index) + ".";
}

std::vector<NamedTensor> PredictionHead::parameters() const {
    std::vector<NamedTensor> all;
    if (!isLanguageModel(m_config.type)) {
        // Dropouts and activations count in the public library's sequence.
        const std::size_t stride = m_config.activation.empty() ? 2 : 3;
        for (std::size_t i = 0; i < m_linears.size(); ++i) {
            m_linears[i].collect(place(1 + i * stride), all);
        }
        return all;
    }
    std::size_t index = 0;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
        m_linears[i].collect(place(index), all);
        index += m_config.activation.empty() ? 1 : 2;
        if (!m_norms.empty()) {
            m_norms[i].collect(place(index++), all);
        }
    }
    if (m_decoder.weight.defined()) {
        all.push_back({place(index) + "weight", m_decoder.weight});
    }
    if (m_decoder.bias.defined()) {
        all.push_back({place(index) + "bias", m_decoder.bias});
    }
    return all;
}

std::string PredictionHead::tiedWeightName() const {
    if (!isLanguageModel(m_config.type) || m_decoder.weight.defined()) {
        return {};
    }
    const std::size_t perLayer = (m_config.activation.empty() ? 1U : 2U) + (m_config.layerNorm ? 1U : 0U);
    return place(m_linears.size() * perLayer) + "weight";
}

} // namespace awb
