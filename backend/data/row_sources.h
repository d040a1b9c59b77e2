#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "backend/data/line_reader.h"
#include "backend/data/table_reader.h"

namespace awb {

/// What a source of rows gives: a row, a row that can't be read, or an error that ends the file.
using RowStep = std::variant<TableRow, RowProblem, Error>;

/// Gives the rows of one file one after the other.
class RowSource {
public:
    virtual ~RowSource() = default;
    /// None at the end.
    virtual std::optional<RowStep> next() = 0;
};

/// The rows below the header. `lines` must outlive the source.
std::unique_ptr<RowSource> makeDelimitedSource(LineReader& lines, const TableDialect& dialect);
/// The rows of JSON Lines or of a JSON array.
std::unique_ptr<RowSource> makeJsonSource(LineReader& lines, const TableDialect& dialect);
/// Each line that isn't blank as a row of one field, without blanks around it.
std::unique_ptr<RowSource> makeTextSource(LineReader& lines);

/// One record of TSV or CSV as it stands, whatever its number of fields, or why there is none.
struct DelimitedRecord {
    std::int64_t line = 0;
    std::vector<std::string> fields;
    std::optional<RowProblem> problem;
};

/// Cuts lines into records. In TSV a quote is an ordinary character; in CSV a field may stand in double
/// quotes, with delimiters, line ends and doubled quotes inside (RFC 4180).
class DelimitedRecords {
public:
    DelimitedRecords(LineReader& lines, TableFormat format, char delimiter)
        : m_lines(lines)
        , m_quotes(format == TableFormat::Csv)
        , m_delimiter(delimiter) {}

    /// The next record that isn't blank; none at the end.
    std::optional<std::variant<DelimitedRecord, Error>> next();

private:
    enum class State { Done, QuoteOpen, JunkAfterQuote };
    State parseLine(std::string_view line, bool continued);
    Error neverClosed(const std::string& detail) const;
    void noteBadBytes(std::string_view line);
    void nameColumn(RowProblem& problem) const;

    LineReader& m_lines;
    bool m_quotes;
    char m_delimiter;
    DelimitedRecord m_record;
    std::int64_t m_quoteLine = 0;
    std::size_t m_quoteColumn = 0;
};

/// Why a line or element is no JSON object to be a row, or the object.
std::variant<nlohmann::json, RowProblem> parseJsonRow(std::string_view text, std::int64_t line);

/// Elements of a top-level JSON array as text, one after the other, however they are spread over lines.
class JsonElements {
public:
    struct Element {
        std::int64_t line = 0;
        std::string text;
    };
    explicit JsonElements(LineReader& lines)
        : m_lines(lines) {}
    /// None after the closing bracket.
    std::optional<std::variant<Element, Error>> next();

private:
    /// The next character that is not white space; none at the end of the file.
    std::optional<char> peek();
    bool nextLine();
    Error error(std::string what) const;
    std::optional<Error> scan(Element& element);

    LineReader& m_lines;
    std::string_view m_line;
    std::size_t m_position = 0;
    bool m_opened = false;
    bool m_first = true;
    bool m_closed = false;
};

} // namespace awb
