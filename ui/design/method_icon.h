#pragma once

#include <vector>

#include <QRectF>

#include "models/config/method.h"
#include "ui/design/design_edits.h"

class QPainter;

namespace awb::ui {

/// A block in small, bottom to top: embeddings, attention and feed-forward in grey on the stream, with what
/// these methods add to it in green. About 40 x 36.
void drawMethodIcon(QPainter& painter, const QRectF& area, const std::vector<MethodConfig>& parts);

/// The same block with the head on top: which of them are trained.
void drawYardstickIcon(QPainter& painter, const QRectF& area, TrainTarget target);

} // namespace awb::ui
