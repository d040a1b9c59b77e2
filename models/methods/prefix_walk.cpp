#include "models/methods/prefix_walk.h"

#include <algorithm>

#include <torch/types.h>

namespace awb {

namespace {

/// A prefix of no tokens.
Prefix emptyPrefix(const Prefix& like, std::int64_t rows) {
    const auto none = [&](const torch::Tensor& part) {
        return torch::zeros({rows, part.size(1), 0, part.size(3)});
    };
    return {none(like.keys), none(like.values), torch::zeros({rows, 0})};
}

/// Padded on the left to `length`. The public library fills with the padding id as a number, and adds 1 to
/// the scores of the padding, so it can still be attended to.
Prefix padded(const Prefix& prefix, std::int64_t length, double fill) {
    const std::int64_t missing = length - prefix.keys.size(2);
    if (missing == 0) {
        return prefix;
    }
    const auto pad = [&](const torch::Tensor& part) {
        const torch::Tensor front = torch::full({part.size(0), part.size(1), missing, part.size(3)}, fill);
        return torch::cat({front, part}, 2);
    };
    return {pad(prefix.keys), pad(prefix.values),
            torch::cat({torch::ones({prefix.mask.size(0), missing}), prefix.mask}, 1)};
}

Prefix rowsOf(const Prefix& prefix, std::int64_t first, std::int64_t count) {
    return {prefix.keys.narrow(0, first, count), prefix.values.narrow(0, first, count),
            prefix.mask.narrow(0, first, count)};
}

} // namespace

bool PrefixWalk::isAnyHere(const Composition& node) const {
    if (node.kind == Composition::Kind::Name) {
        const Adapter* adapter = m_sites.find(node.name);
        return adapter != nullptr && adapter->prefixAt(m_layer) != nullptr &&
               !isForbidden(m_context.rules, node.name, m_layer, std::nullopt);
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [this](const Composition& child) { return isAnyHere(child); });
}

PrefixWalk::MaybePrefix PrefixWalk::walk(const Composition& node, const torch::Tensor& input,
                                         MaybePrefix before) {
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
        const std::int64_t rows =
            input.size(0) == m_context.pass.batch ? input.size(0) * count : input.size(0);
        return walkRows(node, matchRows(input, rows), before,
                        std::vector<std::int64_t>(node.children.size(), rows / count));
    }
    case Kind::BatchSplit:
        return walkRows(node, input, before, batchParts(node, input.size(0)));
    default:
        return before; // Fuse, Split and Average are refused for prefixes
    }
}

PrefixWalk::MaybePrefix PrefixWalk::walkName(const std::string& name, const torch::Tensor& input,
                                             MaybePrefix before) {
    ModuleTrace trace;
    Prefix own = m_sites.find(name)->prefixAt(m_layer)->make(input, m_context, trace);
    if (m_context.observe) {
        m_context.observe({name, m_layer, Site::KeyValuePrefix, input, {}, {}, trace.gate});
    }
    if (!before) {
        return own;
    }
    return Prefix{torch::cat({own.keys, before->keys}, 2), torch::cat({own.values, before->values}, 2),
                  torch::cat({own.mask, before->mask}, 1)};
}

PrefixWalk::MaybePrefix PrefixWalk::walkRows(const Composition& node, const torch::Tensor& input,
                                             const MaybePrefix& before,
                                             const std::vector<std::int64_t>& counts) {
    const std::int64_t rows = input.size(0);
    MaybePrefix all;
    if (before) {
        all = Prefix{matchRows(before->keys, rows), matchRows(before->values, rows),
                     matchRows(before->mask, rows)};
    }
    std::vector<MaybePrefix> parts;
    std::int64_t first = 0;
    std::int64_t longest = 0;
    const Prefix* any = nullptr;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const MaybePrefix own = all ? MaybePrefix(rowsOf(*all, first, counts[i])) : std::nullopt;
        parts.push_back(walk(node.children[i], input.narrow(0, first, counts[i]), own));
        first += counts[i];
    }
    for (const MaybePrefix& part : parts) {
        if (part) {
            any = &*part;
            longest = std::max(longest, part->keys.size(2));
        }
    }
    std::vector<torch::Tensor> keys;
    std::vector<torch::Tensor> values;
    std::vector<torch::Tensor> masks;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Prefix whole =
            padded(parts[i] ? *parts[i] : emptyPrefix(*any, counts[i]), longest, m_padTokenId);
        keys.push_back(whole.keys);
        values.push_back(whole.values);
        masks.push_back(whole.mask);
    }
    return Prefix{torch::cat(keys, 0), torch::cat(values, 0), torch::cat(masks, 0)};
}

} // namespace awb
