#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "backend/data/line_reader.h"
#include "backend/data/row_sources.h"
#include "backend/data/table_reader.h"

namespace awb {

/// The words of a sentence in order, each with all its columns.
struct Sentence {
    std::vector<TableRow> words;
};

/// A sentence that can't be used: why, and the lines at fault.
struct SentenceProblem {
    std::vector<std::int64_t> lines;
    std::string what; ///< goes on from "line 8": "has 9 columns where CoNLL-U has 10, line 9 has ..."
};

using SentenceStep = std::variant<Sentence, SentenceProblem, Error>;

/// Reads files of one word a line, with blank lines between sentences.
///
/// CoNLL-U (universaldependencies.org/format.html): ten columns cut at tabs; the words are the lines whose ID
/// is a whole number, counted from 1 in each sentence. Multiword tokens ("1-2") and empty nodes ("5.1") are
/// passed over: their words have lines of their own, or none. Lines that begin with # are comments.
///
/// CoNLL (the shared tasks on chunks and names): columns cut at tabs where the file has tabs, else at blanks.
/// `-DOCSTART-` lines are passed over, and so are comments before a sentence: lines that begin with "# " and
/// hold a "=" or another number of columns than words have.
class SentenceReader {
public:
    /// `lines` must outlive the reader.
    SentenceReader(LineReader& lines, const TableDialect& dialect);

    /// None at the end.
    std::optional<SentenceStep> next();

private:
    struct Fault {
        std::int64_t line = 0;
        std::string what;
    };
    bool isBetweenSentences(std::string_view line) const;
    void takeLine(std::string_view line);
    std::optional<std::string> faultOf(std::string_view line, const std::vector<std::string>& fields) const;
    std::optional<std::string> takeConllU(const std::vector<std::string>& fields);
    SentenceStep finish();

    LineReader& m_lines;
    bool m_conllU;
    char m_delimiter;
    std::size_t m_columns;
    Sentence m_sentence;
    std::vector<Fault> m_faults;
    std::int64_t m_lastId = 0;
    std::int64_t m_number = 0; ///< of the sentences so far
    bool m_started = false;    ///< the sentence has a line of its own
};

/// Whether the line divides sentences: nothing but blanks and tabs.
bool isSentenceBreak(std::string_view line);
/// A line cut at tabs, or at runs of blanks where `delimiter` is a blank.
std::vector<std::string> cutColumns(std::string_view line, char delimiter);

/// How a file of sentences is laid out, by its first lines.
struct SentenceLayout {
    TableFormat format = TableFormat::Conll;
    char delimiter = '\t';
    std::size_t columns = 0;    ///< that most lines have
    bool breaks = false;        ///< blank lines stand between others
    std::int64_t firstLine = 0; ///< the first that is a word
};
/// None where no line is a word. `format`: ConllU or Conll, or none to find out.
std::optional<SentenceLayout> findSentenceLayout(LineReader& lines, std::optional<TableFormat> format);
/// The columns' names: those of CoNLL-U, or numbers.
std::vector<std::string> sentenceColumns(const SentenceLayout& layout);

/// The words of all sentences as rows, for the preview.
std::unique_ptr<RowSource> makeSentenceRows(LineReader& lines, const TableDialect& dialect);

} // namespace awb
