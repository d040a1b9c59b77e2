#pragma once

#include <vector>

#include <QWidget>

#include "ui/canvas/legend_entries.h"

namespace awb::ui {

/// The band beneath the canvas that names every sign of the design; entries stand in lines, each with its
/// explanation as a tooltip.
class LegendBand : public QWidget {
    Q_OBJECT

public:
    explicit LegendBand(QWidget* parent);

    void setEntries(std::vector<LegendEntry> entries, int hiddenSize);
    const std::vector<LegendEntry>& entries() const { return m_entries; }
    /// Height of the lines at this width.
    int heightFor(int width) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();

    std::vector<LegendEntry> m_entries;
    std::vector<QWidget*> m_items;
};

} // namespace awb::ui
