#include "ui/canvas/shapes.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace awb::ui::shapes {

namespace {

constexpr double kFarBelow = 0.42;
constexpr double kNearAbove = 1.55;
constexpr double kHeightSlack = 4;   ///< pixels by which a line's empty rims may leave its area
constexpr double kNeckLength = 0.32; ///< share of a module's width

QPointF unit(QPointF vector) {
    const double length = std::hypot(vector.x(), vector.y());
    return length > 0 ? vector / length : QPointF();
}

/// Texts grow with the zoom, but slower, and never shrink.
double textScale(double zoom) {
    return std::clamp(std::sqrt(zoom), 1.0, 1.5);
}

} // namespace

double zoomOf(const QPainter& painter) {
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}

Detail detailAt(double zoom) {
    if (zoom < kFarBelow) {
        return Detail::Far;
    }
    return zoom < kNearAbove ? Detail::Middle : Detail::Near;
}

QPen linePen(const QPainter& painter, const QColor& color, double width, Qt::PenStyle style) {
    // Round caps and joins would cost more than all the rest of a frame.
    return {color, width / zoomOf(painter), style, Qt::FlatCap, Qt::BevelJoin};
}

QColor mixed(const QColor& base, const QColor& over, double amount) {
    const auto blend = [amount](float a, float b) { return static_cast<float>(a + (b - a) * amount); };
    return QColor::fromRgbF(blend(base.redF(), over.redF()), blend(base.greenF(), over.greenF()),
                            blend(base.blueF(), over.blueF()));
}

QColor inkOn(const QColor& background) {
    return background.lightnessF() > 0.45F ? QColor(Qt::black) : QColor(Qt::white);
}

QPainterPath roundedLine(std::initializer_list<QPointF> points, double radius) {
    return roundedLine(std::span<const QPointF>(points.begin(), points.size()), radius);
}

QPainterPath roundedLine(std::span<const QPointF> corners, double radius) {
    QPainterPath path(corners.front());
    for (std::size_t i = 1; i + 1 < corners.size(); ++i) {
        const QPointF in = corners[i] - corners[i - 1];
        const QPointF out = corners[i + 1] - corners[i];
        const double r = std::min({radius, std::hypot(in.x(), in.y()) / 2, std::hypot(out.x(), out.y()) / 2});
        path.lineTo(corners[i] - unit(in) * r);
        path.quadTo(corners[i], corners[i] + unit(out) * r);
    }
    path.lineTo(corners.back());
    return path;
}

void drawArrow(QPainter& painter, QPointF tip, QPointF direction, const QColor& color) {
    constexpr double length = 6;
    constexpr double halfWidth = 3;
    const QPointF across(-direction.y(), direction.x());
    const QPointF back = tip - direction * length;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF{tip, back + across * halfWidth, back - across * halfWidth});
}

void drawSum(QPainter& painter, QPointF centre, double radius, const QColor& line, const QColor& fill) {
    painter.setPen(linePen(painter, line, 1.2));
    painter.setBrush(fill);
    painter.drawEllipse(centre, radius, radius);
    const double arm = radius * 0.55;
    painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0));
    painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm));
}

void drawLock(QPainter& painter, QPointF centre, double height, const QColor& color) {
    const double width = height * 0.78;
    const QRectF body(centre.x() - width / 2, centre.y() - height * 0.05, width, height * 0.55);
    const double shackle = width * 0.56;
    QPainterPath bow;
    bow.moveTo(centre.x() - shackle / 2, body.top());
    bow.lineTo(centre.x() - shackle / 2, body.top() - height * 0.18);
    bow.arcTo(QRectF(centre.x() - shackle / 2, body.top() - height * 0.18 - shackle / 2, shackle, shackle),
              180, -180);
    bow.lineTo(centre.x() + shackle / 2, body.top());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, height * 0.11, Qt::SolidLine, Qt::FlatCap));
    painter.drawPath(bow);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(body, height * 0.08, height * 0.08);
}

void drawPencil(QPainter& painter, QPointF centre, double height, const QColor& color) {
    painter.save();
    painter.translate(centre);
    painter.rotate(45);
    const double half = height * 0.13;
    const double top = -height * 0.55;
    const double neck = height * 0.28;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRect(QRectF(-half, top, 2 * half, height * 0.16));
    painter.drawRect(QRectF(-half, top + height * 0.22, 2 * half, neck - top - height * 0.22));
    painter.drawPolygon(QPolygonF{QPointF(-half, neck), QPointF(half, neck), QPointF(0, height * 0.58)});
    painter.restore();
}

void drawHatch(QPainter& painter, const QPainterPath& area, const QColor& color) {
    constexpr double spacing = 6;
    const QRectF bounds = area.boundingRect();
    painter.save();
    painter.setClipPath(area, Qt::IntersectClip);
    painter.setPen(linePen(painter, color, 1));
    for (double x = bounds.left() - bounds.height(); x < bounds.right(); x += spacing) {
        painter.drawLine(QPointF(x, bounds.bottom()), QPointF(x + bounds.height(), bounds.top()));
    }
    painter.restore();
}

QPainterPath bottleneckOutline(const QRectF& body, double neck) {
    const double neckLength = body.width() * kNeckLength;
    const double left = body.center().x() - neckLength / 2;
    const double right = body.center().x() + neckLength / 2;
    const double top = body.center().y() - neck / 2;
    const double bottom = body.center().y() + neck / 2;
    QPainterPath path(body.topLeft());
    path.lineTo(left, top);
    path.lineTo(right, top);
    path.lineTo(body.topRight());
    path.lineTo(body.bottomRight());
    path.lineTo(right, bottom);
    path.lineTo(left, bottom);
    path.lineTo(body.bottomLeft());
    path.closeSubpath();
    return path;
}

double neckHeight(int bottleneck, int hiddenSize, double bodyHeight) {
    constexpr double thinnest = 3;
    constexpr double widest = 0.86; ///< of the body for a bottleneck of the hidden size: still a waist
    if (bottleneck <= 1 || hiddenSize <= 1) {
        return thinnest;
    }
    const double share = std::log2(bottleneck) / std::log2(hiddenSize);
    return std::min(thinnest + share * (widest * bodyHeight - thinnest), bodyHeight);
}

QRectF drawText(QPainter& painter, const QRectF& area, std::span<const QString> candidates,
                const TextStyle& style) {
    constexpr double padding = 5;
    const double zoom = zoomOf(painter);
    const double grow = style.grows ? textScale(zoom) : 1.0;
    QFont font = Theme::instance().figures(style.size, style.bold);
    font.setPixelSize(static_cast<int>(std::lround(static_cast<int>(style.size) * grow)));
    const QFontMetricsF metrics(font, painter.device());
    const double inset = style.pill.isValid() ? 2 * padding : 0;
    if (style.bounded && metrics.height() > area.height() * zoom + kHeightSlack) {
        return {};
    }
    for (const QString& text : candidates) {
        const double width = metrics.horizontalAdvance(text) + inset;
        if (width > area.width() * zoom + 1) {
            continue;
        }
        // Drawn at screen size around the area's anchor, so that glyphs are hinted and crisp.
        const double height = metrics.height();
        const bool left = style.align.testFlag(Qt::AlignLeft);
        const bool right = style.align.testFlag(Qt::AlignRight);
        const bool top = style.align.testFlag(Qt::AlignTop);
        const QPointF anchor(left ? area.left() : (right ? area.right() : area.center().x()),
                             top ? area.top() : area.center().y());
        const QRectF box(left ? 0 : (right ? -width : -width / 2), top ? 0 : -height / 2, width, height);
        painter.save();
        painter.translate(anchor);
        painter.scale(1 / zoom, 1 / zoom);
        if (style.pill.isValid()) {
            painter.setPen(style.pillBorder.isValid() ? QPen(style.pillBorder, 1) : QPen(Qt::NoPen));
            painter.setBrush(style.pill);
            painter.drawRoundedRect(box, height / 2, height / 2);
        }
        painter.setFont(font);
        painter.setPen(style.color);
        painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
        painter.restore();
        return {anchor + box.topLeft() / zoom, box.size() / zoom};
    }
    return {};
}

QRectF drawText(QPainter& painter, const QRectF& area, const QString& text, const TextStyle& style) {
    return drawText(painter, area, std::span<const QString>(&text, 1), style);
}

} // namespace awb::ui::shapes
