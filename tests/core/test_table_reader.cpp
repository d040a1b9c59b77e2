#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "backend/data/dataset.h"
#include "backend/data/table_reader.h"

using namespace awb;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path malformed(const std::string& name) {
    return fs::path(AWB_TEST_DATA) / "malformed" / name;
}

/// A folder of files that a test writes itself.
class Folder {
public:
    fs::path write(const std::string& name, const std::string& content) const {
        const fs::path file = path() / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    fs::path path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

struct AllRows {
    std::vector<TableRow> rows;
    std::vector<RowProblem> problems;
    std::string error;
};

AllRows readAll(const fs::path& file, const TableOptions& options = {}) {
    AllRows all;
    const auto dialect = TableReader::detect(file, options);
    if (!dialect) {
        all.error = dialect.error().message();
        return all;
    }
    TableReader::Sinks sinks;
    sinks.row = [&](TableRow&& row) {
        all.rows.push_back(std::move(row));
        return true;
    };
    sinks.problem = [&](RowProblem&& problem) {
        all.problems.push_back(std::move(problem));
        return true;
    };
    if (const auto read = TableReader::read(file, *dialect, sinks); !read) {
        all.error = read.error().message();
    }
    return all;
}

std::string columnText(const json& column) {
    return column.is_number() ? std::to_string(column.get<int>()) : column.get<std::string>();
}

std::string joined(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) {
        text += (text.empty() ? "" : "|") + field;
    }
    return text;
}

std::string allWarnings(const Dataset& dataset) {
    std::string text;
    for (const DataWarning& warning : dataset.warnings) {
        text += warning.text + "\n";
    }
    return text;
}

std::int64_t examplesOf(const Dataset& dataset) {
    std::int64_t count = 0;
    for (const Split& split : dataset.splits) {
        count += static_cast<std::int64_t>(split.examples.size());
    }
    return count;
}

} // namespace

class TestTableReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void malformedFilesGetTheirAnswer_data();
    void malformedFilesGetTheirAnswer();
    void chosenEncodingReadsLatin1();
    void hugeLineLoadsWithAWarning();
    void linesEndAnyWay_data();
    void linesEndAnyWay();
    void lineEndsAcrossChunks();
    void encodingsAreDetected_data();
    void encodingsAreDetected();
    void delimitersAreDetected_data();
    void delimitersAreDetected();
    void quotedFieldsKeepWhatTheyHold();
    void textAfterAQuoteIsARowProblem();
    void jsonArraysStream();
    void brokenJsonArraysStop_data();
    void brokenJsonArraysStop();
    void previewStopsEarly();
    void progressCanStop();
    void columnsByNameOrNumber();
    void splitsAreHeldOutAndCompared();
    void labelsAreSortedAndUnknownOnesKept();
    void specErrorsNameTheKey_data();
    void specErrorsNameTheKey();
};

void TestTableReader::malformedFilesGetTheirAnswer_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArrayList>("says"); // what the error or the warnings together must contain
    const std::map<std::string, QByteArrayList> says{
        {"empty.tsv", {"empty.tsv", "is empty (0 bytes): no header and no rows"}},
        {"header_only.tsv", {"header_only.tsv, line 1", "a header but no rows"}},
        {"blank_lines_only.tsv", {"holds only blank lines; no header found"}},
        {"ragged_rows.tsv",
         {"2 rows were left out", "line 3 has 1 field where the header has 2",
          "line 4 has 3 fields where the header has 2"}},
        {"unclosed_quote.csv", {"a quoted field that opens on line 3, column 1 is never closed"}},
        {"lone_quotes.tsv", {}},
        {"nul_bytes.tsv", {"1 row was left out", "line 3 holds a NUL byte", "byte 32", "column sentence"}},
        {"utf16_bom.tsv", {"UTF-16LE"}},
        {"utf8_bom.tsv", {}},
        {"latin1.tsv",
         {"line 2 is not valid UTF-8", "byte 0xE9", "column sentence", "byte 21 of the file counted from 0",
          "Windows-1252", "Latin-1"}},
        {"bad_utf8_one_line.jsonl", {"1 row was left out", "line 2 is not valid UTF-8 at byte 43"}},
        {"crlf.tsv", {}},
        {"cr_only.tsv", {}},
        {"no_final_newline.tsv", {}},
        {"duplicate_header.tsv", {"line 1", "the header names `text` twice (columns 1 and 3)"}},
        {"missing_label_column.tsv",
         {"line 1", "there is no column `label`; the columns are `sentence`, `score`"}},
        {"empty_header_name.tsv", {"column 2 has no name; choose it by its number"}},
        {"empty_text_and_label.tsv",
         {"line 3 has an empty text in `sentence`", "line 4 has no label in `label`", "1 row was left out"}},
        {"label_only_in_test/train.tsv", {}},
        {"label_only_in_test/test.tsv",
         {"line 2 has the label `neutral`, which train does not have", "count as wrong in the score"}},
        {"label_case_and_blanks.tsv",
         {"differ only in case or blanks", "`pos` (line 2)", "`Pos` (line 3)", "`pos ` (line 4)"}},
        {"one_class.tsv", {"Every row has the label `1`", "nothing to learn", "column label"}},
        {"regression_not_a_number.tsv",
         {"4 rows were left out", "line 3 has no finite number in `score` (`high`)", "line 4", "`3,5`",
          "line 5", "`nan`", "line 6", "`1e400`"}},
        {"broken_line.jsonl",
         {"1 row was left out", "line 2 is not whole JSON: `}` is missing", "column 31"}},
        {"mixed_types.jsonl",
         {"lines 1 and 2", "1 and \"1\" count as one class", "line 3 has no text in `text` (it is a number)",
          "line 4 is an array", "line 5 has no text in `text` (it is null)",
          "line 6 has no text in `text` (it is missing)"}},
        {"nested.json", {"the top level is an object, not an array of rows", "`splits.train` (2 rows"}},
        {"json_array_in_jsonl.jsonl", {"one JSON array over several lines, not JSON Lines"}},
        {"tab_in_field.csv", {}},
        {"tsv_named_csv.csv", {"the header has one column when split at commas; it holds tabs", "TSV"}},
        {"semicolons.csv", {"the header has one column when split at commas; it holds semicolons"}},
        {"a_folder.tsv", {"a_folder.tsv is a folder, not a file"}},
        {"not_text.tsv", {"not a text file (it starts like a PNG picture)"}},
        {"overlap/train.tsv", {}},
        {"overlap/test.tsv",
         {"2 of 3 test rows also stand in train (lines 2, 3): the score will be too good"}}};
    for (const auto& [file, texts] : says) {
        QTest::addRow("%s", file.c_str()) << QByteArray::fromStdString(file) << texts;
    }
}

void TestTableReader::malformedFilesGetTheirAnswer() {
    QFETCH(QByteArray, file);
    QFETCH(QByteArrayList, says);
    std::ifstream in(malformed("expectations.json"));
    const json expectation = json::parse(in).at("files").at(file.toStdString());
    const auto outcome = expectation.at("outcome").get<std::string>();

    DataSpec spec;
    spec.source = "files";
    const bool isTest = file.endsWith("/test.tsv");
    const fs::path path = malformed(file.toStdString());
    spec.splits["train"] = (isTest ? path.parent_path() / "train.tsv" : path).string();
    if (isTest) {
        spec.splits["test"] = path.string();
    }
    const json& text = expectation.at("text_column");
    spec.text = columnText(text.is_array() ? text.at(0) : text);
    spec.textPair = text.is_array() ? columnText(text.at(1)) : "";
    spec.label = columnText(expectation.at("label_column"));
    const bool regression = expectation.contains("task");
    const auto dataset = loadDataset(spec, regression ? HeadType::Regression : HeadType::Classification);

    std::string said = dataset ? allWarnings(**dataset) : dataset.error().message();
    for (const QByteArray& part : says) {
        QVERIFY2(said.find(part.toStdString()) != std::string::npos, said.c_str());
    }
    if (!dataset) {
        QVERIFY2(outcome.find("error") != std::string::npos, said.c_str());
        QVERIFY2(said.find(path.filename().string()) != std::string::npos, said.c_str());
        return;
    }
    QVERIFY2(outcome != "error", said.c_str());
    const Split* split = (*dataset)->split(isTest ? "test" : "train");
    QCOMPARE(static_cast<std::int64_t>(split->examples.size()),
             expectation.at("rows_loaded").get<std::int64_t>());
    if (says.isEmpty()) {
        // All that may be said of a good file is that it is too small to hold rows out.
        QCOMPARE((*dataset)->warnings.size(), std::size_t(1));
        QVERIFY2(said.starts_with("There is no validation file"), said.c_str());
    }
    if (expectation.contains("labels")) {
        QCOMPARE((*dataset)->labels.size(), expectation.at("labels").size());
        for (const auto& [label, count] : expectation.at("labels").items()) {
            const auto& labels = (*dataset)->labels;
            const auto id = std::ranges::find(labels, label) - labels.begin();
            QCOMPARE(std::ranges::count(split->examples, static_cast<int>(id), &Example::label),
                     count.get<int>());
        }
    }
}

void TestTableReader::chosenEncodingReadsLatin1() {
    const AllRows all =
        readAll(malformed("latin1.tsv"), {.format = {}, .delimiter = {}, .encoding = "latin1"});
    QCOMPARE(all.error, std::string());
    QCOMPARE(all.rows.size(), std::size_t(3));
    QCOMPARE(all.rows[0].fields[0], std::string("un caf\u00E9 tr\u00E8s agr\u00E9able"));
    const AllRows unknown =
        readAll(malformed("latin1.tsv"), {.format = {}, .delimiter = {}, .encoding = "klingon"});
    QVERIFY(unknown.error.find("\"klingon\" is not known") != std::string::npos);
}

void TestTableReader::hugeLineLoadsWithAWarning() {
    const Folder folder;
    std::string text;
    while (text.size() < 2'097'152) {
        text += "word ";
    }
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] =
        folder.write("line_2mb.tsv", "text\tlabel\nshort one\t1\n" + text + "\t0\nlast\t1\n").string();
    const auto dataset = loadDataset(spec, HeadType::Classification);
    QVERIFY2(dataset, dataset ? "" : dataset.error().message().c_str());
    QCOMPARE((*dataset)->split("train")->examples.size(), std::size_t(3));
    const std::string said = allWarnings(**dataset);
    QVERIFY2(said.find("cut to the model's longest input: line 3 has a text of about 419431 words") !=
                 std::string::npos,
             said.c_str());
}

void TestTableReader::linesEndAnyWay_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addRow("lf") << QByteArray("a\tb\n1\t2\n\n3\t4\n");
    QTest::addRow("crlf") << QByteArray("a\tb\r\n1\t2\r\n\r\n3\t4");
    QTest::addRow("cr") << QByteArray("a\tb\r1\t2\r\r3\t4\r");
    QTest::addRow("mixed") << QByteArray("a\tb\r1\t2\r\n\n3\t4\n\n\n");
}

void TestTableReader::linesEndAnyWay() {
    QFETCH(QByteArray, content);
    const Folder folder;
    const AllRows all = readAll(folder.write("rows.tsv", content.toStdString()));
    QCOMPARE(all.error, std::string());
    QCOMPARE(all.rows.size(), std::size_t(2));
    QCOMPARE(joined(all.rows[0].fields), std::string("1|2"));
    QCOMPARE(joined(all.rows[1].fields), std::string("3|4"));
    QCOMPARE(all.rows[0].line, 2);
    QCOMPARE(all.rows[1].line, 4);
}

void TestTableReader::lineEndsAcrossChunks() {
    const Folder folder;
    for (const char* end : {"\n", "\r\n", "\r"}) {
        // Rows of 19 bytes and their line end drift across the edges of the reader's chunks.
        std::string content = std::string("text\tlabel") + end;
        constexpr int kRows = 130'000;
        for (int i = 0; i < kRows; ++i) {
            content += QString::asprintf("row number %06d\t%d", i, i % 2).toStdString() + end;
        }
        const AllRows all = readAll(folder.write("many.tsv", content));
        QCOMPARE(all.error, std::string());
        QCOMPARE(all.problems.size(), std::size_t(0));
        QCOMPARE(all.rows.size(), static_cast<std::size_t>(kRows));
        QCOMPARE(joined(all.rows.back().fields), std::string("row number 129999|1"));
        QCOMPARE(all.rows.back().line, kRows + 1);
    }
}

void TestTableReader::encodingsAreDetected_data() {
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QByteArray>("content");
    const auto utf16 = [](bool little, bool mark) {
        QByteArray bytes = mark ? (little ? QByteArray("\xFF\xFE") : QByteArray("\xFE\xFF")) : QByteArray();
        for (const char16_t c : std::u16string_view(u"text\tlabel\na \u00E9 \U0001F600\tx\nb\ty\n")) {
            const char high = static_cast<char>(c >> 8U);
            const char low = static_cast<char>(c & 0xFFU);
            bytes += little ? QByteArray{} + low + high : QByteArray{} + high + low;
        }
        return bytes;
    };
    QTest::addRow("UTF-8") << QStringLiteral("UTF-8")
                           << QByteArray("text\tlabel\na \u00E9 \U0001F600\tx\nb\ty\n");
    QTest::addRow("UTF-8 with mark") << QStringLiteral("UTF-8")
                                     << QByteArray("\xEF\xBB\xBFtext\tlabel\na \u00E9 \U0001F600\tx\nb\ty\n");
    QTest::addRow("UTF-16LE with mark") << QStringLiteral("UTF-16LE") << utf16(true, true);
    QTest::addRow("UTF-16BE with mark") << QStringLiteral("UTF-16BE") << utf16(false, true);
    QTest::addRow("UTF-16LE") << QStringLiteral("UTF-16LE") << utf16(true, false);
    QTest::addRow("UTF-16BE") << QStringLiteral("UTF-16BE") << utf16(false, false);
}

void TestTableReader::encodingsAreDetected() {
    QFETCH(QString, encoding);
    QFETCH(QByteArray, content);
    const Folder folder;
    const fs::path file = folder.write("rows.tsv", content.toStdString());
    const auto dialect = TableReader::detect(file, {});
    QVERIFY2(dialect, dialect ? "" : dialect.error().message().c_str());
    QCOMPARE(QString::fromStdString(dialect->encoding), encoding);
    QCOMPARE(joined(dialect->columns), std::string("text|label"));
    const AllRows all = readAll(file);
    QCOMPARE(all.rows.size(), std::size_t(2));
    QCOMPARE(joined(all.rows[0].fields), std::string("a \u00E9 \U0001F600|x"));
}

void TestTableReader::delimitersAreDetected_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("delimiter");
    QTest::addColumn<int>("columns");
    QTest::addColumn<bool>("remark");
    const auto row = [](const char* name, const char* content, char delimiter, int columns, bool remark) {
        QTest::addRow("%s %c %d", name, delimiter, columns)
            << QByteArray(name) << QByteArray(content) << static_cast<int>(delimiter) << columns << remark;
    };
    row("a.csv", "x,y\n1,2\n", ',', 2, false);
    row("a.csv", "x;y;z\n1;2;3\n", ';', 3, true);
    row("a.csv", "x|y\n1|2\n", '|', 2, true);
    row("a.csv", "\"x;1\",y\n1,2\n", ',', 2, false);
    row("a.tsv", "x,y\n1,2\n", ',', 2, true);
    row("a.txt", "x\ty\n1\t2\n", '\t', 2, false);
    row("a.txt", "x,y\n1,2\n", ',', 2, false);
    row("a.csv", "x\n1\n", ',', 1, false);
    row("a.csv", "7,y\n1,2\n", ',', 2, true);
}

void TestTableReader::delimitersAreDetected() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, content);
    QFETCH(int, delimiter);
    QFETCH(int, columns);
    QFETCH(bool, remark);
    const Folder folder;
    const fs::path file = folder.write(name.toStdString(), content.toStdString());
    const auto dialect = TableReader::detect(file, {});
    QVERIFY2(dialect, dialect ? "" : dialect.error().message().c_str());
    QCOMPARE(static_cast<int>(dialect->delimiter), delimiter);
    QCOMPARE(dialect->columns.size(), static_cast<std::size_t>(columns));
    QCOMPARE(!dialect->remarks.empty(), remark);
    QVERIFY(!dialect->header || readAll(file).rows.size() == 1);
    const AllRows chosen =
        readAll(file, {.format = TableFormat::Csv, .delimiter = '#', .encoding = {}, .header = false});
    QCOMPARE(chosen.rows.size(), std::size_t(2));
    QCOMPARE(chosen.rows[0].fields.size(), std::size_t(1));
}

void TestTableReader::quotedFieldsKeepWhatTheyHold() {
    const AllRows all = readAll(malformed("tab_in_field.csv"));
    QCOMPARE(all.rows.size(), std::size_t(4));
    QCOMPARE(all.rows[0].fields[0], std::string("a tab\there"));
    QCOMPARE(all.rows[1].fields[0], std::string("a comma, here"));
    QCOMPARE(all.rows[2].fields[0], std::string("a line\nbreak here"));
    QCOMPARE(all.rows[3].fields[0], std::string("a quote \" here"));
    QCOMPARE(all.rows[3].line, 6);
}

void TestTableReader::textAfterAQuoteIsARowProblem() {
    const Folder folder;
    const AllRows all = readAll(folder.write("a.csv", "text,label\n\"one\"two,1\n\"three\",2\n"));
    QCOMPARE(all.error, std::string());
    QCOMPARE(all.rows.size(), std::size_t(1));
    QCOMPARE(all.problems.size(), std::size_t(1));
    QCOMPARE(all.problems[0].line, 2);
    QCOMPARE(all.problems[0].column, std::optional<std::string>("text"));
}

void TestTableReader::jsonArraysStream() {
    const Folder folder;
    const AllRows all = readAll(folder.write("a.json", R"([{"text": "a ] } \" b", "n": {"x": [1, 2]}},
  {"text":
     "second", "label": true}, 3,
  {"text": "third", "label": null}
]
)"));
    QCOMPARE(all.error, std::string());
    QCOMPARE(all.rows.size(), std::size_t(3));
    QCOMPARE(joined(all.rows[0].fields), std::string("a ] } \" b|{\"x\":[1,2]}|"));
    QCOMPARE(all.rows[0].kinds,
             (std::vector<FieldKind>{FieldKind::Text, FieldKind::Nested, FieldKind::Missing}));
    QCOMPARE(all.rows[1].kinds,
             (std::vector<FieldKind>{FieldKind::Text, FieldKind::Missing, FieldKind::Boolean}));
    QCOMPARE(all.rows[2].kinds.back(), FieldKind::Null);
    QCOMPARE(all.rows[2].line, 4);
    QCOMPARE(all.problems.size(), std::size_t(1));
    QCOMPARE(all.problems[0].line, 3);
}

void TestTableReader::brokenJsonArraysStop_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::addRow("open array") << QByteArray("[{\"text\": \"a\"}\n") << QByteArray("`]` is missing");
    QTest::addRow("open row") << QByteArray("[{\"text\": \"a\"},\n{\"text\": \"b\n") << QByteArray("line 2");
    QTest::addRow("no comma") << QByteArray("[{\"text\": \"a\"} {\"text\": \"b\"}]")
                              << QByteArray("comma is missing");
    QTest::addRow("text after it") << QByteArray("[{\"text\": \"a\"}] x") << QByteArray("text after the end");
    QTest::addRow("no objects") << QByteArray("[1, 2]") << QByteArray("no row among the first");
}

void TestTableReader::brokenJsonArraysStop() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    const Folder folder;
    const AllRows all = readAll(folder.write("a.json", content.toStdString()));
    QVERIFY2(all.error.find(says.toStdString()) != std::string::npos, all.error.c_str());
}

void TestTableReader::previewStopsEarly() {
    const Folder folder;
    std::string content = "text,label\n";
    for (int i = 0; i < 500; ++i) {
        content += "row,1\nragged\n";
    }
    const auto preview = previewTable(folder.write("a.csv", content), {}, 20);
    QVERIFY(preview);
    QCOMPARE(preview->rows.size() + preview->problems.size(), std::size_t(20));
    QVERIFY(preview->more);
    const auto whole = previewTable(malformed("semicolons.csv"), {}, 20);
    QVERIFY(whole);
    QCOMPARE(whole->rows.size(), std::size_t(2));
    QVERIFY(!whole->more);
    QVERIFY(!previewTable(malformed("nowhere.tsv"), {}, 20));
}

void TestTableReader::progressCanStop() {
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = malformed("overlap/train.tsv").string();
    spec.text = "sentence";
    double last = -1;
    QVERIFY(loadDataset(spec, HeadType::Classification, [&](double fraction) {
        last = fraction;
        return true;
    }));
    QCOMPARE(last, 1.0);
    const auto stopped = loadDataset(spec, HeadType::Classification, [](double) { return false; });
    QVERIFY(!stopped);
    QVERIFY(stopped.error().what.find("stopped") != std::string::npos);
}

void TestTableReader::columnsByNameOrNumber() {
    const Folder folder;
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = folder.write("a.csv", "2,first\nx,y\n").string();
    spec.text = "2"; // a name goes before a number
    spec.label = "1";
    const auto byName = loadDataset(spec, HeadType::Classification);
    QVERIFY(!byName);
    spec.label = "first";
    QCOMPARE((*loadDataset(spec, HeadType::Classification))->split("train")->examples[0].text,
             std::string("x"));
    spec.header = false;
    spec.label = "1";
    const auto noHeader = loadDataset(spec, HeadType::Classification);
    QVERIFY2(noHeader, noHeader ? "" : noHeader.error().message().c_str());
    QCOMPARE((*noHeader)->split("train")->examples[0].text, std::string("first"));
    QCOMPARE((*noHeader)->labels, (std::vector<std::string>{"2", "x"}));
    spec.limit["train"] = 1;
    QCOMPARE((*loadDataset(spec, HeadType::Classification))->split("train")->examples.size(), std::size_t(1));
}

void TestTableReader::splitsAreHeldOutAndCompared() {
    const Folder folder;
    std::string content = "text\tlabel\n";
    for (int i = 0; i < 40; ++i) {
        content += "text " + std::to_string(i == 39 ? 0 : i) + "\t" + std::to_string(i % 2) + "\n";
    }
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = folder.write("train.tsv", content).string();
    const auto dataset = loadDataset(spec, HeadType::Classification);
    QVERIFY(dataset);
    QCOMPARE((*dataset)->split("train")->examples.size(), std::size_t(36));
    const Split* validation = (*dataset)->split("validation");
    QCOMPARE(validation->examples.size(), std::size_t(4));
    QCOMPARE(validation->examples[0].text, std::string("text 9"));
    QVERIFY(allWarnings(**dataset).find("each tenth row of train (4 rows) is held out for validation") !=
            std::string::npos);
    QVERIFY(allWarnings(**dataset).find("1 of them also stand among the others") != std::string::npos);
}

void TestTableReader::labelsAreSortedAndUnknownOnesKept() {
    const Folder folder;
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = folder.write("train.tsv", "text\tlabel\na\t10\nb\t9\nc\t-1\n").string();
    spec.splits["test"] = folder.write("test.tsv", "text\tlabel\nd\t9\ne\t11\n").string();
    const auto dataset = loadDataset(spec, HeadType::Classification);
    QVERIFY(dataset);
    QCOMPARE((*dataset)->labels, (std::vector<std::string>{"-1", "9", "10"}));
    QCOMPARE((*dataset)->split("train")->examples[0].label, 2);
    QCOMPARE((*dataset)->split("test")->examples[0].label, 1);
    QCOMPARE((*dataset)->split("test")->examples[1].label, -1);
    spec.label = "label";
    const auto regression = loadDataset(spec, HeadType::Regression);
    QVERIFY(regression);
    QCOMPARE((*regression)->split("train")->examples[2].value, -1.0F);
    QVERIFY((*regression)->labels.empty());
}

void TestTableReader::specErrorsNameTheKey_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("where");
    QTest::addRow("no train") << QByteArray("train") << QByteArray() << QByteArray("/data/splits");
    QTest::addRow("format") << QByteArray("format") << QByteArray("xlsx") << QByteArray("/data/format");
    QTest::addRow("delimiter") << QByteArray("delimiter") << QByteArray("::")
                               << QByteArray("/data/delimiter");
    QTest::addRow("same column") << QByteArray("label") << QByteArray("sentence")
                                 << QByteArray("/data/columns");
    QTest::addRow("unknown split") << QByteArray("dev") << QByteArray("x.tsv")
                                   << QByteArray("/data/splits/dev");
    QTest::addRow("missing file") << QByteArray("test") << QByteArray("/nowhere.tsv")
                                  << QByteArray("/nowhere.tsv");
}

void TestTableReader::specErrorsNameTheKey() {
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, where);
    DataSpec spec;
    spec.source = "files";
    spec.splits["train"] = malformed("overlap/train.tsv").string();
    spec.text = "sentence";
    if (key == "format") {
        spec.format = value.toStdString();
    } else if (key == "delimiter") {
        spec.delimiter = value.toStdString();
    } else if (key == "label") {
        spec.label = value.toStdString();
    } else {
        spec.splits[key.toStdString()] = value.toStdString();
    }
    const auto dataset = loadDataset(spec, HeadType::Classification);
    QVERIFY(!dataset);
    QCOMPARE(QByteArray::fromStdString(dataset.error().where), where);
    QVERIFY(!dataset.error().advice.empty());
}

QTEST_GUILESS_MAIN(TestTableReader)
#include "test_table_reader.moc"
