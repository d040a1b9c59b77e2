#include "ui/fusion/share_curves.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kLeft = 46;
constexpr int kTop = 48;
constexpr int kBottom = 40;
constexpr int kXTicks = 5;
constexpr int kYTicks = 5;

QPen penOf(const ShareCurves::Curve& curve) {
    const Theme& theme = Theme::instance();
    if (curve.adapter.isEmpty()) {
        return QPen(theme.color(Tone::MutedText), 2, Qt::DashLine);
    }
    return QPen(theme.adapterColor(curve.adapter), 2);
}

} // namespace

ShareCurves::ShareCurves(QWidget* parent)
    : QWidget(parent) {
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ShareCurves::setCurves(std::vector<qint64> steps, std::vector<Curve> curves, const QString& title) {
    m_steps = std::move(steps);
    m_curves = std::move(curves);
    m_title = title;
    update();
}

void ShareCurves::setStep(qint64 step) {
    m_step = step;
    update();
}

QRect ShareCurves::plotIn(const QRect& area) const {
    return area.adjusted(kLeft, kTop, -px(Space::L), -kBottom);
}

double ShareCurves::xOf(const QRect& plot, qint64 step) const {
    const double first = static_cast<double>(m_steps.front());
    const double length = std::max(1.0, static_cast<double>(m_steps.back()) - first);
    return plot.left() + (static_cast<double>(step) - first) / length * plot.width();
}

void ShareCurves::paintInto(QPainter& painter, const QRect& area) const {
    painter.fillRect(area, Theme::instance().color(Tone::Panel));
    if (m_steps.empty()) {
        return;
    }
    const QRect plot = plotIn(area);
    drawAxes(painter, plot);
    drawCurves(painter, plot);
    drawLegend(painter, plot);
}

void ShareCurves::drawAxes(QPainter& painter, const QRect& plot) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.figures(TextSize::Small));
    const int line = painter.fontMetrics().height();
    for (int tick = 0; tick < kYTicks; ++tick) {
        const double share = static_cast<double>(tick) / (kYTicks - 1);
        const int y = plot.bottom() - static_cast<int>(std::lround(share * plot.height()));
        painter.setPen(theme.color(Tone::Grid));
        painter.drawLine(plot.left(), y, plot.right(), y);
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(QRect(plot.left() - kLeft, y - line / 2, kLeft - px(Space::S), line),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(share, 'f', 2));
    }
    for (int tick = 0; tick < kXTicks; ++tick) {
        const double step = static_cast<double>(m_steps.front()) +
                            static_cast<double>(m_steps.back() - m_steps.front()) * tick / (kXTicks - 1);
        const int x = static_cast<int>(xOf(plot, std::llround(step)));
        painter.drawText(QRect(x - 40, plot.bottom() + px(Space::Xs), 80, line), Qt::AlignHCenter,
                         QLocale().toString(std::llround(step)));
    }
    painter.setFont(theme.font(TextSize::Small));
    painter.drawText(QRect(plot.left(), plot.bottom() + px(Space::Xs) + line, plot.width(), line),
                     Qt::AlignHCenter, tr("training step"));
}

void ShareCurves::drawCurves(QPainter& painter, const QRect& plot) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    for (const Curve& curve : m_curves) {
        QPainterPath path;
        for (std::size_t i = 0; i < curve.values.size() && i < m_steps.size(); ++i) {
            const QPointF point(xOf(plot, m_steps[i]),
                                plot.bottom() - static_cast<double>(curve.values[i]) * plot.height());
            i == 0 ? path.moveTo(point) : path.lineTo(point);
        }
        painter.setPen(penOf(curve));
        painter.drawPath(path);
    }
    painter.setPen(QPen(Theme::instance().color(Tone::Accent), 1));
    const double x = xOf(plot, std::clamp(m_step, m_steps.front(), m_steps.back()));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.restore();
}

void ShareCurves::drawLegend(QPainter& painter, const QRect& plot) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::Small, true));
    painter.setPen(theme.color(Tone::Text));
    const int line = painter.fontMetrics().height();
    painter.drawText(QRect(plot.left(), plot.top() - kTop, plot.width(), line + px(Space::Xs)),
                     Qt::AlignLeft | Qt::AlignBottom, m_title);
    painter.setFont(theme.font(TextSize::Small));
    int x = plot.left();
    const int y = plot.top() - kTop + line + px(Space::M);
    for (const Curve& curve : m_curves) {
        painter.setPen(penOf(curve));
        painter.drawLine(x, y + line / 2, x + 18, y + line / 2);
        x += 22;
        painter.setPen(theme.color(Tone::Text));
        const int width = painter.fontMetrics().horizontalAdvance(curve.name);
        painter.drawText(QRect(x, y, width + 2, line), Qt::AlignLeft | Qt::AlignVCenter, curve.name);
        x += width + px(Space::L);
    }
}

void ShareCurves::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintInto(painter, rect());
}

std::size_t ShareCurves::nearest(const QPoint& position) const {
    const QRect plot = plotIn(rect());
    std::size_t best = 0;
    for (std::size_t i = 1; i < m_steps.size(); ++i) {
        if (std::abs(xOf(plot, m_steps[i]) - position.x()) <
            std::abs(xOf(plot, m_steps[best]) - position.x())) {
            best = i;
        }
    }
    return best;
}

void ShareCurves::mousePressEvent(QMouseEvent* event) {
    if (!m_steps.empty() && event->button() == Qt::LeftButton) {
        Q_EMIT stepChosen(m_steps[nearest(event->position().toPoint())]);
    }
}

void ShareCurves::mouseMoveEvent(QMouseEvent* event) {
    if (m_steps.empty()) {
        return;
    }
    const std::size_t index = nearest(event->position().toPoint());
    QStringList lines{tr("step %L1").arg(m_steps[index])};
    for (const Curve& curve : m_curves) {
        if (index < curve.values.size()) {
            lines << tr("%1: %2").arg(curve.name,
                                      QString::number(static_cast<double>(curve.values[index]), 'f', 3));
        }
    }
    QToolTip::showText(event->globalPosition().toPoint(), lines.join(u'\n'), this);
}

} // namespace awb::ui
