#include "ui/plots/heat_buckets.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace awb::ui {

HeatBuckets::HeatBuckets(std::size_t rows, double origin, double width, std::size_t maxColumns)
    : m_rows(rows)
    , m_origin(origin)
    , m_width(width)
    , m_maxColumns(std::max<std::size_t>(2, maxColumns)) {}

void HeatBuckets::add(double x, const std::function<double(std::size_t)>& valueOfRow) {
    // Half a sample's tolerance keeps rounding from opening a column too early.
    const auto columnOf = [this](double at) {
        return static_cast<std::size_t>(std::max(0.0, std::floor((at - m_origin) / m_width + 1e-6)));
    };
    while (columnOf(x) >= m_maxColumns) {
        halve();
    }
    const std::size_t column = columnOf(x);
    if (column >= m_columns) {
        m_columns = column + 1;
        m_cells.resize(m_columns * m_rows);
    }
    for (std::size_t row = 0; row < m_rows; ++row) {
        const double value = valueOfRow(row);
        if (!std::isfinite(value)) {
            continue;
        }
        Cell& cell = m_cells[column * m_rows + row];
        const auto narrow = static_cast<float>(value);
        cell.largest = cell.count == 0 ? narrow : std::max(cell.largest, narrow);
        cell.sum += value;
        ++cell.count;
    }
}

void HeatBuckets::halve() {
    m_width *= 2;
    const std::size_t columns = (m_columns + 1) / 2;
    std::vector<Cell> merged(columns * m_rows);
    for (std::size_t column = 0; column < m_columns; ++column) {
        for (std::size_t row = 0; row < m_rows; ++row) {
            const Cell& from = m_cells[column * m_rows + row];
            Cell& to = merged[column / 2 * m_rows + row];
            if (from.count == 0) {
                continue;
            }
            to.largest = to.count == 0 ? from.largest : std::max(to.largest, from.largest);
            to.sum += from.sum;
            to.count += from.count;
        }
    }
    m_columns = columns;
    m_cells = std::move(merged);
}

double HeatBuckets::largest(std::size_t row, std::size_t column) const {
    const Cell& cell = m_cells[column * m_rows + row];
    return cell.count == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(cell.largest);
}

double HeatBuckets::mean(std::size_t row, std::size_t column) const {
    const Cell& cell = m_cells[column * m_rows + row];
    return cell.count == 0 ? std::numeric_limits<double>::quiet_NaN()
                           : cell.sum / static_cast<double>(cell.count);
}

} // namespace awb::ui
