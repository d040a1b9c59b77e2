#include <torch/types.h>

#include "models/config/methods/linear_sites.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// y = W x + b + l_b * B (l_d * A x) with one frozen random pair A, B for all maps (Kopiczko et al. 2024).
class Vera : public LinearModule {
public:
    Vera(const OptionValues& options, const TensorGroup& own, const torch::Tensor& a, const torch::Tensor& b)
        : m_a(a)
        , m_b(b)
        , m_d(own["vera_d"])
        , m_outputs(own["vera_b"])
        , m_dropout(options.number("dropout")) {}

    Kind kind() const override { return Kind::Additive; }

    torch::Tensor change(const torch::Tensor& input, const torch::Tensor& /*mapInput*/, bool training,
                         ModuleTrace& trace) const override {
        trace.activation = torch::linear(applyDropout(input, m_dropout, training), m_a) * m_d;
        return torch::linear(trace.activation, m_b) * m_outputs;
    }

    Linear merged(const Linear& map) const override {
        return {map.weight + m_outputs.unsqueeze(1) * torch::matmul(m_b * m_d, m_a), map.bias};
    }

private:
    torch::Tensor m_a;       ///< [r, in]
    torch::Tensor m_b;       ///< [out, r]
    torch::Tensor m_d;       ///< [r]
    torch::Tensor m_outputs; ///< [out]
    double m_dropout;
};

} // namespace

void buildVera(const MethodBuild& build, SiteModules& into) {
    const TensorGroup shared =
        build.store.under(bodyPrefix(build.model.family) + "shared_parameters." + build.adapter + ".");
    for (const auto& [layer, site] : chosenLinearSites(build.config.options, build.model)) {
        const LinearShape shape = linearShape(build.model, site);
        into.linears[{layer, site}] = std::make_unique<Vera>(
            build.config.options, build.store.under(loraPrefix(build.model, layer, site, build.adapter)),
            shared["vera_A"].narrow(1, 0, shape.in), shared["vera_B"].narrow(0, 0, shape.out));
    }
}

} // namespace awb
