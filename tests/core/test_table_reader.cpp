#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "backend/data/table_reader.h"

using namespace awb;
namespace fs = std::filesystem;

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

AllRows readAll(const TextInput& file, const TableOptions& options = {}) {
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

std::string joined(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) {
        text += (text.empty() ? "" : "|") + field;
    }
    return text;
}

} // namespace

class TestTableReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void memoryReadsLikeAFile_data();
    void memoryReadsLikeAFile();
    void chosenEncodingReadsLatin1();
    void linesEndAnyWay_data();
    void linesEndAnyWay();
    void lineEndsAcrossChunks();
    void encodingsAreDetected_data();
    void encodingsAreDetected();
    void delimitersAreDetected_data();
    void delimitersAreDetected();
    void chosenDialectIsFollowed();
    void quotedFieldsKeepWhatTheyHold();
    void textAfterAQuoteIsARowProblem();
    void jsonArraysStream();
    void brokenJsonArraysStop_data();
    void brokenJsonArraysStop();
    void previewStopsEarly();
};

void TestTableReader::memoryReadsLikeAFile_data() {
    QTest::addColumn<QString>("name");
    for (const fs::directory_entry& entry : fs::directory_iterator(malformed(""))) {
        if (entry.is_regular_file()) {
            QTest::newRow(entry.path().filename().c_str())
                << QString::fromStdString(entry.path().filename().string());
        }
    }
}

void TestTableReader::memoryReadsLikeAFile() {
    QFETCH(QString, name);
    const fs::path file = malformed(name.toStdString());
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const AllRows fromFile = readAll(file);
    const AllRows fromMemory = readAll({file, bytes});
    QCOMPARE(fromMemory.error, fromFile.error);
    QCOMPARE(fromMemory.rows.size(), fromFile.rows.size());
    for (std::size_t i = 0; i < fromFile.rows.size(); ++i) {
        QCOMPARE(fromMemory.rows[i].fields, fromFile.rows[i].fields);
        QCOMPARE(fromMemory.rows[i].line, fromFile.rows[i].line);
    }
    QCOMPARE(fromMemory.problems.size(), fromFile.problems.size());
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

void TestTableReader::chosenDialectIsFollowed() {
    const Folder folder;
    const fs::path file = folder.write("a.csv", "x,1#y\nz,2#w\n");
    const AllRows all =
        readAll(file, {.format = TableFormat::Csv, .delimiter = '#', .encoding = {}, .header = false});
    QCOMPARE(all.rows.size(), std::size_t(2));
    QCOMPARE(joined(all.rows[0].fields), std::string("x,1|y"));
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

QTEST_GUILESS_MAIN(TestTableReader)
#include "test_table_reader.moc"
