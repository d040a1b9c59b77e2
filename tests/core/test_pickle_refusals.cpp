#include <QDir>
#include <QTest>

#include "backend/core/mapped_file.h"
#include "backend/formats/torch_archive.h"
#include "tests/core/torch_files.h"

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

/// Files that a reader of checkpoints must refuse: damaged ones, hostile ones and those of other kinds.
class TestPickleRefusals : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheCorpusStartsFrom();
    void refusesOtherFilesOfPyTorch_data();
    void refusesOtherFilesOfPyTorch();
    void refusesPickles_data();
    void refusesPickles();
    void refusesArchives_data();
    void refusesArchives();
    void refusesEveryTruncation();
    void valuesInsideValuesCostNothing();
};

namespace {

QByteArray bytes(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QString missingPart(const Error& error, const QStringList& said) {
    const QString message = QString::fromStdString(error.message());
    for (const QString& part : said) {
        if (!message.contains(part)) {
            return part + u" is not in: "_qs + message;
        }
    }
    return {};
}

std::string repeated(const std::string& part, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += part;
    }
    return all;
}

} // namespace

/// Each row below differs from one of these in one thing.
void TestPickleRefusals::readsWhatTheCorpusStartsFrom() {
    const std::string inverted = tensor(storage(6), 0, tuple({3, 2}), tuple({1, 3}));
    const std::string parameter = global("torch._utils", "_rebuild_parameter") + "(" +
                                  tensor(6, {2, 3}, {3, 1}) + "\x88" + kHooks + "tR";
    const std::string state =
        "}" + text("_metadata") + kHooks + "(" + text("") + "}" + text("version") + "K\1sus";
    for (const std::string& code :
         {one(tensor(6, {2, 3}, {3, 1})), one(tensor(6, {}, {}, 5)), one(inverted), one(parameter),
          one(tensor(6, {4, 6}, {0, 1})), one(tensor(6, {0, 7}, {9, 9})),
          pickle(kHooks + "(" + text("w") + tensor(6, {6}, {1}) + "u" + state + "b"), pickle("}")}) {
        const std::string file = archive(code);
        const auto read = readTorchArchive(asBytes(file));
        QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    }
}

void TestPickleRefusals::refusesOtherFilesOfPyTorch_data() {
    QTest::addColumn<QStringList>("said");
    QTest::newRow("whole_module") << QStringList{
        u"whole Python object"_qs, u"torch.nn.modules.container.Sequential"_qs, u"state_dict()"_qs};
    QTest::newRow("module_beside") << QStringList{u"whole Python object"_qs,
                                                  u"torch.nn.modules.activation.ReLU"_qs, u"\"config\""_qs};
    QTest::newRow("before_1_6") << QStringList{u"before PyTorch 1.6"_qs, u"torch.save(torch.load"_qs};
    QTest::newRow("protocol_4") << QStringList{u"protocol 4"_qs, u"pickle_protocol"_qs};
    QTest::newRow("nested") << QStringList{u"\"state_dict\""_qs, u"a dictionary, not a tensor"_qs};
    QTest::newRow("list") << QStringList{u"a list"_qs, u"not a dictionary"_qs};
    QTest::newRow("complex") << QStringList{u"torch.ComplexFloatStorage"_qs, u"\"w\""_qs};
    QTest::newRow("torchscript") << QStringList{u"code/__torch__"_qs, u"compressed"_qs, u"state_dict()"_qs};
}

void TestPickleRefusals::refusesOtherFilesOfPyTorch() {
    QFETCH(QStringList, said);
    const fs::path file =
        fs::path(AWB_TEST_DATA) / "pickle" / "refused" / (std::string(QTest::currentDataTag()) + ".bin");
    const Result<TorchArchive> read = TorchArchive::open(file);
    QVERIFY(!read.has_value());
    said << QString::fromStdString(file.string());
    const QString missing = missingPart(read.error(), said);
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
}

void TestPickleRefusals::refusesPickles_data() {
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const std::string& pickle, const QStringList& said) {
        QTest::newRow(name) << bytes(pickle) << said;
    };
    const std::string good = tensor(6, {2, 3}, {3, 1});
    const std::string rebuild = global("torch._utils", "_rebuild_tensor_v2");

    // Programs.
    row("os.system", pickle("}" + text("w") + global("os", "system") + "(" + text("id") + "tRs"),
        {u"os.system"_qs, u"nothing was run"_qs, u"byte 9"_qs, u"\"w\""_qs});
    row("posix.system at the top", pickle(global("posix", "system") + "(" + text("id") + "tR"),
        {u"posix.system"_qs, u"byte 2"_qs});
    row("builtins.eval", one(global("builtins", "eval") + "(" + text("1") + "tR"), {u"builtins.eval"_qs});
    row("builtins.getattr", one(global("builtins", "getattr") + "(tR"), {u"builtins.getattr"_qs});
    row("subprocess.Popen", one(global("subprocess", "Popen") + "(tR"), {u"subprocess.Popen"_qs});
    row("runpy by BUILD", one(global("runpy", "_run_code") + "}b"), {u"runpy._run_code"_qs});
    row("a module's function", one(global("torch.hub", "load") + "(tR"), {u"torch.hub.load"_qs});
    row("a neighbour of an allowed name", one(global("torch._utils", "_rebuild_tensor") + "(tR"),
        {u"torch._utils._rebuild_tensor,"_qs});
    row("an allowed name elsewhere", one(global("evil", "OrderedDict") + ")R"), {u"evil.OrderedDict"_qs});
    row("a dotted name", one(global("collections", "OrderedDict.fromkeys") + ")R"),
        {u"collections.OrderedDict.fromkeys"_qs});
    row("numpy's scalar", one(global("numpy.core.multiarray", "scalar") + ")R"),
        {u"numpy.core.multiarray.scalar"_qs});
    row("a class of the program", one(global("__main__", "Model") + ")R"),
        {u"whole Python object (__main__.Model)"_qs});
    row("a transformers model", one(global("transformers.models.bert.modeling_bert", "BertModel") + ")\x81"),
        {u"whole Python object (transformers.models.bert.modeling_bert.BertModel)"_qs});
    row("name without an end", pickle("c" + std::string(300, 'a')), {u"does not end"_qs});
    row("name with a blank", pickle(global("os system", "x")), {u"characters that none has"_qs});
    row("INST", one("(ios\nsystem\n"), {u"instruction 0x69"_qs});
    row("OBJ", one("(" + global("collections", "OrderedDict") + "o"), {u"instruction 0x6f"_qs});
    row("NEWOBJ", one(global("collections", "OrderedDict") + ")\x81"), {u"instruction 0x81"_qs});
    row("STACK_GLOBAL", one(text("os") + text("system") + "\x93"), {u"instruction 0x93"_qs});
    row("EXT1", one("\x82\x01"), {u"instruction 0x82"_qs});
    row("PERSID", one("P0\n"), {u"instruction 0x50"_qs});
    row("a storage's type called", one(global("torch", "FloatStorage") + ")R"),
        {u"torch.FloatStorage is called"_qs});
    row("a text called", one(text("os.system") + ")R"), {u"calls a text"_qs});
    row("OrderedDict with arguments", one(global("collections", "OrderedDict") + "(]tR"),
        {u"OrderedDict is used with 1"_qs});
    row("attributes of a tensor", one(good + "}b"), {u"attributes of a tensor"_qs});
    row("attributes of a name", one(global("torch", "FloatStorage") + "}b"), {u"attributes of a name"_qs});

    // Tensors that lie.
    row("beyond the storage", one(tensor(6, {7}, {1})),
        {u"\"w\""_qs, u"[7]"_qs, u"reaches beyond"_qs, u"6 items"_qs});
    row("offset beyond the storage", one(tensor(6, {6}, {1}, 1)), {u"from item 1"_qs, u"reaches beyond"_qs});
    row("stride beyond the storage", one(tensor(6, {2, 3}, {4, 1})),
        {u"strides [4, 1]"_qs, u"reaches beyond"_qs});
    row("negative stride", one(tensor(6, {6}, {-1}, 5)), {u"strides [-1]"_qs, u"negative"_qs});
    row("negative size", one(tensor(6, {-6}, {1})), {u"shape [-6]"_qs, u"negative"_qs});
    row("negative offset", one(tensor(6, {1}, {1}, -1)), {u"offset"_qs, u"from 0 up"_qs});
    row("huge shape", one(tensor(6, {std::int64_t{1} << 40U, std::int64_t{1} << 40U}, {0, 0})),
        {u"\"w\""_qs, u"too large"_qs});
    row("huge shape from one item", one(tensor(6, {std::int64_t{1} << 40U}, {0})),
        {u"[1099511627776]"_qs, u"out of a storage of 24"_qs});
    row("reach beyond 64 bits", one(tensor(6, {3, 3}, {std::int64_t{1} << 62U, std::int64_t{1} << 62U})),
        {u"reaches beyond"_qs});
    row("more strides than sizes", one(tensor(6, {6}, {6, 1})), {u"different lengths"_qs});
    row("100 dimensions",
        one(tensor(6, std::vector<std::int64_t>(100, 1), std::vector<std::int64_t>(100, 1))),
        {u"more than 64 dimensions"_qs});
    row("shape is a list", one(tensor(storage(6), 0, "]", "]")), {u"shape is a list"_qs});
    row("shape of texts", one(tensor(storage(6), 0, "(" + text("6") + "t", "(K\1t")),
        {u"a text in place"_qs});
    row("shape of fractions", one(tensor(storage(6), 0, "(G" + std::string(8, '\0') + "t", "(K\1t")),
        {u"a number in place of a whole"_qs});
    row("no storage", one(tensor("N", 0, tuple({6}), tuple({1}))), {u"made from nothing"_qs});
    row("storage of -1 items", one(tensor(storage(-1), 0, tuple({}), tuple({}))), {u"-1 items"_qs});
    row("storage of 2^62 items", one(tensor(storage(std::int64_t{1} << 62U), 0, tuple({1}), tuple({1}))),
        {u"4611686018427387904 items"_qs, u"too large"_qs});
    row("storage too small", one(tensor(storage(5), 0, tuple({5}), tuple({1}))),
        {u"tensor \"w\""_qs, u"24 bytes"_qs, u"5 items of F32 need 20"_qs});
    row("storage of another type", one(tensor(storage(6, "DoubleStorage"), 0, tuple({6}), tuple({1}))),
        {u"6 items of F64 need 48"_qs});
    row("storage that is not there", one(tensor(storage(6, "FloatStorage", "1"), 0, tuple({6}), tuple({1}))),
        {u"tensor \"w\""_qs, u"storage \"1\" is not in the archive"_qs});
    row("storage in another folder",
        one(tensor(storage(6, "FloatStorage", "../data.pkl"), 0, tuple({6}), tuple({1}))),
        {u"is not in the archive"_qs});
    row("storage of an unknown type", one(tensor(storage(6, "QInt8Storage"), 0, tuple({6}), tuple({1}))),
        {u"torch.QInt8Storage"_qs, u"can't be read"_qs});
    row("storage by a number", one("K\1Q"), {u"reference to a storage is a whole number"_qs});
    row("storage by four parts",
        one("(" + text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu") + "tQ"),
        {u"reference to a storage is not"_qs});
    row("module in place of a storage",
        one("(" + text("module") + global("torch", "FloatStorage") + text("0") + text("cpu") + "K\6tQ"),
        {u"reference to a storage is not"_qs});
    row("tensor from three arguments", one(rebuild + "(" + storage(6) + whole(0) + whole(0) + "tR"),
        {u"_rebuild_tensor_v2 is used with"_qs});
    row("tensor from a list", one(rebuild + "]R"), {u"a list in place of its arguments"_qs});
    row("parameter of a text",
        one(global("torch._utils", "_rebuild_parameter") + "(" + text("x") + "\x88" + kHooks + "tR"),
        {u"a text in place of a tensor"_qs});

    // Dictionaries.
    row("value that is no tensor", one("K\1"), {u"\"w\""_qs, u"a whole number, not a tensor"_qs});
    row("storage without a tensor", one(storage(6)), {u"a storage, not a tensor"_qs});
    row("two tensors of one name", pickle("}(" + text("w") + good + text("w") + good + "u"),
        {u"\"w\""_qs, u"two tensors"_qs});
    row("key that is no text", pickle("}K\1" + good + "s"), {u"key of a dictionary is a whole number"_qs});
    row("key without a value", pickle("}(" + text("w") + "u"), {u"key without a value"_qs});
    row("items of a list", pickle("]" + text("w") + good + "s"), {u"what is no dictionary"_qs});
    row("append to a dictionary", pickle("}" + good + "a"), {u"what is no list"_qs});
    row("a tensor alone", pickle(good), {u"holds a tensor, not a dictionary"_qs});
    row("dictionary in itself", pickle("}q\7" + text("w") + "h\7s"), {u"a dictionary, not a tensor"_qs});

    // The machine.
    row("empty", "", {u"does not begin"_qs});
    row("protocol 0", "(dp0\n.", {u"does not begin"_qs});
    row("protocol 5", "\x80\x05}.", {u"protocol 5"_qs});
    row("no end", "\x80\x02}", {u"ends before its last"_qs, u"byte 3"_qs});
    row("only an end", pickle(""), {u"leaves 0 values"_qs});
    row("two values", pickle("}}"), {u"leaves 2 values"_qs});
    row("a mark is left", pickle("(}"), {u"leaves 2 values"_qs});
    row("only a mark", pickle("("), {u"leaves 1 values"_qs});
    row("bytes behind the end", pickle("}") + "xyz", {u"3 bytes after its end"_qs});
    row("unknown instruction", pickle("\xfe"), {u"instruction 0xfe"_qs});
    row("stack underflow", pickle("R"), {u"no value on the stack"_qs});
    row("tuple of nothing", pickle("\x86"), {u"no value on the stack"_qs});
    row("tuple across a mark", pickle("N(N\x86"), {u"no value on the stack"_qs});
    row("no mark", pickle("NNt"), {u"no mark"_qs});
    row("memo of nothing", pickle(std::string("q\0", 2)), {u"no value on the stack"_qs});
    row("memo without a value", pickle("h\7"), {u"memo's place 7"_qs});
    row("text longer than the pickle", pickle("X" + number(100, 4) + "abc"),
        {u"middle of an instruction"_qs});
    row("text of 4 GB", pickle("X" + number(0xffffffff, 4) + "abc"), {u"4294967295 bytes"_qs});
    row("text of 3,000 bytes", one(text(std::string(3000, 'x'))), {u"3000 bytes"_qs, u"2048"_qs});
    row("text that is not UTF-8", one(text("\xc3(")), {u"not UTF-8"_qs});
    row("number of 9 bytes", one("\x8a\x09" + std::string(9, '\1')), {u"9 bytes"_qs});
    row("number cut off", "\x80\x02\x8a\x08\x01", {u"middle of an instruction"_qs});

    // Bombs.
    row("many marks", pickle(std::string(300'000, '(')), {u"stack grows beyond 201000"_qs});
    row("many values", pickle(std::string(300'000, 'N')), {u"stack grows beyond 201000"_qs});
    row("many dictionaries", pickle("](" + repeated(std::string(190'000, '}') + "e(", 5)),
        {u"more than 800000 dictionaries"_qs});
    row("many places in the memo", pickle([] {
            std::string code = "}";
            for (std::uint32_t i = 0; i < 1'700'000; ++i) {
                code += "r" + number(i * 2477U, 4);
            }
            return code;
        }()),
        {u"memo grows beyond 1600000"_qs});
    row("many values in tuples", pickle(repeated("(" + std::string(190'000, 'N') + "t", 40)),
        {u"more than 6400000 values"_qs});
}

void TestPickleRefusals::refusesPickles() {
    QFETCH(QByteArray, pickle);
    QFETCH(QStringList, said);
    const std::string file = archive(pickle.toStdString());
    const auto read = readTorchArchive(asBytes(file));
    QVERIFY(!read.has_value());
    const QString missing = missingPart(read.error(), said);
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
}

void TestPickleRefusals::refusesArchives_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const std::string& file, const QStringList& said) {
        QTest::newRow(name) << bytes(file) << said;
    };
    const std::string good = one(tensor(6, {2, 3}, {3, 1}));
    const Entry storage{"m/data/0", std::string(24, '\1')};
    row("empty file", "", {u"not a checkpoint"_qs});
    row("text", "version https://git-lfs.github.com/spec/v1\n", {u"not a checkpoint"_qs, u"pointer"_qs});
    row("bare pickle", good, {u"bare Python pickle"_qs});
    row("no data.pkl", zip({storage}), {u"no data.pkl"_qs});
    row("data.pkl without a folder", zip({{"data.pkl", good}, storage}), {u"no data.pkl"_qs});
    row("data.pkl too deep", zip({{"m/n/data.pkl", good}, storage}), {u"no data.pkl"_qs});
    row("two of them", zip({{"m/data.pkl", good}, {"n/data.pkl", good}, storage}),
        {u"two pickles"_qs, u"m/data.pkl and n/data.pkl"_qs});
    row("storage under another root", zip({{"m/data.pkl", good}, {"n/data/0", std::string(24, '\1')}}),
        {u"storage \"0\" is not in the archive"_qs});
    row("deflated storage",
        zip({{"m/data.pkl", good},
             {.name = "m/data/0", .data = "xyz", .method = 8, .size = 24, .compressed = 3}}),
        {u"m/data/0"_qs, u"compressed"_qs});
    row("deflated pickle", zip({{.name = "m/data.pkl", .data = good, .method = 8}, storage}),
        {u"m/data.pkl"_qs, u"compressed"_qs});
    row("two storages of one name", zip({{"m/data.pkl", good}, storage, storage}),
        {u"m/data/0"_qs, u"two entries"_qs});
    row("storage outside", zip({{"m/data.pkl", good}, {"m/../data/0", std::string(24, '\1')}}),
        {u"leaves the archive"_qs});
    row("big-endian", archive(good, 24, {{"m/byteorder", "big"}}), {u"little-endian"_qs, u"m/byteorder"_qs});
    row("TorchScript", archive(good, 24, {{"m/constants.pkl", "x"}}), {u"TorchScript"_qs});
}

void TestPickleRefusals::refusesArchives() {
    QFETCH(QByteArray, file);
    QFETCH(QStringList, said);
    const std::string content = file.toStdString();
    const auto read = readTorchArchive(asBytes(content));
    QVERIFY(!read.has_value());
    const QString missing = missingPart(read.error(), said);
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
}

void TestPickleRefusals::refusesEveryTruncation() {
    const Result<MappedFile> mapped = MappedFile::open(fs::path(AWB_TEST_DATA) / "pickle" / "state_dict.bin");
    QVERIFY(mapped.has_value());
    for (std::size_t length = 0; length < mapped->bytes().size(); ++length) {
        QVERIFY2(!readTorchArchive(mapped->bytes().first(length)).has_value(),
                 std::to_string(length).c_str());
    }
    const std::string code = one(tensor(6, {2, 3}, {3, 1}));
    QVERIFY(readTensorPickle(asBytes(code)).has_value());
    for (std::size_t length = 0; length < code.size(); ++length) {
        const std::string cut = code.substr(0, length);
        QVERIFY2(!readTensorPickle(asBytes(cut)).has_value(), std::to_string(length).c_str());
    }
}

/// Each tuple holds the one before twice: written out, this would be 2^2000 values.
void TestPickleRefusals::valuesInsideValuesCostNothing() {
    std::string code = ")";
    for (int i = 0; i < 2000; ++i) {
        code += std::string("q\0h\0\x86", 5);
    }
    const std::string lists = "](" + code + "e";
    const std::string file = archive(pickle("}" + text("w") + tensor(6, {6}, {1}) + "s"));
    QVERIFY(readTorchArchive(asBytes(file)).has_value());
    const std::string bomb = archive(pickle("}" + text("w") + lists + "s"));
    const auto read = readTorchArchive(asBytes(bomb));
    QVERIFY(!read.has_value());
    QVERIFY(read.error().message().find("a list, not a tensor") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestPickleRefusals)
#include "test_pickle_refusals.moc"
