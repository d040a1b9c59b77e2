#include "models/methods/bottleneck.h"

#include <torch/types.h>

#include "models/methods/invertible.h"
#include "models/methods/method_factories.h"

namespace awb {

namespace {

constexpr double kNormEps = 1e-5;

/// Leaves the whole change of some texts out and scales the others up (Huang et al. 2016).
torch::Tensor dropTexts(const torch::Tensor& change, double probability, bool training) {
    if (!training || probability <= 0) {
        return change;
    }
    const torch::Tensor keep = torch::bernoulli(torch::full({change.size(0), 1, 1}, 1.0 - probability));
    return change * (keep / (1.0 - probability));
}

LayerNorm normFrom(const TensorGroup& own, const std::string& name) {
    return {own[name + "weight"], own[name + "bias"], kNormEps};
}

} // namespace

BottleneckModule::BottleneckModule(const BottleneckConfig& config, const TensorGroup& own,
                                   const TensorGroup& shared)
    : m_config(&config)
    , m_activation(findActivation(config.nonLinearity))
    , m_scaling(own.find("scaling")) {
    // With a LayerNorm in front, the projection is the second module of the public library's sequence.
    const std::string down = config.lnBefore ? "adapter_down.1." : "adapter_down.0.";
    if (config.phm) {
        m_down = PhmLinear(*config.phm, own, down, shared, "W_down");
        m_up = PhmLinear(*config.phm, own, "adapter_up.", shared, "W_up");
    } else {
        m_down = own.linear(down);
        m_up = own.linear("adapter_up.");
    }
    if (config.lnBefore) {
        m_normBefore = normFrom(own, "adapter_norm_before.");
    }
    if (config.lnAfter) {
        m_normAfter = normFrom(own, "adapter_norm_after.");
    }
    if (config.useGating) {
        m_gate = own.linear("gate.");
    }
}

torch::Tensor BottleneckModule::apply(const Projection& projection, const torch::Tensor& x) {
    return std::visit([&](const auto& map) { return map(x); }, projection);
}

std::vector<torch::Tensor> BottleneckModule::tensorsOf(const Projection& projection) {
    if (const auto* linear = std::get_if<Linear>(&projection)) {
        return {linear->weight, linear->bias};
    }
    return std::get<PhmLinear>(projection).tensors();
}

const Linear* BottleneckModule::plainDown() const {
    return m_normBefore ? nullptr : std::get_if<Linear>(&m_down);
}

const Linear* BottleneckModule::plainUp() const {
    return std::get_if<Linear>(&m_up);
}

std::vector<torch::Tensor> BottleneckModule::downTensors() const {
    return tensorsOf(m_down);
}

std::vector<torch::Tensor> BottleneckModule::upTensors() const {
    return tensorsOf(m_up);
}

std::optional<double> BottleneckModule::constantScaling() const {
    return m_scaling.defined() ? std::nullopt : std::optional(m_config->scaling.value);
}

torch::Tensor BottleneckModule::scaled(const torch::Tensor& up) const {
    if (m_scaling.defined()) {
        return up * m_scaling;
    }
    return m_config->scaling.value != 1.0 ? up * m_config->scaling.value : up;
}

BottleneckModule::Trace BottleneckModule::project(const torch::Tensor& v) const {
    Trace trace;
    trace.activation = m_activation(apply(m_down, m_normBefore ? (*m_normBefore)(v) : v));
    trace.change = scaled(apply(m_up, trace.activation));
    return trace;
}

torch::Tensor BottleneckModule::finish(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                                       Trace& trace) const {
    torch::Tensor out = applyDropout(trace.change, m_config->dropout, training);
    out = dropTexts(out, m_config->stochasticDepth, training);
    if (m_gate) {
        trace.gate = torch::sigmoid((*m_gate)(v)).mean(1, true);
        out = out * trace.gate;
    }
    if (m_config->isParallel) {
        return m_normAfter ? (*m_normAfter)(out) : out;
    }
    if (!m_normAfter) {
        return out + residual;
    }
    return m_config->adapterResidualBeforeLn ? (*m_normAfter)(out + residual)
                                             : (*m_normAfter)(out) + residual;
}

torch::Tensor BottleneckModule::run(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                                    Trace& trace) const {
    trace = project(v);
    return finish(v, residual, training, trace);
}

void buildBottleneck(const MethodBuild& build, SiteModules& into) {
    const BottleneckConfig& config = build.config.bottleneck;
    const std::string body = bodyPrefix(build.model.family);
    const TensorGroup shared = build.store.under(body + "shared_parameters." + build.adapter + ".");
    const auto places = modulesOf(config, build.model);
    for (const ModulePlace& place : *places) {
        const BlockPart part = isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward;
        const TensorGroup own = build.store.under(joinPrefix(build.model.family, place.layer, part) +
                                                  "adapters." + build.adapter + ".");
        into.joins.try_emplace({place.layer, part}, config, own, shared);
    }
    if (config.invertible != InvertibleKind::None) {
        into.invertible =
            makeInvertible(config, build.store.under(body + "invertible_adapters." + build.adapter + "."));
    }
}

JoinInput prepareJoin(const BottleneckConfig& config, const torch::Tensor& running, const ResidualJoin& at) {
    if (config.isParallel) {
        return {at.residual, {}};
    }
    const bool needsSum = config.originalLnBefore || config.residualBeforeLn == ResidualMode::PostAdd;
    const torch::Tensor sum = needsSum ? running + at.residual : torch::Tensor();
    const torch::Tensor v = config.originalLnBefore ? at.normalised(sum) : running;
    switch (config.residualBeforeLn) {
    case ResidualMode::BeforeLn:
        return {v, running};
    case ResidualMode::AfterLn:
        return {v, v};
    case ResidualMode::PostAdd:
        return {v, sum};
    }
    return {v, running};
}

torch::Tensor finishJoin(const BottleneckConfig& config, const torch::Tensor& output,
                         const ResidualJoin& at) {
    const std::int64_t rows = output.size(0);
    const torch::Tensor whole = config.isParallel ? output + matchRows(at.output, rows) : output;
    return config.originalLnAfter ? at.normalised(whole + matchRows(at.residual, rows)) : whole;
}

} // namespace awb
