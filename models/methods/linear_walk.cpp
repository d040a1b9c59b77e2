#include "models/methods/linear_walk.h"

#include <algorithm>

#include <torch/types.h>

namespace awb {

namespace {

/// Rows [first, first + count) where the tensor has a row for each text; the tensor itself where it is
/// undefined or the same for all texts.
torch::Tensor rowsOf(const torch::Tensor& tensor, std::int64_t first, std::int64_t count, std::int64_t all) {
    return tensor.defined() && tensor.dim() > 1 && tensor.size(0) == all ? tensor.narrow(0, first, count)
                                                                         : tensor;
}

} // namespace

const LinearModule* LinearWalk::moduleOf(const std::string& name) const {
    const Adapter* adapter = m_sites.find(name);
    const bool isOut = adapter == nullptr || name == m_sites.merged ||
                       isForbidden(m_context.rules, name, m_layer, std::nullopt);
    return isOut ? nullptr : adapter->linearAt(m_layer, m_site);
}

bool LinearWalk::isAnyHere(const Composition& node) const {
    if (node.kind == Composition::Kind::Name) {
        return moduleOf(node.name) != nullptr;
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [this](const Composition& child) { return isAnyHere(child); });
}

torch::Tensor LinearWalk::run(const torch::Tensor& input) {
    if (!isAnyHere(m_sites.active)) {
        return m_map(input);
    }
    const Change change = walk(m_sites.active, input, {});
    torch::Tensor output = change.replaced.defined() ? change.replaced : m_map(input);
    if (change.added.defined()) {
        output = matchRows(output, std::max(output.size(0), change.added.size(0))) + change.added;
    }
    if (change.factor.defined()) {
        const bool isPerRow = change.factor.dim() > 1 && change.factor.size(0) > output.size(0);
        output = (isPerRow ? matchRows(output, change.factor.size(0)) : output) * change.factor;
    }
    return output;
}

LinearWalk::Change LinearWalk::walk(const Composition& node, const torch::Tensor& input, Change before) {
    using Kind = Composition::Kind;
    if (!isAnyHere(node)) {
        return before;
    }
    switch (node.kind) {
    case Kind::Name:
        return walkName(node.name, input, std::move(before));
    case Kind::Stack:
        for (const Composition& child : node.children) {
            before = walk(child, input, std::move(before));
        }
        return before;
    case Kind::Parallel: {
        const auto count = static_cast<std::int64_t>(node.children.size());
        // Replicated here, or further below already.
        const std::int64_t rows =
            input.size(0) == m_context.pass.batch ? input.size(0) * count : input.size(0);
        return walkRows(node, matchRows(input, rows), before,
                        std::vector<std::int64_t>(node.children.size(), rows / count));
    }
    case Kind::BatchSplit:
        return walkRows(node, input, before, batchParts(node, input.size(0)));
    case Kind::Average:
        return walkAverage(node, input, before);
    default:
        return before; // Fuse and Split are refused for methods at linear maps
    }
}

LinearWalk::Change LinearWalk::walkName(const std::string& name, const torch::Tensor& input, Change before) {
    const LinearModule* module = moduleOf(name);
    ModuleTrace trace;
    torch::Tensor observed;
    switch (module->kind()) {
    case LinearModule::Kind::Additive:
        before.added =
            module->change(before.added.defined() ? before.added : input, input, m_context.training, trace);
        observed = before.added;
        break;
    case LinearModule::Kind::Factor:
        before.factor = before.factor.defined() ? before.factor * module->factor() : module->factor();
        observed = before.factor;
        break;
    case LinearModule::Kind::Replacing:
        before.replaced = module->replace(m_map, input, m_context.training, trace);
        break;
    }
    if (m_context.observe) {
        if (module->kind() != LinearModule::Kind::Additive) {
            const torch::NoGradGuard guard;
            const torch::Tensor plain = m_map(input);
            observed = before.replaced.defined() ? before.replaced - plain : plain * (observed - 1.0);
        }
        m_context.observe({name, m_layer, m_site, input, trace.activation, observed, trace.gate});
    }
    return before;
}

LinearWalk::Change LinearWalk::walkAverage(const Composition& node, const torch::Tensor& input,
                                           const Change& before) {
    const std::vector<double> factors = node.childFactors();
    Change result = before;
    torch::Tensor sum;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Change child = walk(node.children[i], input, before);
        if (child.added.defined()) {
            const torch::Tensor part = child.added * factors[i];
            sum = sum.defined() ? sum + part : part;
        }
        if (child.factor.defined()) {
            result.factor = result.factor.defined() && i > 0 ? result.factor + child.factor * factors[i]
                                                             : child.factor * factors[i];
        }
    }
    result.added = sum;
    return result;
}

LinearWalk::Change LinearWalk::walkRows(const Composition& node, const torch::Tensor& input,
                                        const Change& before, const std::vector<std::int64_t>& counts) {
    const std::int64_t rows = input.size(0);
    const auto spread = [&](const torch::Tensor& tensor) {
        return tensor.defined() && tensor.dim() > 1 ? matchRows(tensor, rows) : tensor;
    };
    const Change all{spread(before.replaced), spread(before.added), before.factor};
    std::vector<Change> changes;
    std::int64_t first = 0;
    Change any;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Change part{rowsOf(all.replaced, first, counts[i], rows),
                          rowsOf(all.added, first, counts[i], rows),
                          rowsOf(all.factor, first, counts[i], rows)};
        changes.push_back(walk(node.children[i], input.narrow(0, first, counts[i]), part));
        first += counts[i];
        any.replaced = changes.back().replaced.defined() ? changes.back().replaced : any.replaced;
        any.added = changes.back().added.defined() ? changes.back().added : any.added;
        any.factor = changes.back().factor.defined() ? changes.back().factor : any.factor;
    }
    std::vector<torch::Tensor> replaced;
    std::vector<torch::Tensor> added;
    std::vector<torch::Tensor> factor;
    first = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const torch::Tensor part = input.narrow(0, first, counts[i]);
        const Change& change = changes[i];
        if (any.replaced.defined()) {
            replaced.push_back(change.replaced.defined() ? change.replaced : m_map(part));
        }
        if (any.added.defined()) {
            const auto& like = any.added;
            added.push_back(change.added.defined() ? change.added
                                                   : torch::zeros({counts[i], like.size(1), like.size(2)}));
        }
        if (any.factor.defined()) {
            const torch::Tensor own = change.factor.defined() ? change.factor : torch::ones_like(any.factor);
            factor.push_back(own.dim() == 1 ? own.view({1, 1, -1}).expand({counts[i], 1, -1}) : own);
        }
        first += counts[i];
    }
    const auto joined = [](const std::vector<torch::Tensor>& parts) {
        return parts.empty() ? torch::Tensor() : torch::cat(parts, 0);
    };
    return {joined(replaced), joined(added), joined(factor)};
}

} // namespace awb
