#include "ui/plots/heatmap_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <QKeyEvent>

#include "ui/plots/module_text.h"
#include "ui/plots/plot_style.h"
#include "ui/plots/plot_view_p.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr std::size_t kTakenPerTurn = 10'000; ///< steps moved into the columns by one refresh

QCPColorGradient viridis() {
    QCPColorGradient gradient;
    gradient.setLevelCount(256);
    QMap<double, QColor> stops;
    constexpr int kStops = 33;
    for (int i = 0; i < kStops; ++i) {
        const double t = static_cast<double>(i) / (kStops - 1);
        stops.insert(t, Theme::sequential(t));
    }
    gradient.setColorStops(stops);
    gradient.setNanHandling(QCPColorGradient::nhTransparent);
    return gradient;
}

} // namespace

HeatmapChart::HeatmapChart(const QString& title, QWidget* parent)
    : PlotView(title, parent) {
    m_scale = new QCPColorScale(d->plot);
    d->plot->plotLayout()->addElement(1, 1, m_scale);
    m_scale->setType(QCPAxis::atRight);
    m_scale->setBarWidth(12);
    m_scale->setMinimumMargins(QMargins(px(Space::M), 2, px(Space::S), 0));
    m_map = new QCPColorMap(d->plot->xAxis, d->plot->yAxis);
    m_map->setColorScale(m_scale);
    m_map->setGradient(viridis());
    m_map->setInterpolate(false);
    m_map->setTightBoundary(true);
    m_map->setAntialiased(false);
    m_map->setSelectable(QCP::stNone);
    auto* group = new QCPMarginGroup(d->plot);
    d->plot->axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    m_scale->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    setAxisLabels({});
    setQuantity(ModuleQuantity::GradientNorm);
    setLogarithmic(true);
    restyle();
}

HeatmapChart::~HeatmapChart() = default;

void HeatmapChart::setQuantity(ModuleQuantity quantity) {
    m_quantity = quantity;
    m_scale->setLabel(quantityAxis(quantity));
    restart();
    requestRefresh();
}

void HeatmapChart::setAggregate(Aggregate aggregate) {
    m_aggregate = aggregate;
    requestRefresh();
}

void HeatmapChart::restart() {
    m_buckets.reset();
    m_taken = 0;
    m_labelledRows = -1;
}

std::vector<std::size_t> HeatmapChart::rowOrder() const {
    std::vector<std::size_t> order(d->data->moduleCount());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto& modules = d->data->plan()->modules;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return modules[a].layer < modules[b].layer; });
    return order;
}

bool HeatmapChart::isEmpty() const {
    return !d->data || d->data->size() == 0 || d->data->moduleCount() == 0 || !d->data->plan();
}

bool HeatmapChart::pull() {
    if (isEmpty()) {
        restart();
        return true;
    }
    if (m_seen != d->data || m_generation != d->data->generation() || m_axis != d->xAxis) {
        restart();
        m_seen = d->data;
        m_generation = d->data->generation();
        m_axis = d->xAxis;
    }
    const auto x = d->data->x(d->xAxis);
    if (!m_buckets) {
        m_rows = rowOrder();
        // One step a column to begin with; a tiny width would only double more often.
        const double first = x.size() > 1 ? x[1] - x[0] : x[0];
        const double width = d->xAxis == XAxis::Step ? 1.0 : std::max(first, 1e-6);
        m_buckets.emplace(m_rows.size(), x[0], width);
    }
    std::vector<std::span<const float>> columns;
    columns.reserve(m_rows.size());
    for (const std::size_t module : m_rows) {
        columns.push_back(d->data->module(module, m_quantity));
    }
    const std::size_t end = std::min(x.size(), m_taken + kTakenPerTurn);
    for (; m_taken < end; ++m_taken) {
        const std::size_t at = m_taken;
        m_buckets->add(x[at],
                       [&columns, at](std::size_t row) { return static_cast<double>(columns[row][at]); });
    }
    paintMap();
    labelRows();
    return m_taken == x.size();
}

double HeatmapChart::cell(std::size_t row, std::size_t column) const {
    return m_aggregate == Aggregate::Largest ? m_buckets->largest(row, column) : m_buckets->mean(row, column);
}

void HeatmapChart::paintMap() {
    const auto columns = static_cast<int>(m_buckets->columns());
    const auto rows = static_cast<int>(m_rows.size());
    const double left = m_buckets->origin();
    const double right = left + m_buckets->width() * columns;
    AxisSpan values;
    QCPColorMapData* map = m_map->data();
    if (map->keySize() != columns || map->valueSize() != rows) {
        map->setSize(columns, rows);
    }
    map->setRange(QCPRange(left, right), QCPRange(-0.5, rows - 0.5));
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        double shown = std::numeric_limits<double>::quiet_NaN();
        for (int column = 0; column < columns; ++column) {
            const double value = cell(row, static_cast<std::size_t>(column));
            // A step that lasts longer than a column fills all of them.
            if (std::isfinite(value)) {
                shown = value;
            }
            if (!d->logarithmic || shown > 0) {
                values.include(shown);
            }
            map->setCell(column, static_cast<int>(row), shown);
        }
    }
    // Zeros on a logarithmic scale get the lowest colour.
    const QCPRange range = d->logarithmic ? paddedRange(values, true, 0)
                           : m_quantity == ModuleQuantity::DeadShare
                               ? QCPRange(0, 1)
                               : paddedRange({0, std::max(0.0, values.high)}, false, 0);
    if (d->logarithmic) {
        for (int row = 0; row < rows; ++row) {
            for (int column = 0; column < columns; ++column) {
                if (map->cell(column, row) <= 0) {
                    map->setCell(column, row, range.lower);
                }
            }
        }
    }
    m_map->setDataRange(range);
    setAutoRange({left, right}, {-0.5, rows - 0.5}, 0.0);
    const double stepsPerColumn = static_cast<double>(d->data->size()) / std::max(1, columns);
    setRemark(stepsPerColumn < 1.5 ? QString()
                                   : tr("each column: %1 of about %2 steps")
                                         .arg(m_aggregate == Aggregate::Largest ? tr("largest") : tr("mean"))
                                         .arg(std::llround(stepsPerColumn)));
}

void HeatmapChart::labelRows() {
    constexpr int kRowHeight = 15;
    constexpr int kAxisHeight = 50; // below the map, about; the plot's own layout may not have happened yet
    const int rows = static_cast<int>(m_rows.size());
    const int fitting = std::max(1, (d->stack->height() - kAxisHeight) / kRowHeight);
    const int every = (rows + fitting - 1) / fitting;
    if (m_labelledRows == every) {
        return;
    }
    m_labelledRows = every;
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (int row = 0; row < rows; row += every) {
        ticker->addTick(row,
                        moduleShortName(d->data->plan()->modules[m_rows[static_cast<std::size_t>(row)]]));
    }
    d->plot->yAxis->setTicker(ticker);
}

void HeatmapChart::applyScaleType() {
    setScale(m_scale->axis(), d->logarithmic);
    m_scale->setDataScaleType(d->logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
}

void HeatmapChart::restyle() {
    const Theme& theme = Theme::instance();
    QCPAxis* axis = m_scale->axis();
    for (QCPAxis* side : {axis, m_scale->axis()}) {
        side->setBasePen(QPen(theme.color(Tone::Hairline), 1));
        side->setTickPen(QPen(theme.color(Tone::Hairline), 1));
        side->setSubTickPen(Qt::NoPen);
        side->setTickLabelFont(theme.font(TextSize::Small));
        side->setTickLabelColor(theme.color(Tone::MutedText));
        side->setLabelFont(theme.font(TextSize::Small));
        side->setLabelColor(theme.color(Tone::MutedText));
    }
    d->plot->yAxis->setSubTicks(false);
    d->plot->yAxis->grid()->setVisible(false);
    d->plot->xAxis->grid()->setVisible(false);
}

void HeatmapChart::pointerMoved(double /*x*/, double y) {
    const double row = std::floor(y + 0.5);
    if (row < 0 || row >= static_cast<double>(m_rows.size())) {
        m_row.reset();
    } else {
        m_row = static_cast<std::size_t>(row);
    }
    // The column may be the same: the row alone changes the read-out.
    d->crosshair.reset();
}

void HeatmapChart::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) && !m_rows.empty()) {
        const std::size_t last = m_rows.size() - 1;
        if (!m_row) {
            m_row = 0;
        } else if (event->key() == Qt::Key_Up) {
            m_row = std::min(last, *m_row + 1);
        } else {
            m_row = *m_row > 0 ? *m_row - 1 : 0;
        }
        const auto at = crosshair().value_or(d->data->x(XAxis::Step).back());
        d->crosshair.reset();
        setCrosshair(at);
        setAccessibleDescription(readoutText());
        return;
    }
    PlotView::keyPressEvent(event);
}

std::vector<ReadoutLine> HeatmapChart::readout(double step) const {
    std::vector<ReadoutLine> lines;
    const auto index = d->data->nearest(step);
    if (isEmpty() || !index || m_rows.empty()) {
        return lines;
    }
    const auto& modules = d->data->plan()->modules;
    const auto line = [&](std::size_t row) {
        const double value = static_cast<double>(d->data->module(m_rows[row], m_quantity)[*index]);
        const QString text = std::isnan(value) ? tr("not measured") : valueText(value);
        lines.push_back({Theme::instance().adapterColor(QString::fromStdString(modules[m_rows[row]].adapter)),
                         moduleName(modules[m_rows[row]], true), text,
                         QPointF(d->data->x(d->xAxis)[*index], static_cast<double>(row))});
    };
    if (m_row && *m_row < m_rows.size()) {
        line(*m_row);
        return lines;
    }
    constexpr std::size_t kLargest = 3;
    std::vector<std::size_t> rows(m_rows.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const auto valueOf = [&](std::size_t row) {
        const float value = d->data->module(m_rows[row], m_quantity)[*index];
        return std::isnan(value) ? -1.0F : value;
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](std::size_t a, std::size_t b) { return valueOf(a) > valueOf(b); });
    for (std::size_t i = 0; i < std::min(kLargest, rows.size()); ++i) {
        line(rows[i]);
    }
    return lines;
}

PlotTable HeatmapChart::table() const {
    PlotTable table;
    if (isEmpty()) {
        return table;
    }
    table.rowCount = d->data->size();
    constexpr std::array kPositions{std::pair{"step", XAxis::Step}, std::pair{"epoch", XAxis::Epoch},
                                    std::pair{"examples", XAxis::Examples},
                                    std::pair{"tokens", XAxis::Tokens}, std::pair{"seconds", XAxis::Time}};
    for (const auto& [name, axis] : kPositions) {
        const auto x = d->data->x(axis);
        table.columns.push_back({name, {x.begin(), x.end()}, {}});
    }
    for (std::size_t module = 0; module < d->data->moduleCount(); ++module) {
        const auto values = d->data->module(module, m_quantity);
        table.columns.push_back({d->data->plan()->modules[module].key(), {values.begin(), values.end()}, {}});
    }
    return table;
}

QString HeatmapChart::summary() const {
    if (isEmpty()) {
        return tr("%1: %2").arg(title(), d->emptyLabel->text());
    }
    const double last = d->data->x(XAxis::Step).back();
    QStringList parts;
    for (const ReadoutLine& line : readout(last)) {
        parts << QStringLiteral("%1 %2").arg(line.name, line.value);
    }
    return tr("%1: %n module(s); at step %2: %3", nullptr, static_cast<int>(m_rows.size()))
        .arg(title(), fullCount(std::llround(last)), parts.join(QStringLiteral(", ")));
}

} // namespace awb::ui
