#include <torch/types.h>

#include "models/config/methods/linear_sites.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// y = (W x + b) * l (Liu et al. 2022). Merging changes the weight alone, not the bias, as AdapterHub's
/// library does it: with a bias the merged map is another one.
class Ia3 : public LinearModule {
public:
    Ia3(const OptionValues& options, const TensorGroup& own)
        : m_factors(own["lora_B"])
        , m_scaling(options.number("alpha") / static_cast<double>(options.integer("r"))) {}

    Kind kind() const override { return Kind::Factor; }
    torch::Tensor factor() const override { return m_factors.squeeze(1) * m_scaling; }
    Linear merged(const Linear& map) const override {
        return {map.weight * (m_factors * m_scaling), map.bias};
    }

private:
    torch::Tensor m_factors; ///< [out, 1]
    double m_scaling;
};

/// y = W (x * l) + b: the feed-forward form of the PEFT library.
class Ia3Input : public LinearModule {
public:
    Ia3Input(const OptionValues& options, const TensorGroup& own)
        : m_factors(own["lora_B"])
        , m_scaling(options.number("alpha")) {}

    Kind kind() const override { return Kind::Replacing; }
    torch::Tensor replace(const Linear& map, const torch::Tensor& input, bool /*training*/,
                          ModuleTrace& /*trace*/) const override {
        return map(input * (m_factors.squeeze(1) * m_scaling));
    }
    Linear merged(const Linear& map) const override {
        return {map.weight * (m_factors.squeeze(1) * m_scaling), map.bias};
    }

private:
    torch::Tensor m_factors; ///< [in, 1]
    double m_scaling;
};

} // namespace

void buildIa3(const MethodBuild& build, SiteModules& into) {
    for (const auto& [layer, site] : chosenLinearSites(build.config.options, build.model)) {
        const TensorGroup own = build.store.under(loraPrefix(build.model, layer, site, build.adapter));
        if (build.config.options.flag("scale_input")) {
            into.linears[{layer, site}] = std::make_unique<Ia3Input>(build.config.options, own);
        } else {
            into.linears[{layer, site}] = std::make_unique<Ia3>(build.config.options, own);
        }
    }
}

} // namespace awb
