#pragma once

#include <optional>
#include <string>

#include "models/config/composition.h"
#include "models/methods/adapter_sites.h"

namespace awb {

/// Walks the active composition for one layer's prefixes. In a Stack later prefixes stand further left; in
/// Parallel and BatchSplit shorter ones are padded on the left.
class PrefixWalk {
public:
    PrefixWalk(const AdapterSites& sites, int layer, int padTokenId, ForwardContext& context)
        : m_sites(sites)
        , m_layer(layer)
        , m_padTokenId(padTokenId)
        , m_context(context) {}

    /// `input`: [B, T, H], what the key map reads.
    std::optional<Prefix> run(const torch::Tensor& input) {
        return walk(m_sites.active, input, std::nullopt);
    }

private:
    using MaybePrefix = std::optional<Prefix>;
    bool isAnyHere(const Composition& node) const;
    MaybePrefix walk(const Composition& node, const torch::Tensor& input, MaybePrefix before);
    MaybePrefix walkName(const std::string& name, const torch::Tensor& input, MaybePrefix before);
    MaybePrefix walkRows(const Composition& node, const torch::Tensor& input, const MaybePrefix& before,
                         const std::vector<std::int64_t>& counts);

    const AdapterSites& m_sites;
    int m_layer;
    int m_padTokenId;
    ForwardContext& m_context;
};

} // namespace awb
