#include <optional>

#include <torch/types.h>

#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// The keys and values of all layers of one adapter: trained directly, or made by a small network from
/// trained embeddings (Li & Liang 2021).
class PrefixSource {
public:
    PrefixSource(const OptionValues& options, const TensorGroup& own, std::int64_t layers, std::int64_t heads)
        : m_length(options.integer("prefix_length"))
        , m_layers(layers)
        , m_heads(heads)
        , m_dropout(options.number("dropout"))
        , m_flat(own.find("control_trans")) {
        if (!m_flat.defined()) {
            m_embeddings = own["wte.weight"];
            m_first = own.linear("control_trans.0.");
            m_second = own.linear("control_trans.2.");
            m_activation = findActivation(options.text("non_linearity"));
        }
    }

    /// [P, 2 * layers, heads, H / heads]: slot 2j is the key, 2j + 1 the value of the j-th layer. Computed
    /// once in each pass.
    torch::Tensor all(ForwardContext& context) const {
        torch::Tensor& result = context.pass.sharedResults[this];
        if (!result.defined()) {
            const torch::Tensor made =
                m_flat.defined() ? m_flat : m_second(m_activation(m_first(m_embeddings)));
            result = applyDropout(made, m_dropout, context.training)
                         .reshape({m_length, 2 * m_layers, m_heads, -1});
        }
        return result;
    }

private:
    std::int64_t m_length;
    std::int64_t m_layers;
    std::int64_t m_heads;
    double m_dropout;
    torch::Tensor m_flat;
    torch::Tensor m_embeddings;
    Linear m_first;
    Linear m_second;
    Activation m_activation = nullptr;
};

class LayerPrefix : public PrefixModule {
public:
    LayerPrefix(std::shared_ptr<const PrefixSource> source, std::int64_t slot, std::optional<Linear> gate)
        : m_source(std::move(source))
        , m_slot(slot)
        , m_gate(std::move(gate)) {}

    Prefix make(const torch::Tensor& input, ForwardContext& context, ModuleTrace& trace) const override {
        const torch::Tensor both = m_source->all(context);
        const std::int64_t batch = input.size(0);
        const auto part = [&](std::int64_t slot) {
            return both.select(1, slot).transpose(0, 1).unsqueeze(0).expand({batch, -1, -1, -1});
        };
        Prefix prefix{part(2 * m_slot), part(2 * m_slot + 1), torch::zeros({batch, both.size(0)})};
        if (m_gate) {
            trace.gate = torch::sigmoid((*m_gate)(input)).mean(1, true); // [B, 1, 1 or 2]
            const auto gateOf = [&](std::int64_t index) {
                return trace.gate.select(2, index).view({batch, 1, 1, 1});
            };
            prefix.keys = prefix.keys * gateOf(0);
            prefix.values = prefix.values * gateOf(trace.gate.size(2) - 1);
        }
        return prefix;
    }

private:
    std::shared_ptr<const PrefixSource> m_source;
    std::int64_t m_slot;
    std::optional<Linear> m_gate;
};

} // namespace

void buildPrefixTuning(const MethodBuild& build, SiteModules& into) {
    const OptionValues& options = build.config.options;
    const ModelConfig& model = build.model;
    const auto places = findMethod("prefix_tuning")->places(build.config, model);
    if (places->empty()) {
        return;
    }
    const std::int64_t heads = model.keyValueWidth() / model.headWidth();
    const auto source = std::make_shared<const PrefixSource>(
        options,
        build.store.under(bodyPrefix(model.family) + "prefix_tuning.prefix_tunings." + build.adapter + "." +
                          prefixGroup(model.family) + "."),
        static_cast<std::int64_t>(places->size()), heads);
    std::int64_t slot = 0;
    for (const ActingPlace& place : *places) {
        std::optional<Linear> gate;
        if (options.flag("use_gating")) {
            gate = build.store.under(prefixGatePrefix(model.family, place.layer) + build.adapter + ".")
                       .linear("");
        }
        into.prefixes[place.layer] = std::make_unique<LayerPrefix>(source, slot++, std::move(gate));
    }
}

} // namespace awb
