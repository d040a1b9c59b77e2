#include <algorithm>
#include <utility>

#include "backend/data/row_sources.h"
#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool isBlank(std::string_view line) {
    return line.find_first_not_of(' ') == std::string_view::npos;
}

std::string fieldCount(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " field" : " fields");
}

std::string hexByte(char byte) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    return std::string("0x") + kDigits[value >> 4U] + kDigits[value & 15U];
}

class DelimitedSource final : public RowSource {
public:
    DelimitedSource(LineReader& lines, const TableDialect& dialect)
        : m_records(lines, dialect.format, dialect.delimiter)
        , m_columns(dialect.columns)
        , m_skipHeader(dialect.header) {}

    std::optional<RowStep> next() override {
        if (std::exchange(m_skipHeader, false) && !m_records.next()) {
            return std::nullopt;
        }
        auto step = m_records.next();
        if (!step) {
            return std::nullopt;
        }
        if (auto* error = std::get_if<Error>(&*step)) {
            return std::move(*error);
        }
        auto& record = std::get<DelimitedRecord>(*step);
        if (record.problem) {
            name(*record.problem);
            return std::move(*record.problem);
        }
        if (record.fields.size() != m_columns.size()) {
            return RowProblem{.line = record.line,
                              .what = "has " + fieldCount(record.fields.size()) + " where the header has " +
                                      std::to_string(m_columns.size()),
                              .column = {},
                              .byte = {}};
        }
        return TableRow{.line = record.line, .fields = std::move(record.fields), .kinds = {}};
    }

private:
    /// Turns the number of a problem's column into its name.
    void name(RowProblem& problem) const {
        if (!problem.column) {
            return;
        }
        const std::size_t number = std::stoul(*problem.column);
        if (number <= m_columns.size() && !m_columns[number - 1].empty()) {
            problem.column = m_columns[number - 1];
        }
    }

    DelimitedRecords m_records;
    std::vector<std::string> m_columns;
    bool m_skipHeader;
};

} // namespace

/// Remembers the first byte of a line that no text should have.
void DelimitedRecords::noteBadBytes(std::string_view line) {
    if (m_record.problem) {
        return;
    }
    const auto report = [&](std::size_t at, std::string what) {
        std::optional<std::int64_t> byte;
        if (const auto start = m_lines.offset()) {
            byte = *start + static_cast<std::int64_t>(at);
            what += " (byte " + std::to_string(*byte) + " of the file, counted from 0)";
        }
        m_record.problem =
            RowProblem{.line = m_lines.number(), .what = std::move(what), .column = {}, .byte = byte};
    };
    if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos) {
        report(nul, "holds a NUL byte");
        m_record.problem->what += ": the file may be binary or damaged";
    } else if (const std::size_t bad = findIllFormed(line); bad != std::string_view::npos) {
        report(bad, "is not valid UTF-8: byte " + hexByte(line[bad]));
    } else if (!m_lines.offset() && line.find(kReplacement) != std::string_view::npos) {
        report(0, "has bytes that mean nothing in the chosen encoding");
    }
}

void DelimitedRecords::nameColumn(RowProblem& problem) const {
    const auto isBad = [](const std::string& field) {
        return field.find('\0') != std::string::npos || findIllFormed(field) != std::string_view::npos ||
               field.find(kReplacement) != std::string::npos;
    };
    const auto found = std::ranges::find_if(m_record.fields, isBad);
    if (found != m_record.fields.end()) {
        problem.column = std::to_string(found - m_record.fields.begin() + 1);
    }
}

Error DelimitedRecords::neverClosed(const std::string& detail) const {
    return {"a quoted field that opens on line " + std::to_string(m_quoteLine) + ", column " +
                std::to_string(m_quoteColumn) + " is never closed" + detail,
            m_lines.file().string() + ", line " + std::to_string(m_quoteLine),
            "Close the quote, or double it if it belongs to the text; or read the file with another format"};
}

DelimitedRecords::State DelimitedRecords::parseLine(std::string_view line, bool continued) {
    std::vector<std::string>& fields = m_record.fields;
    bool quoted = continued;
    for (std::size_t i = 0;;) {
        if (!quoted) {
            fields.emplace_back();
            if (m_quotes && i < line.size() && line[i] == '"') {
                quoted = true;
                m_quoteLine = m_lines.number();
                m_quoteColumn = fields.size();
                ++i;
                continue;
            }
            const std::size_t end = line.find(m_delimiter, i);
            fields.back() = line.substr(i, end - i);
            if (end == std::string_view::npos) {
                return State::Done;
            }
            i = end + 1;
            continue;
        }
        const std::size_t quote = line.find('"', i);
        fields.back() += line.substr(i, quote - i);
        if (quote == std::string_view::npos) {
            fields.back() += '\n';
            return State::QuoteOpen;
        }
        i = quote + 1;
        if (i < line.size() && line[i] == '"') {
            fields.back() += '"';
            ++i;
            continue;
        }
        if (i == line.size()) {
            return State::Done;
        }
        if (line[i] != m_delimiter) {
            return State::JunkAfterQuote;
        }
        quoted = false;
        ++i;
    }
}

std::optional<std::variant<DelimitedRecord, Error>> DelimitedRecords::next() {
    do {
        if (!m_lines.next()) {
            return m_lines.error() ? std::optional<std::variant<DelimitedRecord, Error>>(*m_lines.error())
                                   : std::nullopt;
        }
    } while (isBlank(m_lines.line()));
    m_record = {};
    m_record.line = m_lines.number();
    noteBadBytes(m_lines.line());
    State state = parseLine(m_lines.line(), false);
    std::size_t size = 0;
    while (state == State::QuoteOpen) {
        size += m_lines.line().size();
        if (size > LineReader::kLongestLine) {
            return neverClosed(" within 64 MB");
        }
        if (!m_lines.next()) {
            return m_lines.error() ? *m_lines.error() : neverClosed({});
        }
        noteBadBytes(m_lines.line());
        state = parseLine(m_lines.line(), true);
    }
    if (state == State::JunkAfterQuote) {
        if (m_quoteLine != m_lines.number()) {
            return neverClosed(" (the next quote, on line " + std::to_string(m_lines.number()) +
                               ", has text right after it)");
        }
        m_record.problem = RowProblem{.line = m_quoteLine,
                                      .what = "has text right after the closing quote of a field",
                                      .column = std::to_string(m_quoteColumn),
                                      .byte = {}};
    } else if (m_record.problem) {
        nameColumn(*m_record.problem);
    }
    return std::move(m_record);
}

std::unique_ptr<RowSource> makeDelimitedSource(LineReader& lines, const TableDialect& dialect) {
    return std::make_unique<DelimitedSource>(lines, dialect);
}

} // namespace awb
