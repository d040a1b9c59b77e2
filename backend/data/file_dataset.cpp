#include "backend/data/file_dataset.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <unordered_set>
#include <utility>

#include "backend/data/columns.h"
#include "backend/data/hold_out.h"
#include "backend/data/table_options.h"
#include "backend/data/target_reader.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};
constexpr std::int64_t kLongText = 512; ///< words; more than any bundled or usual model reads
constexpr std::size_t kShortText = 40;  ///< bytes; headings and the like, which stand in many texts
constexpr std::string_view kKept = "kept";

std::int64_t wordCount(std::string_view text) {
    std::int64_t words = 0;
    bool inWord = false;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        words += !blank && !inWord ? 1 : 0;
        inWord = !blank;
    }
    return words;
}

std::string_view unitOf(HeadType task) {
    return task == HeadType::Tagging ? "sentence" : task == HeadType::MaskedLm ? "text" : "row";
}

class FileDatasetLoader {
public:
    FileDatasetLoader(const DataSpec& spec, HeadType task, const LoadProgress& progress)
        : m_spec(spec)
        , m_task(task)
        , m_progress(progress) {}

    Result<Dataset> load() {
        if (auto error = checkSpec()) {
            return tl::unexpected(std::move(*error));
        }
        auto options = tableOptions(m_spec, m_task);
        if (!options) {
            return tl::unexpected(options.error());
        }
        auto targets = makeTargetReader(m_task, m_spec, m_log);
        if (!targets) {
            return tl::unexpected(targets.error());
        }
        m_targets = std::move(*targets);
        m_dataset.task = m_task;
        m_dataset.pairs = !m_spec.textPair.empty() && !m_targets->readsText();
        m_dataset.name = fs::path(m_spec.splits.at("train")).filename().string();
        for (const std::string_view name : kSplitNames) {
            const auto file = m_spec.splits.find(std::string(name));
            if (file != m_spec.splits.end() && !file->second.empty()) {
                if (auto error = loadSplit(std::string(name), file->second, *options)) {
                    return tl::unexpected(std::move(*error));
                }
            }
        }
        if (m_dataset.split("validation") == nullptr) {
            m_log.setFile(m_dataset.name);
            holdOutValidation(m_dataset, unitOf(m_task), m_log);
        }
        m_targets->describe(m_dataset);
        m_dataset.warnings = m_log.finish();
        return std::move(m_dataset);
    }

private:
    struct Columns {
        std::size_t text = 0;
        std::optional<std::size_t> textPair;
    };

    std::optional<Error> checkSpec() const {
        const auto train = m_spec.splits.find("train");
        if (train == m_spec.splits.end() || train->second.empty()) {
            return Error{"there is no train file", "/data/splits",
                         "Name the file to train on under \"train\""};
        }
        for (const auto& [name, file] : m_spec.splits) {
            if (std::ranges::find(kSplitNames, name) == kSplitNames.end()) {
                return Error{"the split \"" + name + "\" is not known", "/data/splits/" + name,
                             "The splits are train, validation and test"};
            }
        }
        return std::nullopt;
    }

    std::optional<Error> loadSplit(const std::string& name, const fs::path& file,
                                   const TableOptions& options) {
        const auto dialect = TableReader::detect(file, options);
        if (!dialect) {
            return dialect.error();
        }
        if (auto error = checkFormat(dialect->format, file)) {
            return error;
        }
        m_log.setFile(file.filename().string());
        for (const std::string& remark : dialect->remarks) {
            m_log.addSentence(file.filename().string() + ": " + remark);
        }
        m_dialect = *dialect;
        const auto columns = findColumns(file);
        if (!columns) {
            return columns.error();
        }
        Split split{.name = name, .examples = {}};
        m_split = &split;
        m_columns = *columns;
        m_lastDocument = 0;
        m_overlapLines.clear();
        m_overlaps = 0;
        const bool sentences = holdsSentences(dialect->format);
        if (auto error = sentences ? readSentences(file) : readRows(file)) {
            return error;
        }
        if (split.examples.empty()) {
            return Error{"no " + std::string(unitOf(m_task)) +
                             " can be used: " + m_log.detailsOf(TargetReader::kLeftOut),
                         file.string(), "Mend the rows or choose other columns"};
        }
        if (auto error = m_targets->finish(split)) {
            return error;
        }
        if (m_overlaps > 0) {
            warnOfOverlap(split.name, static_cast<std::int64_t>(split.examples.size()));
        }
        m_dataset.splits.push_back(std::move(split));
        return std::nullopt;
    }

    std::optional<Error> checkFormat(TableFormat format, const fs::path& file) const {
        if (holdsSentences(format) && m_task != HeadType::Tagging) {
            return Error{"the file holds one word a line with its tags (" +
                             std::string(tableFormatName(format)) + ")",
                         file.string(), "Choose a tagging head for it, or a file of texts"};
        }
        if (format == TableFormat::Text && m_task != HeadType::MaskedLm) {
            return Error{"plain text has no labels", file.string(),
                         "Choose a masked language model head for it, or a file with a column of labels"};
        }
        return std::nullopt;
    }

    bool wantsMore() const {
        const auto limit = m_spec.limit.find(m_split->name);
        return limit == m_spec.limit.end() || std::cmp_less(m_split->examples.size(), limit->second);
    }

    /// The progress of all files from that of the current one.
    bool report(double fraction) const {
        const auto done = static_cast<double>(m_dataset.splits.size());
        return !m_progress || m_progress((done + fraction) / static_cast<double>(m_spec.splits.size()));
    }

    std::optional<Error> readRows(const fs::path& file) {
        TableReader::Sinks sinks;
        sinks.row = [&](TableRow&& row) {
            ++m_split->rowsRead;
            takeRow(std::move(row));
            return wantsMore();
        };
        sinks.problem = [&](RowProblem&& problem) {
            ++m_split->rowsRead;
            ++m_split->rowsLeftOut;
            const std::string column = problem.column ? ", in column " + *problem.column : std::string();
            m_log.add("unreadable", TargetReader::kLeftOut, problem.line, problem.what + column,
                      unitOf(m_task));
            return true;
        };
        sinks.progress = [this](double fraction) { return report(fraction); };
        const auto read = TableReader::read(file, m_dialect, sinks);
        return read ? std::nullopt : std::optional(read.error());
    }

    std::optional<Error> readSentences(const fs::path& file) {
        auto lines = LineReader::open(file, m_dialect.encoding);
        if (!lines) {
            return lines.error();
        }
        SentenceReader reader(*lines, m_dialect);
        while (wantsMore()) {
            auto step = reader.next();
            if (!step) {
                break;
            }
            if (auto* error = std::get_if<Error>(&*step)) {
                return std::move(*error);
            }
            ++m_split->rowsRead;
            if (auto* problem = std::get_if<SentenceProblem>(&*step)) {
                ++m_split->rowsLeftOut;
                m_log.add("unreadable", TargetReader::kLeftOut, problem->lines, std::move(problem->what),
                          unitOf(m_task));
            } else {
                takeSentence(std::get<Sentence>(*step));
            }
            if (!report(lines->fraction())) {
                return Error{"reading was stopped", file.string(), {}};
            }
        }
        return std::nullopt;
    }

    Result<Columns> findColumns(const fs::path& file) {
        Columns columns;
        std::vector<std::size_t> chosen;
        if (!m_targets->readsText()) {
            const bool plain = m_dialect.format == TableFormat::Text;
            const auto text = plain ? Result<std::size_t>(0) : findColumn(m_dialect, m_spec.text, file);
            if (!text) {
                return tl::unexpected(text.error());
            }
            columns.text = *text;
            chosen.push_back(*text);
        }
        const auto targets = m_targets->open(m_dialect, file);
        if (!targets) {
            return tl::unexpected(targets.error());
        }
        chosen.insert(chosen.end(), targets->begin(), targets->end());
        if (m_dataset.pairs) {
            const auto pair = findColumn(m_dialect, m_spec.textPair, file);
            if (!pair) {
                return tl::unexpected(pair.error());
            }
            columns.textPair = *pair;
            chosen.push_back(*pair);
        }
        std::ranges::sort(chosen);
        if (std::ranges::adjacent_find(chosen) != chosen.end()) {
            return fail("the same column is chosen twice", "/data/columns",
                        "Choose a column each for text and label; names go before numbers, so switch the "
                        "header off if the first line is a row");
        }
        return columns;
    }

    bool isText(const TableRow& row, std::size_t column) {
        if (row.kind(column) == FieldKind::Text) {
            return true;
        }
        m_log.add("no text", TargetReader::kLeftOut, row.line,
                  "has no text in `" + columnName(m_dialect, column) + "` (it is " +
                      std::string(kindName(row.kind(column))) + ")");
        return false;
    }

    bool takeTexts(TableRow& row, Example& example) {
        if (!isText(row, m_columns.text) || (m_columns.textPair && !isText(row, *m_columns.textPair))) {
            return false;
        }
        example.text = std::move(row.fields[m_columns.text]);
        if (m_columns.textPair) {
            example.textPair = std::move(row.fields[*m_columns.textPair]);
        }
        return true;
    }

    void takeRow(TableRow&& row) {
        Example example;
        if ((!m_targets->readsText() && !takeTexts(row, example)) || !m_targets->take(row, example)) {
            ++m_split->rowsLeftOut;
            return;
        }
        example.startsDocument = m_dialect.format != TableFormat::Text || row.group != m_lastDocument;
        m_lastDocument = row.group;
        keep(row.line, std::move(example));
    }

    void takeSentence(const Sentence& sentence) {
        Example example;
        if (m_targets->take(sentence, example)) {
            keep(sentence.words.front().line, std::move(example));
        } else {
            ++m_split->rowsLeftOut;
        }
    }

    void keep(std::int64_t line, Example&& example) {
        remarkOnText(line, example);
        noteOverlap(line, example);
        m_split->examples.push_back(std::move(example));
    }

    void remarkOnText(std::int64_t line, const Example& example) {
        if (isBlankField(example.text) || (m_columns.textPair && isBlankField(example.textPair))) {
            m_log.add(
                "empty text", kKept, line,
                "has an empty text in `" +
                    columnName(m_dialect, isBlankField(example.text) ? m_columns.text : *m_columns.textPair) +
                    "`");
        }
        const std::size_t bytes = example.text.size() + example.textPair.size();
        // Masked language models read texts in blocks, whole.
        if (std::cmp_less(bytes, 2 * kLongText) || m_task == HeadType::MaskedLm) {
            return;
        }
        const std::int64_t words = wordCount(example.text) + wordCount(example.textPair);
        if (words > kLongText) {
            m_log.add("long text", "kept, but cut to the model's longest input", line,
                      "has a text of about " + std::to_string(words) + " words");
        }
    }

    void noteOverlap(std::int64_t line, const Example& example) {
        if (m_task == HeadType::MaskedLm && example.text.size() < kShortText) {
            return;
        }
        if (m_split->name == kSplitNames.front()) {
            m_trainKeys.insert(exampleKey(example));
        } else if (m_trainKeys.contains(exampleKey(example))) {
            ++m_overlaps;
            if (m_overlapLines.size() < 20) {
                m_overlapLines.push_back(line);
            }
        }
    }

    void warnOfOverlap(const std::string& name, std::int64_t rows) {
        std::string lines;
        for (std::size_t i = 0; i < m_overlapLines.size() && i < 5; ++i) {
            lines += (i == 0 ? "" : ", ") + std::to_string(m_overlapLines[i]);
        }
        m_log.addSentence(std::to_string(m_overlaps) + " of " + std::to_string(rows) + " " + name + " " +
                              std::string(unitOf(m_task)) + "s also stand in train (lines " + lines +
                              (std::cmp_greater(m_overlaps, 5) ? ", ..." : "") +
                              "): the score will be too good",
                          m_overlapLines, m_overlaps);
    }

    const DataSpec& m_spec;
    HeadType m_task;
    const LoadProgress& m_progress;
    Dataset m_dataset;
    WarningLog m_log;
    std::unique_ptr<TargetReader> m_targets;
    std::unordered_set<std::size_t> m_trainKeys;

    // Of the file that is being read:
    Split* m_split = nullptr;
    TableDialect m_dialect;
    Columns m_columns;
    std::int64_t m_lastDocument = 0; ///< of the row before
    std::vector<std::int64_t> m_overlapLines;
    std::int64_t m_overlaps = 0;
};

} // namespace

Result<Dataset> fileDataset(const DataSpec& spec, HeadType task, const LoadProgress& progress) {
    return FileDatasetLoader(spec, task, progress).load();
}

} // namespace awb
