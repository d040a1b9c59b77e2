#pragma once

#include "ui/plots/line_chart.h"
#include "ui/plots/qcp.h"

namespace awb::ui {

/// One curve of a LineChart with what is kept for drawing it; shared by its source files only.
struct LineChart::Curve {
    CurveSpec spec;
    MinMaxPyramid raw;
    MinMaxPyramid smooth;
    Ema ema;
    QCPGraph* rawGraph = nullptr;
    QCPGraph* smoothGraph = nullptr;
    std::vector<std::pair<std::size_t, double>> strange; ///< index and value: NaN or infinite
    std::size_t notPositive = 0;
};

} // namespace awb::ui
