#include "models/layers/activation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include <torch/types.h>

namespace awb {

namespace {

constexpr double kGeluClip = 10.0;
constexpr double kQuickGeluSlope = 1.702;
constexpr double kLeakySlope = 0.01;

torch::Tensor relu(const torch::Tensor& v) {
    return torch::relu(v);
}
torch::Tensor relu6(const torch::Tensor& v) {
    return torch::clamp(v, 0.0, 6.0);
}
torch::Tensor reluSquared(const torch::Tensor& v) {
    return torch::square(torch::relu(v));
}
torch::Tensor leakyRelu(const torch::Tensor& v) {
    return torch::leaky_relu(v, kLeakySlope);
}
torch::Tensor gelu(const torch::Tensor& v) {
    return torch::gelu(v);
}
torch::Tensor geluTanh(const torch::Tensor& v) {
    return torch::gelu(v, "tanh");
}
torch::Tensor geluClipped(const torch::Tensor& v) {
    return torch::clamp(torch::gelu(v), -kGeluClip, kGeluClip);
}
torch::Tensor quickGelu(const torch::Tensor& v) {
    return v * torch::sigmoid(v * kQuickGeluSlope);
}
torch::Tensor silu(const torch::Tensor& v) {
    return torch::silu(v);
}
torch::Tensor mish(const torch::Tensor& v) {
    return torch::mish(v);
}
torch::Tensor tanhOf(const torch::Tensor& v) {
    return torch::tanh(v);
}
torch::Tensor sigmoid(const torch::Tensor& v) {
    return torch::sigmoid(v);
}
torch::Tensor identity(const torch::Tensor& v) {
    return v;
}

// "gelu_fast" is the tanh form with its constant rounded to ten digits: the same numbers in float32.
constexpr std::array<std::pair<std::string_view, Activation>, 16> kActivations{{
    {"relu", relu},
    {"relu6", relu6},
    {"relu2", reluSquared},
    {"leakyrelu", leakyRelu},
    {"gelu", gelu},
    {"gelu_new", geluTanh},
    {"gelu_pytorch_tanh", geluTanh},
    {"gelu_fast", geluTanh},
    {"gelu_10", geluClipped},
    {"quick_gelu", quickGelu},
    {"swish", silu},
    {"silu", silu},
    {"mish", mish},
    {"tanh", tanhOf},
    {"sigmoid", sigmoid},
    {"linear", identity},
}};

} // namespace

Activation findActivation(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found = std::find_if(kActivations.begin(), kActivations.end(),
                                    [&](const auto& entry) { return entry.first == lower; });
    return found == kActivations.end() ? nullptr : found->second;
}

} // namespace awb
