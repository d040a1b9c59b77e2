#include "ui/canvas/block_item.h"

#include <QCoreApplication>
#include <QPainter>

#include "ui/canvas/canvas_text.h"
#include "ui/canvas/card_painter.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr double kSumRadius = 6;
constexpr double kInnerSumRadius = 5;
constexpr double kLineWidth = 1.2;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

QColor adapterColor(const std::string& name) {
    return Theme::instance().adapterColor(QString::fromStdString(name));
}

QPointF at(double x, double y) {
    return {x, y};
}

/// Where the adapter's own residual path leaves the main line.
double innerResidualStart(const SublayerPicture& sublayer) {
    if (!sublayer.normBefore || sublayer.residual == ResidualMode::BeforeLn) {
        return row::outputX;
    }
    return sublayer.residual == ResidualMode::PostAdd ? (row::earlySumX + row::earlyNormX - 5) / 2
                                                      : row::moduleLeft - 5;
}

} // namespace

BlockItem::BlockItem(int layer)
    : m_layer(layer) {
    setAcceptedMouseButtons(Qt::NoButton);
    setCacheMode(DeviceCoordinateCache); // glow updates repaint the modules only
}

void BlockItem::setPicture(const LayerPicture& picture, const ModelConfig& model, bool baseTrained) {
    if (m_picture == picture && m_model == model && m_baseTrained == baseTrained) {
        return;
    }
    m_picture = picture;
    m_model = model;
    m_baseTrained = baseTrained;
    update();
}

QRectF BlockItem::boundingRect() const {
    return {-2, -18, row::width + 4, row::height + 20};
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    paintCard(*painter);
    cards::drawOutgoing(*painter, row::flowY);
    for (int index = 0; index < 2; ++index) {
        paintSublayer(*painter, index);
    }
    paintGutter(*painter);
}

void BlockItem::paintCard(QPainter& painter) const {
    const QRectF card(0, 0, row::width, row::height);
    cards::drawCard(painter, card, m_picture.differentiated);
    if (m_picture.drop != DropState::Kept) {
        QPainterPath area;
        area.addRoundedRect(card.adjusted(1, 1, -1, -1), kCardRadius - 1, kCardRadius - 1);
        shapes::drawHatch(painter, area, tone(Tone::Grid));
    }
}

void BlockItem::paintGutter(QPainter& painter) const {
    const QRectF place(0, 20, row::gutter, 34);
    const QString number = QString::number(m_layer);
    if (shapes::drawText(painter, place, number,
                         {.size = TextSize::Title, .bold = true, .color = tone(Tone::Text)})
            .isNull()) {
        shapes::drawText(painter, place, number, {.color = tone(Tone::Text)});
    }
    if (m_picture.drop == DropState::Kept) {
        return;
    }
    const QString tag = m_picture.drop == DropState::Dropped ? Words::tr("dropped") : Words::tr("random");
    shapes::drawText(
        painter, QRectF(2, 60, row::gutter + 4, 16), tag,
        {.color = tone(Tone::MutedText), .pill = tone(Tone::Panel), .pillBorder = tone(Tone::Hairline)});
}

void BlockItem::paintSublayer(QPainter& painter, int index) const {
    const SublayerPicture& sublayer = m_picture.sublayers[static_cast<std::size_t>(index)];
    const double x = row::sublayerX[static_cast<std::size_t>(index)];
    const QColor line = cards::flowColor();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(shapes::linePen(painter, line, kLineWidth));
    if (index == 0) {
        painter.drawPath(shapes::roundedLine(
            {at(row::entryX, row::height), at(row::entryX, row::flowY), at(x + row::boxLeft, row::flowY)}));
    }
    const double end = index == 0 ? row::sublayerX[1] + row::boxLeft : row::exitX - 20;
    painter.drawLine(at(x + row::boxLeft + row::boxWidth, row::flowY), at(end, row::flowY));
    paintResiduals(painter, sublayer, x);
    shapes::drawArrow(painter, at(x + row::boxLeft, row::flowY), {1, 0}, line);
    paintBox(painter, index);
    paintNodes(painter, sublayer, x);
}

void BlockItem::paintResiduals(QPainter& painter, const SublayerPicture& sublayer, double x) const {
    const QColor line = cards::flowColor();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(shapes::linePen(painter, line, kLineWidth));
    const auto over = [&](double target) {
        painter.drawPath(shapes::roundedLine({at(x, row::flowY), at(x, row::residualY),
                                              at(x + target, row::residualY), at(x + target, row::flowY)}));
    };
    if (sublayer.normBefore) {
        over(row::earlySumX);
    }
    if (sublayer.normAfter) {
        over(row::sumX);
    }
    if (!sublayer.sequential.empty()) {
        const double start = x + innerResidualStart(sublayer);
        painter.setPen(shapes::linePen(painter, adapterColor(sublayer.sequential.back().ref.adapter), 1.5));
        painter.drawPath(
            shapes::roundedLine({at(start, row::flowY), at(start, row::innerY),
                                 at(x + row::innerSumX, row::innerY), at(x + row::innerSumX, row::flowY)}));
        cards::drawBranch(painter, at(start, row::flowY));
    }
    if (!sublayer.parallel.empty()) {
        painter.setPen(shapes::linePen(painter, adapterColor(sublayer.parallel.back().ref.adapter), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(
            shapes::roundedLine({at(x, row::flowY), at(x, row::laneY), at(x + row::innerSumX, row::laneY),
                                 at(x + row::innerSumX, row::flowY)}));
    }
    if (sublayer.normBefore || sublayer.normAfter || !sublayer.parallel.empty()) {
        cards::drawBranch(painter, at(x, row::flowY));
    }
}

void BlockItem::paintNodes(QPainter& painter, const SublayerPicture& sublayer, double x) const {
    const QColor line = tone(Tone::Frozen);
    const QColor fill = tone(Tone::Panel);
    const auto addAndNorm = [&](double sum, double norm) {
        shapes::drawSum(painter, at(x + sum, row::flowY), kSumRadius, line, fill);
        cards::drawNorm(painter, at(x + norm, row::flowY), m_baseTrained);
    };
    if (sublayer.normBefore) {
        addAndNorm(row::earlySumX, row::earlyNormX);
    }
    if (sublayer.normAfter) {
        addAndNorm(row::sumX, row::normX);
    }
    if (!sublayer.sequential.empty() || !sublayer.parallel.empty()) {
        const auto& modules = sublayer.sequential.empty() ? sublayer.parallel : sublayer.sequential;
        shapes::drawSum(painter, at(x + row::innerSumX, row::flowY), kInnerSumRadius,
                        adapterColor(modules.back().ref.adapter), fill);
    }
}

void BlockItem::paintBox(QPainter& painter, int index) const {
    const double x = row::sublayerX[static_cast<std::size_t>(index)];
    const QRectF box(x + row::boxLeft, row::flowY - row::boxHeight / 2, row::boxWidth, row::boxHeight);
    const bool attention = index == 0;
    const QStringList names = attention
                                  ? QStringList{Words::tr("Attention"), Words::tr("Attn"), Words::tr("A")}
                                  : QStringList{Words::tr("Feed-forward"), Words::tr("FFN"), Words::tr("F")};
    const QString detail = attention
                               ? Words::tr("%n head(s)", nullptr, m_model.numHeads)
                               : u"%1 → %2 → %1"_s.arg(m_model.hiddenSize).arg(m_model.intermediateSize);
    cards::drawPart(painter, box, names, detail, m_baseTrained);
}

} // namespace awb::ui
