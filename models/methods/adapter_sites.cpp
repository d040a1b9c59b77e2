#include "models/methods/adapter_sites.h"

#include <numeric>

#include <torch/types.h>

#include "models/methods/join_walk.h"
#include "models/methods/linear_walk.h"
#include "models/methods/prefix_walk.h"

namespace awb {

const Adapter* AdapterSites::find(const std::string& name) const {
    const auto found = adapters.find(name);
    return found == adapters.end() ? nullptr : &found->second;
}

bool AdapterSites::runs(int layer, const ForwardContext& context) const {
    return active.kind != Composition::Kind::None && !context.skipLayers.contains(layer);
}

torch::Tensor AdapterSites::embeddings(const torch::Tensor& states, ForwardContext& context) const {
    torch::Tensor result = states;
    for (const std::string& name : active.leaves()) {
        const Adapter* adapter = find(name);
        if (adapter != nullptr && adapter->modules().embeddingShift.defined() &&
            !isForbidden(context.rules, name, kNoLayer, std::nullopt)) {
            result = result + adapter->modules().embeddingShift;
        }
    }
    // Only the first adapter of the setup may contribute an invertible part, as in the public library.
    const Adapter* first = firstAdapter(context);
    if (first == nullptr || !first->modules().invertible) {
        return result;
    }
    const torch::Tensor mapped = first->modules().invertible->forward(result);
    if (context.observe) {
        const std::string name = active.first();
        context.observe({name, kNoLayer, Site::EmbeddingOutput, result, {}, mapped - result, {}});
    }
    return mapped;
}

const Adapter* AdapterSites::firstAdapter(const ForwardContext& context) const {
    const std::string name = active.first();
    return isForbidden(context.rules, name, kNoLayer, std::nullopt) ? nullptr : find(name);
}

torch::Tensor AdapterSites::beforeLmHead(const torch::Tensor& states, const ForwardContext& context) const {
    const Adapter* first = firstAdapter(context);
    return first != nullptr && first->modules().invertible ? first->modules().invertible->inverse(states)
                                                           : states;
}

const PromptModule* AdapterSites::activePrompt(const ForwardContext& context) const {
    const Adapter* first = firstAdapter(context);
    return first == nullptr ? nullptr : first->modules().prompt.get();
}

Prompted AdapterSites::prompt(const torch::Tensor& states, const torch::Tensor& attentionMask,
                              ForwardContext& context) const {
    const PromptModule* module = activePrompt(context);
    if (module == nullptr) {
        return Sites::prompt(states, attentionMask, context);
    }
    const std::int64_t batch = states.size(0);
    const std::int64_t before = std::min(module->position(), states.size(1));
    const std::int64_t after = states.size(1) - before;
    const torch::Tensor extra = module->embeddings().unsqueeze(0).expand({batch, -1, -1});
    const torch::Tensor ones = torch::ones({batch, module->length()}, attentionMask.options());
    return {
        torch::cat({states.narrow(1, 0, before), extra, states.narrow(1, before, after)}, 1),
        torch::cat({attentionMask.narrow(1, 0, before), ones, attentionMask.narrow(1, before, after)}, 1)};
}

torch::Tensor AdapterSites::linear(int layer, Site site, const Linear& map, const torch::Tensor& input,
                                   ForwardContext& context) const {
    if (!runs(layer, context)) {
        return map(input);
    }
    return LinearWalk(*this, layer, site, map, context).run(input);
}

std::optional<Prefix> AdapterSites::prefix(int layer, const torch::Tensor& input,
                                           ForwardContext& context) const {
    if (!runs(layer, context)) {
        return std::nullopt;
    }
    return PrefixWalk(*this, layer, m_model.padTokenId, context).run(input);
}

torch::Tensor AdapterSites::join(const ResidualJoin& at, ForwardContext& context) const {
    const torch::Tensor residual = matchRows(at.residual, at.output.size(0));
    if (!runs(at.layer, context)) {
        return Sites::join({at.layer, at.part, at.output, residual, at.norm}, context);
    }
    LayerNorm shifted;
    const LayerNorm* norm = at.norm;
    for (const std::string& name : active.leaves()) {
        const Adapter* adapter = find(name);
        if (adapter == nullptr || norm == nullptr || isForbidden(context.rules, name, at.layer, at.part)) {
            continue;
        }
        const auto shift = adapter->modules().normShifts.find({at.layer, at.part});
        if (shift != adapter->modules().normShifts.end()) {
            shifted = {norm->weight, norm->bias + shift->second, norm->eps};
            norm = &shifted;
        }
    }
    return JoinWalk(*this, {at.layer, at.part, at.output, residual, norm}, context).run();
}

torch::Tensor AdapterSites::blockOutput(int layer, const torch::Tensor& states,
                                        ForwardContext& context) const {
    if (!runs(layer, context)) {
        return states;
    }
    torch::Tensor result = states;
    for (const std::string& name : active.leaves()) {
        const Adapter* adapter = find(name);
        const BlockModule* module = adapter == nullptr ? nullptr : adapter->blockAt(layer);
        if (module == nullptr || isForbidden(context.rules, name, layer, std::nullopt)) {
            continue;
        }
        const torch::Tensor mask = matchRows(context.pass.attentionMask, result.size(0));
        const torch::Tensor before = result;
        result = module->run(before, mask, context.training);
        if (context.observe) {
            context.observe({name, layer, Site::BlockOutput, before, {}, result - before, {}});
        }
    }
    return result;
}

std::vector<std::int64_t> batchParts(const Composition& node, std::int64_t rows) {
    std::vector<std::int64_t> parts = node.sizes;
    if (parts.size() == 1) {
        parts.assign(node.children.size(), parts.front());
    }
    const std::int64_t sum = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    TORCH_CHECK(sum == rows, "BatchSplit is set to ", sum, " texts, the batch has ", rows);
    return parts;
}

} // namespace awb
