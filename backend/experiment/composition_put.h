#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "backend/experiment/composition_edit.h"

namespace awb::design {

// Putting something somewhere in the composition, as dragging and the keyboard's commands do.

/// What is put there.
struct AdapterPiece {
    std::string name; ///< of the design; one that stands in the composition already moves
};
struct NodePiece {
    CompositionPath path; ///< a node of the composition, with everything inside it
};
struct KindPiece {
    Composition::Kind kind = Composition::Kind::Stack;
};
struct FreshPiece {
    AdapterSpec adapter; ///< joins the design as well
};
using Piece = std::variant<AdapterPiece, NodePiece, KindPiece, FreshPiece>;

/// Where.
struct GapPlace {
    CompositionPath block; ///< as its child number `index`; the root of an empty composition: index 0
    std::size_t index = 0;
};
/// Together with a node in a block of `kind`: in the node itself where it is such a block, beside it where it
/// stands in one, else in a new block around both. A KindPiece is put around the node alone.
struct JoinPlace {
    CompositionPath node;
    Composition::Kind kind = Composition::Kind::Stack;
    Side side = Side::After;
};
using Place = std::variant<GapPlace, JoinPlace>;

/// The changed experiment, or why it can't be done.
Result<Experiment> put(Experiment experiment, const Piece& piece, const Place& place);

/// The node of `composition` that is this adapter; null where there is none.
std::optional<CompositionPath> pathOf(const Composition& composition, std::string_view adapter);
/// The node that holds all of these adapters and no others, the outermost one; null where there is none.
/// Names are unique in a composition, so this finds a node again after an edit.
std::optional<CompositionPath> pathOf(const Composition& composition, const std::vector<std::string>& leaves);

} // namespace awb::design
