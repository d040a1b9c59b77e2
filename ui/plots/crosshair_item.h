#pragma once

#include <optional>
#include <vector>

#include <QColor>
#include <QFont>
#include <QString>

#include "ui/plots/qcp.h"

namespace awb::ui {

/// One curve's value at the crosshair.
struct ReadoutLine {
    QColor color;
    QString name;
    QString value;
    std::optional<QPointF> point; ///< where to draw the dot, in axis coordinates
};

/// The vertical line, a dot on each curve and the box with the values. Lives on a buffered layer of its own,
/// so that moving the mouse never redraws the curves.
class CrosshairItem : public QCPAbstractItem {
public:
    explicit CrosshairItem(QCustomPlot* plot);

    /// Position on the key axis; none hides it.
    void setPosition(std::optional<double> key) { m_key = key; }
    void setReadout(QString title, std::vector<ReadoutLine> lines);
    struct Style {
        QFont font;
        QColor line;
        QColor text;
        QColor muted;
        QColor box;
        QColor border;
    };
    void setStyle(Style style) { m_style = std::move(style); }

    double selectTest(const QPointF& pos, bool onlySelectable, QVariant* details = nullptr) const override;

protected:
    void draw(QCPPainter* painter) override;

private:
    void drawBox(QCPPainter* painter, double x, const QRect& area) const;

    std::optional<double> m_key;
    QString m_title;
    std::vector<ReadoutLine> m_lines;
    Style m_style;
};

} // namespace awb::ui
