#include "ui/fusion/share_map.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kBarWidth = 14;
constexpr int kHeader = 26;
constexpr int kTicks = 5;
constexpr int kMark = 8;
constexpr int kRoomForNumber = 40;
constexpr float kFineRange = 0.5F;

/// Dark on light cells, light on dark ones.
QColor inkOn(const QColor& fill) {
    const double luminance = 0.2126 * fill.redF() + 0.7152 * fill.greenF() + 0.0722 * fill.blueF();
    return luminance > 0.5 ? QColor(Qt::black) : QColor(Qt::white);
}

QString numberText(float value, const ShareMatrix& matrix) {
    if (matrix.inPercent) {
        const QString text = QString::number(100 * static_cast<double>(value), 'f', 1);
        return matrix.isDifference && value > 0 ? u'+' + text : text;
    }
    const int digits = matrix.isDifference && matrix.range < kFineRange ? 3 : 2;
    const QString text = QString::number(static_cast<double>(value), 'f', digits);
    return matrix.isDifference && value > 0 ? u'+' + text : text;
}

int widest(const QFontMetrics& metrics, const QStringList& texts) {
    int width = 0;
    for (const QString& text : texts) {
        width = std::max(width, metrics.horizontalAdvance(text));
    }
    // Where metrics and device round differently, a label must not lose its beginning.
    return width == 0 ? 0 : width + px(Space::Xs);
}

} // namespace

ShareMap::ShareMap(QWidget* parent)
    : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ShareMap::setMatrix(ShareMatrix matrix) {
    m_matrix = std::move(matrix);
    m_hovered.reset();
    if (m_current && (m_current->row >= m_matrix.rowCount() || m_current->column >= m_matrix.columnCount())) {
        m_current.reset();
    }
    update();
}

void ShareMap::setMarks(std::vector<Mark> marks) {
    m_marks = std::move(marks);
    update();
}

void ShareMap::setCurrent(std::optional<Cell> cell) {
    if (m_current == cell) {
        return;
    }
    m_current = cell;
    setAccessibleDescription(cell ? textOf(*cell) : QString());
    update();
    Q_EMIT currentChanged();
}

ShareMap::Geometry ShareMap::geometryIn(const QRect& area) const {
    const QFontMetrics small(Theme::instance().font(TextSize::Small));
    Geometry geometry;
    geometry.rowLabels = std::min(widest(small, m_matrix.rows), area.width() / 3) + px(Space::S);
    geometry.barLabels = small.horizontalAdvance(QStringLiteral("+0.000")) + px(Space::Xs);
    const int right = px(Space::L) + kBarWidth + geometry.barLabels;
    geometry.cells = area.adjusted(geometry.rowLabels, kHeader, -right, -kHeader);
    geometry.bar = QRect(geometry.cells.right() + px(Space::L), geometry.cells.top(), kBarWidth,
                         geometry.cells.height());
    return geometry;
}

QRect ShareMap::cellIn(const Geometry& geometry, Cell cell) const {
    const auto edge = [](int begin, int length, int index, int count) {
        return begin + length * index / std::max(1, count);
    };
    const int fromTop = m_matrix.rowCount() - 1 - cell.row;
    const QRect& all = geometry.cells;
    const int left = edge(all.left(), all.width(), cell.column, m_matrix.columnCount());
    const int right = edge(all.left(), all.width(), cell.column + 1, m_matrix.columnCount());
    const int top = edge(all.top(), all.height(), fromTop, m_matrix.rowCount());
    const int bottom = edge(all.top(), all.height(), fromTop + 1, m_matrix.rowCount());
    return QRect(left, top, right - left - 1, bottom - top - 1);
}

QRect ShareMap::cellRect(Cell cell) const {
    return cellIn(geometryIn(rect()), cell);
}

std::optional<ShareMap::Cell> ShareMap::cellAt(const QPoint& position) const {
    const Geometry geometry = geometryIn(rect());
    if (!geometry.cells.contains(position) || m_matrix.rowCount() == 0 || m_matrix.columnCount() == 0) {
        return std::nullopt;
    }
    const int column =
        (position.x() - geometry.cells.left()) * m_matrix.columnCount() / geometry.cells.width();
    const int fromTop = (position.y() - geometry.cells.top()) * m_matrix.rowCount() / geometry.cells.height();
    return Cell{m_matrix.rowCount() - 1 - fromTop, column};
}

QColor ShareMap::colorOf(float value) const {
    const double number = static_cast<double>(value);
    return m_matrix.isDifference
               ? Theme::diverging(std::clamp(number / static_cast<double>(m_matrix.range), -1.0, 1.0))
               : Theme::sequential(number);
}

QString ShareMap::cellText(Cell cell, int room, const QFontMetrics& metrics) const {
    const auto index = static_cast<std::size_t>(cell.row * m_matrix.columnCount() + cell.column);
    if (index < m_matrix.texts.size() && metrics.horizontalAdvance(m_matrix.texts[index]) <= room) {
        return m_matrix.texts[index];
    }
    return numberText(m_matrix.values[index], m_matrix);
}

QString ShareMap::textOf(Cell cell) const {
    const float value = m_matrix.at(cell.row, cell.column);
    const QString number = !std::isfinite(value) ? tr("nothing there")
                           : m_matrix.inPercent  ? numberText(value, m_matrix)
                                                 : QString::number(static_cast<double>(value), 'f', 3);
    QString text = tr("%1, %2: %3").arg(m_matrix.rows[cell.row], m_matrix.columns[cell.column], number);
    if (m_describe) {
        text += u'\n' + m_describe(cell);
    }
    return text;
}

void ShareMap::paintInto(QPainter& painter, const QRect& area) const {
    const Geometry geometry = geometryIn(area);
    painter.fillRect(area, Theme::instance().color(Tone::Panel));
    drawCells(painter, geometry);
    drawMarks(painter, geometry);
    drawLabels(painter, geometry);
    drawBar(painter, geometry);
}

void ShareMap::drawCells(QPainter& painter, const Geometry& geometry) const {
    painter.setFont(Theme::instance().figures(TextSize::Small));
    for (int row = 0; row < m_matrix.rowCount(); ++row) {
        for (int column = 0; column < m_matrix.columnCount(); ++column) {
            const QRect cell = cellIn(geometry, {row, column});
            const float value = m_matrix.at(row, column);
            if (!std::isfinite(value)) {
                painter.fillRect(cell, QBrush(Theme::instance().color(Tone::Hairline), Qt::BDiagPattern));
                continue;
            }
            const QColor fill = colorOf(value);
            painter.fillRect(cell, fill);
            if (cell.width() >= kRoomForNumber && cell.height() >= painter.fontMetrics().height()) {
                painter.setPen(inkOn(fill));
                painter.drawText(cell, Qt::AlignCenter,
                                 cellText({row, column}, cell.width() - px(Space::S), painter.fontMetrics()));
            }
        }
    }
}

void ShareMap::drawMarks(QPainter& painter, const Geometry& geometry) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::Small, true));
    for (const Mark& mark : m_marks) {
        const QRect cell = cellIn(geometry, mark.cell);
        const int width = painter.fontMetrics().horizontalAdvance(mark.text) + px(Space::S);
        const QRect badge(cell.right() - width, cell.top() + 1, width, painter.fontMetrics().height());
        painter.fillRect(badge, theme.color(Tone::Panel));
        painter.setPen(theme.color(Tone::Text));
        painter.drawRect(badge);
        painter.drawText(badge, Qt::AlignCenter, mark.text);
    }
}

void ShareMap::drawLabels(QPainter& painter, const Geometry& geometry) const {
    const Theme& theme = Theme::instance();
    painter.setFont(theme.font(TextSize::Small));
    painter.setPen(theme.color(Tone::MutedText));
    const QFontMetrics metrics = painter.fontMetrics();
    const int lineHeight = metrics.height();
    const int rowHeight = geometry.cells.height() / std::max(1, m_matrix.rowCount());
    const int every = std::max(1, (lineHeight + rowHeight - 1) / std::max(1, rowHeight));
    for (int row = 0; row < m_matrix.rowCount(); row += every) {
        const QRect cell = cellIn(geometry, {row, 0});
        const QRect label(geometry.cells.left() - geometry.rowLabels, cell.center().y() - lineHeight / 2,
                          geometry.rowLabels - px(Space::S), lineHeight);
        painter.drawText(label, Qt::AlignRight | Qt::AlignVCenter,
                         metrics.elidedText(m_matrix.rows[row], Qt::ElideLeft, label.width()));
    }
    for (int column = 0; column < m_matrix.columnCount(); ++column) {
        const QRect cell = cellIn(geometry, {0, column});
        QRect label(cell.left(), geometry.cells.top() - kHeader, cell.width(), kHeader - px(Space::Xs));
        if (column < m_matrix.adapters.size()) {
            const QRect mark(label.left(), label.bottom() - kMark + 1, kMark, kMark);
            const QString& adapter = m_matrix.adapters[column];
            painter.fillRect(mark, QBrush(theme.adapterColor(adapter), theme.adapterPattern(adapter)));
            label.setLeft(mark.right() + px(Space::Xs));
        }
        painter.drawText(label, Qt::AlignLeft | Qt::AlignBottom,
                         metrics.elidedText(m_matrix.columns[column], Qt::ElideRight, label.width()));
    }
}

void ShareMap::drawBar(QPainter& painter, const Geometry& geometry) const {
    const Theme& theme = Theme::instance();
    const double highest = m_matrix.isDifference ? static_cast<double>(m_matrix.range) : 1.0;
    const double lowest = m_matrix.isDifference ? -highest : 0.0;
    for (int y = 0; y < geometry.bar.height(); ++y) {
        const double share = 1.0 - static_cast<double>(y) / std::max(1, geometry.bar.height() - 1);
        painter.setPen(colorOf(static_cast<float>(lowest + share * (highest - lowest))));
        painter.drawLine(geometry.bar.left(), geometry.bar.top() + y, geometry.bar.right(),
                         geometry.bar.top() + y);
    }
    painter.setFont(theme.figures(TextSize::Small));
    painter.setPen(theme.color(Tone::MutedText));
    const int lineHeight = painter.fontMetrics().height();
    for (int tick = 0; tick < kTicks; ++tick) {
        const double share = static_cast<double>(tick) / (kTicks - 1);
        const int y =
            geometry.bar.bottom() - static_cast<int>(std::lround(share * (geometry.bar.height() - 1)));
        painter.drawText(
            QRect(geometry.bar.right() + px(Space::Xs), y - lineHeight / 2, geometry.barLabels, lineHeight),
            Qt::AlignLeft | Qt::AlignVCenter,
            numberText(static_cast<float>(lowest + share * (highest - lowest)), m_matrix));
    }
    painter.setFont(theme.font(TextSize::Small));
    painter.drawText(QRect(geometry.cells.left(), geometry.bar.bottom() + px(Space::Xs),
                           geometry.bar.right() + geometry.barLabels - geometry.cells.left(), kHeader),
                     Qt::AlignRight | Qt::AlignTop, m_matrix.scaleTitle);
}

void ShareMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintInto(painter, rect());
    const auto outline = [&](Cell cell, Tone tone) {
        painter.setPen(QPen(Theme::instance().color(tone), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cellRect(cell));
    };
    if (m_hovered) {
        outline(*m_hovered, Tone::Text);
    }
    if (m_current) {
        outline(*m_current, hasFocus() ? Tone::Focus : Tone::Accent);
    }
}

void ShareMap::mouseMoveEvent(QMouseEvent* event) {
    const auto cell = cellAt(event->position().toPoint());
    if (cell != m_hovered) {
        m_hovered = cell;
        update();
        if (cell) {
            QToolTip::showText(event->globalPosition().toPoint(), textOf(*cell), this, cellRect(*cell));
        } else {
            QToolTip::hideText();
        }
    }
}

void ShareMap::mousePressEvent(QMouseEvent* event) {
    if (const auto cell = cellAt(event->position().toPoint()); cell && event->button() == Qt::LeftButton) {
        setCurrent(cell);
        Q_EMIT activated(*cell);
    }
}

void ShareMap::contextMenuEvent(QContextMenuEvent* event) {
    const bool isMouse = event->reason() == QContextMenuEvent::Mouse;
    const auto cell = isMouse ? cellAt(event->pos()) : m_current;
    if (!cell) {
        return;
    }
    setCurrent(cell);
    Q_EMIT menuRequested(*cell, isMouse ? event->globalPos() : mapToGlobal(cellRect(*cell).center()));
}

void ShareMap::leaveEvent(QEvent*) {
    m_hovered.reset();
    update();
}

void ShareMap::keyPressEvent(QKeyEvent* event) {
    if (m_matrix.rowCount() == 0 || m_matrix.columnCount() == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    Cell cell = m_current.value_or(Cell{0, 0});
    switch (event->key()) {
    case Qt::Key_Up:
        ++cell.row;
        break;
    case Qt::Key_Down:
        --cell.row;
        break;
    case Qt::Key_Left:
        --cell.column;
        break;
    case Qt::Key_Right:
        ++cell.column;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current) {
            Q_EMIT activated(*m_current);
        }
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    setCurrent(Cell{std::clamp(cell.row, 0, m_matrix.rowCount() - 1),
                    std::clamp(cell.column, 0, m_matrix.columnCount() - 1)});
}

} // namespace awb::ui
