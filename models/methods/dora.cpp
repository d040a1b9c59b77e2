#include <torch/types.h>

#include "models/config/methods/linear_sites.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// y = m / ||W + BA|| * (W x + (alpha/r) B A x) + b, one m and one norm a row (Liu et al. 2024). The norm is
/// held constant in backward, as the paper proposes.
class Dora : public LinearModule {
public:
    Dora(const OptionValues& options, const TensorGroup& own)
        : m_a(own["lora_A"])
        , m_b(own["lora_B"])
        , m_magnitude(own["m.weight"])
        , m_scaling(options.number("alpha") / static_cast<double>(options.integer("r")))
        , m_dropout(options.number("dropout")) {}

    Kind kind() const override { return Kind::Replacing; }

    torch::Tensor replace(const Linear& map, const torch::Tensor& input, bool training,
                          ModuleTrace& trace) const override {
        trace.activation = torch::linear(applyDropout(input, m_dropout, training), m_a);
        const torch::Tensor direction =
            torch::linear(input, map.weight) + torch::linear(trace.activation, m_b) * m_scaling;
        const torch::Tensor scaled = direction * rowFactors(map).squeeze(1);
        return map.bias.defined() ? scaled + map.bias : scaled;
    }

    Linear merged(const Linear& map) const override {
        return {rowFactors(map) * (map.weight + m_scaling * torch::matmul(m_b, m_a)), map.bias};
    }

private:
    /// m / ||W + BA||, [out, 1]
    torch::Tensor rowFactors(const Linear& map) const {
        const torch::Tensor norms = (map.weight + torch::matmul(m_b, m_a)).norm(2, 1, true).detach();
        return m_magnitude / norms;
    }

    torch::Tensor m_a;
    torch::Tensor m_b;
    torch::Tensor m_magnitude; ///< [out, 1]
    double m_scaling;
    double m_dropout;
};

} // namespace

void buildDora(const MethodBuild& build, SiteModules& into) {
    for (const auto& [layer, site] : chosenLinearSites(build.config.options, build.model)) {
        into.linears[{layer, site}] = std::make_unique<Dora>(
            build.config.options, build.store.under(loraPrefix(build.model, layer, site, build.adapter)));
    }
}

} // namespace awb
