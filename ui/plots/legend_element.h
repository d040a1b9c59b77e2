#pragma once

#include <vector>

#include <QColor>
#include <QFont>
#include <QString>

#include "ui/plots/qcp.h"

namespace awb::ui {

/// One line of the legend. A click on it switches its curves on and off.
struct LegendEntry {
    QString text;
    QColor color;
    double width = 1;    ///< of the sample line
    bool marker = false; ///< points on the line
    bool enabled = true; ///< its curves are shown
    int id = 0;          ///< the owner's number for it
};

/// The legend above a chart: left-aligned, wrapped to the chart's width, part of every exported picture.
class LegendElement : public QCPLayoutElement {
public:
    explicit LegendElement(QCustomPlot* plot);

    void setEntries(std::vector<LegendEntry> entries);
    const std::vector<LegendEntry>& entries() const { return m_entries; }
    void setStyle(const QFont& font, const QColor& text, const QColor& disabled);
    /// Id of the entry at a position in the plot's pixels; -1 for none.
    int entryAt(const QPointF& position) const;

    QSize minimumOuterSizeHint() const override;
    QSize maximumOuterSizeHint() const override;

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

private:
    /// Places of the entries relative to the top left corner, for a width; returns the height needed.
    int flow(int width, std::vector<QRect>* places) const;
    int availableWidth() const;

    std::vector<LegendEntry> m_entries;
    QFont m_font;
    QColor m_text;
    QColor m_disabled;
};

} // namespace awb::ui
