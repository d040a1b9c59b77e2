#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QStringList>
#include <QWidget>

namespace awb::ui {

/// A confusion matrix as a heatmap: right classes in rows, predicted ones in columns. The colour is the share
/// of the row, the number in a cell its count. Arrow keys move the chosen cell.
class ConfusionMap : public QWidget {
    Q_OBJECT

public:
    struct Cell {
        int right = 0;
        int predicted = 0;
        bool operator==(const Cell&) const = default;
    };

    explicit ConfusionMap(QWidget* parent = nullptr);

    /// `counts`: row by row. `unit`: what is counted, "texts".
    void setCounts(QStringList labels, std::vector<std::int64_t> counts, const QString& unit);
    std::int64_t count(Cell cell) const;
    /// Of all of the cell's row; 0 for an empty row.
    double share(Cell cell) const;
    const QStringList& labels() const { return m_labels; }
    std::optional<Cell> current() const { return m_current; }
    void setCurrent(std::optional<Cell> cell);
    QRect cellRect(Cell cell) const;
    std::optional<Cell> cellAt(const QPoint& position) const;
    QSize sizeHint() const override { return {560, 520}; }
    QSize minimumSizeHint() const override { return {320, 280}; }

Q_SIGNALS:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    int size() const { return static_cast<int>(m_labels.size()); }
    QRect cells() const;
    int labelRoom() const;
    QString textOf(Cell cell) const;
    void drawCells(QPainter& painter) const;
    void drawLabels(QPainter& painter) const;
    void drawScale(QPainter& painter) const;

    QStringList m_labels;
    std::vector<std::int64_t> m_counts;
    QString m_unit;
    std::optional<Cell> m_current;
};

} // namespace awb::ui
