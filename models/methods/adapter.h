#pragma once

#include <string>

#include "models/config/adapter_config.h"
#include "models/config/model_config.h"
#include "models/methods/parameter_store.h"
#include "models/methods/site_modules.h"

namespace awb {

/// One adapter: its configuration, its tensors and its modules at the sites.
class Adapter {
public:
    Adapter(AdapterConfig config, const std::string& name, const ModelConfig& model,
            std::vector<TensorSpec> specs, const ParameterStore::BaseWeight& baseWeight,
            torch::Generator& generator);
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;

    const AdapterConfig& config() const { return m_config; }
    const ParameterStore& parameters() const { return m_parameters; }
    const SiteModules& modules() const { return m_modules; }

    /// Null where the adapter has no module there.
    const BottleneckModule* joinAt(int layer, BlockPart part) const;
    const LinearModule* linearAt(int layer, Site site) const;
    const PrefixModule* prefixAt(int layer) const;
    const BlockModule* blockAt(int layer) const;

private:
    AdapterConfig m_config;
    ParameterStore m_parameters;
    SiteModules m_modules;
};

/// The site of a bottleneck module at this part of a block.
Site bottleneckSite(const BottleneckConfig& config, BlockPart part);

} // namespace awb
