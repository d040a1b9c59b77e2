#include "ui/plots/plot_table.h"

#include <array>
#include <charconv>
#include <cmath>

#include <QSaveFile>
#include <QString>

namespace awb::ui {

namespace {

void appendNumber(QByteArray& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
    } else if (std::isinf(value)) {
        out += value > 0 ? "inf" : "-inf";
    } else {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        out.append(text.data(), end - text.data());
    }
}

void appendName(QByteArray& out, const std::string& name) {
    if (name.find_first_of(",\"\n\r") == std::string::npos) {
        out.append(name.data(), static_cast<qsizetype>(name.size()));
        return;
    }
    out += '"';
    for (const char c : name) {
        if (c == '"') {
            out += '"';
        }
        out += c;
    }
    out += '"';
}

} // namespace

Result<void> writeCsv(const PlotTable& table, const std::filesystem::path& file) {
    QSaveFile out(QString::fromStdString(file.string()));
    const auto broken = [&]() {
        return fail("The table could not be written: " + out.errorString().toStdString(), file.string(),
                    "Choose a folder that you may write to and that has space left");
    };
    if (!out.open(QIODevice::WriteOnly)) {
        return broken();
    }

    QByteArray text;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (c > 0) {
            text += ',';
        }
        appendName(text, table.columns[c].name);
    }
    text += '\n';

    constexpr qsizetype kFlushAt = 1 << 20;
    std::vector<std::size_t> next(table.columns.size(), 0);
    for (std::size_t row = 0; row < table.rowCount; ++row) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (c > 0) {
                text += ',';
            }
            const PlotTable::Column& column = table.columns[c];
            std::size_t& at = next[c];
            if (at < column.values.size() && (column.rows.empty() || column.rows[at] == row)) {
                appendNumber(text, column.values[at++]);
            }
        }
        text += '\n';
        if (text.size() >= kFlushAt) {
            if (out.write(text) != text.size()) {
                return broken();
            }
            text.clear();
        }
    }
    if (out.write(text) != text.size() || !out.commit()) {
        return broken();
    }
    return {};
}

} // namespace awb::ui
