#pragma once

#include <vector>

#include <QString>

#include "ui/canvas/stack_layout.h"

namespace awb::ui {

/// A line of the legend: one sign that the design uses.
struct LegendEntry {
    enum class Sign {
        Module, ///< the glyph of `module`
        Join,   ///< the mark of the block `join`; a Stack's is its order number
        Gate,
        Trained,
        Frozen,
        LeftOut,
        Dropped, ///< by AdapterDrop
        Idle,    ///< an adapter that the composition does not name
    };
    Sign sign = Sign::Module;
    ModulePicture module;
    Composition::Kind join = Composition::Kind::None;
    QString title;
    QString explanation; ///< rich text, for the tooltip
};

/// Exactly what is to be seen on the canvas of modules, composition and their state, in the palette's order.
std::vector<LegendEntry> legendEntries(const StackPicture& picture, const StackLayout& layout);

} // namespace awb::ui
