#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <QPointF>
#include <QRectF>

#include "models/config/composition.h"

namespace awb::ui {

/// How a composition lays out several modules that share a place: a Stack as a numbered column, run through
/// from bottom to top; Parallel, Split, BatchSplit and Average as a fork; Fuse as a fan into one node.
/// Coordinates: the main line enters at (0, 0) and leaves at (width, 0).
struct SiteArrangement {
    struct Leaf {
        std::size_t module = 0; ///< number in the list that was arranged
        QRectF body;
        QRectF chip;
        bool operator==(const Leaf&) const = default;
    };
    enum class LinkRole {
        Flow,  ///< states pass unchanged
        Spoke, ///< into a fusion's node; carries a weight
    };
    struct Link {
        std::vector<QPointF> points;
        LinkRole role = LinkRole::Flow;
        std::size_t join = 0;  ///< of a spoke: its node
        std::size_t child = 0; ///< of a spoke: which child
        std::string adapter;   ///< whose colour it has; empty: the main line's
        bool operator==(const Link&) const = default;
    };
    /// The node of a block: where states part or come together again.
    struct Join {
        Composition::Kind kind = Composition::Kind::Fuse;
        QPointF centre;
        std::string name;                  ///< of a fusion: "a,b"
        std::vector<std::string> adapters; ///< the last adapter of each child
        std::vector<double> shares;        ///< Average's factors; sizes of Split and BatchSplit
        bool operator==(const Join&) const = default;
    };
    struct Order {
        QPointF centre;
        int number = 1; ///< 0: not named by the composition, nothing is drawn
        bool operator==(const Order&) const = default;
    };

    std::vector<Leaf> leaves;
    std::vector<Link> links;
    std::vector<Join> joins;
    std::vector<Order> orders;
    double above = 0; ///< extent over the main line
    double below = 0; ///< under it, chips included

    bool isEmpty() const { return leaves.empty(); }
    void translate(QPointF by);
    bool operator==(const SiteArrangement&) const = default;
};

inline constexpr double kJoinRadius = 8;

/// True where the composition says more about these modules than that there is one.
bool needsArrangement(const Composition& composition, const std::vector<std::string>& adapters);

/// Arranges the modules of these adapters (one each) in a strip of this width. Adapters that the composition
/// does not name stand below the others, without lines.
SiteArrangement arrangeSite(const Composition& composition, const std::vector<std::string>& adapters,
                            double width);

/// Only the signs of how the composition joins adapters that are drawn elsewhere: the order of each in a
/// Stack, or the outermost other block. Nothing for a single adapter. Centres are left to the caller.
SiteArrangement joinSigns(const Composition& composition, const std::vector<std::string>& adapters);

} // namespace awb::ui
