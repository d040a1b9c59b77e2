#include "models/adapters/bottleneck.h"

#include <torch/torch.h>

namespace awb {

namespace {

constexpr double kNormEps = 1e-5;
constexpr double kBertStd = 0.02;
constexpr double kHoulsbyStd = 0.01;
constexpr double kHoulsbyCut = 0.02;

} // namespace

BottleneckModule::BottleneckModule(const BottleneckConfig& config, int hiddenSize, int bottleneck,
                                   torch::Generator& generator)
    : m_isParallel(config.isParallel)
    , m_residualBeforeNorm(config.adapterResidualBeforeLn)
    , m_dropout(config.dropout)
    , m_constantScaling(config.scaling.value)
    , m_activation(findActivation(config.nonLinearity))
    , m_down(Linear::uninitialised(hiddenSize, bottleneck))
    , m_up(Linear::uninitialised(bottleneck, hiddenSize)) {
    if (config.lnBefore) {
        m_normBefore = LayerNorm::identity(hiddenSize, kNormEps);
    }
    if (config.lnAfter) {
        m_normAfter = LayerNorm::identity(hiddenSize, kNormEps);
    }
    if (config.scaling.kind != Scaling::Kind::Constant) {
        m_scaling = torch::ones({config.scaling.kind == Scaling::Kind::Learned ? 1 : hiddenSize});
    }
    if (config.useGating) {
        m_gate = Linear::uninitialised(hiddenSize, 1);
    }
    initialise(config.initWeights, generator);
}

void BottleneckModule::initialise(const std::string& scheme, torch::Generator& generator) {
    const auto fill = [&](const torch::Tensor& weight) {
        if (scheme == "houlsby") {
            fillTruncatedNormal(weight, kHoulsbyStd, kHoulsbyCut, generator);
        } else {
            fillNormal(weight, kBertStd, generator);
        }
    };
    if (scheme == "mam_adapter") {
        fillKaimingUniform(m_down.weight, generator);
        fillConstant(m_up.weight, 0.0);
    } else {
        fill(m_down.weight);
        fill(m_up.weight);
    }
    fillConstant(m_down.bias, 0.0);
    fillConstant(m_up.bias, 0.0);
    if (m_gate) {
        fill(m_gate->weight);
        fillConstant(m_gate->bias, 0.0);
    }
}

torch::Tensor BottleneckModule::run(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                                    Trace& trace) const {
    trace.activation = m_activation(m_down(m_normBefore ? (*m_normBefore)(v) : v));
    trace.change = m_up(trace.activation);
    if (m_scaling.defined()) {
        trace.change = trace.change * m_scaling;
    } else if (m_constantScaling != 1.0) {
        trace.change = trace.change * m_constantScaling;
    }
    torch::Tensor out = applyDropout(trace.change, m_dropout, training);
    if (m_gate) {
        trace.gate = torch::sigmoid((*m_gate)(v)).mean(1, true);
        out = out * trace.gate;
    }
    if (m_isParallel) {
        return m_normAfter ? (*m_normAfter)(out) : out;
    }
    if (!m_normAfter) {
        return out + residual;
    }
    return m_residualBeforeNorm ? (*m_normAfter)(out + residual) : (*m_normAfter)(out) + residual;
}

std::vector<NamedTensor> BottleneckModule::parameters(const std::string& prefix) const {
    std::vector<NamedTensor> all;
    if (m_scaling.defined()) {
        all.push_back({prefix + "scaling", m_scaling});
    }
    if (m_normBefore) {
        m_normBefore->collect(prefix + "adapter_norm_before.", all);
    }
    // With a LayerNorm in front, the projection is the second module of the public library's sequence.
    m_down.collect(prefix + (m_normBefore ? "adapter_down.1." : "adapter_down.0."), all);
    m_up.collect(prefix + "adapter_up.", all);
    if (m_normAfter) {
        m_normAfter->collect(prefix + "adapter_norm_after.", all);
    }
    if (m_gate) {
        m_gate->collect(prefix + "gate.", all);
    }
    return all;
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
    const torch::Tensor whole = config.isParallel ? output + at.output : output;
    return config.originalLnAfter ? at.normalised(whole + at.residual) : whole;
}

} // namespace awb
