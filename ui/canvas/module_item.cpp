#include "ui/canvas/module_item.h"

#include <cmath>

#include <QCursor>
#include <QGraphicsSceneContextMenuEvent>
#include <QGraphicsSceneMouseEvent>
#include <QLocale>
#include <QPainter>

#include "models/config/placement.h"
#include "ui/canvas/activation_curve.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kHandleReach = 6;
constexpr double kNormBar = 6; ///< width of an inner layer norm
constexpr double kMark = 13;   ///< diameter of the scaling and gate marks
constexpr double kGap = 2;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

bool isScaled(const ModulePicture& picture) {
    return picture.scaling.kind != Scaling::Kind::Constant || picture.scaling.value != 1;
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
    m_chipTexts = canvastext::chip(picture);
    m_curve = activationCurve(picture.nonLinearity);
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
    return m_rects.body.united(m_rects.chip).adjusted(-10, -10, 10, 26);
}

QPainterPath ModuleItem::shape() const {
    QPainterPath path;
    path.addRect(m_rects.body.adjusted(-2, -4, 2, 4));
    return path;
}

double ModuleItem::neck() const {
    return shapes::neckHeight(m_picture.bottleneck, m_hiddenSize, m_rects.body.height());
}

QRectF ModuleItem::hourglass() const {
    const double left = m_picture.lnBefore ? kNormBar + kGap : 0;
    const double right = (m_picture.lnAfter ? kNormBar + kGap : 0) +
                         (isScaled(m_picture) ? kMark + kGap : 0) + (m_picture.gated ? kMark + kGap : 0);
    return m_rects.body.adjusted(left, 0, -right, 0);
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

void ModuleItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor adapter = Theme::instance().adapterColor(QString::fromStdString(m_picture.ref.adapter));
    const shapes::Detail detail = shapes::detailAt(shapes::zoomOf(*painter));
    if (detail == shapes::Detail::Far) {
        painter->setPen(shapes::linePen(*painter, adapter, 1));
        painter->setBrush(fillColor(adapter));
        painter->drawRoundedRect(m_rects.body, kRadius, kRadius);
    } else {
        paintBody(*painter, adapter);
        paintChip(*painter);
        if (detail == shapes::Detail::Near) {
            paintInnerLabels(*painter);
        }
        if (m_hovered || m_focused || isSelected() || m_dragStart) {
            paintHandles(*painter);
        }
    }
    if (isSelected() || m_focused) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(
            shapes::linePen(*painter, tone(m_focused ? Tone::Focus : Tone::Accent), m_focused ? 2.2 : 1.6));
        painter->drawRoundedRect(m_rects.body.adjusted(-4, -4, 4, 4), kRadius, kRadius);
    }
}

void ModuleItem::paintBody(QPainter& painter, const QColor& adapter) const {
    const QPainterPath outline = shapes::bottleneckOutline(hourglass(), neck());
    const QColor line = shapes::mixed(adapter, tone(Tone::Text), 0.3);
    if (m_glow && m_picture.drop != DropState::Dropped) {
        QColor halo = fillColor(adapter);
        for (const auto& [width, alpha] : {std::pair(11.0, 0.16F), std::pair(6.0, 0.28F)}) {
            halo.setAlphaF(alpha);
            painter.strokePath(outline, QPen(halo, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        }
    }
    painter.setPen(shapes::linePen(painter, m_glow ? adapter : line, m_glow ? 1.8 : 1.3));
    painter.setBrush(fillColor(adapter));
    painter.drawPath(outline);
    const Qt::BrushStyle pattern =
        Theme::instance().adapterPattern(QString::fromStdString(m_picture.ref.adapter));
    if (pattern != Qt::SolidPattern) {
        painter.fillPath(outline, QBrush(line, pattern));
    }
    if (m_picture.drop == DropState::Dropped) {
        shapes::drawHatch(painter, outline, tone(Tone::Frozen));
    }
    paintMarks(painter, line);
    paintActivation(painter, line);
}

void ModuleItem::paintMarks(QPainter& painter, const QColor& line) const {
    const QRectF& body = m_rects.body;
    painter.setPen(shapes::linePen(painter, line, 1));
    painter.setBrush(tone(Tone::Panel));
    const auto bar = [&](double x) {
        painter.drawRoundedRect(QRectF(x, body.top() + 3, kNormBar, body.height() - 6), 2, 2);
    };
    if (m_picture.lnBefore) {
        bar(body.left());
    }
    double x = hourglass().right() + kGap;
    const auto mark = [&](const QString& glyph) {
        const QRectF circle(x, body.center().y() - kMark / 2, kMark, kMark);
        painter.setPen(shapes::linePen(painter, line, 1));
        painter.setBrush(tone(Tone::Panel));
        painter.drawEllipse(circle);
        shapes::drawText(painter, circle, glyph, {.color = tone(Tone::Text)});
        x += kMark + kGap;
    };
    if (isScaled(m_picture)) {
        mark(m_picture.scaling.kind == Scaling::Kind::Constant ? u"×"_s : u"s"_s);
    }
    if (m_picture.gated) {
        mark(u"g"_s);
    }
    if (m_picture.lnAfter) {
        painter.setPen(shapes::linePen(painter, line, 1));
        painter.setBrush(tone(Tone::Panel));
        bar(x);
    }
}

void ModuleItem::paintActivation(QPainter& painter, const QColor& line) const {
    const QPointF centre = hourglass().center();
    const double radius = std::min(8.5, hourglass().width() * 0.12);
    painter.setPen(shapes::linePen(painter, line, 1.2));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(centre, radius, radius);
    painter.save();
    painter.translate(centre);
    painter.scale(radius * 0.62, radius * 0.62);
    painter.setPen(shapes::linePen(painter, tone(Tone::Text), 1.4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(m_curve);
    painter.restore();
}

void ModuleItem::paintInnerLabels(QPainter& painter) const {
    const QRectF glass = hourglass();
    const double side = glass.width() * 0.34;
    const QColor background =
        fillColor(Theme::instance().adapterColor(QString::fromStdString(m_picture.ref.adapter)));
    const QColor ink = background.lightnessF() > 0.45F ? QColor(Qt::black) : QColor(Qt::white);
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

void ModuleItem::paintChip(QPainter& painter) const {
    const bool near = shapes::detailAt(shapes::zoomOf(painter)) == shapes::Detail::Near;
    const bool dim = m_picture.drop == DropState::Dropped;
    const bool beneath = !isParallelSite(m_picture.ref.site);
    const QRectF used =
        shapes::drawText(painter, m_rects.chip, m_chipTexts,
                         {.color = tone(dim ? Tone::MutedText : Tone::Text),
                          .align = beneath ? Qt::AlignHCenter | Qt::AlignTop : Qt::AlignCenter,
                          .pill = tone(Tone::Panel)});
    if (!near || used.isNull()) {
        return;
    }
    QString second = canvastext::shape(m_picture, m_hiddenSize) + u" · "_s +
                     QString::fromStdString(m_picture.nonLinearity);
    if (m_glow) {
        second = QLocale().toString(static_cast<double>(m_glowValue), 'g', 3) + u" · "_s + second;
    }
    const QRectF below(m_rects.chip.left() - 8, used.bottom(), m_rects.chip.width() + 16, used.height());
    shapes::drawText(painter, below, QStringList{second, canvastext::shape(m_picture, m_hiddenSize)},
                     {.color = tone(Tone::MutedText)});
}

bool ModuleItem::isOnHandle(QPointF point) const {
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
