#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "backend/data/row_sources.h"
#include "backend/data/sentence_reader.h"
#include "backend/data/table_reader.h"
#include "backend/data/table_sniff.h"
#include "backend/text/unicode.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<char, std::string_view>, 4> kDelimiters{
    {{'\t', "tabs"}, {',', "commas"}, {';', "semicolons"}, {'|', "bars"}}};
constexpr std::size_t kRowsForColumns = 200; ///< JSON objects whose keys become columns
constexpr std::size_t kLongestColumnName = 80;

std::string delimiterName(char delimiter) {
    for (const auto& [candidate, name] : kDelimiters) {
        if (candidate == delimiter) {
            return std::string(name);
        }
    }
    return std::string("`") + delimiter + "`";
}

/// The number of fields that a line has when split at a delimiter, quotes respected.
std::size_t fieldsAt(std::string_view line, char delimiter) {
    std::size_t fields = 1;
    bool quoted = false;
    for (const char c : line) {
        quoted = c == '"' ? !quoted : quoted;
        fields += !quoted && c == delimiter ? 1 : 0;
    }
    return fields;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    return begin == std::string_view::npos
               ? std::string()
               : std::string(text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

bool looksLikeNumber(std::string_view text) {
    return !text.empty() && text.find_first_of("0123456789") != std::string_view::npos &&
           text.find_first_not_of("0123456789.+-eE") == std::string_view::npos;
}

class Detector {
public:
    Detector(const TextInput& input, const TableOptions& options)
        : m_input(input)
        , m_options(options) {}

    Result<TableDialect> detect() {
        auto sample = readSample(m_input);
        if (!sample) {
            return tl::unexpected(sample.error());
        }
        m_sample = std::move(*sample);
        m_dialect.header = m_options.header;
        if (auto error = chooseEncoding()) {
            return tl::unexpected(std::move(*error));
        }
        auto firstLine = findFirstLine();
        if (!firstLine) {
            return tl::unexpected(firstLine.error());
        }
        chooseFormat(*firstLine);
        if (auto error = readColumns(*firstLine)) {
            return tl::unexpected(std::move(*error));
        }
        return std::move(m_dialect);
    }

private:
    std::optional<Error> readColumns(std::string_view firstLine) {
        switch (m_dialect.format) {
        case TableFormat::JsonLines:
        case TableFormat::Json:
            return readJsonColumns(firstLine);
        case TableFormat::ConllU:
        case TableFormat::Conll:
            return readSentenceColumns();
        case TableFormat::Text:
            m_firstLine = 0; // there is no header
            m_dialect.delimiter = '\0';
            m_dialect.header = false;
            m_dialect.columns = {"text"};
            return checkUtf8();
        case TableFormat::Tsv:
        case TableFormat::Csv:
            break;
        }
        return readDelimitedColumns(firstLine);
    }

    std::optional<Error> readSentenceColumns() {
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        if (!lines) {
            return lines.error();
        }
        const auto layout = findSentenceLayout(*lines, m_dialect.format);
        if (!layout) {
            return lines->error() ? *lines->error()
                                  : problem("the file has comments but no words", {}, "Choose another file");
        }
        m_firstLine = 0; // there is no header
        m_dialect.header = false;
        m_dialect.delimiter = layout->delimiter;
        m_dialect.columns = sentenceColumns(*layout);
        return checkUtf8();
    }

    Error problem(std::string what, std::string place, std::string advice) const {
        return {std::move(what), m_input.name().string() + std::move(place), std::move(advice)};
    }

    std::optional<Error> chooseEncoding() {
        if (m_options.encoding && !m_options.encoding->empty()) {
            m_dialect.encoding = isUtf8Name(*m_options.encoding) ? "UTF-8" : *m_options.encoding;
            const auto converter = EncodingConverter::create(m_dialect.encoding);
            return converter ? std::nullopt
                             : std::optional(problem(converter.error().what, {}, converter.error().advice));
        }
        if (auto encoding = sniffEncoding(m_sample.bytes)) {
            m_dialect.encoding = std::move(*encoding);
            m_dialect.remarks.push_back("the file is in " + m_dialect.encoding + " and is read as such");
            return std::nullopt;
        }
        if (const std::string_view kind = sniffBinary(m_sample.bytes); !kind.empty()) {
            return problem(kind == "a binary file"
                               ? "this is not a text file (it is full of control characters)"
                               : "this is not a text file (it starts like " + std::string(kind) + ")",
                           {},
                           "Choose a CSV, TSV, JSON Lines or JSON file; from a spreadsheet, export as CSV");
        }
        return std::nullopt;
    }

    /// The first line that isn't blank, with its number in `m_firstLine`.
    Result<std::string> findFirstLine() {
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        if (!lines) {
            return tl::unexpected(lines.error());
        }
        while (lines->next()) {
            if (lines->line().find_first_not_of(" \t") != std::string_view::npos) {
                m_firstLine = lines->number();
                return std::string(lines->line());
            }
        }
        if (lines->error()) {
            return tl::unexpected(*lines->error());
        }
        return fail("the file holds only blank lines; no header found", m_input.name().string(),
                    "Choose another file");
    }

    void chooseFormat(std::string_view firstLine) {
        std::string extension = m_input.name().extension().string();
        std::ranges::transform(extension, extension.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        static const std::map<std::string, TableFormat, std::less<>> kByName{
            {".tsv", TableFormat::Tsv},          {".tab", TableFormat::Tsv},
            {".csv", TableFormat::Csv},          {".jsonl", TableFormat::JsonLines},
            {".ndjson", TableFormat::JsonLines}, {".json", TableFormat::Json},
            {".conllu", TableFormat::ConllU},    {".conll", TableFormat::Conll},
            {".iob", TableFormat::Conll},        {".iob2", TableFormat::Conll},
            {".bio", TableFormat::Conll}};
        const auto named = kByName.find(extension);
        const char first = firstLine[firstLine.find_first_not_of(" \t")];
        if (m_options.format) {
            m_dialect.format = *m_options.format;
        } else if (const auto format = formatByContent(
                       named == kByName.end() ? std::nullopt : std::optional(named->second))) {
            m_dialect.format = *format;
        } else if (named != kByName.end()) {
            m_dialect.format = named->second;
        } else if (first == '{' || first == '[') {
            m_dialect.format = first == '{' ? TableFormat::JsonLines : TableFormat::Json;
        } else {
            m_dialect.format = fieldsAt(firstLine, '\t') > 1 ? TableFormat::Tsv : TableFormat::Csv;
        }
        const bool lineIsJson = json::accept(firstLine);
        if (m_dialect.format == TableFormat::JsonLines && first == '[' && !lineIsJson) {
            m_dialect.format = TableFormat::Json;
            m_dialect.remarks.push_back(
                "the file is one JSON array over several lines, not JSON Lines, and is read as "
                "JSON");
        } else if (m_dialect.format == TableFormat::Json && first == '{' && lineIsJson &&
                   secondLineIsObject()) {
            m_dialect.format = TableFormat::JsonLines;
            m_dialect.remarks.push_back("the file has one JSON object a line and is read as JSON Lines");
        }
    }

    /// Sentences stand in files of any name, `.txt` and `.tsv` too: the blank lines between them tell. Texts
    /// are looked for in files whose name means no table.
    std::optional<TableFormat> formatByContent(std::optional<TableFormat> named) {
        const bool mayBeSentences = !named || *named == TableFormat::Tsv || *named == TableFormat::Csv;
        if (m_options.content == TableContent::Texts && !named) {
            return TableFormat::Text;
        }
        if (m_options.content != TableContent::Sentences || !mayBeSentences) {
            return std::nullopt;
        }
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        const auto layout = lines ? findSentenceLayout(*lines, std::nullopt) : std::nullopt;
        if (!layout || !layout->breaks || layout->columns < 2) {
            return std::nullopt;
        }
        m_dialect.remarks.push_back("blank lines divide the file into sentences, so it is read as " +
                                    std::string(tableFormatName(layout->format)));
        return layout->format;
    }

    bool secondLineIsObject() const {
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        while (lines && lines->next()) {
            if (lines->number() > m_firstLine && !trimmed(lines->line()).empty()) {
                return trimmed(lines->line()).front() == '{';
            }
        }
        return false;
    }

    void chooseDelimiter(std::string_view firstLine) {
        m_dialect.delimiter = m_dialect.format == TableFormat::Tsv ? '\t' : ',';
        if (m_options.delimiter) {
            m_dialect.delimiter = *m_options.delimiter;
            return;
        }
        if (fieldsAt(firstLine, m_dialect.delimiter) > 1) {
            return;
        }
        const auto best = std::ranges::max_element(kDelimiters, {}, [firstLine](const auto& candidate) {
            return fieldsAt(firstLine, candidate.first);
        });
        if (fieldsAt(firstLine, best->first) < 2) {
            return;
        }
        std::string remark = "the header has one column when split at " + delimiterName(m_dialect.delimiter) +
                             "; it holds " + std::string(best->second) + ", so the file is read as ";
        m_dialect.delimiter = best->first;
        m_dialect.format = best->first == '\t' ? TableFormat::Tsv : TableFormat::Csv;
        remark += m_dialect.format == TableFormat::Tsv ? "TSV" : "CSV with " + std::string(best->second);
        m_dialect.remarks.push_back(std::move(remark));
    }

    std::optional<Error> readDelimitedColumns(std::string_view firstLine) {
        chooseDelimiter(firstLine);
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        if (!lines) {
            return lines.error();
        }
        DelimitedRecords records(*lines, m_dialect.format, m_dialect.delimiter);
        const auto first = records.next();
        if (!first || std::holds_alternative<Error>(*first)) {
            return first ? std::get<Error>(*first)
                         : problem("the file has no rows", {}, "Choose another file");
        }
        const auto& record = std::get<DelimitedRecord>(*first);
        for (std::size_t i = 0; i < record.fields.size(); ++i) {
            m_dialect.columns.push_back(m_dialect.header ? trimmed(record.fields[i]) : std::to_string(i + 1));
        }
        if (auto error = checkUtf8()) {
            return error;
        }
        if (m_dialect.header) {
            if (auto error = checkHeader(record)) {
                return error;
            }
            if (!records.next()) {
                return problem("the file has a header but no rows", ", line " + std::to_string(record.line),
                               "Add rows, or switch the header off if that line is a row");
            }
        }
        return std::nullopt;
    }

    std::optional<Error> checkHeader(const DelimitedRecord& header) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < m_dialect.columns.size(); ++i) {
            const std::string& name = m_dialect.columns[i];
            const std::string number = std::to_string(i + 1);
            if (name.empty()) {
                m_dialect.remarks.push_back("column " + number + " has no name; choose it by its number");
                continue;
            }
            if (const auto [before, added] = seen.emplace(name, i + 1); !added) {
                return problem("the header names `" + name + "` twice (columns " +
                                   std::to_string(before->second) + " and " + number + ")",
                               ", line " + std::to_string(header.line), "Rename one of the two columns");
            }
            if (looksLikeNumber(name) || name.size() > kLongestColumnName) {
                m_dialect.remarks.push_back("the first line looks like a row, not like a header (column " +
                                            number + " is `" + name.substr(0, kLongestColumnName) +
                                            "`); switch the header off if it is one");
            }
        }
        return std::nullopt;
    }

    /// Bytes in the sample that are not UTF-8 mean that the whole file is in another encoding.
    std::optional<Error> checkUtf8() const {
        if (m_dialect.encoding != "UTF-8") {
            return std::nullopt;
        }
        const std::string_view bytes = m_sample.bytes;
        const std::size_t bad = findIllFormed(bytes);
        const bool cutOff = !m_sample.whole && bytes.size() - std::min(bad, bytes.size()) < 4;
        if (bad == std::string_view::npos || cutOff) {
            return std::nullopt;
        }
        const auto [line, column] = placeOf(bad);
        constexpr std::string_view kDigits = "0123456789ABCDEF";
        const auto value = static_cast<unsigned char>(bytes[bad]);
        return problem("line " + std::to_string(line) + " is not valid UTF-8 (byte 0x" +
                           kDigits[value >> 4U] + kDigits[value & 15U] + ", column " + column + ", byte " +
                           std::to_string(bad) + " of the file counted from 0)",
                       ", line " + std::to_string(line) + ", column " + column,
                       "Choose the file's encoding; for Western European text it is mostly Windows-1252 "
                       "(windows-1252) or Latin-1 (ISO-8859-1)");
    }

    std::pair<std::int64_t, std::string> placeOf(std::size_t byte) const {
        const std::string_view before = std::string_view(m_sample.bytes).substr(0, byte);
        std::int64_t line = 1;
        std::size_t lineStart = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const bool crLf = before[i] == '\r' && m_sample.bytes[i + 1] == '\n';
            if (before[i] == '\n' || (before[i] == '\r' && !crLf)) {
                ++line;
                lineStart = i + 1;
            }
        }
        const std::size_t column = fieldsAt(before.substr(lineStart), m_dialect.delimiter) - 1;
        const bool named = column < m_dialect.columns.size() && !m_dialect.columns[column].empty();
        return {line, named && line > m_firstLine ? m_dialect.columns[column] : std::to_string(column + 1)};
    }

    std::optional<Error> readJsonColumns(std::string_view firstLine) {
        if (m_dialect.format == TableFormat::Json && firstLine[firstLine.find_first_not_of(" \t")] != '[') {
            return notAnArray();
        }
        auto lines = LineReader::open(m_input, m_dialect.encoding);
        if (!lines) {
            return lines.error();
        }
        return m_dialect.format == TableFormat::Json ? columnsOfArray(*lines) : columnsOfLines(*lines);
    }

    std::optional<Error> columnsOfArray(LineReader& lines) {
        JsonElements elements(lines);
        for (std::size_t i = 0; i < kRowsForColumns; ++i) {
            const auto step = elements.next();
            if (!step) {
                break;
            }
            if (const auto* error = std::get_if<Error>(&*step)) {
                return *error;
            }
            const auto& element = std::get<JsonElements::Element>(*step);
            addKeys(element.text, element.line);
        }
        return checkJsonColumns();
    }

    std::optional<Error> columnsOfLines(LineReader& lines) {
        for (std::size_t i = 0; i < kRowsForColumns && lines.next(); ++i) {
            if (!trimmed(lines.line()).empty()) {
                addKeys(lines.line(), lines.number());
            }
        }
        return lines.error() ? lines.error() : checkJsonColumns();
    }

    void addKeys(std::string_view text, std::int64_t line) {
        if (!std::holds_alternative<json>(parseJsonRow(text, line))) {
            return;
        }
        // Parsed again with the order of the keys kept.
        const auto row = nlohmann::ordered_json::parse(text, nullptr, false);
        for (const auto& [key, value] : row.items()) {
            if (std::ranges::find(m_dialect.columns, key) == m_dialect.columns.end()) {
                m_dialect.columns.push_back(key);
            }
        }
    }

    std::optional<Error> checkJsonColumns() const {
        if (!m_dialect.columns.empty()) {
            return std::nullopt;
        }
        return problem("no row among the first " + std::to_string(kRowsForColumns) +
                           " is a JSON object with values",
                       {}, "Each row must be an object such as {\"text\": \"...\", \"label\": \"...\"}");
    }

    Error notAnArray() const {
        constexpr std::string_view kAdvice =
            "Save that array as a file of its own, with flat objects as rows: "
            "[{\"text\": \"...\", \"label\": \"...\"}, ...]";
        const json whole = m_sample.whole ? json::parse(m_sample.bytes, nullptr, false) : json();
        if (whole.is_discarded()) {
            return problem("the file is not JSON", {}, "A JSON file of rows is an array of objects");
        }
        std::string arrays;
        listArrays(whole, {}, arrays);
        const std::string found = arrays.empty() ? std::string() : "; it holds the arrays " + arrays;
        return problem(std::string("the top level is ") +
                           (whole.is_structured() || whole.is_null() ? "an object" : "a single value") +
                           ", not an array of rows" + found,
                       ", line " + std::to_string(m_firstLine), std::string(kAdvice));
    }

    /// "splits.train (2 rows: input, meta)" for each array of objects.
    static void listArrays(const json& value, const std::string& path, std::string& out) {
        if (!value.is_object()) {
            return;
        }
        for (const auto& [key, member] : value.items()) {
            const std::string place = path.empty() ? key : path + "." + key;
            if (member.is_array() && !member.empty() && member.front().is_object()) {
                std::string keys;
                for (const auto& [name, ignored] : member.front().items()) {
                    keys += (keys.empty() ? "" : ", ") + name;
                }
                out += (out.empty() ? "`" : ", `") + place + "` (" + std::to_string(member.size()) +
                       " rows with " + keys + ")";
            }
            listArrays(member, place, out);
        }
    }

    TextInput m_input;
    TableOptions m_options;
    FileSample m_sample;
    TableDialect m_dialect;
    std::int64_t m_firstLine = 0;
};

} // namespace

Result<TableDialect> TableReader::detect(const TextInput& input, const TableOptions& options) {
    return Detector(input, options).detect();
}

} // namespace awb
