#include "models/methods/batched_bottlenecks.h"

#include <torch/torch.h>

namespace awb {

namespace {

/// One tensor of each module, stacked along a new first axis.
torch::Tensor stacked(const std::vector<BatchedMember>& members,
                      const std::function<torch::Tensor(const BottleneckModule&)>& tensorOf) {
    std::vector<torch::Tensor> parts;
    parts.reserve(members.size());
    for (const BatchedMember& member : members) {
        parts.push_back(tensorOf(*member.module));
    }
    return torch::stack(parts);
}

/// Up-projects [N, M, b] to [N, M, H] and gives each module its own part back in the shape [..., b or H].
std::vector<BottleneckModule::Trace> finishProjection(const std::vector<BatchedMember>& members,
                                                      const torch::Tensor& activation,
                                                      std::vector<std::int64_t> shape) {
    const torch::Tensor up =
        stacked(members, [](const BottleneckModule& module) { return module.plainUp()->weight.t(); });
    const torch::Tensor bias =
        stacked(members, [](const BottleneckModule& module) { return module.plainUp()->bias; });
    const torch::Tensor output = torch::baddbmm(bias.unsqueeze(1), activation, up);
    std::vector<BottleneckModule::Trace> traces;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i);
        BottleneckModule::Trace trace;
        shape.back() = activation.size(2);
        trace.activation = activation[index].view(shape);
        shape.back() = output.size(2);
        trace.change = members[i].module->scaled(output[index].view(shape));
        traces.push_back(std::move(trace));
    }
    return traces;
}

} // namespace

std::vector<BatchedMember>
batchedMembers(const Composition& node,
               const std::function<const BottleneckModule*(const std::string&)>& moduleOf) {
    std::vector<BatchedMember> members;
    for (const Composition& child : node.children) {
        const BottleneckModule* module =
            child.kind == Composition::Kind::Name ? moduleOf(child.name) : nullptr;
        if (module == nullptr || module->plainDown() == nullptr || module->plainUp() == nullptr) {
            return {};
        }
        members.push_back({child.name, module});
        const BottleneckModule& first = *members.front().module;
        if (module->activation() != first.activation() ||
            module->plainDown()->weight.sizes() != first.plainDown()->weight.sizes()) {
            return {};
        }
    }
    return members.size() > 1 ? members : std::vector<BatchedMember>();
}

std::vector<BottleneckModule::Trace> projectAll(const std::vector<BatchedMember>& members,
                                                const torch::Tensor& v) {
    const auto count = static_cast<std::int64_t>(members.size());
    const torch::Tensor down =
        stacked(members, [](const BottleneckModule& module) { return module.plainDown()->weight; });
    const torch::Tensor bias =
        stacked(members, [](const BottleneckModule& module) { return module.plainDown()->bias; });
    const std::int64_t units = down.size(1);
    const torch::Tensor flat = v.reshape({-1, v.size(-1)});
    const torch::Tensor all =
        torch::linear(flat, down.view({count * units, down.size(2)}), bias.view({count * units}));
    const torch::Tensor activation =
        members.front().module->activation()(all).view({flat.size(0), count, units}).transpose(0, 1);
    return finishProjection(members, activation.contiguous(), v.sizes().vec());
}

std::vector<BottleneckModule::Trace> projectEach(const std::vector<BatchedMember>& members,
                                                 const torch::Tensor& v) {
    const torch::Tensor down =
        stacked(members, [](const BottleneckModule& module) { return module.plainDown()->weight.t(); });
    const torch::Tensor bias =
        stacked(members, [](const BottleneckModule& module) { return module.plainDown()->bias; });
    const torch::Tensor flat = v.reshape({v.size(0), -1, v.size(-1)});
    const torch::Tensor activation =
        members.front().module->activation()(torch::baddbmm(bias.unsqueeze(1), flat, down));
    return finishProjection(members, activation, v[0].sizes().vec());
}

} // namespace awb
