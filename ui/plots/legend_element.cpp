#include "ui/plots/legend_element.h"

#include <algorithm>

#include <QFontMetrics>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kSwatch = 18;
constexpr int kSwatchGap = 5;
constexpr int kEntryGap = px(Space::M);
constexpr int kLeft = px(Space::Xs);

} // namespace

LegendElement::LegendElement(QCustomPlot* plot)
    : QCPLayoutElement(plot)
    , m_font(plot->font()) {}

void LegendElement::setEntries(std::vector<LegendEntry> entries) {
    m_entries = std::move(entries);
}

void LegendElement::setStyle(const QFont& font, const QColor& text, const QColor& disabled) {
    m_font = font;
    m_text = text;
    m_disabled = disabled;
}

int LegendElement::availableWidth() const {
    return std::max(80, mParentPlot->viewport().width() - 2 * kLeft);
}

int LegendElement::flow(int width, std::vector<QRect>* places) const {
    if (m_entries.empty()) {
        return 0;
    }
    const QFontMetrics metrics(m_font);
    const int rowHeight = metrics.height() + 2;
    int x = kLeft;
    int y = 0;
    for (const LegendEntry& entry : m_entries) {
        const int entryWidth = kSwatch + kSwatchGap + metrics.horizontalAdvance(entry.text);
        if (x > kLeft && x + entryWidth > width) {
            x = kLeft;
            y += rowHeight;
        }
        if (places) {
            places->emplace_back(x, y, entryWidth, rowHeight);
        }
        x += entryWidth + kEntryGap;
    }
    return y + rowHeight;
}

int LegendElement::entryAt(const QPointF& position) const {
    std::vector<QRect> places;
    flow(availableWidth(), &places);
    const QPoint point = position.toPoint() - outerRect().topLeft();
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].contains(point)) {
            return m_entries[i].id;
        }
    }
    return -1;
}

QSize LegendElement::minimumOuterSizeHint() const {
    return {10, flow(availableWidth(), nullptr)};
}

QSize LegendElement::maximumOuterSizeHint() const {
    return {QWIDGETSIZE_MAX, flow(availableWidth(), nullptr)};
}

void LegendElement::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    applyAntialiasingHint(painter, true, QCP::aeLegend);
}

void LegendElement::draw(QCPPainter* painter) {
    std::vector<QRect> places;
    flow(availableWidth(), &places);
    painter->setFont(m_font);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const LegendEntry& entry = m_entries[i];
        const QRect place = places[i].translated(outerRect().topLeft());
        const double middle = place.center().y() + 0.5;
        const QColor color = entry.enabled ? entry.color : m_disabled;
        painter->setPen(QPen(color, std::max(1.0, entry.width)));
        painter->drawLine(QPointF(place.left(), middle), QPointF(place.left() + kSwatch, middle));
        if (entry.marker) {
            painter->setBrush(color);
            painter->drawEllipse(QPointF(place.left() + kSwatch / 2.0, middle), 2.5, 2.5);
            painter->setBrush(Qt::NoBrush);
        }
        QFont font = m_font;
        font.setStrikeOut(!entry.enabled);
        painter->setFont(font);
        painter->setPen(entry.enabled ? m_text : m_disabled);
        painter->drawText(place.adjusted(kSwatch + kSwatchGap, 0, 4, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          entry.text);
    }
}

} // namespace awb::ui
