#include "backend/data/table_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "backend/data/row_sources.h"
#include "backend/data/sentence_reader.h"

namespace awb {

namespace {

std::unique_ptr<RowSource> makeSource(LineReader& lines, const TableDialect& dialect) {
    switch (dialect.format) {
    case TableFormat::JsonLines:
    case TableFormat::Json:
        return makeJsonSource(lines, dialect);
    case TableFormat::ConllU:
    case TableFormat::Conll:
        return makeSentenceRows(lines, dialect);
    case TableFormat::Text:
        return makeTextSource(lines);
    case TableFormat::Tsv:
    case TableFormat::Csv:
        break;
    }
    return makeDelimitedSource(lines, dialect);
}

} // namespace

std::string_view tableFormatName(TableFormat format) {
    constexpr std::array<std::string_view, 7> kNames{"TSV",     "CSV",   "JSON Lines", "JSON",
                                                     "CoNLL-U", "CoNLL", "plain text"};
    return kNames[static_cast<std::size_t>(format)];
}

Result<void> TableReader::read(const TextInput& input, const TableDialect& dialect, const Sinks& sinks) {
    auto lines = LineReader::open(input, dialect.encoding);
    if (!lines) {
        return tl::unexpected(lines.error());
    }
    const auto source = makeSource(*lines, dialect);
    double reported = -1;
    while (auto step = source->next()) {
        if (auto* error = std::get_if<Error>(&*step)) {
            return tl::unexpected(std::move(*error));
        }
        auto* row = std::get_if<TableRow>(&*step);
        if (!(row != nullptr ? sinks.row(std::move(*row))
                             : sinks.problem(std::move(std::get<RowProblem>(*step))))) {
            return {};
        }
        // The fraction moves on with each megabyte read, not with each row.
        if (sinks.progress && lines->fraction() != reported) {
            reported = lines->fraction();
            if (!sinks.progress(reported)) {
                return fail("reading was stopped", input.name().string());
            }
        }
    }
    return {};
}

Result<TablePreview> previewTable(const TextInput& input, const TableOptions& options, int maxRows) {
    auto dialect = TableReader::detect(input, options);
    if (!dialect) {
        return tl::unexpected(dialect.error());
    }
    TablePreview preview;
    preview.dialect = std::move(*dialect);
    const auto limit = static_cast<std::size_t>(std::max(maxRows, 0));
    const auto full = [&] {
        preview.more = preview.rows.size() + preview.problems.size() >= limit;
        return preview.more;
    };
    TableReader::Sinks sinks;
    sinks.row = [&](TableRow&& row) {
        if (full()) {
            return false;
        }
        preview.rows.push_back(std::move(row));
        return true;
    };
    sinks.problem = [&](RowProblem&& problem) {
        if (full()) {
            return false;
        }
        preview.problems.push_back(std::move(problem));
        return true;
    };
    const auto read = TableReader::read(input, preview.dialect, sinks);
    if (!read) {
        return tl::unexpected(read.error());
    }
    return preview;
}

} // namespace awb
