#include "ui/design/composition_glyph.h"

#include <QPainter>

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

/// Draws in a square of 16 x 16.
class Glyph {
public:
    explicit Glyph(QPainter& painter)
        : m_painter(painter) {}

    void draw(Kind kind) {
        switch (kind) {
        case Kind::Stack:
            boxAt(1, 5.5);
            line(5.5, 8, 10.5, 8);
            boxAt(10.5, 5.5);
            break;
        case Kind::Fuse:
            for (const double y : {2.5, 8.0, 13.5}) {
                line(1.5, y, 10, 8);
            }
            dot(11.5, 8, 2.6);
            break;
        case Kind::Split:
            frame({1.5, 4, 13, 8});
            line(8, 1.5, 8, 14.5);
            break;
        case Kind::BatchSplit:
            frame({4, 1.5, 8, 13});
            line(1.5, 8, 14.5, 8);
            break;
        case Kind::Parallel:
            for (const double y : {3.5, 8.0, 12.5}) {
                line(1.5, y, 14.5, y);
            }
            break;
        case Kind::Average:
            m_painter.drawEllipse(QPointF(8, 8), 6, 6);
            line(8, 5, 8, 11);
            line(5, 8, 11, 8);
            break;
        case Kind::Name:
        case Kind::None:
            break;
        }
    }

private:
    void line(double x1, double y1, double x2, double y2) {
        m_painter.drawLine(QPointF(x1, y1), QPointF(x2, y2));
    }
    void frame(const QRectF& rect) { m_painter.drawRoundedRect(rect, 1.5, 1.5); }
    void boxAt(double x, double y) { frame({x, y, 4.5, 5}); }
    void dot(double x, double y, double radius) {
        m_painter.save();
        m_painter.setBrush(m_painter.pen().color());
        m_painter.drawEllipse(QPointF(x, y), radius, radius);
        m_painter.restore();
    }

    QPainter& m_painter;
};

} // namespace

void drawKindGlyph(QPainter& painter, const QRectF& area, Kind kind, const QColor& color) {
    constexpr double side = 16;
    const double scale = qMin(area.width(), area.height()) / side;
    painter.save();
    painter.translate(area.center() - QPointF(side, side) * scale / 2);
    painter.scale(scale, scale);
    painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    Glyph(painter).draw(kind);
    painter.restore();
}

} // namespace awb::ui
