#include "ui/canvas/stack_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace awb::ui {

namespace {

constexpr double kMargin = 16;
constexpr double kGap = 16;
constexpr double kHeadHeight = 48;
constexpr double kEmbeddingHeight = 48;
constexpr double kModuleSpacing = 4;
constexpr double kChipHeight = 14;

double sublayerLeft(Site site) {
    return row::sublayerX[isAttentionSite(site) ? 0 : 1];
}

/// Distance from a point to a rectangle; 0 inside.
double distanceTo(const QRectF& rect, QPointF point) {
    const double dx = std::max({rect.left() - point.x(), 0.0, point.x() - rect.right()});
    const double dy = std::max({rect.top() - point.y(), 0.0, point.y() - rect.bottom()});
    return std::hypot(dx, dy);
}

} // namespace

StackLayout::StackLayout(int numLayers)
    : m_numLayers(std::max(0, numLayers)) {}

QRectF StackLayout::sceneRect() const {
    return {0, 0, row::width + 2 * kMargin, embeddingCard().bottom() + kMargin};
}

QRectF StackLayout::headCard() const {
    return {kMargin, kMargin, row::width, kHeadHeight};
}

QRectF StackLayout::rowCard(int layer) const {
    const double top = headCard().bottom() + kGap + (m_numLayers - 1 - layer) * (row::height + kGap);
    return {kMargin, top, row::width, row::height};
}

QRectF StackLayout::embeddingCard() const {
    const double top = headCard().bottom() + kGap + m_numLayers * (row::height + kGap);
    return {kMargin, top, row::width, kEmbeddingHeight};
}

QPointF StackLayout::siteCentre(Slot slot) const {
    return moduleRect(slot).center();
}

QRectF StackLayout::moduleRect(Slot slot, int index, int count) const {
    const bool parallel = isParallelSite(slot.site);
    const QPointF origin = rowCard(slot.layer).topLeft();
    const double left = sublayerLeft(slot.site) + (parallel ? row::laneModuleLeft : row::moduleLeft);
    const double total = parallel ? row::laneModuleWidth : row::moduleWidth;
    const double height = parallel ? row::laneModuleHeight : row::moduleHeight;
    const double centreY = parallel ? row::laneY : row::flowY;
    const double width = (total - kModuleSpacing * (count - 1)) / count;
    return {origin.x() + left + index * (width + kModuleSpacing), origin.y() + centreY - height / 2, width,
            height};
}

QRectF StackLayout::chipRect(Slot slot, int index, int count) const {
    const QRectF body = moduleRect(slot, index, count);
    if (isParallelSite(slot.site)) {
        if (count > 1) {
            return {body.left(), body.bottom() - kChipHeight / 2, body.width(), kChipHeight};
        }
        const double right = rowCard(slot.layer).left() + sublayerLeft(slot.site) + row::innerSumX;
        return {body.right() + 8, body.center().y() - kChipHeight / 2, right - body.right() - 16,
                kChipHeight};
    }
    const double overhang = count > 1 ? 0 : 29;
    return {body.left() - overhang, body.bottom() + 6, body.width() + 2 * overhang, kChipHeight};
}

double StackLayout::gradientLineY(int lowestLayer) const {
    const double bottom = lowestLayer >= m_numLayers ? headCard().bottom() : rowCard(lowestLayer).bottom();
    return bottom + 4;
}

double StackLayout::connectorY(int below) const {
    const double top = below < 0 ? embeddingCard().top() : rowCard(below).top();
    return top - 5;
}

std::optional<Slot> StackLayout::nearestSlot(QPointF point, double reach) const {
    std::optional<Slot> nearest;
    double best = std::numeric_limits<double>::max();
    for (int layer = 0; layer < m_numLayers; ++layer) {
        for (const Site site : kSiteColumns) {
            const Slot slot{layer, site};
            const double distance = distanceTo(moduleRect(slot), point);
            const double toCentre =
                std::hypot(point.x() - siteCentre(slot).x(), point.y() - siteCentre(slot).y());
            if (distance <= reach && toCentre < best) {
                best = toCentre;
                nearest = slot;
            }
        }
    }
    return nearest;
}

} // namespace awb::ui
