#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QStringList>
#include <QWidget>

namespace awb::ui {

/// A matrix of shares or of their differences.
struct ShareMatrix {
    QStringList rows;           ///< from the bottom up, as layers are drawn
    QStringList columns;        ///< over the columns
    QStringList adapters;       ///< whose colour marks each column; may be empty
    std::vector<float> values;  ///< row by row; NaN: nothing there
    std::vector<QString> texts; ///< written in the cells where they fit; empty: the values
    bool inPercent = false;     ///< values are written times 100
    bool isDifference = false;  ///< on the diverging scale, else 0..1 on the sequential one
    float range = 1;            ///< of differences: the scale goes from -range to range
    QString scaleTitle;         ///< beside the colour bar: "mean weight"

    int rowCount() const { return static_cast<int>(rows.size()); }
    int columnCount() const { return static_cast<int>(columns.size()); }
    float at(int row, int column) const {
        return values[static_cast<std::size_t>(row * columnCount() + column)];
    }
};

/// A heatmap of a ShareMatrix with a colour bar. The value under the pointer is told; a click or Enter goes
/// deeper. Arrow keys move the chosen cell. The right button or the menu key asks for a cell's menu.
class ShareMap : public QWidget {
    Q_OBJECT

public:
    struct Cell {
        int row = 0;
        int column = 0;
        bool operator==(const Cell&) const = default;
    };

    explicit ShareMap(QWidget* parent = nullptr);

    void setMatrix(ShareMatrix matrix);
    const ShareMatrix& matrix() const { return m_matrix; }
    /// A short text in the corner of a cell.
    struct Mark {
        Cell cell;
        QString text;
    };
    void setMarks(std::vector<Mark> marks);
    const std::vector<Mark>& marks() const { return m_marks; }
    /// What is said of a cell, beyond its value.
    void setDescription(std::function<QString(Cell)> describe) { m_describe = std::move(describe); }
    std::optional<Cell> current() const { return m_current; }
    void setCurrent(std::optional<Cell> cell);
    std::optional<Cell> cellAt(const QPoint& position) const;
    QRect cellRect(Cell cell) const;

    /// Draws everything into a rectangle of any device: for pictures.
    void paintInto(QPainter& painter, const QRect& area) const;
    QSize sizeHint() const override { return {520, 380}; }
    QSize minimumSizeHint() const override { return {260, 180}; }

Q_SIGNALS:
    void currentChanged();
    void activated(awb::ui::ShareMap::Cell cell);
    /// The menu of a cell, which is the chosen one now, at a place of the screen.
    void menuRequested(awb::ui::ShareMap::Cell cell, const QPoint& globalPosition);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Geometry {
        QRect cells;
        QRect bar;
        int barLabels = 0;
        int rowLabels = 0;
    };
    Geometry geometryIn(const QRect& area) const;
    QRect cellIn(const Geometry& geometry, Cell cell) const;
    QColor colorOf(float value) const;
    void drawCells(QPainter& painter, const Geometry& geometry) const;
    void drawMarks(QPainter& painter, const Geometry& geometry) const;
    void drawLabels(QPainter& painter, const Geometry& geometry) const;
    void drawBar(QPainter& painter, const Geometry& geometry) const;
    QString cellText(Cell cell, int room, const QFontMetrics& metrics) const;
    QString textOf(Cell cell) const;

    ShareMatrix m_matrix;
    std::vector<Mark> m_marks;
    std::function<QString(Cell)> m_describe;
    std::optional<Cell> m_current;
    std::optional<Cell> m_hovered;
};

} // namespace awb::ui
