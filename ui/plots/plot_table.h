#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/config/result.h"

namespace awb::ui {

/// The whole data behind a chart, for CSV. Columns may leave out rows: `rows` names the row of each value;
/// empty means one value for every row.
struct PlotTable {
    struct Column {
        std::string name;
        std::vector<double> values;
        std::vector<std::uint32_t> rows;
    };
    std::size_t rowCount = 0;
    std::vector<Column> columns;
};

/// RFC 4180 with a header line, full precision (reading gives the same doubles), "nan", "inf" and "-inf";
/// missing values are empty. Written to a temporary name and renamed. May be called on any thread.
Result<void> writeCsv(const PlotTable& table, const std::filesystem::path& file);

} // namespace awb::ui
