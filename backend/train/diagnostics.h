#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "backend/train/records.h"

namespace awb {

class AdamW;
class AdapterModel;
struct PaddedBatch;
struct SiteObservation;

/// Measures each trained module in each step. What it costs must stay far below the step itself: gradient and
/// weight norms fall out of the optimizer's own pass; the distance from identity is taken from at most 256
/// tokens of a batch, spread evenly over its real tokens; a bottleneck unit is followed only until it was
/// seen active once.
class Diagnostics {
public:
    Diagnostics(const AdapterModel& model, std::vector<ModuleInfo> modules, const AdamW& optimizer);

    /// Chooses the batch's tokens to look at and forgets the step before.
    void beginStep(const PaddedBatch& batch);
    /// For ForwardContext::observe.
    void observe(const SiteObservation& observation);
    /// After the optimizer's step: one entry a module, NaN for modules that did not run.
    std::vector<ModuleStats> finishStep() const;

    const std::vector<ModuleInfo>& modules() const { return m_modules; }

private:
    /// Indices of the module's parameters in the optimizer.
    struct Tensors {
        std::vector<std::size_t> down;
        std::vector<std::size_t> up;
        std::vector<std::size_t> all;
    };
    /// What the forward pass told of a module.
    struct Seen {
        bool ran = false;
        float relativeChange = std::numeric_limits<float>::quiet_NaN();
        float deadShare = std::numeric_limits<float>::quiet_NaN();
    };

    const AdamW& m_optimizer;
    std::vector<ModuleInfo> m_modules;
    std::vector<Tensors> m_tensors;
    std::vector<Seen> m_seen;
    std::vector<std::int64_t> m_tokens;  ///< rows of [B * T] that are no padding
    std::vector<std::int64_t> m_sampled; ///< some of them
    std::int64_t m_cells = 0;            ///< B * T
};

} // namespace awb
