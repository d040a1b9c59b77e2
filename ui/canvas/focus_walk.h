#pragma once

#include <optional>

#include "ui/canvas/stack_scene.h"

namespace awb::ui {

/// Where an arrow key leads: left and right through the modules of a place and then the sites of the row, up
/// and down through the layers; Home and End to the first and last site of the row, Page Up and Down to the
/// highest and lowest layer. None for other keys. Without a focus the walk starts at the lowest layer's first
/// sequential site.
std::optional<StackScene::Focus> walkFocus(const std::optional<StackScene::Focus>& from, int key,
                                           const StackPicture& picture);

} // namespace awb::ui
