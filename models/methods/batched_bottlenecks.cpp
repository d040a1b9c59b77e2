#include "models/methods/batched_bottlenecks.h"

#include <algorithm>

#include <torch/types.h>

namespace awb {

namespace {

bool trains(const BottleneckModule& module) {
    return module.plainDown()->weight.requires_grad() || module.plainUp()->weight.requires_grad() ||
           module.plainDown()->bias.requires_grad() || module.plainUp()->bias.requires_grad();
}

bool canJoin(const BottleneckModule& module, const BottleneckModule& first) {
    return module.activation() == first.activation() && module.constantScaling() == first.constantScaling() &&
           module.plainDown()->weight.sizes() == first.plainDown()->weight.sizes();
}

bool isPlain(const BottleneckModule& module) {
    return module.plainDown() != nullptr && module.plainUp() != nullptr && module.constantScaling();
}

std::vector<torch::Tensor> partsOf(const std::vector<BatchedMember>& members,
                                   const std::function<torch::Tensor(const BottleneckModule&)>& partOf) {
    std::vector<torch::Tensor> parts;
    parts.reserve(members.size());
    for (const BatchedMember& member : members) {
        parts.push_back(partOf(*member.module));
    }
    return parts;
}

JoinedWeights join(const std::vector<BatchedMember>& members) {
    const auto downs = partsOf(members, [](const auto& module) { return module.plainDown()->weight; });
    const auto downBiases = partsOf(members, [](const auto& module) { return module.plainDown()->bias; });
    const auto ups = partsOf(members, [](const auto& module) { return module.plainUp()->weight; });
    const auto upBiases = partsOf(members, [](const auto& module) { return module.plainUp()->bias; });
    return {torch::cat(downs), torch::cat(downBiases), torch::stack(ups),
            torch::stack(upBiases).unsqueeze(1)};
}

/// u from the inner units, both as [N, rows, ...].
torch::Tensor upProjected(const std::vector<BatchedMember>& members, const JoinedWeights& weights,
                          const torch::Tensor& activation) {
    const torch::Tensor up = torch::baddbmm(weights.upBias, activation, weights.up.transpose(1, 2));
    return members.front().module->scaled(up);
}

} // namespace

std::vector<BatchedMember>
batchedMembers(const Composition& node,
               const std::function<const BottleneckModule*(const std::string&)>& moduleOf) {
    std::vector<BatchedMember> members;
    for (const Composition& child : node.children) {
        const BottleneckModule* module =
            child.kind == Composition::Kind::Name ? moduleOf(child.name) : nullptr;
        if (module == nullptr || !isPlain(*module)) {
            return {};
        }
        members.push_back({child.name, module});
        if (!canJoin(*module, *members.front().module)) {
            return {};
        }
    }
    return members.size() > 1 ? members : std::vector<BatchedMember>();
}

BottleneckModule::Trace BatchedTraces::operator[](std::size_t module) const {
    const auto index = static_cast<std::int64_t>(module);
    return {activation[index], change[index], {}};
}

bool BatchedBottlenecks::pays(const std::vector<BatchedMember>& members, std::int64_t rows) {
    return rows >= members.front().module->plainDown()->weight.size(0) ||
           std::ranges::none_of(members, [](const BatchedMember& member) { return trains(*member.module); });
}

JoinedWeights BatchedBottlenecks::weightsOf(const std::vector<BatchedMember>& members) {
    if (std::ranges::any_of(members, [](const BatchedMember& member) { return trains(*member.module); })) {
        return join(members);
    }
    std::vector<const BottleneckModule*> key;
    std::vector<torch::Tensor> sources;
    std::vector<std::uint32_t> versions;
    for (const BatchedMember& member : members) {
        key.push_back(member.module);
        for (const Linear* linear : {member.module->plainDown(), member.module->plainUp()}) {
            for (const torch::Tensor& tensor : {linear->weight, linear->bias}) {
                sources.push_back(tensor);
                versions.push_back(static_cast<std::uint32_t>(tensor._version()));
            }
        }
    }
    Kept& kept = m_kept[key];
    const bool isCurrent =
        kept.versions == versions &&
        std::ranges::equal(kept.sources, sources, [](const auto& a, const auto& b) { return a.is_same(b); });
    if (!isCurrent) {
        kept = {std::move(sources), std::move(versions), join(members)};
    }
    return kept.joined;
}

BatchedTraces BatchedBottlenecks::projectAll(const std::vector<BatchedMember>& members,
                                             const torch::Tensor& v) {
    const JoinedWeights weights = weightsOf(members);
    const auto count = static_cast<std::int64_t>(members.size());
    const torch::Tensor inner = members.front().module->activation()(
        torch::linear(v.reshape({-1, v.size(-1)}), weights.down, weights.downBias));
    const torch::Tensor activation = inner.view({inner.size(0), count, -1}).transpose(0, 1);
    const torch::Tensor change = upProjected(members, weights, activation);
    return {activation.reshape({count, v.size(0), v.size(1), -1}),
            change.view({count, v.size(0), v.size(1), v.size(2)})};
}

BatchedTraces BatchedBottlenecks::projectEach(const std::vector<BatchedMember>& members,
                                              const torch::Tensor& v) {
    const JoinedWeights weights = weightsOf(members);
    const std::int64_t count = v.size(0);
    const torch::Tensor down = weights.down.view({count, -1, v.size(3)});
    const torch::Tensor activation = members.front().module->activation()(torch::baddbmm(
        weights.downBias.view({count, 1, -1}), v.reshape({count, -1, v.size(3)}), down.transpose(1, 2)));
    const torch::Tensor change = upProjected(members, weights, activation);
    return {activation.view({count, v.size(1), v.size(2), -1}), change.view(v.sizes())};
}

} // namespace awb
