#include "ui/canvas/sublayer_painter.h"

#include <QCoreApplication>
#include <QPainter>

#include "models/config/parameter_names.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/card_painter.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui::sublayers {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr double kOrderRadius = 7;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QColor outline(bool isTrained) {
    return isTrained ? tone(Tone::Trainable) : tone(Tone::Frozen);
}

void drawMap(QPainter& painter, const RowLayout& row, Site site, bool isTrained) {
    const QRectF map = row.map(site);
    painter.setPen(shapes::linePen(painter, outline(isTrained), 1));
    painter.setBrush(tone(Tone::Raised));
    painter.drawRoundedRect(map, 2, 2);
    if (shapes::detailAt(shapes::zoomOf(painter)) != shapes::Detail::Far) {
        shapes::drawText(painter, map.adjusted(-1, 0, 1, 0), canvastext::mapLetter(site),
                         {.color = tone(Tone::Text)});
    }
}

/// The way of the states through the open attention: q, k and v into the softmax, then the output map.
void drawAttentionWires(QPainter& painter, const RowLayout& row, QPointF node) {
    for (const Site site : {Site::AttentionQuery, Site::AttentionKey, Site::AttentionValue}) {
        const QRectF room = row.beside(site);
        painter.drawLine(QPointF(row.map(site).right(), room.center().y()),
                         QPointF(room.right(), room.center().y()));
        painter.drawLine(QPointF(room.right(), room.center().y()), node);
    }
}

void drawWires(QPainter& painter, const RowLayout& row, const Box& box) {
    const bool isAttention = box.sublayer == 0;
    const Site first = isAttention ? Site::AttentionKey : Site::FfnIntermediate;
    const Site second = isAttention ? Site::AttentionDense : Site::FfnDense;
    const QRectF area = row.box(box.sublayer, true);
    const QPointF node((row.beside(first).right() + row.map(second).left()) / 2, row.flowY);
    painter.setPen(shapes::linePen(painter, cards::flowColor(), 1));
    painter.setBrush(Qt::NoBrush);
    if (isAttention) {
        drawAttentionWires(painter, row, node);
    }
    painter.drawLine(QPointF(row.map(first).right(), row.flowY), QPointF(row.map(second).left(), row.flowY));
    painter.drawLine(QPointF(row.map(second).right(), row.flowY), QPointF(area.right(), row.flowY));
    painter.setPen(shapes::linePen(painter, outline(box.isTrained), 1));
    painter.setBrush(tone(Tone::Panel));
    painter.drawEllipse(node, 3.2, 3.2);
}

void drawOpenBox(QPainter& painter, const RowLayout& row, const Box& box) {
    const QRectF area = row.box(box.sublayer, true);
    const QColor fill = box.isTrained ? shapes::mixed(tone(Tone::Panel), tone(Tone::Trainable), 0.16)
                                      : tone(Tone::FrozenFill);
    painter.setPen(shapes::linePen(painter, outline(box.isTrained), 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(area, kRadius, kRadius);
    drawWires(painter, row, box);
    for (const Site site : kLinearSites) {
        if (sublayerOfMap(site) == box.sublayer) {
            drawMap(painter, row, site, box.isTrained);
        }
    }
    const QPointF corner(area.right() - 8, area.top() + 8);
    if (box.isTrained) {
        shapes::drawPencil(painter, corner, 9, tone(Tone::Trainable));
    } else {
        shapes::drawLock(painter, corner, 9, tone(Tone::Frozen));
    }
}

} // namespace

void drawBox(QPainter& painter, const RowLayout& row, const Box& box, const ModelConfig& model) {
    if (box.isOpen) {
        drawOpenBox(painter, row, box);
        return;
    }
    const bool attention = box.sublayer == 0;
    const QStringList names = attention
                                  ? QStringList{Words::tr("Attention"), Words::tr("Attn"), Words::tr("A")}
                                  : QStringList{Words::tr("Feed-forward"), Words::tr("FFN"), Words::tr("F")};
    const QString detail = attention ? Words::tr("%n head(s)", nullptr, model.numHeads)
                                     : u"%1 → %2 → %1"_s.arg(model.hiddenSize).arg(model.intermediateSize);
    cards::drawPart(painter, row.box(box.sublayer, false), names, detail, box.isTrained);
}

void drawArrangement(QPainter& painter, const SiteArrangement& arrangement) {
    painter.setBrush(Qt::NoBrush);
    for (const SiteArrangement::Link& link : arrangement.links) {
        if (link.role != SiteArrangement::LinkRole::Spoke && link.points.size() > 1) {
            painter.setPen(shapes::linePen(painter, cards::flowColor(), 1.2));
            painter.drawPath(shapes::roundedLine(link.points, 4));
        }
    }
    for (const SiteArrangement::Order& order : arrangement.orders) {
        if (order.number < 1) {
            continue;
        }
        painter.setPen(shapes::linePen(painter, cards::flowColor(), 1));
        painter.setBrush(tone(Tone::Panel));
        painter.drawEllipse(order.centre, kOrderRadius, kOrderRadius);
        if (shapes::detailAt(shapes::zoomOf(painter)) != shapes::Detail::Far) {
            const QRectF place(order.centre - QPointF(kOrderRadius, kOrderRadius),
                               QSizeF(2 * kOrderRadius, 2 * kOrderRadius));
            shapes::drawText(painter, place, QString::number(order.number),
                             {.color = tone(Tone::Text), .grows = false});
        }
    }
}

} // namespace awb::ui::sublayers
