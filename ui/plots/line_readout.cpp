// What LineChart says in words and numbers: read-out, table, summary.
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/plots/line_chart.h"
#include "ui/plots/plot_view_p.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

/// Index of the last point at or before a step; of the first one when all are later.
std::size_t indexAt(std::span<const double> steps, double step) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), step + 1e-9);
    return after == steps.begin() ? 0 : static_cast<std::size_t>(after - steps.begin()) - 1;
}

} // namespace

std::vector<ReadoutLine> LineChart::readout(double step) const {
    struct Ranked {
        ReadoutLine line;
        double value;
    };
    std::vector<Ranked> lines;
    for (const Curve& curve : m_curves) {
        const auto steps = curve.spec.x(*d->data, XAxis::Step);
        if (steps.empty() || !isShown(curve)) {
            continue;
        }
        const std::size_t i = indexAt(steps, step);
        const double value = curve.spec.values(*d->data).at(i);
        if (std::isnan(value) && !curve.spec.reportsEvents) {
            continue;
        }
        QString name = curve.spec.name;
        if (steps[i] != step) {
            name = tr("%1, step %2").arg(name, fullCount(std::llround(steps[i])));
        }
        QString text = valueText(value);
        double drawn = value;
        if (m_smoothing > 0 && curve.spec.smooth && i < curve.smooth.size()) {
            const double smooth = curve.smooth.at(i);
            text = curve.spec.faintRaw ? tr("%1 (EMA %2)").arg(text, valueText(smooth)) : valueText(smooth);
            drawn = smooth;
        }
        std::optional<QPointF> point;
        if (std::isfinite(drawn) && (!d->logarithmic || drawn > 0)) {
            point = QPointF(curve.spec.x(*d->data, d->xAxis)[i], drawn);
        }
        lines.push_back({{curve.spec.color(), name, text, point}, value});
    }
    if (lines.size() > m_readoutLimit) {
        std::stable_sort(lines.begin(), lines.end(),
                         [](const Ranked& a, const Ranked& b) { return a.value > b.value; });
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(m_readoutLimit), lines.end());
    }
    std::vector<ReadoutLine> out;
    out.reserve(lines.size());
    for (Ranked& ranked : lines) {
        out.push_back(std::move(ranked.line));
    }
    return out;
}

PlotTable LineChart::table() const {
    PlotTable table;
    if (!d->data) {
        return table;
    }
    // One row for each step at which anything was recorded.
    std::vector<double> rows;
    const double* merged = nullptr;
    for (const Curve& curve : m_curves) {
        const auto steps = curve.spec.x(*d->data, XAxis::Step);
        if (steps.empty() || steps.data() == merged) {
            continue;
        }
        merged = steps.data();
        std::vector<double> both;
        both.reserve(rows.size() + steps.size());
        std::set_union(rows.begin(), rows.end(), steps.begin(), steps.end(), std::back_inserter(both));
        rows = std::move(both);
    }
    table.rowCount = rows.size();

    constexpr std::array kPositions{std::pair{"epoch", XAxis::Epoch}, std::pair{"examples", XAxis::Examples},
                                    std::pair{"tokens", XAxis::Tokens}, std::pair{"seconds", XAxis::Time}};
    table.columns.push_back({"step", rows, {}});
    for (const auto& [name, axis] : kPositions) {
        PlotTable::Column column{name, {}, {}};
        column.values.reserve(rows.size());
        for (const double step : rows) {
            column.values.push_back(d->data->xAtStep(step, axis));
        }
        table.columns.push_back(std::move(column));
    }
    for (const Curve& curve : m_curves) {
        const auto steps = curve.spec.x(*d->data, XAxis::Step);
        const ColumnView values = curve.spec.values(*d->data);
        PlotTable::Column column{curve.spec.name.toStdString(), {}, {}};
        column.values.reserve(values.size());
        std::size_t row = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            while (rows[row] < steps[i]) {
                ++row;
            }
            column.values.push_back(values.at(i));
            if (steps.size() != rows.size()) {
                column.rows.push_back(static_cast<std::uint32_t>(row));
            }
        }
        if (values.size() > 0) {
            table.columns.push_back(std::move(column));
        }
    }
    return table;
}

QString LineChart::summary() const {
    if (isEmpty()) {
        return tr("%1: %2").arg(title(), d->emptyLabel->text());
    }
    constexpr std::size_t kSpoken = 4;
    QStringList parts;
    for (const Curve& curve : m_curves) {
        const ColumnView values = curve.spec.values(*d->data);
        if (values.size() == 0 || static_cast<std::size_t>(parts.size()) == kSpoken) {
            continue;
        }
        const std::size_t last = values.size() - 1;
        const QString step = fullCount(std::llround(curve.spec.x(*d->data, XAxis::Step)[last]));
        parts << (last == 0
                      ? tr("%1 %2 at step %3").arg(curve.spec.name, valueText(values.at(0)), step)
                      : tr("%1 %2 at step %3, from %4")
                            .arg(curve.spec.name, valueText(values.at(last)), step, valueText(values.at(0))));
    }
    if (m_curves.size() > kSpoken) {
        parts << tr("%1 curves in all").arg(m_curves.size());
    }
    return tr("%1: %2").arg(title(), parts.join(QStringLiteral("; ")));
}

} // namespace awb::ui
