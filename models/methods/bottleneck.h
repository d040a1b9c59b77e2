#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <torch/types.h>

#include "models/config/bottleneck_config.h"
#include "models/families/sites.h"
#include "models/layers/activation.h"
#include "models/methods/phm_linear.h"

namespace awb {

/// One bottleneck module: [LayerNorm,] down-projection, non-linearity, up-projection, scaling [, gate] [,
/// LayerNorm]. Equations and names: AdapterHub's `Adapter` and `ParallelAdapter`.
class BottleneckModule {
public:
    /// `own`: the module's tensors; `shared`: what all PHM layers of the adapter share. `config` must outlive
    /// the module.
    BottleneckModule(const BottleneckConfig& config, const TensorGroup& own, const TensorGroup& shared);

    /// What happened inside, for observers and for AdapterFusion.
    struct Trace {
        torch::Tensor activation; ///< [B, T, b]
        torch::Tensor change;     ///< u, [B, T, H]
        torch::Tensor gate;       ///< [B, 1, 1] or undefined
    };

    const BottleneckConfig& config() const { return *m_config; }

    /// The module's output from its input `v` and, unless parallel, its inner residual, both [B, T, H].
    torch::Tensor run(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                      Trace& trace) const;
    /// The first half of `run`: u after scaling.
    Trace project(const torch::Tensor& v) const;
    /// The second half: dropout, gate, residual and LayerNorm.
    torch::Tensor finish(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                         Trace& trace) const;

    /// Both projections as plain linear maps; null where they are Kronecker products or stand behind a
    /// LayerNorm, so that several modules can't be computed as one.
    const Linear* plainDown() const;
    const Linear* plainUp() const;
    /// The factor of u where it is a number; none where it is learned.
    std::optional<double> constantScaling() const;
    /// Whether `finish` computes with numbers of the configuration only, so that rows of several modules with
    /// the same ones can be finished as one.
    bool hasPlainFinish() const { return !m_gate && !m_normAfter; }
    /// u from the up-projection's output.
    torch::Tensor scaled(const torch::Tensor& up) const;
    Activation activation() const { return m_activation; }

    std::vector<torch::Tensor> downTensors() const;
    std::vector<torch::Tensor> upTensors() const;

private:
    using Projection = std::variant<Linear, PhmLinear>;
    static torch::Tensor apply(const Projection& projection, const torch::Tensor& x);
    static std::vector<torch::Tensor> tensorsOf(const Projection& projection);

    const BottleneckConfig* m_config;
    Activation m_activation;
    std::optional<LayerNorm> m_normBefore;
    Projection m_down;
    Projection m_up;
    std::optional<LayerNorm> m_normAfter;
    torch::Tensor m_scaling; ///< [1] or [H]; undefined for a constant
    std::optional<Linear> m_gate;
};

/// How a module's configuration prepares its input and finishes a site (steps 1-3 and 5 of a site's flow).
struct JoinInput {
    torch::Tensor v;        ///< the module's input
    torch::Tensor residual; ///< its inner residual; undefined for parallel modules
};
/// `running` is h, or the output of the modules before this one at the same site.
JoinInput prepareJoin(const BottleneckConfig& config, const torch::Tensor& running, const ResidualJoin& at);
/// The site's result from the last module's output; h and x are repeated where a Parallel block has made the
/// batch larger.
torch::Tensor finishJoin(const BottleneckConfig& config, const torch::Tensor& output, const ResidualJoin& at);

} // namespace awb
