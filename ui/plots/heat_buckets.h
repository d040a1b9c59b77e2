#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace awb::ui {

/// Columns of a heatmap that grows: samples fall into columns of equal width along x. When there are more
/// columns than `maxColumns`, the width doubles and neighbours merge, so that any number of samples costs the
/// same to draw.
class HeatBuckets {
public:
    /// `width`: of one column at the start, more than 0.
    HeatBuckets(std::size_t rows, double origin, double width, std::size_t maxColumns = 800);

    /// Adds one sample of every row; x must not go back. Values that are not finite are passed over.
    void add(double x, const std::function<double(std::size_t)>& valueOfRow);

    std::size_t rows() const { return m_rows; }
    std::size_t columns() const { return m_columns; }
    double origin() const { return m_origin; }
    double width() const { return m_width; }
    /// NaN where a column has no finite value of the row.
    double largest(std::size_t row, std::size_t column) const;
    double mean(std::size_t row, std::size_t column) const;

private:
    struct Cell {
        float largest = 0;
        double sum = 0;
        std::size_t count = 0;
    };
    void halve();

    std::size_t m_rows;
    double m_origin;
    double m_width;
    std::size_t m_maxColumns;
    std::size_t m_columns = 0;
    std::vector<Cell> m_cells; ///< column by column
};

} // namespace awb::ui
