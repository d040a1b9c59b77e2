#include "ui/widgets/bar_chart.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <QFontMetrics>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace awb::ui {

namespace {

constexpr int kRow = 22;
constexpr int kNameWidth = 170;

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

/// The step 1, 2 or 5 times a power of ten that gives at most `most` steps.
double niceStep(double range, int most) {
    const double raw = std::max(range / most, 1.0);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw) {
            return factor * power;
        }
    }
    return 10.0 * power;
}

} // namespace

CategoryChart::CategoryChart(QWidget* parent)
    : QWidget(parent) {
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CategoryChart::setBars(std::vector<Bar> bars, const QString& unit) {
    m_bars = std::move(bars);
    m_unit = unit;
    m_total = 0;
    m_largest = 1;
    QStringList words;
    for (const Bar& bar : m_bars) {
        m_total += bar.count;
        m_largest = std::max(m_largest, bar.count);
    }
    for (const Bar& bar : m_bars) {
        words << describe(bar);
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize CategoryChart::sizeHint() const {
    return {420, static_cast<int>(m_bars.size()) * kRow};
}

QSize CategoryChart::minimumSizeHint() const {
    return {280, static_cast<int>(m_bars.size()) * kRow};
}

QString CategoryChart::describe(const Bar& bar) const {
    const double share =
        m_total > 0 ? 100.0 * static_cast<double>(bar.count) / static_cast<double>(m_total) : 0;
    return tr("%1: %2 %3, %4 %").arg(bar.name, number(bar.count), m_unit, QLocale().toString(share, 'f', 1));
}

void CategoryChart::paintEvent(QPaintEvent* event) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setFont(theme.figures(TextSize::Small));
    const QFontMetrics metrics(painter.font());
    const int countWidth =
        metrics.horizontalAdvance(number(m_largest) + QStringLiteral("  100.0 %")) + px(Space::S);
    const int nameWidth = std::min(kNameWidth, width() / 3);
    const int room = std::max(width() - nameWidth - countWidth - px(Space::M), 10);
    for (int i = 0; i < static_cast<int>(m_bars.size()); ++i) {
        const QRect row(0, i * kRow, width(), kRow);
        if (!row.intersects(event->rect())) {
            continue;
        }
        const Bar& bar = m_bars[static_cast<std::size_t>(i)];
        painter.setPen(theme.color(Tone::Text));
        painter.drawText(QRect(0, row.top(), nameWidth, kRow), Qt::AlignVCenter | Qt::AlignRight,
                         metrics.elidedText(bar.name, Qt::ElideRight, nameWidth));
        const int length = static_cast<int>(
            std::lround(room * static_cast<double>(bar.count) / static_cast<double>(m_largest)));
        const QRect track(nameWidth + px(Space::S), row.top() + 4, room, kRow - 8);
        painter.fillRect(track, theme.color(Tone::Grid));
        painter.fillRect(QRect(track.topLeft(), QSize(length, track.height())),
                         bar.fill.value_or(QBrush(theme.color(Tone::Accent))));
        const double share =
            m_total > 0 ? 100.0 * static_cast<double>(bar.count) / static_cast<double>(m_total) : 0;
        painter.setPen(theme.color(Tone::MutedText));
        painter.drawText(QRect(width() - countWidth, row.top(), countWidth, kRow),
                         Qt::AlignVCenter | Qt::AlignRight,
                         tr("%1  %2 %").arg(number(bar.count)).arg(QLocale().toString(share, 'f', 1), 5));
    }
}

bool CategoryChart::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = help->pos().y() / kRow;
        if (index >= 0 && index < static_cast<int>(m_bars.size())) {
            QToolTip::showText(help->globalPos(), describe(m_bars[static_cast<std::size_t>(index)]), this);
        }
        return true;
    }
    return QWidget::event(event);
}

HistogramChart::HistogramChart(QWidget* parent)
    : QWidget(parent) {
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HistogramChart::setBins(std::vector<std::int64_t> counts, int binWidth, const QString& xTitle,
                             const QString& yTitle, double mark, const QString& markText) {
    m_counts = std::move(counts);
    m_binWidth = std::max(binWidth, 1);
    m_xTitle = xTitle;
    m_yTitle = yTitle;
    m_mark = mark;
    m_markText = markText;
    const auto largest = m_counts.empty() ? 1 : *std::max_element(m_counts.begin(), m_counts.end());
    const double step = niceStep(static_cast<double>(std::max<std::int64_t>(largest, 1)), 4);
    m_top = std::max(step, std::ceil(static_cast<double>(largest) / step) * step);
    QStringList words;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        words << describe(i);
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

QString HistogramChart::describe(std::size_t bin) const {
    const auto first = static_cast<qlonglong>(bin) * m_binWidth;
    return tr("%1–%2 %3: %4 %5")
        .arg(first)
        .arg(first + m_binWidth - 1)
        .arg(m_xTitle, number(m_counts[bin]), m_yTitle);
}

QRectF HistogramChart::plotArea() const {
    const QFontMetrics metrics(Theme::instance().figures(TextSize::Small));
    const int left = metrics.horizontalAdvance(number(static_cast<std::int64_t>(m_top))) + px(Space::S);
    return QRectF(rect()).adjusted(left, metrics.height() + px(Space::S), -px(Space::M),
                                   -2.0 * metrics.height() - px(Space::S));
}

void HistogramChart::drawAxes(QPainter& painter, const QRectF& area) const {
    const Theme& theme = Theme::instance();
    const QFontMetrics metrics(painter.font());
    painter.setPen(theme.color(Tone::MutedText));
    painter.drawText(QRectF(0, 0, area.right(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     m_yTitle);
    painter.drawText(QRectF(area.left(), height() - metrics.height(), area.width(), metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, m_xTitle);
    const double yStep = niceStep(m_top, 4);
    for (double value = 0; value <= m_top + yStep / 2; value += yStep) {
        const double y = std::round(area.bottom() - area.height() * value / m_top);
        painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color(Tone::Grid));
        painter.drawText(QRectF(0, y - metrics.height() / 2.0, area.left() - px(Space::Xs), metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, number(static_cast<std::int64_t>(value)));
    }
    const double range = static_cast<double>(m_counts.size()) * m_binWidth;
    const double xStep = niceStep(range, std::max(2, static_cast<int>(area.width() / 60)));
    for (double value = 0; value <= range; value += xStep) {
        const double x = std::round(area.left() + area.width() * value / range);
        painter.fillRect(QRectF(x, area.bottom(), 1, 4), theme.color(Tone::MutedText));
        painter.drawText(QRectF(x - 30, area.bottom() + 5, 60, metrics.height()), Qt::AlignCenter,
                         number(static_cast<std::int64_t>(value)));
    }
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.color(Tone::MutedText));
}

void HistogramChart::drawMark(QPainter& painter, const QRectF& area) const {
    const double range = static_cast<double>(m_counts.size()) * m_binWidth;
    if (m_mark < 0 || m_mark > range) {
        return;
    }
    const double x = std::round(area.left() + area.width() * m_mark / range);
    painter.setPen(QPen(Theme::instance().color(Tone::Warning), 1, Qt::DashLine));
    painter.drawLine(QPointF(x + 0.5, area.top()), QPointF(x + 0.5, area.bottom()));
    const QFontMetrics metrics(painter.font());
    const double width = metrics.horizontalAdvance(m_markText) + 1;
    const bool leftSide = x + px(Space::Xs) + width > area.right();
    painter.drawText(
        QRectF(leftSide ? x - px(Space::Xs) - width : x + px(Space::Xs), area.top(), width, metrics.height()),
        Qt::AlignLeft | Qt::AlignVCenter, m_markText);
}

void HistogramChart::paintEvent(QPaintEvent* /*event*/) {
    if (m_counts.empty()) {
        return;
    }
    QPainter painter(this);
    painter.setFont(Theme::instance().figures(TextSize::Small));
    const QRectF area = plotArea();
    drawAxes(painter, area);
    const double step = area.width() / static_cast<double>(m_counts.size());
    const QColor fill = Theme::instance().color(Tone::Accent);
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        if (m_counts[i] == 0) {
            continue;
        }
        const double tall = std::max(1.0, area.height() * static_cast<double>(m_counts[i]) / m_top);
        const double left = std::round(area.left() + step * static_cast<double>(i));
        const double right = std::round(area.left() + step * static_cast<double>(i + 1));
        const double gap = right - left > 3 ? 1 : 0;
        painter.fillRect(QRectF(left, area.bottom() - tall, std::max(1.0, right - left - gap), tall), fill);
    }
    drawMark(painter, area);
}

bool HistogramChart::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && !m_counts.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QRectF area = plotArea();
        const double share = (help->pos().x() - area.left()) / area.width();
        if (share >= 0 && share < 1) {
            const auto bin = static_cast<std::size_t>(share * static_cast<double>(m_counts.size()));
            QToolTip::showText(help->globalPos(), describe(bin), this);
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace awb::ui
