#include "ui/canvas/block_item.h"

#include <QCoreApplication>
#include <QPainter>

#include "ui/canvas/card_painter.h"
#include "ui/canvas/shapes.h"
#include "ui/canvas/sublayer_painter.h"
#include "ui/theme/theme.h"

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

Site sequentialSite(std::size_t sublayer) {
    return sublayer == 0 ? Site::AttentionOutput : Site::FfnOutput;
}

Site parallelSite(std::size_t sublayer) {
    return sublayer == 0 ? Site::AttentionParallel : Site::FfnParallel;
}

/// One adapter's path has its colour; what several share is grey.
QColor pathColor(const std::vector<std::string>& adapters) {
    return adapters.size() == 1 ? adapterColor(adapters.front()) : cards::flowColor();
}

} // namespace

BlockItem::BlockItem(int layer)
    : m_layer(layer) {
    setAcceptedMouseButtons(Qt::NoButton);
    setCacheMode(DeviceCoordinateCache); // glow updates repaint the modules only
}

void BlockItem::setPicture(const LayerPicture& picture, const RowLayout& row, const ModelConfig& model,
                           bool baseTrained) {
    if (m_picture == picture && m_row == row && m_model == model && m_baseTrained == baseTrained) {
        return;
    }
    if (m_row.height != row.height) {
        prepareGeometryChange();
    }
    m_picture = picture;
    m_row = row;
    m_model = model;
    m_baseTrained = baseTrained;
    update();
}

void BlockItem::setOpen(std::array<bool, 2> open) {
    if (m_open != open) {
        m_open = open;
        update();
    }
}

QRectF BlockItem::boundingRect() const {
    return {-2, -18, row::width + 4, m_row.height + 20};
}

std::vector<std::string> BlockItem::adaptersAt(Site site) const {
    std::vector<std::string> names;
    for (const ModulePicture& module : m_picture.at(site)) {
        if (isHourglass(module.kind)) {
            names.push_back(module.ref.adapter);
        }
    }
    return names;
}

void BlockItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    paintCard(*painter);
    cards::drawOutgoing(*painter, m_row.flowY);
    for (std::size_t index = 0; index < 2; ++index) {
        paintSublayer(*painter, index);
    }
    paintGutter(*painter);
}

void BlockItem::paintCard(QPainter& painter) const {
    const QRectF card(0, 0, row::width, m_row.height);
    cards::drawCard(painter, card, m_picture.differentiated);
    if (m_picture.drop != DropState::Kept) {
        QPainterPath area;
        area.addRoundedRect(card.adjusted(1, 1, -1, -1), kCardRadius - 1, kCardRadius - 1);
        shapes::drawHatch(painter, area, tone(Tone::Grid));
    }
}

void BlockItem::paintGutter(QPainter& painter) const {
    const QRectF place(0, m_row.flowY - 17, row::gutter, 34);
    const QString number = QString::number(m_layer);
    if (shapes::drawText(painter, place, number,
                         {.size = TextSize::Title, .bold = true, .color = tone(Tone::Text)})
            .isNull()) {
        shapes::drawText(painter, place, number, {.color = tone(Tone::Text)});
    }
    if (m_picture.drop == DropState::Kept) {
        return;
    }
    const QStringList tags = m_picture.drop == DropState::Dropped
                                 ? QStringList{Words::tr("dropped"), Words::tr("off")}
                                 : QStringList{Words::tr("random"), Words::tr("rnd")};
    shapes::drawText(
        painter, QRectF(2, m_row.flowY + 22, row::gutter + 2, 16), tags,
        {.color = tone(Tone::MutedText), .pill = tone(Tone::Panel), .pillBorder = tone(Tone::Hairline)});
}

void BlockItem::paintSublayer(QPainter& painter, std::size_t index) const {
    const double x = row::sublayerX[index];
    const double y = m_row.flowY;
    const QColor line = cards::flowColor();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(shapes::linePen(painter, line, kLineWidth));
    if (index == 0) {
        painter.drawPath(shapes::roundedLine(
            {at(row::entryX, m_row.height), at(row::entryX, y), at(x + row::boxLeft, y)}));
    }
    const double from = x + row::boxLeft + row::boxWidth;
    const double end = index == 0 ? row::sublayerX[1] + row::boxLeft : row::exitX - 20;
    if (m_row.sequential[index].isEmpty()) {
        painter.drawLine(at(from, y), at(end, y));
    } else {
        painter.drawLine(at(from, y), at(x + row::moduleLeft, y));
        painter.drawLine(at(x + row::moduleLeft + row::moduleWidth, y), at(end, y));
    }
    paintResiduals(painter, index);
    paintModulePaths(painter, index);
    shapes::drawArrow(painter, at(x + row::boxLeft, y), {1, 0}, line);
    sublayers::drawBox(painter, m_row, {static_cast<int>(index), m_open[index], m_baseTrained}, m_model);
    sublayers::drawArrangement(painter, m_row.sequential[index]);
    sublayers::drawArrangement(painter, m_row.parallel[index]);
    sublayers::drawArrangement(painter, m_row.marks[index]);
    paintNodes(painter, index);
}

/// The block's own residual paths.
void BlockItem::paintResiduals(QPainter& painter, std::size_t index) const {
    const SublayerPicture& sublayer = m_picture.sublayers[index];
    const double from = row::branchX[index];
    const double y = m_row.flowY;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(shapes::linePen(painter, cards::flowColor(), kLineWidth));
    const auto over = [&](double target) {
        const double to = row::sublayerX[index] + target;
        painter.drawPath(
            shapes::roundedLine({at(from, y), at(from, row::residualY), at(to, row::residualY), at(to, y)}));
    };
    if (sublayer.normBefore) {
        over(row::earlySumX);
    }
    if (sublayer.normAfter) {
        over(row::sumX);
    }
    if (sublayer.normBefore || sublayer.normAfter || !adaptersAt(parallelSite(index)).empty()) {
        cards::drawBranch(painter, at(from, y));
    }
}

/// The adapters' residual path, and the way through parallel modules.
void BlockItem::paintModulePaths(QPainter& painter, std::size_t index) const {
    const double x = row::sublayerX[index];
    const double y = m_row.flowY;
    painter.setBrush(Qt::NoBrush);
    if (const auto adapters = adaptersAt(sequentialSite(index)); !adapters.empty()) {
        const double start = x + innerResidualStart(m_picture.sublayers[index]);
        painter.setPen(shapes::linePen(painter, pathColor(adapters), 1.5));
        painter.drawPath(
            shapes::roundedLine({at(start, y), at(start, row::innerY), at(x + row::innerSumX, row::innerY),
                                 at(x + row::innerSumX, y)}));
        cards::drawBranch(painter, at(start, y));
    }
    if (const auto adapters = adaptersAt(parallelSite(index)); !adapters.empty()) {
        const double lane = m_row.laneY[index];
        const bool isArranged = !m_row.parallel[index].isEmpty();
        const double in = x + row::laneModuleLeft;
        const double out = in + (isArranged ? row::moduleWidth : row::laneModuleWidth);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(shapes::linePen(painter, pathColor(adapters), 1.5));
        painter.drawPath(
            shapes::roundedLine({at(row::branchX[index], y), at(row::branchX[index], lane), at(in, lane)}));
        painter.drawPath(
            shapes::roundedLine({at(out, lane), at(x + row::innerSumX, lane), at(x + row::innerSumX, y)}));
    }
}

void BlockItem::paintNodes(QPainter& painter, std::size_t index) const {
    const SublayerPicture& sublayer = m_picture.sublayers[index];
    const double x = row::sublayerX[index];
    const QColor line = tone(Tone::Frozen);
    const QColor fill = tone(Tone::Panel);
    const auto addAndNorm = [&](double sum, double norm) {
        shapes::drawSum(painter, at(x + sum, m_row.flowY), kSumRadius, line, fill);
        cards::drawNorm(painter, at(x + norm, m_row.flowY), m_baseTrained);
    };
    if (sublayer.normBefore) {
        addAndNorm(row::earlySumX, row::earlyNormX);
    }
    if (sublayer.normAfter) {
        addAndNorm(row::sumX, row::normX);
    }
    auto adapters = adaptersAt(sequentialSite(index));
    if (adapters.empty()) {
        adapters = adaptersAt(parallelSite(index));
    }
    if (!adapters.empty()) {
        shapes::drawSum(painter, at(x + row::innerSumX, m_row.flowY), kInnerSumRadius, pathColor(adapters),
                        fill);
    }
}

} // namespace awb::ui
