#pragma once

#include <string>

#include "models/config/composition.h"
#include "models/methods/adapter_sites.h"

namespace awb {

/// Walks the active composition at one linear map. In a Stack the second low-rank pair reads the change of
/// the first, not the map's input, as in the public library.
class LinearWalk {
public:
    LinearWalk(const AdapterSites& sites, int layer, Site site, const Linear& map, ForwardContext& context)
        : m_sites(sites)
        , m_layer(layer)
        , m_site(site)
        , m_map(map)
        , m_context(context) {}

    /// [B, T, in] -> [B', T, out]
    torch::Tensor run(const torch::Tensor& input);

private:
    /// What the modules so far make of the map. Undefined: nothing.
    struct Change {
        torch::Tensor replaced; ///< the whole map's output
        torch::Tensor added;
        torch::Tensor factor; ///< [1 or B, 1, out]
    };
    bool isAnyHere(const Composition& node) const;
    const LinearModule* moduleOf(const std::string& name) const;
    Change walk(const Composition& node, const torch::Tensor& input, Change before);
    Change walkName(const std::string& name, const torch::Tensor& input, Change before);
    Change walkAverage(const Composition& node, const torch::Tensor& input, const Change& before);
    /// Each child on rows of its own, `counts` of them one after the other.
    Change walkRows(const Composition& node, const torch::Tensor& input, const Change& before,
                    const std::vector<std::int64_t>& counts);

    const AdapterSites& m_sites;
    int m_layer;
    Site m_site;
    const Linear& m_map;
    ForwardContext& m_context;
};

} // namespace awb
