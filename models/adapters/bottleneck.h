#pragma once

#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/config/bottleneck_config.h"
#include "models/families/sites.h"
#include "models/layers/activation.h"

namespace awb {

/// One bottleneck module: [LayerNorm,] down-projection, non-linearity, up-projection, scaling [, gate] [,
/// LayerNorm]. Equations and names: AdapterHub's `Adapter` and `ParallelAdapter`.
class BottleneckModule {
public:
    BottleneckModule(const BottleneckConfig& config, int hiddenSize, int bottleneck,
                     torch::Generator& generator);

    /// What happened inside, for observers.
    struct Trace {
        torch::Tensor activation; ///< [B, T, b]
        torch::Tensor change;     ///< u, [B, T, H]
        torch::Tensor gate;       ///< [B, 1, 1] or undefined
    };

    /// The module's output from its input `v` and, unless parallel, its inner residual, both [B, T, H].
    torch::Tensor run(const torch::Tensor& v, const torch::Tensor& residual, bool training,
                      Trace& trace) const;

    /// Names below the module's prefix, in the order of the public library.
    std::vector<NamedTensor> parameters(const std::string& prefix) const;
    const Linear& down() const { return m_down; }
    const Linear& up() const { return m_up; }

private:
    void initialise(const std::string& scheme, torch::Generator& generator);

    bool m_isParallel;
    bool m_residualBeforeNorm;
    double m_dropout;
    double m_constantScaling;
    Activation m_activation;
    std::optional<LayerNorm> m_normBefore;
    Linear m_down;
    Linear m_up;
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
/// The site's result from the last module's output.
torch::Tensor finishJoin(const BottleneckConfig& config, const torch::Tensor& output, const ResidualJoin& at);

} // namespace awb
