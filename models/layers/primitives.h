#pragma once

#include <string>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"

namespace awb {

/// y = x W^T + b with W [out, in]; the bias may be undefined.
struct Linear {
    torch::Tensor weight;
    torch::Tensor bias;

    static Linear uninitialised(std::int64_t in, std::int64_t out, bool withBias = true);
    torch::Tensor operator()(const torch::Tensor& x) const;
    void collect(const std::string& prefix, std::vector<NamedTensor>& into) const;
};

/// Layer normalisation over the last axis.
struct LayerNorm {
    torch::Tensor weight;
    torch::Tensor bias;
    double eps = 1e-5;

    static LayerNorm identity(std::int64_t size, double eps);
    torch::Tensor operator()(const torch::Tensor& x) const;
    void collect(const std::string& prefix, std::vector<NamedTensor>& into) const;
};

/// Inverted dropout from LibTorch's default generator; the tensor itself where it is off.
torch::Tensor applyDropout(const torch::Tensor& x, double probability, bool training);

/// a + b, in a's memory where nothing needs a's old values (no gradient flows through it). `a` must be a
/// fresh result that nobody else holds.
torch::Tensor addInto(const torch::Tensor& a, const torch::Tensor& b);

/// Fills with N(0, std^2).
void fillNormal(const torch::Tensor& tensor, double std, torch::Generator& generator);
/// Fills with N(0, std^2) cut at +-cut.
void fillTruncatedNormal(const torch::Tensor& tensor, double std, double cut, torch::Generator& generator);
/// Fills with U(-1/sqrt(in), 1/sqrt(in)): Kaiming-uniform with a = sqrt(5), in = the last axis.
void fillKaimingUniform(const torch::Tensor& tensor, torch::Generator& generator);
void fillConstant(const torch::Tensor& tensor, double value);

} // namespace awb
