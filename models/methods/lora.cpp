#include <optional>

#include <torch/types.h>

#include "models/config/methods/linear_sites.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// y = W x + b + (alpha/r) B A dropout(x), or with a gate in the place of alpha/r (Hu et al. 2022, Mao et al.
/// 2022).
class Lora : public LinearModule {
public:
    Lora(const OptionValues& options, const TensorGroup& own)
        : m_a(own["lora_A"])
        , m_b(own["lora_B"])
        , m_scaling(options.number("alpha") / static_cast<double>(options.integer("r")))
        , m_dropout(options.number("dropout")) {
        if (options.flag("use_gating")) {
            m_gate = own.linear("gate.");
        }
    }

    Kind kind() const override { return Kind::Additive; }

    torch::Tensor change(const torch::Tensor& input, const torch::Tensor& mapInput, bool training,
                         ModuleTrace& trace) const override {
        trace.activation = torch::linear(applyDropout(input, m_dropout, training), m_a);
        const torch::Tensor product = torch::linear(trace.activation, m_b);
        if (!m_gate) {
            return product * m_scaling;
        }
        trace.gate = torch::sigmoid((*m_gate)(mapInput)).mean(1, true);
        return product * trace.gate;
    }

    Linear merged(const Linear& map) const override {
        if (m_gate) {
            return {};
        }
        return {map.weight + m_scaling * torch::matmul(m_b, m_a), map.bias};
    }

private:
    torch::Tensor m_a; ///< [r, in]
    torch::Tensor m_b; ///< [out, r]
    double m_scaling;
    double m_dropout;
    std::optional<Linear> m_gate;
};

} // namespace

void buildLora(const MethodBuild& build, SiteModules& into) {
    for (const auto& [layer, site] : chosenLinearSites(build.config.options, build.model)) {
        into.linears[{layer, site}] = std::make_unique<Lora>(
            build.config.options, build.store.under(loraPrefix(build.model, layer, site, build.adapter)));
    }
}

} // namespace awb
