#pragma once

#include "models/config/bottleneck_config.h"
#include "models/methods/parameter_store.h"

namespace awb {

/// A projection whose weight is a sum of Kronecker products (Karimi Mahabadi et al. 2021):
/// y = x W + b, W = sum_i kron(R_i, W_i), W [in, out].
class PhmLinear {
public:
    /// `own`: tensors of this projection; `shared`: those of all layers; `sharedW`: "W_down" or "W_up".
    PhmLinear(const PhmOptions& options, const TensorGroup& own, const std::string& name,
              const TensorGroup& shared, const std::string& sharedW);

    torch::Tensor operator()(const torch::Tensor& x) const;
    /// W, [in, out].
    torch::Tensor weight() const;
    std::vector<torch::Tensor> tensors() const; ///< of this projection alone

private:
    torch::Tensor rule() const;   ///< [n, n, n]
    torch::Tensor slices() const; ///< [n, in / n, out / n]

    torch::Tensor m_rule, m_ruleLeft, m_ruleRight;
    torch::Tensor m_w, m_wLeft, m_wRight;
    torch::Tensor m_bias;
    bool m_ownsRule;
    bool m_ownsW;
};

} // namespace awb
