#pragma once

#include <initializer_list>
#include <span>

#include <QColor>
#include <QPainterPath>
#include <QPen>
#include <QPointF>
#include <QRectF>
#include <QString>

#include "ui/theme/theme.h"

class QPainter;

/// The primitives that the canvas is drawn with.
namespace awb::ui::shapes {

/// Levels of detail: far shows coloured slots, middle chips, near the inner parts with their shapes.
enum class Detail { Far, Middle, Near };
/// Zoom at which the painter draws (1: one scene unit is one pixel).
double zoomOf(const QPainter& painter);
Detail detailAt(double zoom);

/// A pen of `width` device-independent pixels at each zoom; a cosmetic pen would be half as wide on a screen
/// with a pixel ratio of 2.
QPen linePen(const QPainter& painter, const QColor& color, double width = 1,
             Qt::PenStyle style = Qt::SolidLine);
/// `base` with `amount` (0..1) of `over` laid on it.
QColor mixed(const QColor& base, const QColor& over, double amount);
/// Black or white, whichever is read on this background.
QColor inkOn(const QColor& background);

/// A line through points whose corners are rounded.
QPainterPath roundedLine(std::span<const QPointF> points, double radius = 6);
QPainterPath roundedLine(std::initializer_list<QPointF> points, double radius = 6);
/// A small filled arrow head whose tip is at `tip`; `direction` is a unit vector.
void drawArrow(QPainter& painter, QPointF tip, QPointF direction, const QColor& color);
/// The adding node: a circle with a plus.
void drawSum(QPainter& painter, QPointF centre, double radius, const QColor& line, const QColor& fill);
/// A padlock of the given height.
void drawLock(QPainter& painter, QPointF centre, double height, const QColor& color);
/// A pencil: what is trained.
void drawPencil(QPainter& painter, QPointF centre, double height, const QColor& color);

/// Diagonal lines over a shape: what AdapterDrop leaves out.
void drawHatch(QPainter& painter, const QPainterPath& area, const QColor& color);

/// A bottleneck: narrowing, neck, widening, from left to right. `neck` is the height of the narrow part.
QPainterPath bottleneckOutline(const QRectF& body, double neck);
/// Height of the neck of a module: logarithmic in the bottleneck size, so that each doubling is seen.
double neckHeight(int bottleneck, int hiddenSize, double bodyHeight);

/// How a text looks; its size on the screen stays readable at each zoom.
struct TextStyle {
    TextSize size = TextSize::Small;
    bool bold = false;
    QColor color;
    Qt::Alignment align = Qt::AlignCenter;
    QColor pill{}; ///< background behind the text, if valid
    QColor pillBorder{};
    bool grows = true;    ///< with the zoom, when near
    bool bounded = false; ///< must fit into the area's height, too
};

/// Draws the first of `candidates` (longest first) that fits into `area`. Returns the area that was used, in
/// scene units; null when none fits.
QRectF drawText(QPainter& painter, const QRectF& area, std::span<const QString> candidates,
                const TextStyle& style);
QRectF drawText(QPainter& painter, const QRectF& area, const QString& text, const TextStyle& style);

} // namespace awb::ui::shapes
