#include "ui/canvas/site_item.h"

#include <QGraphicsSceneMouseEvent>
#include <QPainter>

#include "ui/canvas/canvas_text.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kIdleRadius = 6;
constexpr double kArmedRadius = 8;
constexpr double kGrownRadius = 13;
constexpr double kSmallShare = 0.6; ///< of the diamonds inside an open box

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QPolygonF diamond(QPointF centre, double radius) {
    return {centre + QPointF(0, -radius), centre + QPointF(radius, 0), centre + QPointF(0, radius),
            centre + QPointF(-radius, 0)};
}

} // namespace

SiteItem::SiteItem(Slot slot, const ModulePlaceRects& rects)
    : m_slot(slot)
    , m_rects(rects)
    , m_revealed(!isQuietSite(slot.site)) {
    setCacheMode(DeviceCoordinateCache);
    updateMouse();
    updateToolTip();
}

void SiteItem::setRects(const ModulePlaceRects& rects) {
    if (m_rects != rects) {
        prepareGeometryChange();
        m_rects = rects;
        update();
    }
}

void SiteItem::setRevealed(bool revealed) {
    if (m_revealed != revealed) {
        m_revealed = revealed;
        updateMouse();
        update();
    }
}

void SiteItem::updateMouse() {
    const bool takesMouse = m_revealed && !m_occupied;
    setAcceptedMouseButtons(takesMouse ? Qt::LeftButton : Qt::NoButton);
    setAcceptHoverEvents(takesMouse);
    m_hovered = m_hovered && takesMouse;
}

void SiteItem::setState(State state) {
    if (m_state != state) {
        m_state = state;
        update();
    }
}

void SiteItem::setFocused(bool focused) {
    if (m_focused != focused) {
        m_focused = focused;
        update();
    }
}

void SiteItem::setLeftOut(std::vector<std::string> adapters) {
    if (m_leftOut != adapters) {
        m_leftOut = std::move(adapters);
        updateToolTip();
        update();
    }
}

void SiteItem::setOccupied(bool occupied) {
    if (m_occupied != occupied) {
        m_occupied = occupied;
        updateMouse();
        update();
    }
}

QRectF SiteItem::boundingRect() const {
    return m_rects.body.united(m_rects.chip).adjusted(-16, -14, 16, 20);
}

QPainterPath SiteItem::shape() const {
    QPainterPath path;
    if (!m_occupied && m_revealed) {
        const double x = isSmall() ? 9 : 18;
        const double y = isSmall() ? 7 : 15;
        path.addRect(QRectF(m_rects.body.center(), QSizeF()).adjusted(-x, -y, x, y));
    }
    return path;
}

QColor SiteItem::lineColor() const {
    if (m_state == State::Refused) {
        return tone(Tone::Error);
    }
    if (m_state == State::Target) {
        return tone(Tone::Trainable);
    }
    if (m_focused || m_hovered || m_state == State::Armed) {
        return tone(Tone::Accent);
    }
    return tone(Tone::Frozen);
}

double SiteItem::radius() const {
    const double full = isGrown() ? kGrownRadius : (m_state == State::Armed ? kArmedRadius : kIdleRadius);
    return isSmall() ? full * kSmallShare : full;
}

void SiteItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    if (!m_revealed || (m_occupied && m_state < State::Target)) {
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const shapes::Detail detail = shapes::detailAt(shapes::zoomOf(*painter));
    const QColor line = lineColor();
    const QPointF centre = m_rects.body.center();
    if (m_occupied) {
        painter->setPen(shapes::linePen(*painter, line, 2, Qt::DashLine));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(m_rects.body.adjusted(-4, -3, 4, 3), kRadius, kRadius);
        return;
    }
    const double radius = this->radius();
    QPen pen = shapes::linePen(*painter, line, isGrown() ? 1.8 : 1.3);
    if (radius * shapes::zoomOf(*painter) >= 4) {
        pen.setDashPattern({1.9, 1.3}); // short enough for these edges
    }
    painter->setPen(pen);
    const double tint = isGrown() ? 0.22 : (m_state == State::Armed ? 0.12 : 0);
    painter->setBrush(shapes::mixed(tone(Tone::Panel), line, tint));
    painter->drawPolygon(diamond(centre, radius));
    if (!m_leftOut.empty()) {
        const QColor color = Theme::instance().adapterColor(QString::fromStdString(m_leftOut.front()));
        painter->setPen(shapes::linePen(*painter, color, 1.8));
        painter->drawLine(centre + QPointF(-radius, radius), centre + QPointF(radius, -radius));
    }
    if (m_focused) {
        painter->setPen(shapes::linePen(*painter, tone(Tone::Focus), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawPolygon(diamond(centre, radius + 5));
    }
    if (isGrown() && detail != shapes::Detail::Far) {
        const QStringList names{canvastext::siteTitle(m_slot.site)};
        shapes::drawText(*painter, m_rects.chip.adjusted(-10, 0, 10, 0), names,
                         {.color = tone(Tone::Text), .pill = tone(Tone::Raised), .pillBorder = line});
    } else if (!m_leftOut.empty() && detail != shapes::Detail::Far) {
        shapes::drawText(*painter, m_rects.chip, tr("left out"),
                         {.color = tone(Tone::MutedText), .bounded = true});
    }
}

void SiteItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
    m_hovered = true;
    update();
}

void SiteItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
    m_hovered = false;
    update();
}

void SiteItem::mousePressEvent(QGraphicsSceneMouseEvent* event) {
    Q_EMIT clicked(m_slot, false);
    event->accept();
}

void SiteItem::mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) {
    Q_EMIT clicked(m_slot, true);
    event->accept();
}

void SiteItem::updateToolTip() {
    QString text =
        u"<b>%1</b><br>%2"_s.arg(canvastext::slotTitle(m_slot), canvastext::siteExplanation(m_slot.site));
    for (const std::string& adapter : m_leftOut) {
        text += u"<br>"_s + tr("Adapter %1 leaves this layer out.").arg(QString::fromStdString(adapter));
    }
    text += u"<br><i>"_s + tr("Drop a preset here, or press Enter to place the current one.") + u"</i>"_s;
    setToolTip(text);
}

} // namespace awb::ui
