#include "ui/canvas/site_arrangement.h"

#include <algorithm>
#include <optional>
#include <set>

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

constexpr double kBodyHeight = 20;
constexpr double kChipGap = 1;
constexpr double kChipHeight = 16;
constexpr double kGap = 3;      ///< between the children of a fork
constexpr double kLineGap = 10; ///< between those of a Stack: the line passes through it
constexpr double kOrderRoom = 20;
constexpr double kRailRoom = 7;
constexpr double kForkRoom = 9;
constexpr double kMarkRoom = 2 * kJoinRadius + 6;
constexpr double kFanRoom = 36;
constexpr double kOrderX = 10;

/// A composition without the adapters that have no module here.
struct Node {
    Kind kind = Kind::Name;
    std::size_t module = 0;
    const Composition* source = nullptr;
    std::vector<Node> children;
    std::vector<std::size_t> numbers; ///< of the children in `source`
};

std::optional<Node> pruned(const Composition& composition, const std::vector<std::string>& adapters,
                           std::vector<bool>& used) {
    if (composition.kind == Kind::Name) {
        const auto found = std::find(adapters.begin(), adapters.end(), composition.name);
        const auto index = static_cast<std::size_t>(found - adapters.begin());
        if (found == adapters.end() || used[index]) {
            return std::nullopt;
        }
        used[index] = true;
        return Node{Kind::Name, index, &composition, {}, {}};
    }
    Node node{composition.kind, 0, &composition, {}, {}};
    for (std::size_t i = 0; i < composition.children.size(); ++i) {
        if (auto child = pruned(composition.children[i], adapters, used)) {
            node.children.push_back(std::move(*child));
            node.numbers.push_back(i);
        }
    }
    if (node.children.empty()) {
        return std::nullopt;
    }
    if (node.kind == Kind::Stack && node.children.size() == 1) {
        Node only = std::move(node.children.front());
        return only;
    }
    return node;
}

double heightOf(const Node& node) {
    if (node.kind == Kind::Name) {
        return kBodyHeight + kChipGap + kChipHeight;
    }
    double height =
        (node.kind == Kind::Stack ? kLineGap : kGap) * (static_cast<double>(node.children.size()) - 1);
    for (const Node& child : node.children) {
        height += heightOf(child);
    }
    return height;
}

bool marksFork(Kind kind) {
    return kind == Kind::Parallel || kind == Kind::Split || kind == Kind::BatchSplit;
}

SiteArrangement::Join joinOf(const Composition& block) {
    SiteArrangement::Join join;
    join.kind = block.kind;
    for (const Composition& child : block.children) {
        join.adapters.push_back(child.last());
    }
    if (block.kind == Kind::Fuse) {
        join.name = fusionName(block);
    } else if (block.kind == Kind::Average) {
        join.shares = block.childFactors();
    } else {
        join.shares.assign(block.sizes.begin(), block.sizes.end());
    }
    return join;
}

class Placer {
public:
    explicit Placer(SiteArrangement& into)
        : m_into(into) {}

    /// Ends of the line through what was placed.
    struct Ends {
        QPointF in;
        QPointF out;
    };

    /// Lays a node out between two verticals, its top at `top`.
    Ends place(const Node& node, double left, double right, double top) {
        switch (node.kind) {
        case Kind::Name:
            return placeLeaf(node, left, right, top);
        case Kind::Stack:
            return placeStack(node, left, right, top);
        default:
            return placeFork(node, left, right, top);
        }
    }

    void placeIdle(std::size_t module, double width, double top) {
        const Node node{Kind::Name, module, nullptr, {}, {}};
        placeLeaf(node, kOrderRoom, width - kRailRoom, top);
    }

private:
    Ends placeLeaf(const Node& node, double left, double right, double top) {
        const QRectF body(left, top, right - left, kBodyHeight);
        const QRectF chip(left - kGap, body.bottom() + kChipGap, right - left + 2 * kGap, kChipHeight);
        m_into.leaves.push_back({node.module, body, chip});
        const double y = body.center().y();
        return {{left, y}, {right, y}};
    }

    void flow(std::vector<QPointF> points) {
        m_into.links.push_back({std::move(points), SiteArrangement::LinkRole::Flow, 0, 0, {}});
    }

    /// The first child lies lowest: the whole picture is read upwards.
    Ends placeStack(const Node& node, double left, double right, double top) {
        std::optional<Ends> first;
        QPointF before;
        double y = top + heightOf(node);
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const double height = heightOf(node.children[i]);
            y -= height;
            const Ends ends = place(node.children[i], left + kOrderRoom, right - kRailRoom, y);
            m_into.orders.push_back({{left + kOrderX, ends.in.y()}, static_cast<int>(i) + 1});
            flow({{left, ends.in.y()}, ends.in});
            if (first) {
                const double between = y + height + kLineGap / 2;
                flow({before, {right, before.y()}, {right, between}, {left, between}, {left, ends.in.y()}});
            } else {
                first = Ends{{left, ends.in.y()}, {}};
            }
            before = ends.out;
            y -= kLineGap;
        }
        flow({before, {right, before.y()}});
        return {first->in, {right, before.y()}};
    }

    Ends placeFork(const Node& node, double left, double right, double top) {
        const bool isFan = node.kind == Kind::Fuse;
        const double leading = marksFork(node.kind) ? kMarkRoom : kForkRoom;
        const double trailing = isFan ? kFanRoom : (marksFork(node.kind) ? kForkRoom : kMarkRoom);
        std::vector<Ends> ends;
        double y = top;
        for (const Node& child : node.children) {
            ends.push_back(place(child, left + leading, right - trailing, y));
            y += heightOf(child) + kGap;
        }
        const double middle = (ends.front().in.y() + ends.back().in.y()) / 2;
        const double fork = left + leading - kForkRoom + 2;
        flow({{left, middle}, {fork, middle}});
        for (const Ends& each : ends) {
            flow({{fork, middle}, {fork, each.in.y()}, each.in});
        }
        const std::size_t join =
            addJoin(node, {marksFork(node.kind) ? left + kJoinRadius : right - kJoinRadius, middle});
        const double rail = right - trailing + kForkRoom - 2;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (isFan) {
                addSpoke(node, i, ends[i].out, join);
            } else {
                flow({ends[i].out, {rail, ends[i].out.y()}, {rail, middle}});
            }
        }
        flow({{isFan ? right - kJoinRadius : rail, middle}, {right, middle}});
        return {{left, middle}, {right, middle}};
    }

    void addSpoke(const Node& node, std::size_t child, QPointF from, std::size_t join) {
        m_into.links.push_back({{from, m_into.joins[join].centre},
                                SiteArrangement::LinkRole::Spoke,
                                join,
                                node.numbers[child],
                                node.source->children[node.numbers[child]].last()});
    }

    std::size_t addJoin(const Node& node, QPointF centre) {
        m_into.joins.push_back(joinOf(*node.source));
        m_into.joins.back().centre = centre;
        return m_into.joins.size() - 1;
    }

    SiteArrangement& m_into;
};

} // namespace

void SiteArrangement::translate(QPointF by) {
    for (Leaf& leaf : leaves) {
        leaf.body.translate(by);
        leaf.chip.translate(by);
    }
    for (Link& link : links) {
        for (QPointF& point : link.points) {
            point += by;
        }
    }
    for (Join& join : joins) {
        join.centre += by;
    }
    for (Order& order : orders) {
        order.centre += by;
    }
}

bool needsArrangement(const Composition& composition, const std::vector<std::string>& adapters) {
    if (adapters.size() > 1) {
        return true;
    }
    std::vector<bool> used(adapters.size(), false);
    const auto node = pruned(composition, adapters, used);
    return node && node->kind != Kind::Name;
}

SiteArrangement arrangeSite(const Composition& composition, const std::vector<std::string>& adapters,
                            double width) {
    SiteArrangement result;
    std::vector<bool> used(adapters.size(), false);
    const auto node = pruned(composition, adapters, used);
    Placer placer(result);
    double bottom = 0;
    if (node) {
        const double height = heightOf(*node);
        const Placer::Ends ends = placer.place(*node, 0, width, 0);
        // A fork's node lies on the main line; a column is centred on it.
        const double line = ends.in.y() == ends.out.y() ? ends.in.y() : (ends.in.y() + ends.out.y()) / 2;
        result.translate({0, -line});
        bottom = height - line;
        result.above = line;
        if (ends.in.y() != ends.out.y()) {
            const auto flow = SiteArrangement::LinkRole::Flow;
            result.links.push_back({{{0, 0}, {0, ends.in.y() - line}}, flow, 0, 0, {}});
            result.links.push_back({{{width, ends.out.y() - line}, {width, 0}}, flow, 0, 0, {}});
        }
    }
    if (!node) {
        result.links.push_back({{{0, 0}, {width, 0}}, SiteArrangement::LinkRole::Flow, 0, 0, {}});
    }
    for (std::size_t i = 0; i < adapters.size(); ++i) {
        if (!used[i]) {
            const double top = bottom + 2 * kGap;
            placer.placeIdle(i, width, top);
            bottom = top + kBodyHeight + kChipGap + kChipHeight;
        }
    }
    result.below = bottom;
    return result;
}

SiteArrangement joinSigns(const Composition& composition, const std::vector<std::string>& adapters) {
    SiteArrangement signs;
    const std::set<std::string> distinct(adapters.begin(), adapters.end());
    const std::vector<std::string> names(distinct.begin(), distinct.end());
    std::vector<bool> used(names.size(), false);
    const auto node = pruned(composition, names, used);
    if (names.size() < 2 || !node || node->kind == Kind::Name) {
        return signs;
    }
    if (node->kind != Kind::Stack) {
        signs.joins.push_back(joinOf(*node->source));
        return signs;
    }
    for (const std::string& adapter : adapters) {
        const auto holds = [&](const Node& child) {
            const auto leaves = child.source->leaves();
            return std::find(leaves.begin(), leaves.end(), adapter) != leaves.end();
        };
        const auto child = std::find_if(node->children.begin(), node->children.end(), holds);
        const bool isNamed = child != node->children.end();
        signs.orders.push_back({{}, isNamed ? static_cast<int>(child - node->children.begin()) + 1 : 0});
    }
    return signs;
}

} // namespace awb::ui
