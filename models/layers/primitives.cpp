#include "models/layers/primitives.h"

#include <cmath>
#include <numbers>

#include <torch/types.h>

namespace awb {

Linear Linear::uninitialised(std::int64_t in, std::int64_t out, bool withBias) {
    return {torch::empty({out, in}), withBias ? torch::empty({out}) : torch::Tensor()};
}

torch::Tensor Linear::operator()(const torch::Tensor& x) const {
    return torch::linear(x, weight, bias);
}

void Linear::collect(const std::string& prefix, std::vector<NamedTensor>& into) const {
    into.push_back({prefix + "weight", weight});
    if (bias.defined()) {
        into.push_back({prefix + "bias", bias});
    }
}

LayerNorm LayerNorm::identity(std::int64_t size, double eps) {
    return {torch::ones({size}), torch::zeros({size}), eps};
}

torch::Tensor LayerNorm::operator()(const torch::Tensor& x) const {
    return torch::layer_norm(x, weight.sizes(), weight, bias, eps);
}

void LayerNorm::collect(const std::string& prefix, std::vector<NamedTensor>& into) const {
    into.push_back({prefix + "weight", weight});
    into.push_back({prefix + "bias", bias});
}

torch::Tensor applyDropout(const torch::Tensor& x, double probability, bool training) {
    return training && probability > 0 ? torch::dropout(x, probability, true) : x;
}

torch::Tensor addInto(const torch::Tensor& a, const torch::Tensor& b) {
    return a.requires_grad() || b.requires_grad() ? a + b : a.add_(b);
}

void fillNormal(const torch::Tensor& tensor, double std, torch::Generator& generator) {
    const torch::NoGradGuard guard;
    tensor.normal_(0.0, std, generator);
}

void fillTruncatedNormal(const torch::Tensor& tensor, double std, double cut, torch::Generator& generator) {
    const torch::NoGradGuard guard;
    // A uniform draw between the two cut points' quantiles, through the inverse distribution function.
    const double edge = std::erf(cut / std / std::numbers::sqrt2);
    tensor.uniform_(-edge, edge, generator);
    tensor.erfinv_().mul_(std * std::numbers::sqrt2).clamp_(-cut, cut);
}

void fillKaimingUniform(const torch::Tensor& tensor, torch::Generator& generator) {
    const torch::NoGradGuard guard;
    const double bound = 1.0 / std::sqrt(static_cast<double>(tensor.size(-1)));
    tensor.uniform_(-bound, bound, generator);
}

void fillConstant(const torch::Tensor& tensor, double value) {
    const torch::NoGradGuard guard;
    tensor.fill_(value);
}

} // namespace awb
