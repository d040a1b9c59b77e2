#include "ui/canvas/module_item.h"

#include <algorithm>
#include <cmath>

#include <QCursor>
#include <QGraphicsSceneContextMenuEvent>
#include <QGraphicsSceneMouseEvent>
#include <QLocale>
#include <QPainter>

#include "models/config/placement.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kHandleReach = 6;
constexpr double kSmallestTarget = 14; ///< scene units that a click finds
constexpr double kTightBody = 34;      ///< pixels
constexpr double kStateRoom = 13;      ///< pixels for the lock or pencil in front of a chip

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

/// True where the chip stands away from its glyph, so that only its colour says whose it is.
bool standsApart(const ModulePicture& module) {
    return isMapMark(module.kind) || module.kind == ModuleKind::Prefix;
}

} // namespace

ModuleItem::ModuleItem(const ModulePicture& picture, const ModulePlaceRects& rects, int hiddenSize)
    : m_hiddenSize(hiddenSize) {
    setFlag(ItemIsSelectable);
    setAcceptHoverEvents(true);
    setPicture(picture, rects, hiddenSize);
}

void ModuleItem::setPicture(const ModulePicture& picture, const ModulePlaceRects& rects, int hiddenSize) {
    if (!m_key.empty() && m_picture == picture && m_rects == rects && m_hiddenSize == hiddenSize) {
        return;
    }
    if (m_rects != rects) {
        prepareGeometryChange();
    }
    m_picture = picture;
    m_rects = rects;
    m_hiddenSize = hiddenSize;
    m_key = moduleKey(picture.ref.adapter, picture.ref.layer, picture.ref.site);
    m_chipTexts = canvastext::chip(picture, hiddenSize);
    m_nearTexts = canvastext::nearChip(picture, hiddenSize);
    m_chipArea = {};
    setOpacity(picture.active ? 1 : 0.45);
    setToolTip(canvastext::moduleToolTip(picture, hiddenSize));
    update();
}

void ModuleItem::setGlow(std::optional<float> level, float value) {
    if (m_glow != level || m_glowValue != value) {
        m_glow = level;
        m_glowValue = value;
        update();
    }
}

void ModuleItem::setFocused(bool focused) {
    if (m_focused != focused) {
        m_focused = focused;
        update();
    }
}

QRectF ModuleItem::boundingRect() const {
    // Texts keep their size on the screen, so that the chip needs more of the scene when far away.
    const QRectF place = m_rects.chip.isEmpty() ? m_rects.body : m_rects.body.united(m_rects.chip);
    return place.adjusted(-10, -10, 10, 26);
}

QPainterPath ModuleItem::shape() const {
    QPainterPath path;
    const QRectF& body = m_rects.body;
    const double x = std::max(0.0, kSmallestTarget - body.width()) / 2;
    const double y = std::max(0.0, kSmallestTarget - body.height()) / 2;
    path.addRect(hasHandles() ? body.adjusted(-2, -4, 2, 4) : body.adjusted(-x, -y, x, y));
    return path;
}

QColor ModuleItem::fillColor(const QColor& adapter) const {
    if (m_picture.drop == DropState::Dropped) {
        return shapes::mixed(tone(Tone::Panel), adapter, 0.15);
    }
    if (m_glow) {
        return Theme::sequential(static_cast<double>(*m_glow));
    }
    return shapes::mixed(tone(Tone::Panel), adapter, m_picture.drop == DropState::Random ? 0.4 : 0.72);
}

glyphs::Style ModuleItem::style(const QColor& adapter) const {
    const QColor line = shapes::mixed(adapter, tone(Tone::Text), 0.3);
    return {fillColor(adapter), m_glow ? adapter : line,
            Theme::instance().adapterPattern(QString::fromStdString(m_picture.ref.adapter)),
            m_glow.has_value(), m_picture.drop == DropState::Dropped};
}

void ModuleItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor adapter = Theme::instance().adapterColor(QString::fromStdString(m_picture.ref.adapter));
    const shapes::Detail detail = shapes::detailAt(shapes::zoomOf(*painter));
    m_chipArea = {};
    if (detail == shapes::Detail::Far) {
        paintSlot(*painter, adapter);
    } else {
        glyphs::draw(*painter, m_picture, m_rects.body, m_hiddenSize, style(adapter));
        if (m_picture.kind == ModuleKind::Shared) {
            paintSharedText(*painter);
        } else if (m_picture.hasChip) {
            paintChip(*painter);
        }
        if (detail == shapes::Detail::Near && isHourglass(m_picture.kind)) {
            paintInnerLabels(*painter);
        }
        if (hasHandles() && (m_hovered || m_focused || isSelected() || m_dragStart)) {
            paintHandles(*painter);
        }
    }
    paintFrame(*painter);
}

void ModuleItem::paintSlot(QPainter& painter, const QColor& adapter) const {
    painter.setPen(shapes::linePen(painter, adapter, 1));
    painter.setBrush(fillColor(adapter));
    const double radius = std::min<double>(kRadius, m_rects.body.height() / 3);
    painter.drawRoundedRect(m_rects.body, radius, radius);
}

void ModuleItem::paintFrame(QPainter& painter) const {
    const bool isQuietHover = m_hovered && !hasHandles();
    if (!isSelected() && !m_focused && !isQuietHover) {
        return;
    }
    const double distance = isMapMark(m_picture.kind) ? 2 : 4;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        shapes::linePen(painter, tone(m_focused ? Tone::Focus : Tone::Accent), m_focused ? 2.2 : 1.6));
    painter.drawRoundedRect(m_rects.body.adjusted(-distance, -distance, distance, distance), kRadius - 2,
                            kRadius - 2);
}

void ModuleItem::paintInnerLabels(QPainter& painter) const {
    const QRectF glass = hourglass();
    const double side = glass.width() * 0.34;
    const QColor ink = shapes::inkOn(
        fillColor(Theme::instance().adapterColor(QString::fromStdString(m_picture.ref.adapter))));
    const QString down = u"%1×%2"_s.arg(m_hiddenSize).arg(m_picture.bottleneck);
    const QString up = u"%1×%2"_s.arg(m_picture.bottleneck).arg(m_hiddenSize);
    shapes::drawText(painter, QRectF(glass.left(), glass.top(), side, glass.height()),
                     QStringList{down, tr("down")}, {.color = ink, .grows = false});
    shapes::drawText(painter, QRectF(glass.right() - side, glass.top(), side, glass.height()),
                     QStringList{up, tr("up")}, {.color = ink, .grows = false});
}

void ModuleItem::paintHandles(QPainter& painter) const {
    const QPointF centre = hourglass().center();
    const double half = std::max(neck() / 2, 8.5);
    for (const double side : {-1.0, 1.0}) {
        const QRectF grip(centre.x() - 7, centre.y() + side * (half + 2.5) - 2, 14, 4);
        painter.setPen(shapes::linePen(painter, tone(Tone::Panel), 1));
        painter.setBrush(tone(m_onHandle || m_dragStart ? Tone::Accent : Tone::Text));
        painter.drawRoundedRect(grip, 2, 2);
    }
}

void ModuleItem::paintChip(QPainter& painter) {
    const double zoom = shapes::zoomOf(painter);
    const bool dim = m_picture.drop == DropState::Dropped || !m_picture.active;
    const bool left = standsApart(m_picture);
    const bool right = m_picture.kind == ModuleKind::Reft;
    const bool isLone = m_rects.isLone && isHourglass(m_picture.kind);
    const bool onLine = isLone && isParallelSite(m_picture.ref.site);
    const Qt::Alignment align =
        left    ? Qt::AlignLeft | Qt::AlignVCenter
        : right ? Qt::AlignRight | Qt::AlignVCenter
                : Qt::AlignHCenter | (isLone && !onLine ? Qt::AlignTop : Qt::AlignVCenter);
    const double state = kStateRoom / zoom + (left ? kStateRoom / zoom * 0.7 : 0);
    const QRectF room = m_rects.chip.adjusted(right ? 0 : state, 0, 0, 0);
    const bool near = shapes::detailAt(zoom) == shapes::Detail::Near;
    const QRectF used = shapes::drawText(painter, left || isLone ? room : m_rects.chip,
                                         near && !isLone ? m_nearTexts : m_chipTexts,
                                         {.color = tone(dim ? Tone::MutedText : Tone::Text),
                                          .align = align,
                                          .pill = isLone ? tone(Tone::Panel) : QColor(),
                                          .bounded = !isLone || onLine});
    m_chipArea = used;
    if (used.isNull()) {
        return;
    }
    paintState(painter, used, Theme::instance().adapterColor(QString::fromStdString(m_picture.ref.adapter)));
    if (!near || !isLone || onLine) {
        return;
    }
    const QString inner = canvastext::shape(m_picture, m_hiddenSize);
    QString second = inner + u" · "_s + QString::fromStdString(m_picture.nonLinearity);
    if (m_glow) {
        second = QLocale().toString(static_cast<double>(m_glowValue), 'g', 3) + u" · "_s + second;
    }
    const QRectF below(m_rects.chip.left() - 8, used.bottom(), m_rects.chip.width() + 16, used.height());
    m_chipArea = used.united(
        shapes::drawText(painter, below, QStringList{second, inner}, {.color = tone(Tone::MutedText)}));
}

void ModuleItem::paintSharedText(QPainter& painter) {
    const double zoom = shapes::zoomOf(painter);
    const QRectF room = m_rects.body.adjusted(m_rects.body.height() + 3 + kStateRoom / zoom, 0, -4, 0);
    const QRectF used = shapes::drawText(
        painter, room, m_chipTexts,
        {.color = tone(Tone::Text), .align = Qt::AlignLeft | Qt::AlignVCenter, .bounded = true});
    if (!used.isNull()) {
        paintState(painter, used, {});
    }
}

void ModuleItem::paintState(QPainter& painter, const QRectF& chip, const QColor& adapter) const {
    const double zoom = shapes::zoomOf(painter);
    const double size = 9.5 / zoom;
    const bool hasPill = m_rects.isLone && isHourglass(m_picture.kind);
    QPointF at(chip.left() - size * (hasPill ? 0.25 : 0.75), chip.center().y());
    const bool isTight = isHourglass(m_picture.kind) && m_rects.body.width() * zoom < kTightBody;
    if (!m_picture.active || (m_picture.trained && isTight)) {
        return; // the pencil is the rule, and would touch what stands beside
    }
    if (m_picture.trained) {
        shapes::drawPencil(painter, at, size, tone(Tone::Trainable));
    } else {
        shapes::drawLock(painter, at, size, tone(Tone::Frozen));
    }
    if (standsApart(m_picture)) {
        at -= QPointF(size * 1.15, 0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(adapter);
        painter.drawEllipse(at, size * 0.36, size * 0.36);
    }
}

bool ModuleItem::isOnHandle(QPointF point) const {
    if (!hasHandles()) {
        return false;
    }
    const QPointF centre = hourglass().center();
    const double half = std::max(neck() / 2, 8.5) + 2.5;
    return std::abs(point.x() - centre.x()) <= hourglass().width() * 0.18 &&
           std::abs(std::abs(point.y() - centre.y()) - half) <= kHandleReach;
}

void ModuleItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
    m_hovered = true;
    update();
}

void ModuleItem::hoverMoveEvent(QGraphicsSceneHoverEvent* event) {
    const bool onHandle = isOnHandle(event->pos());
    if (onHandle != m_onHandle) {
        m_onHandle = onHandle;
        if (onHandle) {
            setCursor(Qt::SizeVerCursor);
        } else {
            unsetCursor();
        }
        update();
    }
}

void ModuleItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
    m_hovered = false;
    m_onHandle = false;
    unsetCursor();
    update();
}

void ModuleItem::mousePressEvent(QGraphicsSceneMouseEvent* event) {
    if (event->button() == Qt::LeftButton && isOnHandle(event->pos())) {
        m_dragStart = event->screenPos();
        m_upperHandle = event->pos().y() < hourglass().center().y();
        Q_EMIT waistPressed(ref());
        event->accept();
        return;
    }
    QGraphicsObject::mousePressEvent(event);
    if (event->button() == Qt::LeftButton) {
        Q_EMIT pressed(ref());
    }
}

void ModuleItem::mouseMoveEvent(QGraphicsSceneMouseEvent* event) {
    if (!m_dragStart) {
        QGraphicsObject::mouseMoveEvent(event);
        return;
    }
    const int down = event->screenPos().y() - m_dragStart->y();
    Q_EMIT waistPulled(ref(), m_upperHandle ? -down : down, event->modifiers());
}

void ModuleItem::mouseReleaseEvent(QGraphicsSceneMouseEvent* event) {
    if (!m_dragStart) {
        QGraphicsObject::mouseReleaseEvent(event);
        return;
    }
    m_dragStart.reset();
    update();
    Q_EMIT waistReleased();
}

void ModuleItem::mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        Q_EMIT activated(ref());
    }
}

void ModuleItem::contextMenuEvent(QGraphicsSceneContextMenuEvent* event) {
    event->ignore(); // the view shows the menu
}

} // namespace awb::ui
