#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "models/methods/adapter_sites.h"

namespace awb {

/// Walks the active composition where a block part ends. The flow is that of the public library: every block
/// but Stack prepares its input once (LN0 and inner residual), and the site is finished once, with the
/// options of the last adapter that ran.
class JoinWalk {
public:
    JoinWalk(const AdapterSites& sites, const ResidualJoin& at, ForwardContext& context)
        : m_sites(sites)
        , m_at(at)
        , m_context(context) {}

    /// What leaves the site, [B', T, H].
    torch::Tensor run();

private:
    /// The tensors that a node works on: rows or tokens of the site's.
    struct View {
        torch::Tensor running;  ///< h, or what stands in its place
        torch::Tensor residual; ///< x
    };
    /// A view with its input prepared by the options of one adapter.
    struct Prepared {
        JoinInput input;
        View view;
    };

    const BottleneckModule* moduleOf(const std::string& name) const;
    /// True where the pass's rules take the adapter out. A fused one stays: the fusion layer changes its
    /// weight.
    bool isLeftOut(const std::string& name) const;
    bool isAnyHere(const Composition& node) const;
    /// The options of an adapter's bottleneck part; those of any leaf that is here where it has none.
    const BottleneckConfig& optionsOf(const std::string& name, const Composition& node) const;
    Prepared prepare(const BottleneckConfig& options, const View& view) const;

    torch::Tensor walk(const Composition& node, const View& view);
    torch::Tensor walkName(const std::string& name, const View& view);
    torch::Tensor walkFuse(const Composition& node, const View& view);
    torch::Tensor walkSplit(const Composition& node, const View& view);
    torch::Tensor walkParallel(const Composition& node, const View& view);
    torch::Tensor walkAverage(const Composition& node, const View& view);
    /// Each child on `counts` rows (axis 0) or tokens (axis 1) of the prepared input, one after the other.
    torch::Tensor walkParts(const Composition& node, const Prepared& prepared, std::int64_t axis,
                            const std::vector<std::int64_t>& counts);
    /// A child of a block: a name runs on the prepared input, a block takes it as its own h.
    torch::Tensor walkChild(const Composition& child, const Prepared& prepared);

    torch::Tensor runModule(const std::string& name, const BottleneckModule& module, const JoinInput& input);
    /// The children of a block that are computed together on an input of `rows` tokens; empty where they are
    /// computed one after the other.
    std::vector<BatchedMember> batchedChildren(const Composition& node, std::int64_t rows) const;
    torch::Tensor runParallel(const std::vector<BatchedMember>& members, const JoinInput& input);
    /// Every adapter's u from the prepared input, [B, T, N, H]; undefined where none has a module here.
    torch::Tensor changesOf(const Composition& node, const Prepared& prepared);
    /// The adapter's u from the prepared input; undefined where it has no module here.
    torch::Tensor changeOf(const Composition& child, const Prepared& prepared);
    /// What the pass's rules make of a fusion's weights here; none where no rule acts.
    std::optional<WeightChange> changeOfWeights(const Composition& fuse) const;
    void observe(const std::string& name, const BottleneckModule& module, const torch::Tensor& v,
                 const BottleneckModule::Trace& trace);

    const AdapterSites& m_sites;
    const ResidualJoin m_at;
    ForwardContext& m_context;
    const BottleneckConfig* m_last = nullptr; ///< of the last module that ran
    torch::Tensor m_lastChange;               ///< its u
    std::string m_lastName;
};

} // namespace awb
