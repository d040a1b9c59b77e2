#include "ui/plots/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QLocale>

#include "ui/plots/plot_view_p.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr std::size_t kTakenPerTurn = 60'000; ///< samples moved into the pyramids by one refresh
constexpr std::size_t kDrawnPoints = 12'000;  ///< of all curves together
constexpr std::size_t kMaxEvents = 1000;
constexpr double kWideFrom = 0.8; ///< from this weight on the average is smooth enough for a wide pen

} // namespace

LineChart::LineChart(const QString& title, const QString& yLabel, QWidget* parent)
    : PlotView(title, parent) {
    setAxisLabels(yLabel);
}

LineChart::~LineChart() = default;

void LineChart::setYLabel(const QString& label) {
    setAxisLabels(label);
    requestRefresh();
}

void LineChart::setCurves(std::vector<CurveSpec> curves) {
    d->plot->clearGraphs();
    m_curves.clear();
    m_curves.reserve(curves.size());
    // Smoothed lines lie above all raw ones, so they are made last.
    for (CurveSpec& spec : curves) {
        Curve& curve = m_curves.emplace_back();
        curve.spec = std::move(spec);
        curve.rawGraph = d->plot->addGraph();
    }
    for (Curve& curve : m_curves) {
        curve.smoothGraph = d->plot->addGraph();
        for (QCPGraph* graph : {curve.rawGraph, curve.smoothGraph}) {
            graph->setSelectable(QCP::stNone);
            graph->setAdaptiveSampling(false); // thinned out already, with the extremes kept
        }
    }
    resetCaches();
    restyle();
    requestRefresh();
}

void LineChart::setSmoothing(double weight) {
    weight = std::clamp(weight, 0.0, 0.9999);
    if (weight == m_smoothing) {
        return;
    }
    m_smoothing = weight;
    for (Curve& curve : m_curves) {
        curve.smooth.clear();
        curve.ema = Ema(weight);
    }
    restyle();
    requestRefresh();
}

void LineChart::resetCaches() {
    for (Curve& curve : m_curves) {
        curve.raw.clear();
        curve.smooth.clear();
        curve.ema = Ema(m_smoothing);
        curve.strange.clear();
        curve.notPositive = 0;
    }
}

bool LineChart::isShown(const Curve& curve) const {
    return !m_hidden.contains(curve.spec.group);
}

void LineChart::noteEvent(Curve& curve, std::size_t index, double value) {
    if (curve.spec.reportsEvents && curve.strange.size() < kMaxEvents) {
        curve.strange.emplace_back(index, value);
    }
}

bool LineChart::catchUp(Curve& curve, std::size_t& budget) {
    const ColumnView column = curve.spec.values(*d->data);
    const std::size_t size = column.size();
    while (curve.raw.size() < size && budget > 0) {
        const std::size_t i = curve.raw.size();
        const double value = column.at(i);
        const bool finite = std::isfinite(value);
        if (!finite) {
            noteEvent(curve, i, value);
        } else if (value <= 0) {
            ++curve.notPositive;
        }
        curve.raw.append(finite ? static_cast<float>(value) : std::numeric_limits<float>::quiet_NaN());
        --budget;
    }
    if (m_smoothing > 0 && curve.spec.smooth) {
        while (curve.smooth.size() < curve.raw.size() && budget > 0) {
            curve.smooth.append(static_cast<float>(curve.ema.next(column.at(curve.smooth.size()))));
            --budget;
        }
        return curve.smooth.size() == size;
    }
    return curve.raw.size() == size;
}

bool LineChart::pull() {
    if (!d->data) {
        resetCaches();
        m_seen = nullptr;
        return true;
    }
    if (m_seen != d->data || m_generation != d->data->generation()) {
        resetCaches();
        m_seen = d->data;
        m_generation = d->data->generation();
    }
    std::size_t budget = kTakenPerTurn;
    bool complete = true;
    std::size_t shown = 0;
    AxisSpan all;
    for (Curve& curve : m_curves) {
        complete = catchUp(curve, budget) && complete;
        const auto x = curve.spec.x(*d->data, d->xAxis);
        if (isShown(curve)) {
            shown += 1;
        }
        if (!x.empty()) {
            all.include(x.front());
            all.include(x.back());
        }
    }

    AxisSpan window = d->zoomedX ? visibleX() : all;
    AxisSpan y;
    const std::size_t share =
        std::max<std::size_t>(100, kDrawnPoints / (2 * std::max<std::size_t>(1, shown)));
    const std::size_t buckets = std::min(pixelBuckets(), share);
    for (Curve& curve : m_curves) {
        draw(curve, window, buckets, y);
    }
    setAutoRange(all, y);
    collectEvents();
    updateLegend();
    updateRemark();
    return complete;
}

void LineChart::draw(Curve& curve, AxisSpan window, std::size_t buckets, AxisSpan& y) {
    const bool smoothed = m_smoothing > 0 && curve.spec.smooth;
    const bool shown = isShown(curve);
    const bool rawShown = shown && (!smoothed || curve.spec.faintRaw);
    curve.rawGraph->setVisible(rawShown);
    curve.smoothGraph->setVisible(shown && smoothed);
    const auto x = curve.spec.x(*d->data, d->xAxis);
    const auto fill = [&](const MinMaxPyramid& values, QCPGraph* graph) {
        const auto from = std::lower_bound(x.begin(), x.end(), window.low) - x.begin();
        const auto to = std::upper_bound(x.begin(), x.end(), window.high) - x.begin();
        // One more on each side, so that lines run on to the edge.
        const auto begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, from - 1));
        const auto end = std::min(x.size(), static_cast<std::size_t>(to) + 1);
        m_indices.clear();
        values.query(begin, std::min(end, values.size()), buckets, m_indices);
        const bool thinned = m_indices.size() < std::min(end, values.size()) - std::min(begin, values.size());
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(m_indices.size()));
        for (const std::size_t i : m_indices) {
            double value = values.at(i);
            if (d->logarithmic && value <= 0) {
                if (thinned) {
                    continue; // its bucket's other extreme still stands
                }
                value = std::numeric_limits<double>::quiet_NaN();
            }
            points.append(QCPGraphData(x[i], value));
            if (x[i] >= window.low && x[i] <= window.high) {
                y.include(value);
            }
        }
        if (!curve.spec.markers) {
            graph->setScatterStyle(points.size() == 1 ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5)
                                                      : QCPScatterStyle());
        }
        graph->data()->set(points, true);
    };
    if (rawShown) {
        fill(curve.raw, curve.rawGraph);
    }
    if (shown && smoothed) {
        fill(curve.smooth, curve.smoothGraph);
    }
}

void LineChart::collectEvents() {
    std::vector<PlotEvent> events;
    for (const Curve& curve : m_curves) {
        if (!isShown(curve)) {
            continue;
        }
        const auto x = curve.spec.x(*d->data, d->xAxis);
        const auto steps = curve.spec.x(*d->data, XAxis::Step);
        for (const auto& [index, value] : curve.strange) {
            events.push_back({x[index], tr("%1 %2 (step %3)")
                                            .arg(curve.spec.name, valueText(value),
                                                 fullCount(std::llround(steps[index])))});
        }
    }
    setEvents(std::move(events));
}

void LineChart::updateLegend() {
    std::vector<LegendEntry> entries;
    std::set<int> done;
    const bool dark = m_smoothing > 0;
    for (const Curve& curve : m_curves) {
        const CurveSpec& spec = curve.spec;
        if (spec.values(*d->data).size() == 0 || !done.insert(spec.group).second) {
            continue;
        }
        const QColor color = spec.legendColor ? spec.legendColor() : spec.color();
        const QString name = spec.legend.isEmpty() ? spec.name : spec.legend;
        const bool smoothed = dark && spec.smooth;
        const QString method = tr("%1, EMA %2").arg(name, QLocale().toString(m_smoothing, 'g', 3));
        if (!smoothed || spec.faintRaw) {
            QColor rawColor = color;
            if (smoothed) {
                rawColor.setAlpha(110);
            }
            entries.push_back({smoothed ? tr("%1, raw").arg(name) : name, rawColor, 1.0, spec.markers,
                               isShown(curve), spec.group});
        }
        if (smoothed) {
            entries.push_back({method, color, spec.faintRaw ? 2.0 : 1.0, false, isShown(curve), spec.group});
        }
    }
    d->legend->setEntries(std::move(entries));
}

void LineChart::updateRemark() {
    std::size_t hidden = 0;
    if (d->logarithmic) {
        for (const Curve& curve : m_curves) {
            hidden += isShown(curve) ? curve.notPositive : 0;
        }
    }
    QStringList parts;
    if (hidden > 0) {
        parts << tr("%n value(s) ≤ 0 not shown", nullptr, static_cast<int>(hidden));
    }
    if (!events().empty()) {
        parts << tr("%n value(s) not finite", nullptr, static_cast<int>(events().size()));
    }
    setRemark(parts.join(QStringLiteral(" · ")));
}

void LineChart::restyle() {
    for (Curve& curve : m_curves) {
        const QColor color = curve.spec.color();
        const bool smoothed = m_smoothing > 0 && curve.spec.smooth;
        QColor raw = color;
        if (smoothed) {
            raw.setAlpha(90);
        }
        curve.rawGraph->setPen(QPen(raw, 1));
        curve.rawGraph->setScatterStyle(curve.spec.markers ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5)
                                                           : QCPScatterStyle());
        const bool wide = m_smoothing >= kWideFrom && curve.spec.faintRaw;
        curve.smoothGraph->setPen(QPen(color, wide ? 2 : 1));
    }
    d->plot->setPlottingHint(QCP::phFastPolylines, true);
}

void LineChart::toggleEntry(int id) {
    if (!m_hidden.erase(id)) {
        m_hidden.insert(id);
    }
    requestRefresh();
}

bool LineChart::isEmpty() const {
    if (!d->data) {
        return true;
    }
    return std::none_of(m_curves.begin(), m_curves.end(),
                        [this](const Curve& curve) { return curve.spec.values(*d->data).size() > 0; });
}

int LineChart::drawnPoints(std::size_t curve) const {
    return m_curves[curve].rawGraph->dataCount();
}

} // namespace awb::ui
