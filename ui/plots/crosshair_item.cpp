#include "ui/plots/crosshair_item.h"

#include <algorithm>

#include <QFontMetrics>

#include "ui/theme/theme.h"

namespace awb::ui {

CrosshairItem::CrosshairItem(QCustomPlot* plot)
    : QCPAbstractItem(plot) {
    setClipToAxisRect(true);
    setClipAxisRect(plot->axisRect());
    setSelectable(false);
}

void CrosshairItem::setReadout(QString title, std::vector<ReadoutLine> lines) {
    m_title = std::move(title);
    m_lines = std::move(lines);
}

double CrosshairItem::selectTest(const QPointF& /*pos*/, bool /*onlySelectable*/,
                                 QVariant* /*details*/) const {
    return -1;
}

void CrosshairItem::draw(QCPPainter* painter) {
    if (!m_key) {
        return;
    }
    const QRect area = mParentPlot->axisRect()->rect();
    const double x = mParentPlot->xAxis->coordToPixel(*m_key);
    if (x < area.left() - 1 || x > area.right() + 1) {
        return;
    }
    painter->setPen(QPen(m_style.line, 1));
    painter->drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    for (const ReadoutLine& line : m_lines) {
        if (!line.point) {
            continue;
        }
        const QPointF center(mParentPlot->xAxis->coordToPixel(line.point->x()),
                             mParentPlot->yAxis->coordToPixel(line.point->y()));
        painter->setPen(QPen(m_style.box, 1));
        painter->setBrush(line.color);
        painter->drawEllipse(center, 3.5, 3.5);
    }
    painter->setBrush(Qt::NoBrush);
    drawBox(painter, x, area);
}

void CrosshairItem::drawBox(QCPPainter* painter, double x, const QRect& area) const {
    constexpr int kPad = px(Space::S);
    constexpr int kDot = 8;
    constexpr int kGap = 6;
    QFont bold = m_style.font;
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(m_style.font);
    const QFontMetrics boldMetrics(bold);
    int names = 0;
    int values = 0;
    for (const ReadoutLine& line : m_lines) {
        names = std::max(names, metrics.horizontalAdvance(line.name));
        values = std::max(values, boldMetrics.horizontalAdvance(line.value));
    }
    const int row = metrics.height() + 1;
    const int body = m_lines.empty() ? 0 : kDot + kGap + names + 2 * kGap + values;
    const int width = 2 * kPad + std::max(body, metrics.horizontalAdvance(m_title));
    const int height = 2 * (kPad - 2) + row * (1 + static_cast<int>(m_lines.size()));
    const bool left = x + kPad + width > area.right();
    QRect box(static_cast<int>(x) + (left ? -kPad - width : kPad), area.top() + px(Space::Xs), width, height);
    box.moveLeft(std::clamp(box.left(), area.left() + 1, std::max(area.left() + 1, area.right() - width)));

    painter->setPen(QPen(m_style.border, 1));
    painter->setBrush(m_style.box);
    painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter->setBrush(Qt::NoBrush);

    QRect text = box.adjusted(kPad, kPad - 2, -kPad, 0);
    text.setHeight(row);
    painter->setFont(m_style.font);
    painter->setPen(m_style.muted);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    for (const ReadoutLine& line : m_lines) {
        text.translate(0, row);
        painter->setPen(Qt::NoPen);
        painter->setBrush(line.color);
        painter->drawEllipse(QPointF(text.left() + kDot / 2.0, text.center().y() + 1.0), 3.5, 3.5);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(m_style.text);
        painter->setFont(m_style.font);
        painter->drawText(text.adjusted(kDot + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, line.name);
        painter->setFont(bold);
        painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, line.value);
    }
}

} // namespace awb::ui
