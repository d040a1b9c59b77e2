#include "models/adapters/adapter_sites.h"

#include <utility>

#include <torch/torch.h>

namespace awb {

namespace {

BlockPart partOf(Site site) {
    return isAttentionSite(site) ? BlockPart::Attention : BlockPart::FeedForward;
}

} // namespace

Adapter::Adapter(BottleneckConfig config, const std::vector<ModulePlace>& places, const ModelConfig& model,
                 torch::Generator& generator)
    : m_config(std::move(config)) {
    for (const ModulePlace& place : places) {
        m_modules.try_emplace({place.layer, partOf(place.site)}, m_config, model.hiddenSize, place.bottleneck,
                              generator);
    }
}

const BottleneckModule* Adapter::at(int layer, BlockPart part) const {
    const auto found = m_modules.find({layer, part});
    return found == m_modules.end() ? nullptr : &found->second;
}

Site Adapter::siteOf(BlockPart part) const {
    if (part == BlockPart::Attention) {
        return m_config.isParallel ? Site::AttentionParallel : Site::AttentionOutput;
    }
    return m_config.isParallel ? Site::FfnParallel : Site::FfnOutput;
}

torch::Tensor AdapterSites::join(const ResidualJoin& at, ForwardContext& context) const {
    if (active.kind == Composition::Kind::None || context.skipLayers.contains(at.layer)) {
        return Sites::join(at, context);
    }
    Walk walk{at, context};
    const torch::Tensor output = run(active, at.output, walk);
    return walk.last == nullptr ? Sites::join(at, context) : finishJoin(*walk.last, output, at);
}

torch::Tensor AdapterSites::run(const Composition& node, const torch::Tensor& running, Walk& walk) const {
    switch (node.kind) {
    case Composition::Kind::None:
        break;
    case Composition::Kind::Name:
        return runAdapter(node.name, running, walk);
    case Composition::Kind::Stack: {
        torch::Tensor output = running;
        for (const Composition& child : node.children) {
            output = run(child, output, walk);
        }
        return output;
    }
    default:
        break;
    }
    return running;
}

torch::Tensor AdapterSites::runAdapter(const std::string& name, const torch::Tensor& running,
                                       Walk& walk) const {
    const auto found = adapters.find(name);
    const BottleneckModule* module =
        found == adapters.end() ? nullptr : found->second.at(walk.at.layer, walk.at.part);
    if (module == nullptr) {
        return running;
    }
    const Adapter& adapter = found->second;
    walk.last = &adapter.config();
    const JoinInput input = prepareJoin(adapter.config(), running, walk.at);
    BottleneckModule::Trace trace;
    torch::Tensor output = module->run(input.v, input.residual, walk.context.training, trace);
    if (walk.context.observe) {
        walk.context.observe({name, walk.at.layer, adapter.siteOf(walk.at.part), input.v, trace.activation,
                              trace.change, trace.gate});
    }
    return output;
}

} // namespace awb
