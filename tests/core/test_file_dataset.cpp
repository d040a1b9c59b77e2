#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/data/dataset.h"

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

std::string columnText(const json& column) {
    return column.is_number() ? std::to_string(column.get<int>()) : column.get<std::string>();
}

std::string allWarnings(const Dataset& dataset) {
    std::string text;
    for (const DataWarning& warning : dataset.warnings) {
        text += warning.text + "\n";
    }
    return text;
}

} // namespace

class TestFileDataset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void malformedFilesGetTheirAnswer_data();
    void malformedFilesGetTheirAnswer();
    void hugeLineLoadsWithAWarning();
    void progressCanStop();
    void columnsByNameOrNumber();
    void splitsAreHeldOutAndCompared();
    void labelsAreSortedAndUnknownOnesKept();
    void specErrorsNameTheKey_data();
    void specErrorsNameTheKey();
};

void TestFileDataset::malformedFilesGetTheirAnswer_data() {
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
        {"wrong_columns.conllu",
         {"1 sentence was left out: line 8 has 9 columns where CoNLL-U has 10",
          "line 9 has 1 column (blanks where tabs should be)"}},
        {"ranges_and_empty_nodes.conllu", {}},
        {"no_blank_line_at_end.conllu", {}},
        {"bio_break.conll",
         {"2 tags were not well-formed BIO", "conlleval counts", "line 3 starts an entity with I-MISC",
          "line 7 goes from B-PER to I-LOC"}},
        {"overlap/train.tsv", {}},
        {"overlap/test.tsv",
         {"2 of 3 test rows also stand in train (lines 2, 3): the score will be too good"}}};
    for (const auto& [file, texts] : says) {
        QTest::addRow("%s", file.c_str()) << QByteArray::fromStdString(file) << texts;
    }
}

void TestFileDataset::malformedFilesGetTheirAnswer() {
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
    spec.tag = spec.label;
    const bool tagging = file.endsWith(".conllu") || file.endsWith(".conll");
    const HeadType task = expectation.contains("task") ? HeadType::Regression
                          : tagging                    ? HeadType::Tagging
                                                       : HeadType::Classification;
    const auto dataset = loadDataset(spec, task);

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
    if (expectation.contains("tokens")) {
        QCOMPARE(split->examples.front().words.size(), expectation.at("tokens").get<std::size_t>());
        QVERIFY(std::ranges::find((*dataset)->labels, "_") == (*dataset)->labels.end());
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

void TestFileDataset::hugeLineLoadsWithAWarning() {
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

void TestFileDataset::progressCanStop() {
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

void TestFileDataset::columnsByNameOrNumber() {
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

void TestFileDataset::splitsAreHeldOutAndCompared() {
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

void TestFileDataset::labelsAreSortedAndUnknownOnesKept() {
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

void TestFileDataset::specErrorsNameTheKey_data() {
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

void TestFileDataset::specErrorsNameTheKey() {
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

QTEST_GUILESS_MAIN(TestFileDataset)
#include "test_file_dataset.moc"
