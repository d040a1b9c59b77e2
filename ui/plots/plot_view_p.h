#pragma once

#include <QLabel>
#include <QPoint>
#include <QStackedWidget>
#include <QToolButton>

#include "ui/plots/crosshair_item.h"
#include "ui/plots/legend_element.h"
#include "ui/plots/plot_view.h"
#include "ui/plots/qcp.h"

namespace awb::ui {

/// What PlotView keeps; shared by its source files only.
struct PlotView::Private {
    QLabel* title = nullptr;
    QLabel* remark = nullptr;
    QToolButton* logButton = nullptr;
    QToolButton* maximiseButton = nullptr;
    QToolButton* menuButton = nullptr;
    QStackedWidget* stack = nullptr;
    QLabel* emptyLabel = nullptr;
    QCustomPlot* plot = nullptr;
    LegendElement* legend = nullptr;
    CrosshairItem* crosshairItem = nullptr;
    std::vector<QCPItemStraightLine*> eventLines;
    std::vector<QCPItemText*> eventTexts;

    const RunData* data = nullptr;
    XAxis xAxis = XAxis::Step;
    QString yLabel;
    bool logarithmic = false;
    AxisSpan autoX;
    AxisSpan autoY;
    double yMargin = 0.06;
    bool zoomedX = false;
    bool zoomedY = false;
    std::optional<double> crosshair; ///< in steps
    std::vector<PlotEvent> events;
    bool stale = true;
    qint64 lastRefresh = -1'000'000;

    bool panning = false;
    QPointF panStart;
    QCPRange panX;
    QCPRange panY;
};

} // namespace awb::ui
