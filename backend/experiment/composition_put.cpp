#include "backend/experiment/composition_put.h"

#include <algorithm>
#include <utility>

namespace awb::design {

namespace {

using Kind = Composition::Kind;

template<typename... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};
template<typename... Cases>
Match(Cases...) -> Match<Cases...>;

bool isSameSet(std::vector<std::string> a, std::vector<std::string> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

Error emptyBlock(Kind kind) {
    return {std::string(compositionKindName(kind)) + " needs at least one child", "/composition",
            "Drop it onto an adapter or a block"};
}

/// A node that is put somewhere, new or taken from elsewhere in the composition.
struct Moving {
    std::optional<CompositionPath> from;
    Composition node; ///< where it is new
};

Result<Experiment> putInGap(Experiment experiment, Moving what, const GapPlace& gap) {
    return what.from ? moveTo(std::move(experiment), *what.from, gap.block, gap.index)
                     : insertInto(std::move(experiment), gap.block, gap.index, std::move(what.node));
}

Result<Experiment> join(Experiment experiment, Moving what, const JoinPlace& place) {
    const Composition& root = experiment.composition;
    const Composition* node = nodeAt(root, place.node);
    if (node != nullptr && node->isBlock() && node->kind == place.kind) {
        const std::size_t index = place.side == Side::After ? node->children.size() : 0;
        return putInGap(std::move(experiment), std::move(what), {place.node, index});
    }
    if (!place.node.empty()) {
        const CompositionPath above(place.node.begin(), place.node.end() - 1);
        const Composition* parent = nodeAt(root, above);
        if (parent != nullptr && parent->kind == place.kind) {
            const std::size_t index = place.node.back() + (place.side == Side::After ? 1 : 0);
            return putInGap(std::move(experiment), std::move(what), {above, index});
        }
    }
    return what.from
               ? joinMoved(std::move(experiment), place.node, place.kind, *what.from, place.side)
               : joinAt(std::move(experiment), place.node, place.kind, std::move(what.node), place.side);
}

Result<Experiment> putNode(Experiment experiment, Moving what, const Place& place) {
    return std::visit(
        Match{[&](const GapPlace& gap) { return putInGap(std::move(experiment), std::move(what), gap); },
              [&](const JoinPlace& joined) { return join(std::move(experiment), std::move(what), joined); }},
        place);
}

Result<Experiment> putAdapter(Experiment experiment, const std::string& name, const Place& place) {
    Moving what{pathOf(experiment.composition, name), Composition::of(name)};
    if (what.from && what.from->empty()) {
        return fail("`" + name + "` is the whole composition already", "/composition",
                    "Add another adapter to join it with");
    }
    return putNode(std::move(experiment), std::move(what), place);
}

Result<Experiment> putKind(Experiment experiment, Kind kind, const Place& place) {
    const auto* around = std::get_if<JoinPlace>(&place);
    const Composition* node = around != nullptr ? nodeAt(experiment.composition, around->node) : nullptr;
    if (node == nullptr || node->kind == Kind::None) {
        return fail(emptyBlock(kind));
    }
    return wrapIn(std::move(experiment), around->node, kind);
}

Result<Experiment> putFresh(Experiment experiment, const AdapterSpec& adapter, const Place& place) {
    auto added = addAdapter(std::move(experiment), adapter);
    if (!added) {
        return added;
    }
    const std::string name = added->adapters.back().name;
    return putAdapter(std::move(*added), name, place);
}

std::optional<CompositionPath> find(const Composition& node, const std::vector<std::string>& leaves) {
    if (isSameSet(node.leaves(), leaves)) {
        return CompositionPath{};
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (auto inside = find(node.children[i], leaves)) {
            inside->insert(inside->begin(), i);
            return inside;
        }
    }
    return {};
}

} // namespace

Result<Experiment> put(Experiment experiment, const Piece& piece, const Place& place) {
    return std::visit(
        Match{[&](const AdapterPiece& adapter) {
                  return putAdapter(std::move(experiment), adapter.name, place);
              },
              [&](const NodePiece& node) -> Result<Experiment> {
                  if (node.path.empty()) {
                      return fail("a block can't be moved into itself", "/composition");
                  }
                  return putNode(std::move(experiment), {node.path, {}}, place);
              },
              [&](const KindPiece& block) { return putKind(std::move(experiment), block.kind, place); },
              [&](const FreshPiece& fresh) { return putFresh(std::move(experiment), fresh.adapter, place); }},
        piece);
}

std::optional<CompositionPath> pathOf(const Composition& composition, std::string_view adapter) {
    std::optional<CompositionPath> path = pathOf(composition, std::vector<std::string>{std::string(adapter)});
    while (path && nodeAt(composition, *path)->isBlock()) {
        path->push_back(0); // through blocks of one
    }
    return path;
}

std::optional<CompositionPath> pathOf(const Composition& composition,
                                      const std::vector<std::string>& leaves) {
    return leaves.empty() ? std::nullopt : find(composition, leaves);
}

} // namespace awb::design
