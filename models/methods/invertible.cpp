#include "models/methods/invertible.h"

#include <torch/types.h>

namespace awb {

namespace {

/// lin2(act(lin1(v)))
struct CouplingNet {
    Linear first;
    Linear second;
    Activation activation;

    CouplingNet(const TensorGroup& tensors, const std::string& name, Activation act)
        : first(tensors.linear(name + ".0."))
        , second(tensors.linear(name + ".2."))
        , activation(act) {}
    torch::Tensor operator()(const torch::Tensor& v) const { return second(activation(first(v))); }
};

/// The two halves of the last axis; the first is the smaller one where the width is odd.
std::pair<torch::Tensor, torch::Tensor> halves(const torch::Tensor& states) {
    const std::int64_t width = states.size(-1);
    const std::int64_t first = width / 2;
    return {states.narrow(-1, 0, first), states.narrow(-1, first, width - first)};
}

class Nice : public InvertibleModule {
public:
    Nice(const TensorGroup& tensors, Activation activation)
        : m_f(tensors, "F", activation)
        , m_g(tensors, "G", activation) {}

    torch::Tensor forward(const torch::Tensor& states) const override {
        const auto [a, c] = halves(states);
        const torch::Tensor first = a + m_f(c);
        return torch::cat({first, c + m_g(first)}, -1);
    }
    torch::Tensor inverse(const torch::Tensor& states) const override {
        const auto [first, second] = halves(states);
        const torch::Tensor c = second - m_g(first);
        return torch::cat({first - m_f(c), c}, -1);
    }

private:
    CouplingNet m_f;
    CouplingNet m_g;
};

class Glow : public InvertibleModule {
public:
    Glow(const TensorGroup& tensors, Activation activation)
        : m_s1(tensors, "s1", activation)
        , m_s2(tensors, "s2", activation) {}

    torch::Tensor forward(const torch::Tensor& states) const override {
        const auto [a, c] = halves(states);
        const auto [scale2, shift2] = affine(m_s2, c);
        const torch::Tensor first = scale2 * a + shift2;
        const auto [scale1, shift1] = affine(m_s1, first);
        return torch::cat({first, scale1 * c + shift1}, -1);
    }
    torch::Tensor inverse(const torch::Tensor& states) const override {
        const auto [first, second] = halves(states);
        const auto [scale1, shift1] = affine(m_s1, first);
        const torch::Tensor c = (second - shift1) / scale1;
        const auto [scale2, shift2] = affine(m_s2, c);
        return torch::cat({(first - shift2) / scale2, c}, -1);
    }

private:
    /// Scale and shift from a subnet whose output holds the scale's half first. The scale lies between
    /// exp(-5) and exp(5).
    static std::pair<torch::Tensor, torch::Tensor> affine(const CouplingNet& net, const torch::Tensor& v) {
        constexpr double kClamp = 5.0;
        constexpr double kSlope = 0.636;
        const torch::Tensor both = net(v);
        const std::int64_t width = both.size(-1) / 2;
        const torch::Tensor scale =
            torch::exp(kClamp * kSlope * torch::atan(both.narrow(-1, 0, width) / kClamp));
        return {scale, both.narrow(-1, width, width)};
    }

    CouplingNet m_s1;
    CouplingNet m_s2;
};

} // namespace

std::unique_ptr<InvertibleModule> makeInvertible(const BottleneckConfig& config, const TensorGroup& tensors) {
    const Activation activation = findActivation(config.nonLinearity);
    if (config.invertible == InvertibleKind::Glow) {
        return std::make_unique<Glow>(tensors, activation);
    }
    return std::make_unique<Nice>(tensors, activation);
}

} // namespace awb
