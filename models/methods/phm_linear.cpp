#include "models/methods/phm_linear.h"

#include <torch/types.h>

namespace awb {

PhmLinear::PhmLinear(const PhmOptions& options, const TensorGroup& own, const std::string& name,
                     const TensorGroup& shared, const std::string& sharedW)
    : m_bias(own.find(name + "b"))
    , m_ownsRule(!options.sharedRule)
    , m_ownsW(!options.sharedW) {
    const TensorGroup& rules = options.sharedRule ? shared : own;
    const std::string ruleName = options.sharedRule ? std::string() : name;
    if (options.factorizedRule) {
        m_ruleLeft = rules[ruleName + "phm_rule_left"];
        m_ruleRight = rules[ruleName + "phm_rule_right"];
    } else {
        m_rule = rules[ruleName + "phm_rule"];
    }
    const TensorGroup& weights = options.sharedW ? shared : own;
    const std::string weightName = options.sharedW ? sharedW : name + "W";
    if (options.factorizedW) {
        m_wLeft = weights[weightName + "_left"];
        m_wRight = weights[weightName + "_right"];
    } else {
        m_w = weights[weightName];
    }
}

torch::Tensor PhmLinear::rule() const {
    return m_rule.defined() ? m_rule : torch::bmm(m_ruleLeft, m_ruleRight);
}

torch::Tensor PhmLinear::slices() const {
    return m_w.defined() ? m_w : torch::bmm(m_wLeft, m_wRight);
}

torch::Tensor PhmLinear::weight() const {
    const torch::Tensor rules = rule();
    const torch::Tensor parts = slices();
    const std::int64_t n = rules.size(0);
    // W[p * in/n + q, r * out/n + s] = sum_i R_i[p, r] W_i[q, s], as one product over i.
    const torch::Tensor product =
        torch::matmul(rules.view({n, n * n}).t(), parts.reshape({n, parts.size(1) * parts.size(2)}));
    return product.view({n, n, parts.size(1), parts.size(2)})
        .permute({0, 2, 1, 3})
        .reshape({n * parts.size(1), n * parts.size(2)});
}

torch::Tensor PhmLinear::operator()(const torch::Tensor& x) const {
    const torch::Tensor y = torch::matmul(x, weight());
    return m_bias.defined() ? y + m_bias : y;
}

std::vector<torch::Tensor> PhmLinear::tensors() const {
    std::vector<torch::Tensor> own;
    const auto add = [&](const torch::Tensor& tensor) {
        if (tensor.defined()) {
            own.push_back(tensor);
        }
    };
    if (m_ownsW) {
        add(m_w);
        add(m_wLeft);
        add(m_wRight);
    }
    add(m_bias);
    if (m_ownsRule) {
        add(m_rule);
        add(m_ruleLeft);
        add(m_ruleRight);
    }
    return own;
}

} // namespace awb
