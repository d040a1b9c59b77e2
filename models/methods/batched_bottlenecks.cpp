#include "models/methods/batched_bottlenecks.h"

#include <torch/torch.h>

namespace awb {

namespace {

/// The tensors of all modules, one below the other.
torch::Tensor joined(const std::vector<BatchedMember>& members,
                     const std::function<torch::Tensor(const BottleneckModule&)>& tensorOf) {
    std::vector<torch::Tensor> parts;
    parts.reserve(members.size());
    for (const BatchedMember& member : members) {
        parts.push_back(tensorOf(*member.module));
    }
    return torch::cat(parts, 0);
}

/// Up-projects the inner units [M, b] of one module, in the shape [..., b] of its trace.
BottleneckModule::Trace finishProjection(const BottleneckModule& module, const torch::Tensor& activation,
                                         std::vector<std::int64_t> shape) {
    BottleneckModule::Trace trace;
    shape.back() = activation.size(-1);
    trace.activation = activation.reshape(shape);
    trace.change =
        module.scaled(torch::linear(trace.activation, module.plainUp()->weight, module.plainUp()->bias));
    return trace;
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
    const torch::Tensor down =
        joined(members, [](const BottleneckModule& module) { return module.plainDown()->weight; });
    const torch::Tensor bias =
        joined(members, [](const BottleneckModule& module) { return module.plainDown()->bias; });
    const std::int64_t units = members.front().module->plainDown()->weight.size(0);
    const torch::Tensor activation =
        members.front().module->activation()(torch::linear(v.reshape({-1, v.size(-1)}), down, bias));
    std::vector<BottleneckModule::Trace> traces;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const torch::Tensor own = activation.narrow(1, static_cast<std::int64_t>(i) * units, units);
        traces.push_back(finishProjection(*members[i].module, own, v.sizes().vec()));
    }
    return traces;
}

std::vector<BottleneckModule::Trace> projectEach(const std::vector<BatchedMember>& members,
                                                 const torch::Tensor& v) {
    std::vector<BottleneckModule::Trace> traces;
    for (std::size_t i = 0; i < members.size(); ++i) {
        traces.push_back(members[i].module->project(v[static_cast<std::int64_t>(i)]));
    }
    return traces;
}

} // namespace awb
