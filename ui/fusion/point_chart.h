#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QStringList>
#include <QWidget>

class QCustomPlot;
class QCPGraph;

namespace awb::ui {

/// A few dozen points that can be chosen: lines over layers or other counts, each with its spread, or stems.
/// The arrow keys go from point to point, a click takes the nearest, and the pointer is told what a point is.
class PointChart : public QWidget {
    Q_OBJECT

public:
    enum class Look { Lines, Stems };

    struct Point {
        double x = 0;
        double y = 0;
        double spread = 0;   ///< drawn as a bar up and down; 0: none
        std::size_t key = 0; ///< what `chosen` tells
        QString text;        ///< said of the point
    };
    struct Series {
        QString name;
        QString adapter; ///< whose colour; empty: the accent
        int style = 0;   ///< of line and mark: series of one colour differ by it
        std::vector<Point> points;
    };

    PointChart(Look look, const QString& xTitle, const QString& yTitle, QWidget* parent = nullptr);

    /// For the next series: the vertical axis' title, and a dashed line to compare with. The axis then spans
    /// the points and the line instead of beginning at 0.
    void fitTo(const QString& yTitle, double line);
    /// `top`: the least upper end of the vertical axis, which begins at 0.
    void setSeries(std::vector<Series> series, double top = 0);
    const std::vector<Series>& series() const { return m_series; }
    /// Rings the points with this key.
    void setCurrent(std::optional<std::size_t> key);
    std::optional<std::size_t> current() const { return m_current; }
    /// Where a point is drawn, in this widget.
    QPoint positionOf(const Point& point) const;

    /// Draws everything into a rectangle of any device: for pictures.
    void paintInto(QPainter& painter, const QRect& area) const;
    QSize sizeHint() const override { return {420, 230}; }
    QSize minimumSizeHint() const override { return {260, 170}; }

Q_SIGNALS:
    void chosen(std::size_t key);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void rebuild();
    void addSeries(const Series& series);
    void setAxes(double top);
    /// From the lowest to the highest of points and dashed line, with some room.
    void fitVertically();
    void markCurrent();
    /// The point nearest to a position of the plot; none where it is far from all.
    const Point* nearest(const QPoint& position) const;
    std::vector<const Point*> allPoints() const;

    Look m_look;
    QString m_xTitle;
    QString m_yTitle;
    double m_top = 0;
    std::optional<double> m_line; ///< the dashed line
    std::vector<Series> m_series;
    std::optional<std::size_t> m_current;
    QCustomPlot* m_plot;
    QCPGraph* m_mark = nullptr; ///< a ring around the current points
};

} // namespace awb::ui
