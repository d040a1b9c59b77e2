#include "models/methods/fusion.h"

#include <algorithm>

#include <torch/types.h>

namespace awb {

namespace {

constexpr double kStd = 0.02;
constexpr double kOffDiagonal = 1e-6;
constexpr double kHottest = 50.0;
constexpr double kColdest = 1.0;
constexpr double kCooling = 0.05;

Linear freshLinear(int hiddenSize, bool withBias, torch::Generator& generator) {
    Linear linear = Linear::uninitialised(hiddenSize, hiddenSize, withBias);
    fillNormal(linear.weight, kStd, generator);
    if (withBias) {
        fillConstant(linear.bias, 0.0);
    }
    return linear;
}

/// The softmax over the adapters that are free, scaled to the rest, beside the weights that are fixed.
/// `scores` and the result: [B, T, N].
torch::Tensor changedWeights(const torch::Tensor& scores, const WeightChange& change) {
    const torch::Tensor fixed = torch::tensor(change.fixed, scores.options());
    if (!change.hasFree) {
        return fixed.expand_as(scores).contiguous();
    }
    const torch::Tensor shifts = torch::tensor(change.shifts, scores.options());
    return torch::softmax(scores + shifts, -1) * change.rest + fixed;
}

} // namespace

FusionLayer::FusionLayer(const FusionConfig& config, int hiddenSize, double modelDropout,
                         torch::Generator& generator)
    : m_config(config)
    , m_dropout(config.dropout >= 0 ? config.dropout : modelDropout)
    , m_temperature(config.temperature ? kHottest : kColdest) {
    if (!config.query && !config.key && !config.value) {
        m_dense = freshLinear(hiddenSize, true, generator); // unused, but part of the public library's files
    }
    if (config.query) {
        m_query = freshLinear(hiddenSize, true, generator);
    }
    if (config.key) {
        m_key = freshLinear(hiddenSize, true, generator);
    }
    if (config.value) {
        m_value = freshLinear(hiddenSize, false, generator);
        if (config.valueInitialized) {
            const torch::NoGradGuard guard;
            m_value.weight.fill_(kOffDiagonal).fill_diagonal_(1.0);
        }
    }
}

torch::Tensor FusionLayer::run(const torch::Tensor& query, const torch::Tensor& outputs,
                               const torch::Tensor& residual, bool training, const WeightChange* change,
                               torch::Tensor& weights) {
    const torch::Tensor memory = m_config.residualBefore ? outputs + residual.unsqueeze(2) : outputs;
    const torch::Tensor q = m_config.query ? m_query(query) : query;
    const torch::Tensor keys = m_config.key ? m_key(memory) : memory;
    const bool mapsFirst = m_config.value && m_config.valueBeforeSoftmax;
    const torch::Tensor values = mapsFirst ? m_value(memory) : memory;
    torch::Tensor scores = torch::matmul(keys, q.unsqueeze(3)).squeeze(3);
    scores = applyDropout(scores, m_dropout, training);
    scores = scores / m_temperature;
    weights = change == nullptr ? torch::softmax(scores, -1) : changedWeights(scores, *change);
    if (m_config.temperature) {
        m_temperature = std::max(m_temperature - kCooling, kColdest);
    }
    torch::Tensor fused = torch::matmul(weights.unsqueeze(2), values).squeeze(2);
    if (m_config.value && !m_config.valueBeforeSoftmax) {
        fused = m_value(fused);
    }
    if (!m_config.residualBefore) {
        return fused + residual;
    }
    return change != nullptr && !change->hasFree ? fused + residual * change->rest : fused;
}

void FusionLayer::collect(const std::string& prefix, std::vector<NamedTensor>& into) const {
    const auto add = [&](const char* name, const Linear& linear) {
        if (linear.weight.defined()) {
            linear.collect(prefix + name, into);
        }
    };
    add("query.", m_query);
    add("key.", m_key);
    add("value.", m_value);
    add("dense.", m_dense);
}

} // namespace awb
