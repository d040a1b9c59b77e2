#pragma once

#include "models/config/model_config.h"
#include "ui/canvas/row_layout.h"

class QPainter;

/// The frozen box of a sublayer, closed or open with its linear maps, and the lines of compositions.
namespace awb::ui::sublayers {

struct Box {
    int sublayer = 0;
    bool isOpen = false; ///< the linear maps are shown
    bool isTrained = false;
};

/// The box with its name, or with its weight matrices and how they are joined.
void drawBox(QPainter& painter, const RowLayout& row, const Box& box, const ModelConfig& model);
/// The lines and order numbers of a composition at one site; nodes are items of their own.
void drawArrangement(QPainter& painter, const SiteArrangement& arrangement);

} // namespace awb::ui::sublayers
