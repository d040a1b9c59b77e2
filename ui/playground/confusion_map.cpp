#include "ui/playground/confusion_map.h"

#include <algorithm>
#include <utility>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/playground/score_bars.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kBarWidth = 12;
constexpr int kTicks = 5;
constexpr int kTickRoom = 44;
constexpr int kTitle = 18;
constexpr int kMostLabelRoom = 130;

QColor inkOn(const QColor& fill) {
    const double luminance = 0.2126 * fill.redF() + 0.7152 * fill.greenF() + 0.0722 * fill.blueF();
    return luminance > 0.5 ? QColor(Qt::black) : QColor(Qt::white);
}

} // namespace

ConfusionMap::ConfusionMap(QWidget* parent)
    : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionMap::setCounts(QStringList labels, std::vector<std::int64_t> counts, const QString& unit) {
    m_labels = std::move(labels);
    m_counts = std::move(counts);
    m_unit = unit;
    m_current.reset();
    update();
    Q_EMIT currentChanged();
}

std::int64_t ConfusionMap::count(Cell cell) const {
    return m_counts[static_cast<std::size_t>(cell.right * size() + cell.predicted)];
}

double ConfusionMap::share(Cell cell) const {
    std::int64_t row = 0;
    for (int predicted = 0; predicted < size(); ++predicted) {
        row += count({cell.right, predicted});
    }
    return row == 0 ? 0 : static_cast<double>(count(cell)) / static_cast<double>(row);
}

int ConfusionMap::labelRoom() const {
    const QFontMetrics metrics(Theme::instance().font(TextSize::Small));
    int room = 0;
    for (const QString& label : m_labels) {
        room = std::max(room, metrics.horizontalAdvance(label) + 2);
    }
    return std::min(room, kMostLabelRoom) + px(Space::S);
}

QRect ConfusionMap::cells() const {
    const int before = kTitle + labelRoom();
    const int scale = px(Space::M) + kBarWidth + kTickRoom;
    const int room = std::min(width() - before - scale, height() - before - kTitle - px(Space::Xs));
    const int side = std::max(1, room / std::max(1, size()));
    return QRect(before, before, side * size(), side * size());
}

QRect ConfusionMap::cellRect(Cell cell) const {
    const QRect all = cells();
    const int side = all.width() / std::max(1, size());
    return QRect(all.left() + cell.predicted * side, all.top() + cell.right * side, side - 1, side - 1);
}

std::optional<ConfusionMap::Cell> ConfusionMap::cellAt(const QPoint& position) const {
    const QRect all = cells();
    if (m_labels.isEmpty() || !all.contains(position)) {
        return std::nullopt;
    }
    const int side = all.width() / size();
    return Cell{(position.y() - all.top()) / side, (position.x() - all.left()) / side};
}

void ConfusionMap::setCurrent(std::optional<Cell> cell) {
    if (m_current == cell) {
        return;
    }
    m_current = cell;
    setAccessibleDescription(cell ? textOf(*cell) : QString());
    update();
    Q_EMIT currentChanged();
}

QString ConfusionMap::textOf(Cell cell) const {
    return tr("right: %1\npredicted: %2\n%3 %4, %5 of this class")
        .arg(m_labels[cell.right], m_labels[cell.predicted], QLocale().toString(qlonglong{count(cell)}),
             m_unit, probabilityText(share(cell)));
}

void ConfusionMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_labels.isEmpty()) {
        return;
    }
    drawCells(painter);
    drawLabels(painter);
    drawScale(painter);
    if (m_current) {
        painter.setPen(QPen(Theme::instance().color(hasFocus() ? Tone::Focus : Tone::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cellRect(*m_current));
    }
}

void ConfusionMap::drawCells(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.figures(TextSize::Small));
    const QFontMetrics metrics = painter.fontMetrics();
    for (int right = 0; right < size(); ++right) {
        for (int predicted = 0; predicted < size(); ++predicted) {
            const Cell cell{right, predicted};
            const QRect place = cellRect(cell);
            if (count(cell) == 0) {
                painter.fillRect(place, theme.color(Tone::Raised));
                continue;
            }
            const QColor fill = Theme::sequential(share(cell));
            painter.fillRect(place, fill);
            const QString text = QLocale().toString(qlonglong{count(cell)});
            if (metrics.horizontalAdvance(text) + 2 <= place.width() &&
                metrics.height() <= place.height() + 4) {
                painter.setPen(inkOn(fill));
                painter.drawText(place, Qt::AlignCenter, text);
            }
        }
    }
    painter.setPen(theme.color(Tone::Hairline));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cells().adjusted(-1, -1, -1, -1));
}

void ConfusionMap::drawLabels(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::Small));
    painter.setPen(theme.color(Tone::Text));
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect all = cells();
    const int side = all.width() / size();
    const int room = labelRoom() - px(Space::S);
    const int every = std::max(1, (metrics.height() - 3 + side - 1) / side);
    const auto labelAt = [&](int index) { return metrics.elidedText(m_labels[index], Qt::ElideRight, room); };
    for (int index = 0; index < size(); index += every) {
        painter.drawText(QRect(all.left() - room - px(Space::Xs), all.top() + index * side, room, side),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, labelAt(index));
        painter.save();
        painter.translate(all.left() + index * side, all.top() - px(Space::Xs));
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, room, side), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                         labelAt(index));
        painter.restore();
    }
    painter.setFont(theme.font(TextSize::Small, true));
    painter.setPen(theme.color(Tone::MutedText));
    painter.drawText(QRect(all.left(), 0, std::max(all.width(), 120), kTitle),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("predicted class →"));
    painter.save();
    painter.translate(0, all.bottom());
    painter.rotate(-90);
    painter.drawText(QRect(0, 0, std::max(all.height(), 120), kTitle), Qt::AlignRight | Qt::AlignVCenter,
                     tr("← right class"));
    painter.restore();
}

void ConfusionMap::drawScale(QPainter& painter) const {
    const Theme& theme = Theme::instance();
    const QRect all = cells();
    const QRect bar(all.right() + px(Space::M), all.top(), kBarWidth, all.height());
    for (int y = 0; y < bar.height(); ++y) {
        painter.setPen(Theme::sequential(1.0 - static_cast<double>(y) / std::max(1, bar.height() - 1)));
        painter.drawLine(bar.left(), bar.top() + y, bar.right(), bar.top() + y);
    }
    painter.setFont(theme.figures(TextSize::Small));
    painter.setPen(theme.color(Tone::MutedText));
    const int line = painter.fontMetrics().height();
    for (int tick = 0; tick < kTicks; ++tick) {
        const int y = bar.bottom() - tick * (bar.height() - 1) / (kTicks - 1);
        painter.drawText(QRect(bar.right() + px(Space::Xs), y - line / 2, kTickRoom, line),
                         Qt::AlignLeft | Qt::AlignVCenter, tr("%1 %").arg(100 * tick / (kTicks - 1)));
    }
    painter.setFont(theme.font(TextSize::Small));
    painter.drawText(
        QRect(all.left(), all.bottom() + px(Space::Xs), bar.right() + kTickRoom - all.left(), line),
        Qt::AlignRight | Qt::AlignTop, tr("number: %1, colour: share of the right class").arg(m_unit));
}

bool ConfusionMap::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const auto cell = cellAt(help->pos())) {
        QToolTip::showText(help->globalPos(), textOf(*cell), this, cellRect(*cell));
    } else {
        QToolTip::hideText();
    }
    return true;
}

void ConfusionMap::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        const auto cell = cellAt(event->position().toPoint());
        setCurrent(cell == m_current ? std::nullopt : cell);
    }
}

void ConfusionMap::keyPressEvent(QKeyEvent* event) {
    if (m_labels.isEmpty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    Cell cell = m_current.value_or(Cell{});
    switch (event->key()) {
    case Qt::Key_Up:
        --cell.right;
        break;
    case Qt::Key_Down:
        ++cell.right;
        break;
    case Qt::Key_Left:
        --cell.predicted;
        break;
    case Qt::Key_Right:
        ++cell.predicted;
        break;
    case Qt::Key_Escape:
        setCurrent(std::nullopt);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    setCurrent(m_current
                   ? Cell{std::clamp(cell.right, 0, size() - 1), std::clamp(cell.predicted, 0, size() - 1)}
                   : Cell{});
}

} // namespace awb::ui
