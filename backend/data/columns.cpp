#include "backend/data/columns.h"

#include <algorithm>

namespace awb {

Result<std::size_t> findColumn(const TableDialect& dialect, const std::string& name,
                               const std::filesystem::path& file) {
    const auto found = std::ranges::find(dialect.columns, name);
    if (!name.empty() && found != dialect.columns.end()) {
        return static_cast<std::size_t>(found - dialect.columns.begin());
    }
    for (std::size_t i = 0; i < dialect.columns.size(); ++i) {
        if (name == std::to_string(i + 1)) {
            return i;
        }
    }
    std::string known;
    for (const std::string& column : dialect.columns) {
        known += (known.empty() ? "`" : ", `") + column + "`";
    }
    return fail("there is no column `" + name + "`; the columns are " + known,
                file.string() + (dialect.header ? ", line 1" : ""),
                "Choose one of them, by its name or by its number from 1");
}

std::string columnName(const TableDialect& dialect, std::size_t column) {
    return dialect.columns[column].empty() ? std::to_string(column + 1) : dialect.columns[column];
}

std::string wordColumnOf(const DataSpec& spec, const TableDialect& dialect) {
    if (spec.text != DataSpec{}.text) {
        return spec.text;
    }
    switch (dialect.format) {
    case TableFormat::ConllU:
        return "FORM";
    case TableFormat::Conll:
        return "1";
    default:
        return spec.text;
    }
}

std::string tagColumnOf(const DataSpec& spec, const TableDialect& dialect) {
    if (!spec.tag.empty()) {
        return spec.tag;
    }
    switch (dialect.format) {
    case TableFormat::ConllU:
        return "UPOS";
    case TableFormat::Conll:
        return std::to_string(dialect.columns.size());
    default:
        return "tags";
    }
}

bool isBlankField(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string inBackticks(std::string_view text) {
    constexpr std::size_t kLongest = 40;
    return "`" + std::string(text.substr(0, kLongest)) + (text.size() > kLongest ? "...`" : "`");
}

std::string_view kindName(FieldKind kind) {
    switch (kind) {
    case FieldKind::Text:
        return "text";
    case FieldKind::Number:
        return "a number";
    case FieldKind::Boolean:
        return "true or false";
    case FieldKind::Null:
        return "null";
    case FieldKind::Missing:
        return "missing";
    case FieldKind::Nested:
        return "an object or array";
    }
    return {};
}

} // namespace awb
