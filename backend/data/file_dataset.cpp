#include "backend/data/file_dataset.h"

#include "backend/data/label_map.h"
#include "backend/data/table_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <unordered_set>
#include <utility>

#include <fast_float/fast_float.h>

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};
constexpr std::size_t kHoldOutEvery = 10;
constexpr std::size_t kFewestRowsToHoldOut = 20;
constexpr std::int64_t kLongText = 512; ///< words; more than any bundled or usual model reads

constexpr std::string_view kLeftOut = "left out";
constexpr std::string_view kKept = "kept";

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

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

std::optional<float> finiteNumber(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = text.find_last_not_of(' ') + 1;
    double value = 0;
    const auto [stop, error] = fast_float::from_chars(text.data() + begin, text.data() + end, value);
    const bool whole = error == std::errc() && begin < end && stop == text.data() + end;
    if (!whole || !std::isfinite(value) || std::abs(value) > std::numeric_limits<float>::max()) {
        return std::nullopt;
    }
    return static_cast<float>(value);
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

std::string inBackticks(std::string_view text) {
    constexpr std::size_t kLongest = 40;
    return "`" + std::string(text.substr(0, kLongest)) + (text.size() > kLongest ? "...`" : "`");
}

std::size_t keyOf(const Example& example) {
    const std::hash<std::string_view> hash;
    return hash(example.text) * 31 + hash(example.textPair);
}

Result<TableOptions> tableOptions(const DataSpec& spec) {
    TableOptions options;
    options.header = spec.header;
    if (!spec.format.empty()) {
        static const std::map<std::string, TableFormat, std::less<>> kFormats{
            {"tsv", TableFormat::Tsv},
            {"csv", TableFormat::Csv},
            {"jsonl", TableFormat::JsonLines},
            {"json", TableFormat::Json}};
        const auto format = kFormats.find(spec.format);
        if (format == kFormats.end()) {
            return fail("the format \"" + spec.format + "\" is not known", "/data/format",
                        "Use \"tsv\", \"csv\", \"jsonl\" or \"json\", or leave it out");
        }
        options.format = format->second;
    }
    if (!spec.encoding.empty()) {
        options.encoding = spec.encoding;
    }
    if (!spec.delimiter.empty()) {
        const std::string delimiter =
            spec.delimiter == "\\t" || spec.delimiter == "tab" ? "\t" : spec.delimiter;
        if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
            return fail("the delimiter must be one ASCII character and no quote or line end",
                        "/data/delimiter", "Use \",\", \";\", \"|\" or \"tab\"");
        }
        options.delimiter = delimiter.front();
    }
    return options;
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
        auto options = tableOptions(m_spec);
        if (!options) {
            return tl::unexpected(options.error());
        }
        m_dataset.task = m_task;
        m_dataset.pairs = !m_spec.textPair.empty();
        m_dataset.name = fs::path(m_spec.splits.at("train")).filename().string();
        for (const std::string_view name : kSplitNames) {
            const auto file = m_spec.splits.find(std::string(name));
            if (file != m_spec.splits.end() && !file->second.empty()) {
                if (auto error = loadSplit(std::string(name), file->second, *options)) {
                    return tl::unexpected(std::move(*error));
                }
            }
        }
        holdOutValidation();
        m_dataset.labels = m_labels.names();
        m_dataset.warnings = m_log.finish();
        return std::move(m_dataset);
    }

private:
    struct Columns {
        std::size_t text = 0;
        std::optional<std::size_t> textPair;
        std::size_t label = 0;
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
        m_log.setFile(file.filename().string());
        for (const std::string& remark : dialect->remarks) {
            m_log.addSentence(file.filename().string() + ": " + remark);
        }
        const auto columns = findColumns(*dialect, file);
        if (!columns) {
            return columns.error();
        }
        Split split{.name = name, .examples = {}};
        m_split = &split;
        m_columns = *columns;
        m_columnNames = dialect->columns;
        m_labelKinds = {};
        m_overlapLines.clear();
        m_overlaps = 0;
        if (auto error = readRows(file, *dialect)) {
            return error;
        }
        if (split.examples.empty()) {
            return Error{"no row can be used: " + m_log.detailsOf(kLeftOut), file.string(),
                         "Mend the rows or choose other columns"};
        }
        finishSplit(split);
        m_dataset.splits.push_back(std::move(split));
        return std::nullopt;
    }

    std::optional<Error> readRows(const fs::path& file, const TableDialect& dialect) {
        const auto limit = m_spec.limit.find(m_split->name);
        const std::int64_t most =
            limit == m_spec.limit.end() ? std::numeric_limits<std::int64_t>::max() : limit->second;
        const auto wantsMore = [this, most] { return std::cmp_less(m_split->examples.size(), most); };
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
            m_log.add("unreadable", kLeftOut, problem.line, problem.what + column);
            return true;
        };
        if (m_progress) {
            const auto done = static_cast<double>(m_dataset.splits.size());
            const auto all = static_cast<double>(m_spec.splits.size());
            sinks.progress = [this, done, all](double fraction) {
                return m_progress((done + fraction) / all);
            };
        }
        const auto read = TableReader::read(file, dialect, sinks);
        return read ? std::nullopt : std::optional(read.error());
    }

    Result<Columns> findColumns(const TableDialect& dialect, const fs::path& file) const {
        Columns columns;
        const auto text = findColumn(dialect, m_spec.text, file);
        const auto label = findColumn(dialect, m_spec.label, file);
        if (!text || !label) {
            return tl::unexpected(text ? label.error() : text.error());
        }
        columns.text = *text;
        columns.label = *label;
        if (m_dataset.pairs) {
            const auto pair = findColumn(dialect, m_spec.textPair, file);
            if (!pair) {
                return tl::unexpected(pair.error());
            }
            columns.textPair = *pair;
        }
        if (columns.text == columns.label || columns.textPair == columns.label ||
            columns.textPair == columns.text) {
            return fail("the text and the label are the same column", "/data/columns",
                        "Choose a column for each");
        }
        return columns;
    }

    static Result<std::size_t> findColumn(const TableDialect& dialect, const std::string& name,
                                          const fs::path& file) {
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

    std::string columnName(std::size_t column) const {
        return m_columnNames[column].empty() ? std::to_string(column + 1) : m_columnNames[column];
    }

    void leaveOut(std::string_view kind, std::int64_t line, std::string detail) {
        ++m_split->rowsLeftOut;
        m_log.add(kind, kLeftOut, line, std::move(detail));
    }

    bool isText(const TableRow& row, std::size_t column) {
        if (row.kind(column) == FieldKind::Text) {
            return true;
        }
        leaveOut("no text", row.line,
                 "has no text in `" + columnName(column) + "` (it is " +
                     std::string(kindName(row.kind(column))) + ")");
        return false;
    }

    void takeRow(TableRow&& row) {
        if (!isText(row, m_columns.text) || (m_columns.textPair && !isText(row, *m_columns.textPair))) {
            return;
        }
        Example example;
        example.text = std::move(row.fields[m_columns.text]);
        if (m_columns.textPair) {
            example.textPair = std::move(row.fields[*m_columns.textPair]);
        }
        if (!(m_task == HeadType::Regression ? takeValue(row, example) : takeLabel(row, example))) {
            return;
        }
        remarkOnText(row.line, example);
        noteOverlap(row.line, example);
        m_split->examples.push_back(std::move(example));
    }

    bool takeValue(const TableRow& row, Example& example) {
        const std::string& field = row.fields[m_columns.label];
        const auto value = finiteNumber(field);
        if (!value) {
            leaveOut("no number", row.line,
                     "has no finite number in `" + columnName(m_columns.label) + "` (" + inBackticks(field) + ")");
            return false;
        }
        example.value = *value;
        return true;
    }

    bool takeLabel(const TableRow& row, Example& example) {
        const std::string& field = row.fields[m_columns.label];
        const FieldKind kind = row.kind(m_columns.label);
        if (kind == FieldKind::Nested) {
            leaveOut("bad label", row.line,
                     "has an object or array for a label in `" + columnName(m_columns.label) + "`");
            return false;
        }
        if (isBlank(field)) {
            leaveOut("no label", row.line, "has no label in `" + columnName(m_columns.label) + "`");
            return false;
        }
        noteLabelKind(kind, row.line);
        if (m_split->name == kSplitNames.front()) {
            example.label = m_labels.add(field, row.line);
            return true;
        }
        example.label = m_labels.find(field);
        if (example.label < 0) {
            m_log.add("unknown label", "kept and will count as wrong in the score", row.line,
                      "has the label " + inBackticks(field) + ", which train does not have");
        }
        return true;
    }

    void noteLabelKind(FieldKind kind, std::int64_t line) {
        std::int64_t& first = m_labelKinds[kind == FieldKind::Text ? 0 : 1];
        const std::int64_t other = m_labelKinds[kind == FieldKind::Text ? 1 : 0];
        if (first == 0 && other != 0) {
            m_log.addSentence("`" + columnName(m_columns.label) +
                                  "` is text on some lines and a number or true/false on "
                                  "others (lines " +
                                  std::to_string(other) + " and " + std::to_string(line) +
                                  "); 1 and \"1\" count as one class",
                              {other, line}, 2);
        }
        first = first == 0 ? line : first;
    }

    void remarkOnText(std::int64_t line, const Example& example) {
        if (isBlank(example.text) || (m_columns.textPair && isBlank(example.textPair))) {
            m_log.add("empty text", kKept, line,
                      "has an empty text in `" +
                          columnName(isBlank(example.text) ? m_columns.text : *m_columns.textPair) + "`");
        }
        const std::size_t bytes = example.text.size() + example.textPair.size();
        if (std::cmp_less(bytes, 2 * kLongText)) {
            return;
        }
        const std::int64_t words = wordCount(example.text) + wordCount(example.textPair);
        if (words > kLongText) {
            m_log.add("long text", "kept, but cut to the model's longest input", line,
                      "has a text of about " + std::to_string(words) + " words");
        }
    }

    void noteOverlap(std::int64_t line, const Example& example) {
        if (m_split->name == kSplitNames.front()) {
            m_trainKeys.insert(keyOf(example));
        } else if (m_trainKeys.contains(keyOf(example))) {
            ++m_overlaps;
            if (m_overlapLines.size() < 20) {
                m_overlapLines.push_back(line);
            }
        }
    }

    void finishSplit(Split& split) {
        if (split.name == kSplitNames.front() && m_task == HeadType::Classification) {
            const std::vector<int> renumbered = m_labels.sort();
            for (Example& example : split.examples) {
                example.label = renumbered[static_cast<std::size_t>(example.label)];
            }
            m_labels.check(columnName(m_columns.label), static_cast<std::int64_t>(split.examples.size()),
                           m_log);
        }
        if (m_overlaps > 0) {
            warnOfOverlap(split.name, static_cast<std::int64_t>(split.examples.size()));
        }
    }

    void warnOfOverlap(const std::string& name, std::int64_t rows) {
        std::string lines;
        for (std::size_t i = 0; i < m_overlapLines.size() && i < 5; ++i) {
            lines += (i == 0 ? "" : ", ") + std::to_string(m_overlapLines[i]);
        }
        m_log.addSentence(std::to_string(m_overlaps) + " of " + std::to_string(rows) + " " + name +
                              " rows also stand in train (lines " + lines +
                              (std::cmp_greater(m_overlaps, 5) ? ", ..." : "") +
                              "): the score will be too good",
                          m_overlapLines, m_overlaps);
    }

    void holdOutValidation() {
        if (m_dataset.split("validation") != nullptr) {
            return;
        }
        Split& train = m_dataset.splits.front();
        m_log.setFile(m_dataset.name);
        if (train.examples.size() < kFewestRowsToHoldOut) {
            m_log.addSentence(
                "There is no validation file, and train has too few rows to hold any out (fewer than " +
                std::to_string(kFewestRowsToHoldOut) + "), so nothing is measured while training");
            return;
        }
        Split validation{.name = "validation", .examples = {}};
        std::vector<Example> kept;
        std::unordered_set<std::size_t> keptKeys;
        for (std::size_t i = 0; i < train.examples.size(); ++i) {
            const bool out = i % kHoldOutEvery == kHoldOutEvery - 1;
            if (!out) {
                keptKeys.insert(keyOf(train.examples[i]));
            }
            (out ? validation.examples : kept).push_back(std::move(train.examples[i]));
        }
        const auto doubled = std::ranges::count_if(
            validation.examples, [&](const Example& example) { return keptKeys.contains(keyOf(example)); });
        train.examples = std::move(kept);
        validation.rowsRead = static_cast<std::int64_t>(validation.examples.size());
        const auto count = validation.rowsRead;
        m_log.addSentence(
            "There is no validation file, so each tenth row of train (" + std::to_string(count) +
                " rows) is held out for validation and not trained on" +
                (doubled > 0 ? "; " + std::to_string(doubled) +
                                   " of them also stand among the others, so their score will be too good"
                             : std::string()),
            {}, count);
        m_dataset.splits.insert(m_dataset.splits.begin() + 1, std::move(validation));
    }

    const DataSpec& m_spec;
    HeadType m_task;
    const LoadProgress& m_progress;
    Dataset m_dataset;
    LabelMap m_labels;
    WarningLog m_log;
    std::unordered_set<std::size_t> m_trainKeys;

    // Of the file that is being read:
    Split* m_split = nullptr;
    Columns m_columns;
    std::vector<std::string> m_columnNames;
    std::array<std::int64_t, 2> m_labelKinds{}; ///< first lines with a text label and with another one
    std::vector<std::int64_t> m_overlapLines;
    std::int64_t m_overlaps = 0;
};

} // namespace

Result<Dataset> fileDataset(const DataSpec& spec, HeadType task, const LoadProgress& progress) {
    return FileDatasetLoader(spec, task, progress).load();
}

} // namespace awb
