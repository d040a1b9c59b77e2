#include "backend/data/sentence_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kDocumentStart = "-DOCSTART-";
constexpr std::size_t kFaultsNamed = 5;

std::string columnCount(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column" : " columns");
}

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

/// Two whole numbers with a sign between them: "3-4", "5.1".
std::optional<std::pair<std::int64_t, std::int64_t>> twoNumbers(std::string_view text, char sign) {
    const std::size_t middle = text.find(sign);
    if (middle == std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = wholeNumber(text.substr(0, middle));
    const auto second = wholeNumber(text.substr(middle + 1));
    return first && second ? std::optional(std::pair(*first, *second)) : std::nullopt;
}

class SentenceRows final : public RowSource {
public:
    SentenceRows(LineReader& lines, const TableDialect& dialect)
        : m_sentences(lines, dialect) {}

    std::optional<RowStep> next() override {
        while (m_word == m_sentence.words.size()) {
            auto step = m_sentences.next();
            if (!step) {
                return std::nullopt;
            }
            if (auto* error = std::get_if<Error>(&*step)) {
                return std::move(*error);
            }
            if (auto* problem = std::get_if<SentenceProblem>(&*step)) {
                return RowProblem{.line = problem->lines.front(),
                                  .what = std::move(problem->what),
                                  .column = {},
                                  .byte = {}};
            }
            m_sentence = std::move(std::get<Sentence>(*step));
            m_word = 0;
        }
        return std::move(m_sentence.words[m_word++]);
    }

private:
    SentenceReader m_sentences;
    Sentence m_sentence;
    std::size_t m_word = 0;
};

} // namespace

bool isSentenceBreak(std::string_view line) {
    return line.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::vector<std::string> cutColumns(std::string_view line, char delimiter) {
    std::vector<std::string> fields;
    if (delimiter == ' ') {
        for (std::size_t begin = line.find_first_not_of(kBlanks); begin != std::string_view::npos;) {
            const std::size_t end = line.find_first_of(kBlanks, begin);
            fields.emplace_back(line.substr(begin, end - begin));
            begin = line.find_first_not_of(kBlanks, end);
        }
        return fields;
    }
    for (std::size_t begin = 0;;) {
        const std::size_t end = line.find(delimiter, begin);
        fields.emplace_back(line.substr(begin, end - begin));
        if (end == std::string_view::npos) {
            return fields;
        }
        begin = end + 1;
    }
}

SentenceReader::SentenceReader(LineReader& lines, const TableDialect& dialect)
    : m_lines(lines)
    , m_conllU(dialect.format == TableFormat::ConllU)
    , m_delimiter(dialect.delimiter)
    , m_columns(dialect.columns.size()) {}

std::optional<std::string> SentenceReader::faultOf(std::string_view line,
                                                   const std::vector<std::string>& fields) const {
    if (line.find('\0') != std::string_view::npos) {
        return "holds a NUL byte: the file may be binary or damaged";
    }
    if (const std::size_t bad = findIllFormed(line); bad != std::string_view::npos) {
        const auto start = m_lines.offset();
        return "is not valid UTF-8" +
               (start ? " at byte " + std::to_string(*start + static_cast<std::int64_t>(bad)) +
                            " of the file, counted from 0"
                      : std::string());
    }
    if (fields.size() != m_columns) {
        const bool blanks = fields.size() == 1 && m_delimiter == '\t' && cutColumns(line, ' ').size() > 1;
        return "has " + columnCount(fields.size()) +
               (blanks     ? " (blanks where tabs should be)"
                : m_conllU ? " where CoNLL-U has " + std::to_string(m_columns)
                           : " where most lines have " + std::to_string(m_columns));
    }
    return std::nullopt;
}

/// Checks the ID and FORM of a line with ten columns; its word is added unless it is a range or an empty
/// node.
std::optional<std::string> SentenceReader::takeConllU(const std::vector<std::string>& fields) {
    const std::string& id = fields[0];
    // After a line that couldn't be read the next number is unknown.
    const bool knowsNext = m_faults.empty();
    if (const auto range = twoNumbers(id, '-')) {
        return !knowsNext || (range->first == m_lastId + 1 && range->second >= range->first)
                   ? std::nullopt
                   : std::optional("has the range " + id + " after word " + std::to_string(m_lastId));
    }
    if (const auto empty = twoNumbers(id, '.')) {
        return !knowsNext || empty->first == m_lastId
                   ? std::nullopt
                   : std::optional("has the empty node " + id + " after word " + std::to_string(m_lastId));
    }
    const auto number = wholeNumber(id);
    if (!number) {
        return "has no ID (a number such as 1, 1-2 or 1.1 in the first column)";
    }
    const std::int64_t expected = m_lastId + 1;
    m_lastId = *number;
    if (knowsNext && *number != expected) {
        return "has the ID " + id + " where " + std::to_string(expected) + " is next" +
               (*number == 1 ? " (is a blank line missing between two sentences?)" : "");
    }
    if (isSentenceBreak(fields[1])) {
        return "has no FORM in the second column";
    }
    m_sentence.words.push_back({.line = m_lines.number(), .fields = fields, .kinds = {}});
    return std::nullopt;
}

/// Whether a line of CoNLL before the first word of a sentence is none of its words.
bool SentenceReader::isBetweenSentences(std::string_view line) const {
    // Hash tags are words, so more than the sign is asked for.
    const bool comment = line.starts_with("# ") && (line.find('=') != std::string_view::npos ||
                                                    cutColumns(line, m_delimiter).size() != m_columns);
    return comment || line.starts_with(kDocumentStart);
}

void SentenceReader::takeLine(std::string_view line) {
    if (m_conllU ? line.starts_with('#') : !m_started && isBetweenSentences(line)) {
        return;
    }
    m_started = true;
    std::vector<std::string> fields = cutColumns(line, m_delimiter);
    auto fault = faultOf(line, fields);
    if (!fault && m_conllU) {
        fault = takeConllU(fields);
    } else if (!fault) {
        m_sentence.words.push_back({.line = m_lines.number(), .fields = std::move(fields), .kinds = {}});
    }
    if (fault) {
        m_faults.push_back({m_lines.number(), std::move(*fault)});
    }
}

SentenceStep SentenceReader::finish() {
    m_started = false;
    m_lastId = 0;
    ++m_number;
    Sentence sentence = std::exchange(m_sentence, {});
    for (TableRow& word : sentence.words) {
        word.group = m_number;
    }
    const std::vector<Fault> faults = std::exchange(m_faults, {});
    if (faults.empty()) {
        return sentence;
    }
    SentenceProblem problem;
    for (const Fault& fault : faults) {
        problem.lines.push_back(fault.line);
    }
    for (std::size_t i = 0; i < std::min(faults.size(), kFaultsNamed); ++i) {
        problem.what += (i == 0 ? "" : ", line " + std::to_string(faults[i].line) + " ") + faults[i].what;
    }
    if (faults.size() > kFaultsNamed) {
        problem.what += ", and " + std::to_string(faults.size() - kFaultsNamed) + " more of its lines";
    }
    return problem;
}

std::optional<SentenceStep> SentenceReader::next() {
    while (m_lines.next()) {
        if (!isSentenceBreak(m_lines.line())) {
            takeLine(m_lines.line());
        } else if (!m_sentence.words.empty() || !m_faults.empty()) {
            return finish();
        } else {
            m_started = false;
        }
    }
    if (m_lines.error()) {
        return *m_lines.error();
    }
    if (!m_sentence.words.empty() || !m_faults.empty()) {
        return finish();
    }
    return std::nullopt;
}

std::unique_ptr<RowSource> makeSentenceRows(LineReader& lines, const TableDialect& dialect) {
    return std::make_unique<SentenceRows>(lines, dialect);
}

} // namespace awb
