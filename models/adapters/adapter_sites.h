#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "models/adapters/bottleneck.h"
#include "models/config/composition.h"
#include "models/config/placement.h"
#include "models/families/sites.h"

namespace awb {

/// One adapter: its configuration and its modules in all layers.
class Adapter {
public:
    Adapter(BottleneckConfig config, const std::vector<ModulePlace>& places, const ModelConfig& model,
            torch::Generator& generator);

    const BottleneckConfig& config() const { return m_config; }
    /// Null where the adapter has no module.
    const BottleneckModule* at(int layer, BlockPart part) const;
    /// The site that its modules have at this part of a block.
    Site siteOf(BlockPart part) const;

private:
    BottleneckConfig m_config;
    std::map<std::pair<int, BlockPart>, BottleneckModule> m_modules;
};

/// The base's sites with adapters at them: walks the active composition at each site.
class AdapterSites : public Sites {
public:
    std::map<std::string, Adapter> adapters;
    Composition active;

    torch::Tensor join(const ResidualJoin& at, ForwardContext& context) const override;

private:
    /// Carries the walk through one site.
    struct Walk {
        const ResidualJoin& at;
        ForwardContext& context;
        const BottleneckConfig* last = nullptr; ///< configuration of the last module that ran
    };
    /// The running output after `node`, from the running output before it.
    torch::Tensor run(const Composition& node, const torch::Tensor& running, Walk& walk) const;
    torch::Tensor runAdapter(const std::string& name, const torch::Tensor& running, Walk& walk) const;
};

} // namespace awb
