#include <cstring>
#include <fstream>
#include <random>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"
#include "backend/formats/safetensors.h"

namespace fs = std::filesystem;
using namespace awb;

namespace {

/// A file from a header text and so many data bytes; `claimed` replaces the true header length.
std::string fileBytes(const std::string& header, std::size_t dataBytes,
                      std::optional<std::uint64_t> claimed = {}) {
    const std::uint64_t length = claimed.value_or(header.size());
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + std::string(dataBytes, '\x01');
}

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   std::uint64_t begin, std::uint64_t end) {
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
           std::to_string(begin) + "," + std::to_string(end) + "]}";
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAndReadsBack();
    void writesLargeItemsFirstAndAligned();
    void refusesToWriteWhatCannotBeRead();
    void acceptsLegalOddities_data();
    void acceptsLegalOddities();
    void rejectsBrokenFiles_data();
    void rejectsBrokenFiles();
    void rejectsWhatIsNoFile();
    void survivesRandomHeaders();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

void TestSafetensors::writesAndReadsBack() {
    const std::vector<float> weights{1.5F, -2.0F, 0.0F, 1e-30F, 3.25F, 7.0F};
    const std::vector<std::int64_t> ids{1, -1};
    const fs::path file = path("round.safetensors");
    const Result<void> written =
        writeSafetensors(file,
                         {{"ids", "I64", {2}, std::as_bytes(std::span(ids))},
                          {"layer.weight", "F32", {2, 3}, std::as_bytes(std::span(weights))},
                          {"empty", "F16", {0, 4}, {}}},
                         {{"format", "pt"}});
    QVERIFY2(written.has_value(), written ? "" : written.error().message().c_str());

    const Result<SafetensorsFile> read = SafetensorsFile::open(file);
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    QCOMPARE(read->header().tensors.size(), std::size_t{3});
    QCOMPARE(read->header().metadata.at("format"), std::string("pt"));
    const TensorEntry* entry = read->find("layer.weight");
    QVERIFY(entry != nullptr);
    QCOMPARE(entry->dtype, std::string("F32"));
    QCOMPARE(entry->shape, (std::vector<std::int64_t>{2, 3}));
    std::vector<float> back(6);
    std::memcpy(back.data(), read->bytes(*entry).data(), 24);
    QCOMPARE(back, weights);
    QCOMPARE(read->bytes(*read->find("empty")).size(), std::size_t{0});
    QVERIFY(read->find("nothing") == nullptr);
}

void TestSafetensors::writesLargeItemsFirstAndAligned() {
    const std::vector<std::byte> bytes(16);
    const fs::path file = path("aligned.safetensors");
    const std::span<const std::byte> data(bytes);
    QVERIFY(writeSafetensors(
                file,
                {{"a", "U8", {3}, data.first(3)}, {"b", "F64", {2}, data}, {"c", "F32", {1}, data.first(4)}},
                {})
                .has_value());
    const Result<SafetensorsFile> read = SafetensorsFile::open(file);
    QVERIFY(read.has_value());
    QCOMPARE(read->header().tensors[0].name, std::string("b"));
    QCOMPARE(read->header().tensors[1].name, std::string("c"));
    QCOMPARE(read->header().tensors[2].name, std::string("a"));
    QCOMPARE((fs::file_size(file) - 16 - 4 - 3) % 8, std::uintmax_t{0});
}

void TestSafetensors::refusesToWriteWhatCannotBeRead() {
    const std::vector<std::byte> bytes(8);
    const std::span<const std::byte> data(bytes);
    const fs::path file = path("refused.safetensors");
    QVERIFY(!writeSafetensors(file, {{"a", "F32", {3}, data}}, {}).has_value());
    QVERIFY(!writeSafetensors(file, {{"a", "F32", {2}, data}, {"a", "F32", {2}, data}}, {}).has_value());
    QVERIFY(!writeSafetensors(file, {{"\xff", "F32", {2}, data}}, {}).has_value());
    QVERIFY(!writeSafetensors(file, {{"a", "F8_E4M3", {8}, data}}, {}).has_value());
    QVERIFY(!fs::exists(file));
}

void TestSafetensors::acceptsLegalOddities_data() {
    QTest::addColumn<QString>("header");
    QTest::addColumn<int>("dataBytes");
    const auto row = [](const char* name, const std::string& header, int bytes) {
        QTest::newRow(name) << QString::fromStdString(header) << bytes;
    };
    row("no tensors", "{}", 0);
    row("padded with spaces", "{}      ", 0);
    row("scalar", "{" + tensor("s", "F32", "[]", 0, 4) + "}", 4);
    row("empty tensors at the same place",
        "{" + tensor("e", "F32", "[0]", 4, 4) + "," + tensor("a", "F32", "[1]", 0, 4) + "," +
            tensor("f", "I64", "[3,0]", 4, 4) + "}",
        4);
    row("unaligned", "{" + tensor("a", "U8", "[1]", 0, 1) + "," + tensor("b", "F64", "[1]", 1, 9) + "}", 9);
    row("not in the order of the data",
        "{" + tensor("z", "F16", "[2]", 4, 8) + "," + tensor("a", "BF16", "[2]", 0, 4) + "}", 8);
    row("metadata",
        R"({"__metadata__":{"format":"pt","note":"\u00e9"},)" + tensor("a", "BOOL", "[1]", 0, 1) + "}", 1);
}

void TestSafetensors::acceptsLegalOddities() {
    QFETCH(QString, header);
    QFETCH(int, dataBytes);
    const Result<SafetensorsHeader> parsed =
        parseSafetensorsHeader(header.toStdString(), static_cast<std::uint64_t>(dataBytes));
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message().c_str());
}

void TestSafetensors::rejectsBrokenFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const std::string& bytes, const QStringList& said) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())) << said;
    };
    const auto header = [&](const char* name, const std::string& text, std::size_t data,
                            const QStringList& said) { row(name, fileBytes(text, data), said); };
    const std::string good = tensor("w", "F32", "[2]", 0, 8);

    row("empty file", "", {u"0 bytes"_qs});
    row("seven bytes", "1234567", {u"7 bytes"_qs});
    row("header longer than the file", fileBytes("{}", 0, 100), {u"100 bytes"_qs, u"only 10"_qs});
    row("header over the limit", fileBytes("{}", 0, 100'000'001), {u"100000001"_qs, u"100000000"_qs});
    row("header of 2^64 - 1 bytes", fileBytes("{}", 0, ~std::uint64_t{0}), {u"18446744073709551615"_qs});
    row("header of 0 bytes", fileBytes("", 4), {u"does not begin"_qs});
    header("not JSON", "{\"a\":", 0, {u"not valid JSON"_qs, u"byte"_qs});
    header("text after the object", "{}{}", 0, {u"not valid JSON"_qs});
    header("a list", "[]", 0, {u"does not begin"_qs});
    header("byte order mark", "\xef\xbb\xbf{}", 0, {u"does not begin"_qs});
    header("invalid UTF-8 in a name", "{\"\xff\":{}}", 0, {u"not valid JSON"_qs});
    header("entry is a number", R"({"w":3})", 0, {u"\"w\""_qs, u"object, not 3"_qs});
    header("duplicate tensor", "{" + good + "," + good + "}", 8, {u"\"w\""_qs, u"two tensors"_qs});
    header("duplicate key in a tensor",
           R"({"w":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", 0,
           {u"\"w\""_qs, u"dtype is given twice"_qs});
    header("dtype missing", R"({"w":{"shape":[2],"data_offsets":[0,8]}})", 8,
           {u"\"w\""_qs, u"dtype is missing"_qs});
    header("shape missing", R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", 8, {u"shape is missing"_qs});
    header("offsets missing", R"({"w":{"dtype":"F32","shape":[2]}})", 8, {u"data_offsets is missing"_qs});
    header("unknown key", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"stride":[1]}})", 8,
           {u"\"w\""_qs, u"\"stride\""_qs});
    header("unknown dtype", "{" + tensor("w", "F8_E4M3", "[8]", 0, 8) + "}", 8,
           {u"\"w\""_qs, u"F8_E4M3"_qs, u"BF16"_qs});
    header("dtype is a number", R"({"w":{"dtype":32,"shape":[2],"data_offsets":[0,8]}})", 8,
           {u"string, not 32"_qs});
    header("negative size", "{" + tensor("w", "F32", "[-2]", 0, 8) + "}", 8, {u"\"w\""_qs, u"not -2"_qs});
    header("fractional size", "{" + tensor("w", "F32", "[2.0]", 0, 8) + "}", 8, {u"not 2.0"_qs});
    header("nested shape", "{" + tensor("w", "F32", "[[2]]", 0, 8) + "}", 8, {u"not a list"_qs});
    header("shape product overflows", "{" + tensor("w", "F32", "[4294967296,4294967296]", 0, 8) + "}", 8,
           {u"\"w\""_qs, u"[4294967296, 4294967296]"_qs, u"too large"_qs});
    header("byte size overflows", "{" + tensor("w", "F64", "[4611686018427387904]", 0, 8) + "}", 8,
           {u"too large"_qs});
    header("size beyond 63 bits", "{" + tensor("w", "F32", "[9223372036854775808]", 0, 8) + "}", 8,
           {u"too large"_qs});
    header("shape does not fit the offsets", "{" + tensor("w", "F32", "[3]", 0, 8) + "}", 8,
           {u"\"w\""_qs, u"F32 [3]"_qs, u"12 bytes"_qs, u"give 8"_qs});
    header("one offset", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}})", 8, {u"two numbers"_qs});
    header("three offsets", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})", 8,
           {u"two numbers"_qs});
    header("offset is a string", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":["0",8]}})", 8,
           {u"data_offsets"_qs});
    header("negative offset", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", 8,
           {u"not -8"_qs});
    header("ends before it begins", "{" + tensor("w", "F32", "[2]", 8, 0) + "}", 8, {u"before it begins"_qs});
    header("beyond the end", "{" + good + "}", 7, {u"\"w\""_qs, u"byte 8"_qs, u"only 7"_qs});
    header("overlap", "{" + good + "," + tensor("v", "F32", "[2]", 4, 12) + "}", 12,
           {u"\"v\""_qs, u"\"w\""_qs, u"byte 4"_qs});
    header("hole", "{" + good + "," + tensor("v", "F32", "[1]", 12, 16) + "}", 16,
           {u"\"v\""_qs, u"hole of 4"_qs});
    header("hole at the beginning", "{" + tensor("w", "F32", "[2]", 4, 12) + "}", 12, {u"hole of 4"_qs});
    header("trailing bytes", "{" + good + "}", 11, {u"3 bytes after"_qs, u"\"w\""_qs});
    header("data without tensors", "{}", 5, {u"5 bytes after"_qs});
    header("metadata with a number", R"({"__metadata__":{"epoch":3}})", 0,
           {u"__metadata__"_qs, u"\"epoch\""_qs});
    header("metadata is a string", R"({"__metadata__":"pt"})", 0, {u"__metadata__"_qs});
    header("metadata twice", R"({"__metadata__":{},"__metadata__":{}})", 0, {u"twice"_qs});
    header("metadata key twice", R"({"__metadata__":{"a":"1","a":"2"}})", 0, {u"\"a\""_qs, u"twice"_qs});
    header("name of 3,000 bytes", "{" + tensor(std::string(3000, 'x'), "F32", "[2]", 0, 8) + "}", 8,
           {u"3000 bytes"_qs});
    header("100 dimensions",
           "{\"w\":{\"dtype\":\"U8\",\"shape\":[1" +
               [] {
                   std::string ones;
                   for (int i = 0; i < 99; ++i) {
                       ones += ",1";
                   }
                   return ones;
               }() +
               "],\"data_offsets\":[0,1]}}",
           1, {u"dimensions"_qs});
    header("100,000 nested lists", "{\"w\":" + std::string(100'000, '['), 0, {u"a list"_qs});
}

void TestSafetensors::rejectsBrokenFiles() {
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, said);
    const fs::path file = path("broken.safetensors");
    std::ofstream(file, std::ios::binary).write(bytes.data(), bytes.size());
    const Result<SafetensorsFile> read = SafetensorsFile::open(file);
    QVERIFY(!read.has_value());
    const QString message = QString::fromStdString(read.error().message());
    QVERIFY2(message.contains(u"broken.safetensors"_qs), qPrintable(message));
    for (const QString& part : said) {
        QVERIFY2(message.contains(part), qPrintable(part + u" is not in: "_qs + message));
    }
}

void TestSafetensors::rejectsWhatIsNoFile() {
    QVERIFY(!SafetensorsFile::open(path("missing.safetensors")).has_value());
    QVERIFY(!SafetensorsFile::open(fs::path(m_folder.path().toStdString())).has_value());
    QVERIFY(!SafetensorsFile::open("/dev/null").has_value());
}

void TestSafetensors::survivesRandomHeaders() {
    const std::string valid =
        R"({"__metadata__":{"format":"pt"},)" + tensor("a.weight", "F32", "[4,2]", 0, 32) + "," +
        tensor("a.bias", "F16", "[4]", 32, 40) + "," + tensor("n", "I64", "[]", 40, 48) + "}";
    QVERIFY(parseSafetensorsHeader(valid, 48).has_value());
    constexpr std::string_view kPieces = "{}[]:,\"\\0123456789-.eEu tf\xff\x80";
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
    };
    for (int round = 0; round < 30'000; ++round) {
        std::string text = valid;
        for (std::size_t edit = 0; edit <= below(4); ++edit) {
            const std::size_t at = below(text.size());
            switch (below(4)) {
            case 0:
                text[at] = kPieces[below(kPieces.size())];
                break;
            case 1:
                text.erase(at, 1 + below(8));
                break;
            case 2:
                text.insert(at, text.substr(below(text.size()), below(40)));
                break;
            default:
                text.insert(at, 1, kPieces[below(kPieces.size())]);
            }
            if (text.empty()) {
                text = "{";
            }
        }
        const Result<SafetensorsHeader> parsed = parseSafetensorsHeader(text, 48);
        if (!parsed) {
            QVERIFY2(!parsed.error().what.empty(), text.c_str());
            continue;
        }
        std::uint64_t position = 0;
        for (const TensorEntry& entry : parsed->tensors) {
            QCOMPARE(entry.begin, position);
            position = entry.end;
        }
        QCOMPARE(position, std::uint64_t{48});
    }
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
