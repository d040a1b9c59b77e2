#include "ui/canvas/card_painter.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "ui/canvas/shapes.h"
#include "ui/canvas/stack_layout.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui::cards {

namespace {

constexpr double kLineWidth = 1.2;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QColor partLine(bool trained) {
    return trained ? tone(Tone::Trainable) : tone(Tone::Frozen);
}

QColor partFill(bool trained) {
    return trained ? shapes::mixed(tone(Tone::Panel), tone(Tone::Trainable), 0.16) : tone(Tone::FrozenFill);
}

} // namespace

QColor flowColor() {
    return shapes::mixed(tone(Tone::Frozen), tone(Tone::Panel), 0.25);
}

void drawCard(QPainter& painter, const QRectF& card, bool raised) {
    painter.setPen(shapes::linePen(painter, tone(Tone::Hairline)));
    painter.setBrush(raised ? tone(Tone::Panel) : shapes::mixed(tone(Tone::Panel), tone(Tone::Window), 0.65));
    painter.drawRoundedRect(card, kCardRadius, kCardRadius);
}

void drawOutgoing(QPainter& painter, double flowY) {
    constexpr double connector = -5;
    constexpr double nextCard = -16;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(shapes::linePen(painter, flowColor(), kLineWidth));
    painter.drawPath(shapes::roundedLine({QPointF(row::exitX - 20, flowY), QPointF(row::exitX, flowY),
                                          QPointF(row::exitX, connector), QPointF(row::entryX, connector),
                                          QPointF(row::entryX, nextCard)}));
    shapes::drawArrow(painter, QPointF(row::entryX, nextCard), {0, -1}, flowColor());
}

void drawPart(QPainter& painter, const QRectF& box, const QStringList& names, const QString& detail,
              bool trained) {
    const shapes::Detail level = shapes::detailAt(shapes::zoomOf(painter));
    painter.setPen(shapes::linePen(painter, partLine(trained), 1));
    painter.setBrush(partFill(trained));
    painter.drawRoundedRect(box, kRadius, kRadius);
    if (level == shapes::Detail::Far) {
        return;
    }
    const bool twoLines = level == shapes::Detail::Near && !detail.isEmpty();
    const QRectF upper = twoLines ? box.adjusted(14, 2, -3, -box.height() / 2) : box.adjusted(14, 0, -3, 0);
    const QColor text = tone(Tone::Text);
    const QRectF used = shapes::drawText(painter, upper, names, {.color = text});
    const double zoom = shapes::zoomOf(painter);
    const double lock = zoom < 1 ? 10 * std::max(1.0, 0.8 / zoom) : 11 / std::sqrt(zoom);
    const double lockX = used.isNull() ? box.center().x() : used.left() - lock * 0.4 - 3 / zoom;
    const double lockY = upper.center().y();
    if (trained) {
        shapes::drawPencil(painter, {lockX, lockY}, lock, tone(Tone::Trainable));
    } else {
        shapes::drawLock(painter, {lockX, lockY}, lock, tone(Tone::Frozen));
    }
    if (twoLines) {
        const QRectF lower = box.adjusted(2, box.height() / 2, -2, -2);
        shapes::drawText(painter, lower, detail, {.color = tone(Tone::MutedText)});
    }
}

void drawNorm(QPainter& painter, QPointF centre, bool trained) {
    const QRectF box(centre.x() - 11, centre.y() - 8.5, 22, 17);
    painter.setPen(shapes::linePen(painter, partLine(trained), 1));
    painter.setBrush(partFill(trained));
    painter.drawRoundedRect(box, 4, 4);
    if (shapes::detailAt(shapes::zoomOf(painter)) != shapes::Detail::Far) {
        shapes::drawText(painter, box, u"LN"_s, {.color = tone(Tone::Text)});
    }
}

void drawBranch(QPainter& painter, QPointF centre) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(tone(Tone::Frozen));
    painter.drawEllipse(centre, 2.2, 2.2);
}

} // namespace awb::ui::cards
