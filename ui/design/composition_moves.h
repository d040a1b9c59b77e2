#pragma once

#include <optional>

#include <Qt>

#include "backend/experiment/composition_put.h"

namespace awb::ui {

/// Walking the tree with the arrows. Along a block's children the arrow goes to the neighbour; across them it
/// goes to the block around or into the block. Home goes to the root. Empty: nothing lies that way.
std::optional<design::CompositionPath> walkComposition(const Composition& composition,
                                                       const design::CompositionPath& from, int key);

/// Where Alt with an arrow moves a node: past its neighbour, or out of its block when there is no neighbour
/// that way or the arrow points across. Empty: it has nowhere to go.
std::optional<design::Place> movePlace(const Composition& composition, const design::CompositionPath& from,
                                       int key);

/// Where Alt+Shift with an arrow moves a node: into the block next to it. Empty: there is no block.
std::optional<design::Place> intoPlace(const Composition& composition, const design::CompositionPath& from,
                                       int key);

} // namespace awb::ui
