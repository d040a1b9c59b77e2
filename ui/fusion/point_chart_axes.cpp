// PointChart: its axes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/fusion/point_chart.h"
#include "ui/plots/qcp.h"

namespace awb::ui {

namespace {

constexpr double kRoomAbove = 1.08;
constexpr double kRoomAround = 1.25;
constexpr double kLeastSpan = 0.02; ///< of the largest value: less would blow up noise
constexpr int kTickEachUpTo = 16;

} // namespace

void PointChart::setAxes(double top) {
    double low = 0;
    double high = 1;
    bool isFirst = true;
    for (const Point* point : allPoints()) {
        low = isFirst ? point->x : std::min(low, point->x);
        high = isFirst ? point->x : std::max(high, point->x);
        isFirst = false;
    }
    auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
    ticker->setTickStep(1);
    ticker->setScaleStrategy(high - low < kTickEachUpTo ? QCPAxisTickerFixed::ssNone
                                                        : QCPAxisTickerFixed::ssMultiples);
    m_plot->xAxis->setTicker(ticker);
    m_plot->xAxis->setRange(low - 0.5, high + 0.5);
    m_plot->xAxis->setLabel(m_xTitle);
    m_plot->yAxis->setNumberFormat(QStringLiteral("gbc"));
    m_plot->yAxis->setNumberPrecision(3);
    m_plot->yAxis->setRange(0, top > 0 ? top * kRoomAbove : 1);
    if (m_line) {
        fitVertically();
    }
    m_plot->yAxis->setLabel(m_yTitle);
}

void PointChart::fitVertically() {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    const auto take = [&](double value) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    take(*m_line);
    for (const Point* point : allPoints()) {
        take(point->y - point->spread);
        take(point->y + point->spread);
    }
    if (low > high) {
        return; // nothing but NaN
    }
    const double least = kLeastSpan * std::max(std::abs(low), std::abs(high));
    const double half = kRoomAround * std::max({high - low, least, 1e-6}) / 2;
    m_plot->yAxis->setRange((low + high) / 2 - half, (low + high) / 2 + half);
}

} // namespace awb::ui
