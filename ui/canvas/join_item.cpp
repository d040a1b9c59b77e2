#include "ui/canvas/join_item.h"

#include <algorithm>

#include <QPainter>

#include "models/config/placement.h"
#include "ui/canvas/card_painter.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kThinSpoke = 1.3;
constexpr double kThickSpoke = 8;
constexpr auto kFusionPrefix = "fuse:";

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

/// Three bars: a choice among several.
void drawWeights(QPainter& painter, QPointF centre, double radius, const QColor& line) {
    const double width = radius * 0.34;
    const double bottom = centre.y() + radius * 0.5;
    painter.setPen(Qt::NoPen);
    painter.setBrush(line);
    for (const auto& [x, height] : {std::pair(-0.5, 0.55), std::pair(0.0, 1.05), std::pair(0.5, 0.35)}) {
        painter.drawRect(
            QRectF(centre.x() + x * radius - width / 2, bottom - height * radius, width, height * radius));
    }
}

/// x with a bar: a mean.
void drawMean(QPainter& painter, QPointF centre, double radius) {
    const double arm = radius * 0.34;
    const QPointF middle = centre + QPointF(0, radius * 0.14);
    painter.drawLine(middle - QPointF(arm, arm), middle + QPointF(arm, arm));
    painter.drawLine(middle - QPointF(arm, -arm), middle + QPointF(arm, -arm));
    const double top = middle.y() - arm - radius * 0.26;
    painter.drawLine(QPointF(centre.x() - arm, top), QPointF(centre.x() + arm, top));
}

/// Two arrows side by side: copies of the batch.
void drawCopies(QPainter& painter, QPointF centre, double radius, const QColor& line) {
    for (const double side : {-0.28, 0.28}) {
        const QPointF from = centre + QPointF(-radius * 0.5, side * radius);
        const QPointF to = centre + QPointF(radius * 0.2, side * radius);
        painter.setPen(shapes::linePen(painter, line, 1.2));
        painter.drawLine(from, to);
        painter.setPen(Qt::NoPen);
        painter.setBrush(line);
        painter.drawPolygon(QPolygonF{to + QPointF(radius * 0.34, 0), to + QPointF(0, radius * 0.2),
                                      to - QPointF(0, radius * 0.2)});
    }
}

/// A row of tokens cut in two, or rows of texts with a gap between them.
void drawParts(QPainter& painter, QPointF centre, double radius, const QColor& line, bool ofBatch) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(line);
    const double cell = radius * 0.3;
    for (const double place : {-0.52, -0.17, 0.32, 0.67}) {
        const QPointF at = ofBatch ? QPointF(-radius * 0.5, (place - 0.22) * radius)
                                   : QPointF((place - 0.22) * radius, -radius * 0.32);
        const QSizeF size = ofBatch ? QSizeF(radius, cell * 0.72) : QSizeF(cell * 0.72, radius * 0.64);
        painter.drawRect(QRectF(centre + at, size));
    }
}

} // namespace

void drawJoinMark(QPainter& painter, Composition::Kind kind, QPointF centre, double radius,
                  const QColor& line) {
    painter.setPen(shapes::linePen(painter, line, 1.4));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(centre, radius, radius);
    switch (kind) {
    case Composition::Kind::Fuse:
        return drawWeights(painter, centre, radius, line);
    case Composition::Kind::Average:
        return drawMean(painter, centre, radius);
    case Composition::Kind::Parallel:
        return drawCopies(painter, centre, radius, line);
    case Composition::Kind::Split:
        return drawParts(painter, centre, radius, line, false);
    case Composition::Kind::BatchSplit:
        return drawParts(painter, centre, radius, line, true);
    default:
        return;
    }
}

JoinItem::JoinItem(Slot slot, SiteArrangement::Join join, std::vector<Spoke> spokes, bool trained,
                   std::int64_t parameters)
    : m_slot(slot)
    , m_join(std::move(join))
    , m_spokes(std::move(spokes))
    , m_trained(trained)
    , m_parameters(parameters) {
    if (m_join.kind == Composition::Kind::Fuse) {
        m_key = moduleKey(kFusionPrefix + m_join.name, slot.layer, slot.site);
    }
    setAcceptedMouseButtons(Qt::NoButton);
    updateToolTip();
}

void JoinItem::setWeights(std::vector<float> weights) {
    if (m_weights != weights) {
        m_weights = std::move(weights);
        updateToolTip();
        update();
    }
}

double JoinItem::spokeWidth(std::size_t child) const {
    if (child >= m_weights.size()) {
        return kThinSpoke;
    }
    const double weight = std::clamp(static_cast<double>(m_weights[child]), 0.0, 1.0);
    return 0.6 + weight * (kThickSpoke - 0.6);
}

void JoinItem::updateToolTip() {
    setToolTip(canvastext::joinToolTip(m_join, m_trained, m_parameters, m_weights));
}

QRectF JoinItem::boundingRect() const {
    constexpr double margin = kThickSpoke / 2 + 2;
    QRectF all(m_join.centre.x() - kJoinRadius, m_join.centre.y() - kJoinRadius, 2 * kJoinRadius,
               2 * kJoinRadius);
    for (const Spoke& spoke : m_spokes) {
        all = all.united(QRectF(spoke.from, QSizeF(1, 1)));
    }
    return all.adjusted(-margin, -margin, margin, margin);
}

QPainterPath JoinItem::shape() const {
    QPainterPath path;
    path.addEllipse(m_join.centre, kJoinRadius + 2, kJoinRadius + 2);
    return path;
}

void JoinItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    for (const Spoke& spoke : m_spokes) {
        const QColor color = Theme::instance().adapterColor(QString::fromStdString(spoke.adapter));
        painter->setPen(QPen(color, spokeWidth(spoke.child), Qt::SolidLine, Qt::FlatCap));
        painter->drawLine(spoke.from, m_join.centre);
    }
    const bool isFusion = m_join.kind == Composition::Kind::Fuse;
    const QColor line = isFusion && m_trained ? tone(Tone::Trainable) : tone(Tone::Frozen);
    drawJoinMark(*painter, m_join.kind, m_join.centre, kJoinRadius, line);
    if (isFusion && shapes::detailAt(shapes::zoomOf(*painter)) != shapes::Detail::Far) {
        const QPointF corner = m_join.centre + QPointF(kJoinRadius, -kJoinRadius);
        if (m_trained) {
            shapes::drawPencil(*painter, corner, 9, line);
        } else {
            shapes::drawLock(*painter, corner, 9, line);
        }
    }
}

} // namespace awb::ui
