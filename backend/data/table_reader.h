#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backend/data/text_input.h"
#include "models/config/result.h"

namespace awb {

enum class TableFormat {
    Tsv,
    Csv,
    JsonLines,
    Json,
    ConllU, ///< one word a line, ten columns
    Conll,  ///< one word a line, its tags in further columns
    Text,   ///< one text a line; a blank line begins a new document
};
std::string_view tableFormatName(TableFormat format);
/// Whether sentences go over several lines, so that rows are words.
constexpr bool holdsSentences(TableFormat format) {
    return format == TableFormat::ConllU || format == TableFormat::Conll;
}

/// What is looked for in a file. It decides where the name does not.
enum class TableContent : std::uint8_t { Rows, Sentences, Texts };

/// How a file of rows is read. Empty members are detected from the name and the first megabyte.
struct TableOptions {
    std::optional<TableFormat> format;
    std::optional<char> delimiter;
    std::optional<std::string> encoding; ///< any name that ICU knows: "UTF-8", "windows-1252", "latin1", ...
    bool header = true;
    TableContent content = TableContent::Rows;

    bool operator==(const TableOptions&) const = default;
};

/// What detection decided, with the reasons to show beside the preview.
struct TableDialect {
    TableFormat format = TableFormat::Tsv;
    char delimiter = '\t'; ///< CoNLL: a blank stands for any number of blanks
    std::string encoding = "UTF-8";
    bool header = true;
    std::vector<std::string> columns; ///< names; "1", "2", ... without a header
    std::vector<std::string>
        remarks; ///< "the header has one column when split at commas; it holds tabs", ...
};

/// What a JSON value was before it became a field.
enum class FieldKind : std::uint8_t { Text, Number, Boolean, Null, Missing, Nested };

/// One row: as many fields as columns. For JSON the fields are the values as text, empty for null and missing
/// ones.
struct TableRow {
    std::int64_t line = 0; ///< where it starts, counted from 1, header included
    std::vector<std::string> fields;
    std::vector<FieldKind> kinds; ///< JSON: one a field; empty where all are text (TSV, CSV)
    /// The sentence (CoNLL) or document (plain text) that the row is part of, counted from 1; 0 in tables.
    std::int64_t group = 0;

    FieldKind kind(std::size_t field) const { return kinds.empty() ? FieldKind::Text : kinds[field]; }
};

/// A row that could not be read: why, and where.
struct RowProblem {
    std::int64_t line = 0;
    std::string what; ///< goes on from "line 3": "has 1 field where the header has 2"
    std::optional<std::string> column;
    std::optional<std::int64_t> byte; ///< offset in the file, counted from 0
};

/// Streams a file of any size row by row in constant memory (apart from one row).
class TableReader {
public:
    struct Sinks {
        /// A good row; return false to stop reading.
        std::function<bool(TableRow&&)> row;
        /// A bad row; return false to stop reading.
        std::function<bool(RowProblem&&)> problem;
        /// 0..1, a few times a second; return false to cancel. May be empty.
        std::function<bool(double)> progress;
    };

    /// Looks at the beginning of the file. Errors: missing, a folder, empty, binary, header only, duplicate
    /// header names, only blank lines, ...
    static Result<TableDialect> detect(const TextInput& input, const TableOptions& options);

    /// Reads all rows with a known dialect. An error is something after which no row can be trusted, such as
    /// a quote that never closes, or that `progress` asked to stop. Blank lines are passed over.
    static Result<void> read(const TextInput& input, const TableDialect& dialect, const Sinks& sinks);
};

/// The first rows of a file for the import page, with all problems met on the way.
struct TablePreview {
    TableDialect dialect;
    std::vector<TableRow> rows;
    std::vector<RowProblem> problems;
    bool more = false; ///< the file goes on
};
Result<TablePreview> previewTable(const TextInput& input, const TableOptions& options, int maxRows);

} // namespace awb
