#include "models/methods/adapter.h"

#include <utility>

#include "models/methods/method_factories.h"

namespace awb {

Adapter::Adapter(AdapterConfig config, const std::string& name, const ModelConfig& model,
                 std::vector<TensorSpec> specs, const ParameterStore::BaseWeight& baseWeight,
                 torch::Generator& generator)
    : m_config(std::move(config))
    , m_parameters(std::move(specs), baseWeight, generator) {
    for (const MethodConfig& part : m_config.parts) {
        findFactory(part.method)({part, model, name, m_parameters}, m_modules);
    }
}

const BottleneckModule* Adapter::joinAt(int layer, BlockPart part) const {
    const auto found = m_modules.joins.find({layer, part});
    return found == m_modules.joins.end() ? nullptr : &found->second;
}

const LinearModule* Adapter::linearAt(int layer, Site site) const {
    const auto found = m_modules.linears.find({layer, site});
    return found == m_modules.linears.end() ? nullptr : found->second.get();
}

const PrefixModule* Adapter::prefixAt(int layer) const {
    const auto found = m_modules.prefixes.find(layer);
    return found == m_modules.prefixes.end() ? nullptr : found->second.get();
}

const BlockModule* Adapter::blockAt(int layer) const {
    const auto found = m_modules.blocks.find(layer);
    return found == m_modules.blocks.end() ? nullptr : found->second.get();
}

Site bottleneckSite(const BottleneckConfig& config, BlockPart part) {
    if (part == BlockPart::Attention) {
        return config.isParallel ? Site::AttentionParallel : Site::AttentionOutput;
    }
    return config.isParallel ? Site::FfnParallel : Site::FfnOutput;
}

} // namespace awb
