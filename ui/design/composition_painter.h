#pragma once

#include <functional>

#include <QRectF>

#include "ui/design/composition_layout.h"

class QPainter;

namespace awb::ui {

/// What of the tree's picture changes with pointer and keyboard.
struct CompositionMarks {
    design::CompositionPath current; ///< the chosen node
    bool hasFocus = false;
    const CompositionBox* hovered = nullptr;
    DropSpot spot; ///< where something is held
    bool isRefused = false;
};

/// A small chip: colour, name, second line, lock or pencil. Used by tree, tray and drags.
void drawAdapterChip(QPainter& painter, const QRectF& rect, const Experiment& experiment,
                     const std::string& adapter, bool isDimmed = false);
/// The width at which name and second line are whole, within bounds.
double adapterChipWidth(const Experiment& experiment, const std::string& adapter);

/// Draws the whole tree.
void drawComposition(QPainter& painter, const CompositionLayout& layout, const Experiment& experiment,
                     const CompositionMarks& marks);

} // namespace awb::ui
