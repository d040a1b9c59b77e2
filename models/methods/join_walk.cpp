#include "models/methods/join_walk.h"

#include <algorithm>
#include <numeric>

#include <torch/types.h>

#include "models/methods/batched_bottlenecks.h"

namespace awb {

namespace {

/// Whether the second half of all modules is one computation.
bool finishAsOne(const std::vector<BatchedMember>& members) {
    const BottleneckConfig& first = members.front().module->config();
    return std::ranges::all_of(members, [&first](const BatchedMember& member) {
        const BottleneckConfig& own = member.module->config();
        return member.module->hasPlainFinish() && own.isParallel == first.isParallel &&
               own.dropout == first.dropout && own.stochasticDepth == first.stochasticDepth;
    });
}

} // namespace

const BottleneckModule* JoinWalk::moduleOf(const std::string& name) const {
    const Adapter* adapter = m_sites.find(name);
    return adapter == nullptr || isLeftOut(name) ? nullptr : adapter->joinAt(m_at.layer, m_at.part);
}

bool JoinWalk::isLeftOut(const std::string& name) const {
    return !m_context.rules.empty() && isForbidden(m_context.rules, name, m_at.layer, m_at.part) &&
           !isFused(m_sites.active, name);
}

bool JoinWalk::isAnyHere(const Composition& node) const {
    if (node.kind == Composition::Kind::Name) {
        return moduleOf(node.name) != nullptr;
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [this](const Composition& child) { return isAnyHere(child); });
}

const BottleneckConfig& JoinWalk::optionsOf(const std::string& name, const Composition& node) const {
    const Adapter* adapter = m_sites.find(name);
    if (const BottleneckModule* module = moduleOf(name)) {
        return module->config();
    }
    if (const BottleneckConfig* options = adapter == nullptr ? nullptr : adapter->config().bottleneck()) {
        return *options;
    }
    for (const std::string& leaf : node.leaves()) {
        if (const BottleneckModule* module = moduleOf(leaf)) {
            return module->config();
        }
    }
    throw std::logic_error("no adapter of the block has a module here");
}

JoinWalk::Prepared JoinWalk::prepare(const BottleneckConfig& options, const View& view) const {
    const ResidualJoin at{m_at.layer, m_at.part, view.running, view.residual, m_at.norm};
    return {prepareJoin(options, view.running, at), view};
}

torch::Tensor JoinWalk::run() {
    const torch::Tensor output = walk(m_sites.active, {m_at.output, m_at.residual});
    return m_last == nullptr ? m_sites.Sites::join(m_at, m_context) : finishJoin(*m_last, output, m_at);
}

torch::Tensor JoinWalk::walk(const Composition& node, const View& view) {
    using Kind = Composition::Kind;
    if (!isAnyHere(node)) {
        return view.running;
    }
    switch (node.kind) {
    case Kind::Name:
        return walkName(node.name, view);
    case Kind::Stack: {
        View running = view;
        for (const Composition& child : node.children) {
            running.running = walk(child, running);
            running.residual = matchRows(view.residual, running.running.size(0));
        }
        return running.running;
    }
    case Kind::Fuse:
        return walkFuse(node, view);
    case Kind::Split:
        return walkSplit(node, view);
    case Kind::BatchSplit:
        return walkParts(node, prepare(optionsOf(node.first(), node), view), 0,
                         batchParts(node, view.running.size(0)));
    case Kind::Parallel:
        return walkParallel(node, view);
    case Kind::Average:
        return walkAverage(node, view);
    case Kind::None:
        break;
    }
    return view.running;
}

void JoinWalk::observe(const std::string& name, const BottleneckModule& module, const torch::Tensor& v,
                       const BottleneckModule::Trace& trace) {
    m_last = &module.config();
    m_lastName = name;
    m_lastChange = trace.change;
    if (m_context.observe) {
        m_context.observe({name, m_at.layer, bottleneckSite(module.config(), m_at.part), v, trace.activation,
                           trace.change, trace.gate});
    }
}

torch::Tensor JoinWalk::runModule(const std::string& name, const BottleneckModule& module,
                                  const JoinInput& input) {
    BottleneckModule::Trace trace;
    torch::Tensor output = module.run(input.v, input.residual, m_context.training, trace);
    observe(name, module, input.v, trace);
    return output;
}

torch::Tensor JoinWalk::walkName(const std::string& name, const View& view) {
    const BottleneckModule* module = moduleOf(name);
    return runModule(name, *module, prepare(module->config(), view).input);
}

torch::Tensor JoinWalk::walkChild(const Composition& child, const Prepared& prepared) {
    if (child.kind == Composition::Kind::Name) {
        const BottleneckModule* module = moduleOf(child.name);
        // An adapter without a module here passes the prepared input through, as in the public library.
        return module == nullptr ? prepared.input.v : runModule(child.name, *module, prepared.input);
    }
    return isAnyHere(child) ? walk(child, {prepared.input.v, prepared.view.residual}) : prepared.input.v;
}

torch::Tensor JoinWalk::walkParts(const Composition& node, const Prepared& prepared, std::int64_t axis,
                                  const std::vector<std::int64_t>& counts) {
    std::vector<torch::Tensor> outputs;
    std::int64_t first = 0;
    const auto part = [&](const torch::Tensor& tensor, std::int64_t count) {
        return tensor.defined() ? tensor.narrow(axis, first, count) : tensor;
    };
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const std::int64_t count = counts[i];
        if (count > 0) {
            outputs.push_back(
                walkChild(node.children[i],
                          {{part(prepared.input.v, count), part(prepared.input.residual, count)},
                           {part(prepared.view.running, count), part(prepared.view.residual, count)}}));
        }
        first += count;
    }
    return torch::cat(outputs, axis);
}

torch::Tensor JoinWalk::walkSplit(const Composition& node, const View& view) {
    const std::int64_t tokens = view.running.size(1);
    std::vector<std::int64_t> counts = node.sizes;
    const std::int64_t sum = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    if (counts.back() == 0) { // the rest; what lies beyond a short text falls away
        std::int64_t left = tokens;
        for (std::int64_t& count : counts) {
            count = &count == &counts.back() ? left : std::min(count, left);
            left -= count;
        }
    } else {
        TORCH_CHECK(sum == tokens, "Split is set to ", sum, " tokens, the texts of this batch have ", tokens);
    }
    return walkParts(node, prepare(optionsOf(node.first(), node), view), 1, counts);
}

torch::Tensor JoinWalk::walkParallel(const Composition& node, const View& view) {
    const auto count = static_cast<std::int64_t>(node.children.size());
    const std::int64_t own = view.running.size(0);
    const std::int64_t rows = own == m_context.pass.batch ? own * count : own;
    const Prepared prepared = prepare(optionsOf(node.first(), node),
                                      {matchRows(view.running, rows), matchRows(view.residual, rows)});
    const std::vector<BatchedMember> members = batchedChildren(node, rows / count * prepared.input.v.size(1));
    return members.empty()
               ? walkParts(node, prepared, 0, std::vector<std::int64_t>(node.children.size(), rows / count))
               : runParallel(members, prepared.input);
}

std::vector<BatchedMember> JoinWalk::batchedChildren(const Composition& node, std::int64_t rows) const {
    std::vector<BatchedMember> members =
        batchedMembers(node, [this](const std::string& name) { return moduleOf(name); });
    return !members.empty() && BatchedBottlenecks::pays(members, rows) ? members
                                                                       : std::vector<BatchedMember>();
}

torch::Tensor JoinWalk::runParallel(const std::vector<BatchedMember>& members, const JoinInput& input) {
    const auto count = static_cast<std::int64_t>(members.size());
    const auto chunks = [&](const torch::Tensor& tensor) {
        return tensor.defined() ? tensor.view({count, tensor.size(0) / count, tensor.size(1), tensor.size(2)})
                                : torch::Tensor();
    };
    const torch::Tensor v = chunks(input.v);
    const torch::Tensor residual = chunks(input.residual);
    const BatchedTraces traces = m_sites.batched.projectEach(members, v);
    const bool isPlain = finishAsOne(members);
    std::vector<torch::Tensor> outputs;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i);
        BottleneckModule::Trace trace = traces[i];
        if (!isPlain) {
            outputs.push_back(members[i].module->finish(
                v[index], residual.defined() ? residual[index] : residual, m_context.training, trace));
        }
        observe(members[i].name, *members[i].module, v[index], trace);
    }
    if (!isPlain) {
        return torch::cat(outputs, 0);
    }
    BottleneckModule::Trace whole;
    whole.change = traces.change.view(input.v.sizes());
    return members.front().module->finish(input.v, input.residual, m_context.training, whole);
}

torch::Tensor JoinWalk::walkAverage(const Composition& node, const View& view) {
    const Prepared prepared = prepare(optionsOf(node.first(), node), view);
    const std::vector<double> factors = node.childFactors();
    const std::vector<BatchedMember> members =
        batchedChildren(node, prepared.input.v.size(0) * prepared.input.v.size(1));
    const BatchedTraces traces =
        members.empty() ? BatchedTraces() : m_sites.batched.projectAll(members, prepared.input.v);
    torch::Tensor sum;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        torch::Tensor output;
        if (!members.empty()) {
            BottleneckModule::Trace trace = traces[i];
            output = members[i].module->finish(prepared.input.v, prepared.input.residual, m_context.training,
                                               trace);
            observe(members[i].name, *members[i].module, prepared.input.v, trace);
        } else if (isAnyHere(node.children[i])) {
            output = walkChild(node.children[i], prepared);
        } else if (prepared.input.residual.defined()) {
            output = prepared.input.residual; // an adapter that is not here changes nothing
        } else {
            continue;
        }
        const torch::Tensor part = output * factors[i];
        sum = sum.defined() ? sum + part : part;
    }
    return sum;
}

torch::Tensor JoinWalk::changeOf(const Composition& child, const Prepared& prepared) {
    if (child.kind == Composition::Kind::Name) {
        const BottleneckModule* module = moduleOf(child.name);
        if (module == nullptr) {
            return {};
        }
        const BottleneckModule::Trace trace = module->project(prepared.input.v);
        observe(child.name, *module, prepared.input.v, trace);
        return trace.change;
    }
    // Of a stack only the last adapter's output enters; without it the stack drops out.
    if (moduleOf(child.last()) == nullptr) {
        return {};
    }
    walk(child, {prepared.input.v, prepared.view.residual});
    return m_lastChange;
}

torch::Tensor JoinWalk::changesOf(const Composition& node, const Prepared& prepared) {
    const torch::Tensor& v = prepared.input.v;
    const std::vector<BatchedMember> members = batchedChildren(node, v.size(0) * v.size(1));
    if (!members.empty()) {
        const BatchedTraces traces = m_sites.batched.projectAll(members, v);
        for (std::size_t i = 0; i < members.size(); ++i) {
            observe(members[i].name, *members[i].module, v, traces[i]);
        }
        return traces.change.permute({1, 2, 0, 3}).contiguous();
    }
    std::vector<torch::Tensor> changes;
    for (const Composition& child : node.children) {
        if (const torch::Tensor change = changeOf(child, prepared); change.defined()) {
            changes.push_back(change);
        }
    }
    return changes.empty() ? torch::Tensor() : torch::stack(changes, 2);
}

std::optional<WeightChange> JoinWalk::changeOfWeights(const Composition& fuse) const {
    if (m_context.rules.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> present;
    for (const Composition& child : fuse.children) {
        if (moduleOf(child.last()) != nullptr) {
            present.push_back(child.last());
        }
    }
    return weightChange(m_context.rules, present, m_at.layer, m_at.part);
}

torch::Tensor JoinWalk::walkFuse(const Composition& node, const View& view) {
    const std::string name = fusionName(node);
    const auto fusion = m_sites.fusions.find(name);
    TORCH_CHECK(fusion != m_sites.fusions.end(), "the model has no fusion of ", name);
    const auto layer = fusion->second.layers.find({m_at.layer, m_at.part});
    if (layer == fusion->second.layers.end()) {
        return view.running;
    }
    const std::optional<WeightChange> change = changeOfWeights(node);
    if (change && change->isNothing()) {
        return view.running;
    }
    const BottleneckConfig& options = optionsOf(node.last(), node);
    const Prepared prepared = prepare(options, view);
    const torch::Tensor changes = changesOf(node, prepared);
    m_last = &options;
    if (!changes.defined()) {
        return view.running;
    }
    const torch::Tensor query = fusion->second.config.queryBeforeLn ? view.running : prepared.input.v;
    const torch::Tensor residual =
        prepared.input.residual.defined() ? prepared.input.residual : view.residual;
    torch::Tensor weights;
    const torch::Tensor fused =
        layer->second.run(options.isParallel ? view.residual : query, changes, residual, m_context.training,
                          change ? &*change : nullptr, weights);
    if (m_context.observeFusion) {
        m_context.observeFusion({name, m_at.layer, m_at.part, weights});
    }
    return fused;
}

} // namespace awb
