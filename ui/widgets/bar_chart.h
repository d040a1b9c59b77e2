#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <QBrush>
#include <QWidget>

#include "ui/theme/theme.h"

namespace awb::ui {

/// Counts by name: one horizontal bar a name, with the count and its share behind it.
class CategoryChart : public QWidget {
    Q_OBJECT

public:
    struct Bar {
        QString name;
        std::int64_t count = 0;
        std::optional<QBrush> fill; ///< none: the accent colour
    };

    explicit CategoryChart(QWidget* parent = nullptr);

    /// `unit` names what is counted, e.g. "examples".
    void setBars(std::vector<Bar> bars, const QString& unit);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString describe(const Bar& bar) const;

    std::vector<Bar> m_bars;
    QString m_unit;
    std::int64_t m_total = 0;
    std::int64_t m_largest = 0;
};

/// Counts by number: vertical bars over bins of one width, axes with names, and a mark where something is
/// cut.
class HistogramChart : public QWidget {
    Q_OBJECT

public:
    explicit HistogramChart(QWidget* parent = nullptr);

    /// `mark` < 0: no mark.
    void setBins(std::vector<std::int64_t> counts, int binWidth, const QString& xTitle, const QString& yTitle,
                 double mark = -1, const QString& markText = {});
    QSize sizeHint() const override { return {420, 240}; }
    QSize minimumSizeHint() const override { return {240, 180}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF plotArea() const;
    QString describe(std::size_t bin) const;
    void drawAxes(QPainter& painter, const QRectF& area) const;
    void drawMark(QPainter& painter, const QRectF& area) const;

    std::vector<std::int64_t> m_counts;
    int m_binWidth = 1;
    QString m_xTitle;
    QString m_yTitle;
    double m_mark = -1;
    QString m_markText;
    double m_top = 1; ///< upper end of the y axis
};

} // namespace awb::ui
