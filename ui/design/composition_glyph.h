#pragma once

#include <QColor>
#include <QRectF>

#include "models/config/composition.h"

class QPainter;

namespace awb::ui {

/// The sign of a kind of block in lines: a row for Stack, a fan into a node for Fuse, a cut for Split and
/// BatchSplit, parallel lines for Parallel, a sum for Average. About 18 x 18.
void drawKindGlyph(QPainter& painter, const QRectF& area, Composition::Kind kind, const QColor& color);

} // namespace awb::ui
