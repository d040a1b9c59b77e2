#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/experiment/composition_edit.h"

namespace awb::design {

// Changes of the tree alone that the edits of composition_edit.h are made of. Sizes and weights follow the
// children.

Composition* nodeAt(Composition& composition, const CompositionPath& path);

/// Sizes that a fresh Split or BatchSplit begins with: equal shares, Split's last child takes the rest. Empty
/// for other kinds.
std::vector<std::int64_t> freshSizes(Composition::Kind kind, std::size_t children,
                                     const TrainingSpec& training);

void eraseChild(Composition& block, std::size_t index);
void insertChild(Composition& block, std::size_t index, Composition node);
/// Takes a child to another place of its block; `to` is meant as before the move, at most the child count.
void reorderChild(Composition& block, std::size_t from, std::size_t to);

/// Blocks without children vanish, those with one child give way to it, and a Stack in a Stack dissolves.
void tidy(Composition& node);

} // namespace awb::design
