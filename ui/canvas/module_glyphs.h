#pragma once

#include <QColor>
#include <QRectF>

#include "ui/canvas/module_picture.h"

class QPainter;
class QPainterPath;

/// How modules are drawn, each kind recognisable; shared by the canvas and its legend.
namespace awb::ui::glyphs {

/// Colours of one module.
struct Style {
    QColor fill;
    QColor line;                               ///< outlines, and what lies on the panel
    Qt::BrushStyle pattern = Qt::SolidPattern; ///< over the fill, for adapters beyond the eighth
    bool glows = false;                        ///< the fill is a value: a halo shows it
    bool isCrossedOut = false;                 ///< AdapterDrop leaves it out
};

/// Draws a module's inner parts into its body. `hiddenSize` scales waists and bars.
void draw(QPainter& painter, const ModulePicture& module, const QRectF& body, int hiddenSize,
          const Style& style);

/// The hourglass within the body, between norms and marks, and the height of its neck.
QRectF hourglass(const ModulePicture& module, const QRectF& body);
double neck(const ModulePicture& module, const QRectF& body, int hiddenSize);
/// Width of one bar of a low-rank pair: logarithmic in the rank, at most `widest`.
double barWidth(int rank, int matrixWidth, double widest);

/// Half-filled circle: a learned share between closed and open.
void drawGate(QPainter& painter, QPointF centre, double radius, const QColor& line);
/// A circled cross: a Kronecker product.
void drawKronecker(QPainter& painter, QPointF centre, double radius, const QColor& line);

// One for each family of kinds.
void drawBottleneck(QPainter& painter, const ModulePicture& module, const QRectF& body, int hiddenSize,
                    const Style& style);
void drawLowRank(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);
void drawFactors(QPainter& painter, const QRectF& body, const Style& style);
void drawBias(QPainter& painter, const QRectF& body, const Style& style);
void drawPrefix(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);
void drawPrompt(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);
void drawInvertible(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);
void drawReft(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);
void drawShared(QPainter& painter, const ModulePicture& module, const QRectF& body, const Style& style);

/// Fills and outlines a shape in the style, with pattern and hatch.
void fillShape(QPainter& painter, const QPainterPath& shape, const Style& style, double lineWidth = 1.2);

} // namespace awb::ui::glyphs
