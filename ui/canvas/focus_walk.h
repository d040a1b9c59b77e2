#pragma once

#include <optional>
#include <set>
#include <vector>

#include "ui/canvas/stack_scene.h"

namespace awb::ui {

/// Where an arrow key leads: left and right through the modules of a place and then the sites of the row, up
/// and down through the layers, with the embeddings below and the pooler above them; Home and End to the
/// first and last site of the row, Page Up and Down to the highest and lowest layer. None for other keys.
/// Without a focus the walk starts at the lowest layer's first sequential site. Linear maps are on the way
/// where one has a module, or where a module of `wanted` sites could be placed.
std::optional<StackScene::Focus> walkFocus(const std::optional<StackScene::Focus>& from, int key,
                                           const StackPicture& picture, const std::set<Site>& wanted);

/// The slots of one row of the walk: a layer, -1 for what stands at the embeddings, the depth for the pooler.
std::vector<Slot> walkRow(int row, const StackPicture& picture, const std::set<Site>& wanted);

} // namespace awb::ui
