#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/mapped_file.h"
#include "tests/core/torch_files.h"

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

class TestStoredZip : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void checksumsAreThoseOfZip();
    void writesAndReadsBack();
    void acceptsLegalForms_data();
    void acceptsLegalForms();
    void refusesOthers_data();
    void refusesOthers();
    void refusesEveryTruncation();
    void seesEveryBrokenByteOrReadsTheSame();

private:
    QTemporaryDir m_folder;
};

void TestStoredZip::checksumsAreThoseOfZip() {
    // The standard's check value, and the empty one.
    QCOMPARE(crc32(asBytes("123456789")), 0xCBF43926U);
    QCOMPARE(crc32({}), 0U);
}

void TestStoredZip::writesAndReadsBack() {
    const fs::path file = fs::path(m_folder.path().toStdString()) / "out.zip";
    const std::string a(100, 'a');
    const std::string b = "b";
    const Result<void> written =
        writeStoredZip(file, {{"root/a", asBytes(a)}, {"root/empty", {}}, {"root/sub/b", asBytes(b)}});
    QVERIFY2(written.has_value(), written ? "" : written.error().message().c_str());
    const Result<MappedFile> mapped = MappedFile::open(file);
    QVERIFY(mapped.has_value());
    const Result<std::vector<ZipEntry>> entries = readStoredZip(mapped->bytes());
    QVERIFY2(entries.has_value(), entries ? "" : entries.error().message().c_str());
    QCOMPARE(entries->size(), std::size_t{3});
    const std::vector<std::string> names{"root/a", "root/empty", "root/sub/b"};
    const std::vector<std::string> contents{a, "", b};
    for (std::size_t i = 0; i < 3; ++i) {
        const ZipEntry& entry = entries->at(i);
        QCOMPARE(entry.name, names[i]);
        QCOMPARE(entry.begin % 64, std::uint64_t{0});
        QCOMPARE(entry.size, static_cast<std::uint64_t>(contents[i].size()));
        QVERIFY(std::ranges::equal(mapped->bytes().subspan(entry.begin, entry.size), asBytes(contents[i])));
    }
}

void TestStoredZip::acceptsLegalForms_data() {
    QTest::addColumn<QByteArray>("file");
    const auto row = [](const char* name, const std::string& file) {
        QTest::newRow(name) << QByteArray(file.data(), static_cast<qsizetype>(file.size()));
    };
    constexpr std::uint16_t kDescriptor = 8;
    const Entry described{.name = "a", .data = "12345", .flags = kDescriptor, .localSize = 0};
    row("plain", zip({{"a", "12345"}}));
    row("sizes in a descriptor", zip({described}));
    row("ZIP64 end record", zip({{"a", "12345"}}, {.zip64 = true}));
    row("numbers only in the ZIP64 end record",
        zip({{"a", "12345"}}, {.entries = 0xffff, .zip64 = true, .entries64 = 1}));
    row("ZIP64 sizes of an entry",
        zip({{.name = "a",
              .data = "12345",
              .size = 0xffffffff,
              .extra = number(1, 2) + number(16, 2) + number(5, 8) + number(5, 8)}}));
    row("unknown additional field before the ZIP64 one",
        zip({{.name = "a",
              .data = "12345",
              .size = 0xffffffff,
              .extra = "FB" + number(3, 2) + "ZZZ" + number(1, 2) + number(16, 2) + number(5, 8) +
                       number(5, 8)}}));
    row("comment", zip({{"a", "12345"}}, {.comment = "made by hand"}));
}

void TestStoredZip::acceptsLegalForms() {
    QFETCH(QByteArray, file);
    const std::string bytes = file.toStdString();
    const Result<std::vector<ZipEntry>> entries = readStoredZip(asBytes(bytes));
    QVERIFY2(entries.has_value(), entries ? "" : entries.error().message().c_str());
    QCOMPARE(entries->size(), std::size_t{1});
    QCOMPARE(entries->front().name, std::string("a"));
    QCOMPARE(bytes.substr(entries->front().begin, entries->front().size), std::string("12345"));
}

void TestStoredZip::refusesOthers_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const std::string& file, const QStringList& said) {
        QTest::newRow(name) << QByteArray(file.data(), static_cast<qsizetype>(file.size())) << said;
    };
    const Entry good{"a", "12345"};
    row("nothing", "", {u"no directory"_qs});
    row("no archive", std::string(100, 'x'), {u"no directory"_qs});
    row("deflated", zip({{.name = "a", .data = "12345", .method = 8}}),
        {u"\"a\""_qs, u"compressed (method 8)"_qs});
    row("another size unpacked", zip({{.name = "a", .data = "12345", .size = 5000, .compressed = 5}}),
        {u"\"a\""_qs, u"5000 packed into 5"_qs});
    row("encrypted", zip({{.name = "a", .data = "12345", .flags = 1}}), {u"\"a\""_qs, u"encrypted"_qs});
    row("unknown flag", zip({{.name = "a", .data = "12345", .flags = 16}}), {u"\"a\""_qs, u"flags 16"_qs});
    row("one name twice", zip({good, good}), {u"\"a\""_qs, u"two entries"_qs});
    row("parent folder", zip({{"a/../../b", "1"}}), {u"\"a/../../b\""_qs, u"leaves the archive"_qs});
    row("parent folder at the end", zip({{"a/..", "1"}}), {u"leaves the archive"_qs});
    row("absolute name", zip({{"/etc/passwd", "1"}}), {u"\"/etc/passwd\""_qs, u"relative"_qs});
    row("backslash", zip({{"a\\b", "1"}}), {u"relative"_qs});
    row("no name", zip({{"", "1"}}), {u"no name"_qs});
    row("control character", zip({{"a\nb", "1"}}), {u"control characters"_qs});
    row("name that is not UTF-8", zip({{"a\xff", "1"}}), {u"UTF-8"_qs});
    row("name of 2,000 bytes", zip({{std::string(2000, 'n'), "1"}}), {u"2000 bytes"_qs, u"1024"_qs});
    row("other name in the entry's header", zip({{.name = "a", .data = "1", .localName = "b"}}),
        {u"\"a\""_qs, u"contradicts"_qs});
    row("other size in the entry's header", zip({{.name = "a", .data = "1", .localSize = 2}}),
        {u"contradicts"_qs});
    row("no size and no descriptor", zip({{.name = "a", .data = "1", .localSize = 0}}), {u"contradicts"_qs});
    row("other flags in the entry's header", zip({{.name = "a", .data = "1", .localFlags = 1}}),
        {u"contradicts"_qs});
    row("longer than the archive", zip({{.name = "a", .data = "12345", .localSize = 90, .size = 90}}),
        {u"\"a\""_qs, u"90 bytes do not fit"_qs});
    row("into the directory", zip({{.name = "a", .data = "12345", .localSize = 6, .size = 6}}),
        {u"6 bytes do not fit"_qs});
    row("outside", zip({{.name = "a", .data = "12345", .shift = 5000}}), {u"\"a\""_qs, u"outside"_qs});
    row("not at its place", zip({{.name = "a", .data = "12345", .shift = 1}}),
        {u"\"a\""_qs, u"no entry where"_qs});
    // The second entry's header is inside the first one's bytes.
    const std::string inner = zip({{"b", "1"}});
    const std::string local = inner.substr(0, 32);
    row("overlapping entries",
        zip({{"a", local + "12345"},
             {.name = "b", .data = "1", .shift = -static_cast<std::int64_t>(local.size() + 5)}}),
        {u"overlap"_qs});
    row("fewer entries than claimed", zip({good}, {.entries = 2}), {u"too small for its 2 entries"_qs});
    row("more entries than claimed", zip({good, {"b", "1"}}, {.entries = 1}), {u"bytes behind its last"_qs});
    row("bytes behind the directory", zip({good}, {.behindDirectory = "xyz"}),
        {u"not in front of the end"_qs});
    row("directory beyond the file", zip({good}, {.directoryBegin = 100'000}), {u"byte 100000"_qs});
    row("directory too long", zip({good}, {.directoryBytes = 4'000'000'000}), {u"4000000000 bytes"_qs});
    row("second end record in the comment", zip({good}, {.comment = "PK\5\6" + number(0, 18)}),
        {u"not in front of the end"_qs});
    row("something in front", "xyz" + zip({good}), {u"not in front of the end"_qs});
    row("several disks", zip({good}, {.disk = 1}), {u"split over several"_qs});
    row("records that contradict each other", zip({good}, {.zip64 = true, .entries64 = 2}),
        {u"contradict each other"_qs});
    row("ZIP64 record elsewhere", zip({good}, {.zip64 = true, .record64 = 3}), {u"ZIP64 record"_qs});
    row("ZIP64 record beyond the file", zip({good}, {.zip64 = true, .record64 = ~std::uint64_t{0}}),
        {u"ZIP64 record"_qs});
    row("2^60 entries", zip({good}, {.entries = 0xffff, .zip64 = true, .entries64 = std::uint64_t{1} << 60U}),
        {u"1152921504606846976 entries"_qs});
    row("ZIP64 field without numbers",
        zip({{.name = "a", .data = "12345", .size = 0xffffffff, .extra = number(1, 2) + number(0, 2)}}),
        {u"\"a\""_qs, u"ZIP64 field is too short"_qs});
    row("ZIP64 field beyond the record",
        zip({{.name = "a", .data = "12345", .extra = number(1, 2) + number(99, 2)}}), {u"cut off"_qs});
    row("2^63 bytes",
        zip({{.name = "a",
              .data = "12345",
              .size = 0xffffffff,
              .extra = number(1, 2) + number(16, 2) + number(std::uint64_t{1} << 63U, 8) +
                       number(std::uint64_t{1} << 63U, 8)}}),
        {u"\"a\""_qs, u"9223372036854775808 bytes do not fit"_qs});
}

void TestStoredZip::refusesOthers() {
    QFETCH(QByteArray, file);
    QFETCH(QStringList, said);
    const std::string bytes = file.toStdString();
    const Result<std::vector<ZipEntry>> entries = readStoredZip(asBytes(bytes));
    QVERIFY(!entries.has_value());
    const QString message = QString::fromStdString(entries.error().message());
    for (const QString& part : said) {
        QVERIFY2(message.contains(part), qPrintable(part + u" is not in: "_qs + message));
    }
}

void TestStoredZip::refusesEveryTruncation() {
    const std::string whole = zip({{"a", "12345"}, {"b", std::string(200, 'b')}}, {.zip64 = true});
    QVERIFY(readStoredZip(asBytes(whole)).has_value());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string cut = whole.substr(0, length);
        QVERIFY2(!readStoredZip(asBytes(cut)).has_value(), std::to_string(length).c_str());
    }
}

void TestStoredZip::seesEveryBrokenByteOrReadsTheSame() {
    const std::string whole = zip({{"a", "12345"}, {"b", "67"}}, {.zip64 = true});
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int change : {1, 0x80, 0xff}) {
            std::string broken = whole;
            broken[at] = static_cast<char>(broken[at] ^ change);
            const Result<std::vector<ZipEntry>> entries = readStoredZip(asBytes(broken));
            if (!entries) {
                continue;
            }
            for (const ZipEntry& entry : *entries) {
                QVERIFY(entry.begin <= broken.size() && entry.size <= broken.size() - entry.begin);
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestStoredZip)
#include "test_stored_zip.moc"
