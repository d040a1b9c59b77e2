#include <algorithm>
#include <utility>

#include "backend/data/row_sources.h"
#include "backend/text/unicode.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr std::string_view kBlanks = " \t\r\n";

/// The brackets still open at the end of a text, innermost last; none when it ends inside a string.
std::optional<std::string> openBrackets(std::string_view text) {
    std::string open;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            i += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            open.push_back(c == '{' ? '}' : ']');
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        }
    }
    return inString ? std::nullopt : std::optional(open);
}

std::string whyNotJson(std::string_view text, std::size_t byte) {
    const std::size_t before = std::min(byte == 0 ? 0 : byte - 1, text.size());
    const std::string column = std::to_string(decodeUtf8(text.substr(0, before)).size() + 1);
    if (before < text.size()) {
        return "is not JSON: it goes wrong at column " + column;
    }
    const auto open = openBrackets(text);
    if (!open) {
        return "is not whole JSON: a quote is missing at the end of the line (column " + column + ")";
    }
    return "is not whole JSON: `" + std::string(open->rbegin(), open->rend()) +
           "` is missing at the end of the line (column " + column + ")";
}

FieldKind kindOf(const json& value) {
    switch (value.type()) {
    case json::value_t::string:
        return FieldKind::Text;
    case json::value_t::boolean:
        return FieldKind::Boolean;
    case json::value_t::null:
        return FieldKind::Null;
    case json::value_t::object:
    case json::value_t::array:
        return FieldKind::Nested;
    default:
        return FieldKind::Number;
    }
}

TableRow rowFrom(const json& object, std::int64_t line, const std::vector<std::string>& columns) {
    TableRow row{.line = line, .fields = {}, .kinds = {}};
    for (const std::string& column : columns) {
        const auto found = object.find(column);
        const FieldKind kind = found == object.end() ? FieldKind::Missing : kindOf(*found);
        row.kinds.push_back(kind);
        if (kind == FieldKind::Text) {
            row.fields.push_back(found->get<std::string>());
        } else if (kind == FieldKind::Null || kind == FieldKind::Missing) {
            row.fields.emplace_back();
        } else {
            row.fields.push_back(found->dump());
        }
    }
    return row;
}

RowStep stepFrom(std::string_view text, std::int64_t line, const std::vector<std::string>& columns) {
    auto parsed = parseJsonRow(text, line);
    if (auto* problem = std::get_if<RowProblem>(&parsed)) {
        return std::move(*problem);
    }
    return rowFrom(std::get<json>(parsed), line, columns);
}

class JsonLinesSource final : public RowSource {
public:
    JsonLinesSource(LineReader& lines, const TableDialect& dialect)
        : m_lines(lines)
        , m_columns(dialect.columns) {}

    std::optional<RowStep> next() override {
        do {
            if (!m_lines.next()) {
                return m_lines.error() ? std::optional<RowStep>(*m_lines.error()) : std::nullopt;
            }
        } while (m_lines.line().find_first_not_of(kBlanks) == std::string_view::npos);
        if (const std::size_t bad = findIllFormed(m_lines.line()); bad != std::string_view::npos) {
            RowProblem problem{
                .line = m_lines.number(), .what = "is not valid UTF-8", .column = {}, .byte = {}};
            if (const auto start = m_lines.offset()) {
                problem.byte = *start + static_cast<std::int64_t>(bad);
                problem.what += " at byte " + std::to_string(*problem.byte) + " of the file, counted from 0";
            }
            return problem;
        }
        return stepFrom(m_lines.line(), m_lines.number(), m_columns);
    }

private:
    LineReader& m_lines;
    std::vector<std::string> m_columns;
};

class JsonArraySource final : public RowSource {
public:
    JsonArraySource(LineReader& lines, const TableDialect& dialect)
        : m_elements(lines)
        , m_columns(dialect.columns) {}

    std::optional<RowStep> next() override {
        auto step = m_elements.next();
        if (!step) {
            return std::nullopt;
        }
        if (auto* error = std::get_if<Error>(&*step)) {
            return std::move(*error);
        }
        const auto& element = std::get<JsonElements::Element>(*step);
        return stepFrom(element.text, element.line, m_columns);
    }

private:
    JsonElements m_elements;
    std::vector<std::string> m_columns;
};

} // namespace

std::variant<json, RowProblem> parseJsonRow(std::string_view text, std::int64_t line) {
    RowProblem problem{.line = line, .what = {}, .column = {}, .byte = {}};
    try {
        json value = json::parse(text);
        if (value.is_object()) {
            return value;
        }
        problem.what = std::string("is ") + (value.is_array() ? "an array" : "a single value") +
                       ", not an object with named values";
    } catch (const json::parse_error& error) {
        problem.what = whyNotJson(text, error.byte);
    } catch (const json::exception&) {
        problem.what = "holds a number that is too large";
    }
    return problem;
}

bool JsonElements::nextLine() {
    if (!m_lines.next()) {
        return false;
    }
    m_line = m_lines.line();
    m_position = 0;
    return true;
}

std::optional<char> JsonElements::peek() {
    while (true) {
        m_position = m_line.find_first_not_of(kBlanks, m_position);
        if (m_position != std::string_view::npos) {
            return m_line[m_position];
        }
        m_line = {};
        m_position = 0;
        if (!nextLine()) {
            return std::nullopt;
        }
    }
}

Error JsonElements::error(std::string what) const {
    if (m_lines.error()) {
        return *m_lines.error();
    }
    return {std::move(what), m_lines.file().string() + ", line " + std::to_string(m_lines.number()),
            "Mend the file there; a JSON file of rows is an array of objects: [{...}, {...}]"};
}

/// Takes characters up to the end of the element that begins at the current place.
std::optional<Error> JsonElements::scan(Element& element) {
    int depth = 0;
    bool inString = false;
    while (true) {
        for (; m_position < m_line.size(); ++m_position) {
            const char c = m_line[m_position];
            if (inString) {
                element.text.push_back(c);
                if (c == '\\' && m_position + 1 < m_line.size()) {
                    element.text.push_back(m_line[++m_position]);
                } else if (c == '"') {
                    inString = false;
                }
                continue;
            }
            if (depth == 0 && (c == ',' || c == ']')) {
                return std::nullopt;
            }
            element.text.push_back(c);
            inString = c == '"';
            depth += c == '{' || c == '[' ? 1 : 0;
            depth -= c == '}' || c == ']' ? 1 : 0;
            if (depth == 0 && (c == '}' || c == ']')) {
                ++m_position;
                return std::nullopt;
            }
        }
        element.text.push_back('\n');
        if (element.text.size() > LineReader::kLongestLine) {
            return error("the row that begins on line " + std::to_string(element.line) +
                         " is longer than 64 MB");
        }
        if (!nextLine()) {
            return error("the file ends inside the row that begins on line " + std::to_string(element.line));
        }
    }
}

std::optional<std::variant<JsonElements::Element, Error>> JsonElements::next() {
    if (m_closed) {
        return std::nullopt;
    }
    if (!std::exchange(m_opened, true)) {
        if (peek() != '[') {
            return error("the file does not begin with an array");
        }
        ++m_position;
    }
    auto c = peek();
    if (c == ']') {
        ++m_position;
        m_closed = true;
        if (peek()) {
            return error("there is text after the end of the array");
        }
        return std::nullopt;
    }
    if (!std::exchange(m_first, false) && c) {
        if (c != ',') {
            return error("a comma is missing between two rows");
        }
        ++m_position;
        c = peek();
    }
    if (!c) {
        m_closed = true;
        return error("the file ends before the array does: `]` is missing");
    }
    Element element{.line = m_lines.number(), .text = {}};
    if (auto problem = scan(element)) {
        m_closed = true;
        return std::move(*problem);
    }
    return element;
}

std::unique_ptr<RowSource> makeJsonSource(LineReader& lines, const TableDialect& dialect) {
    if (dialect.format == TableFormat::Json) {
        return std::make_unique<JsonArraySource>(lines, dialect);
    }
    return std::make_unique<JsonLinesSource>(lines, dialect);
}

} // namespace awb
