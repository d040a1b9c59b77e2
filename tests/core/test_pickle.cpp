#include <fstream>

#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"
#include "backend/formats/torch_archive.h"
#include "tests/core/torch_files.h"

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

namespace {

std::string why(const auto& result) {
    return result ? std::string() : result.error().message();
}

/// The first difference between a pickle and its twin. A tensor with several names (tied embeddings) is in a
/// pickle under all of them, in safetensors under one.
QString difference(const std::map<std::string, Tensor>& pickle, const std::map<std::string, Tensor>& twin) {
    for (const auto& [name, tensor] : twin) {
        const auto found = pickle.find(name);
        if (found == pickle.end()) {
            return u"missing: "_qs + QString::fromStdString(name);
        }
        if (found->second != tensor) {
            return u"another tensor: "_qs + QString::fromStdString(name);
        }
    }
    for (const auto& [name, tensor] : pickle) {
        const bool isCopy =
            std::ranges::any_of(twin, [&](const auto& other) { return other.second == tensor; });
        if (!twin.contains(name) && !isCopy) {
            return u"only in the pickle: "_qs + QString::fromStdString(name);
        }
    }
    return {};
}

} // namespace

class TestPickle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheTwin_data();
    void equalsTheTwin();
    void equalsEveryTwinOfTheReference();
    void writesAndReadsBack();
    void writesWhatOthersRead();
    void refusesToWriteWhatCannotBeRead();
    void choosesTheFileOfAFolder_data();
    void choosesTheFileOfAFolder();
    void readsSplitCheckpoints();
    void refusesBrokenIndexes_data();
    void refusesBrokenIndexes();
    void tellsTheKindByEndingOrContent();

private:
    fs::path folder(const char* name) const {
        const fs::path path = fs::path(m_folder.path().toStdString()) / name;
        fs::create_directories(path);
        return path;
    }
    QTemporaryDir m_folder;
    const fs::path m_data = fs::path(AWB_TEST_DATA) / "pickle";
};

void TestPickle::equalsTheTwin_data() {
    QTest::addColumn<QString>("pickle");
    QTest::addColumn<QString>("twin");
    QTest::newRow("bert_model") << u"bert_model.bin"_qs << u"../fixtures/models/bert/model.safetensors"_qs;
    for (const char* name : {"adapter", "prompt", "mlm_head", "state_dict", "single", "parameters", "strided",
                             "dtypes", "odd_shapes", "no_tensors"}) {
        const QString base = QString::fromLatin1(name);
        QTest::newRow(name) << base + u".bin"_qs << base + u".safetensors"_qs;
    }
}

void TestPickle::equalsTheTwin() {
    QFETCH(QString, pickle);
    QFETCH(QString, twin);
    const Result<WeightsFile> first = WeightsFile::open(m_data / pickle.toStdString());
    QVERIFY2(first.has_value(), why(first).c_str());
    QCOMPARE(first->format(), std::string("PyTorch pickle"));
    const Result<WeightsFile> second = WeightsFile::open(m_data / twin.toStdString());
    QVERIFY2(second.has_value(), why(second).c_str());
    QCOMPARE(second->format(), std::string("safetensors"));
    const QString found = difference(allTensors(*first), allTensors(*second));
    QVERIFY2(found.isEmpty(), qPrintable(found));
    for (const WeightsTensor& tensor : first->tensors()) {
        QCOMPARE(first->find(tensor.name), &tensor);
    }
    QVERIFY(first->find("no such tensor") == nullptr);
}

void TestPickle::equalsEveryTwinOfTheReference() {
    const QByteArray shared = qgetenv("AWB_SHARED_DATA");
    if (shared.isEmpty()) {
        QSKIP("AWB_SHARED_DATA does not name the folder with the reference's files");
    }
    const std::map<std::string, std::string> twins{
        {"pytorch_model.bin", "model.safetensors"},
        {"pytorch_adapter.bin", "adapter.safetensors"},
        {"pytorch_model_head.bin", "model_head.safetensors"},
        {"pytorch_model_adapter_fusion.bin", "model_adapter_fusion.safetensors"}};
    int count = 0;
    for (QDirIterator files(QString::fromLocal8Bit(shared) + u"/fixtures"_qs, {u"*.bin"_qs}, QDir::Files,
                            QDirIterator::Subdirectories);
         files.hasNext();) {
        const fs::path file = files.next().toStdString();
        const Result<WeightsFile> pickle = WeightsFile::open(file);
        QVERIFY2(pickle.has_value(), why(pickle).c_str());
        const Result<WeightsFile> twin =
            WeightsFile::open(file.parent_path() / twins.at(file.filename().string()));
        QVERIFY2(twin.has_value(), why(twin).c_str());
        const QString found = difference(allTensors(*pickle), allTensors(*twin));
        QVERIFY2(found.isEmpty(), qPrintable(QString::fromStdString(file.string()) + u": "_qs + found));
        ++count;
    }
    QVERIFY(count > 0);
}

void TestPickle::writesAndReadsBack() {
    for (const char* name : {"dtypes", "odd_shapes", "state_dict", "no_tensors"}) {
        const Result<WeightsFile> source = WeightsFile::open(m_data / (std::string(name) + ".safetensors"));
        QVERIFY2(source.has_value(), why(source).c_str());
        const std::map<std::string, Tensor> tensors = allTensors(*source);
        std::vector<TensorToWrite> toWrite;
        for (const auto& [key, tensor] : tensors) {
            toWrite.push_back({key, tensor.dtype, tensor.shape, tensor.values});
        }
        const fs::path file = folder("written") / "pytorch_adapter.bin";
        const Result<void> written = writeTorchArchive(file, toWrite);
        QVERIFY2(written.has_value(), why(written).c_str());
        const Result<WeightsFile> read = WeightsFile::open(file);
        QVERIFY2(read.has_value(), why(read).c_str());
        const QString found = difference(allTensors(*read), tensors);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }
}

/// The form itself: entries, their names and places, and the pickle of one known tensor byte by byte.
void TestPickle::writesWhatOthersRead() {
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    const fs::path file = folder("form") / "pytorch_adapter.bin";
    QVERIFY(writeTorchArchive(file, {{"w", "F32", {2, 3}, std::as_bytes(std::span(values))}}).has_value());
    const std::string bytes = readTextFile(file).value();
    const Result<std::vector<ZipEntry>> entries = readStoredZip(asBytes(bytes));
    QVERIFY2(entries.has_value(), why(entries).c_str());
    QCOMPARE(entries->size(), std::size_t{3});
    const auto content = [&](std::size_t i) {
        return bytes.substr(entries->at(i).begin, entries->at(i).size);
    };
    QCOMPARE(entries->at(0).name, std::string("pytorch_adapter/data.pkl"));
    QCOMPARE(entries->at(1).name, std::string("pytorch_adapter/data/0"));
    QCOMPARE(entries->at(2).name, std::string("pytorch_adapter/version"));
    QCOMPARE(content(2), std::string("3\n"));
    QCOMPARE(entries->at(1).begin % 64, std::uint64_t{0});
    const auto small = [](int value) { return "K" + number(static_cast<std::uint64_t>(value), 1); };
    const std::string expected =
        pickle("}(" + text("w") + global("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") +
               global("torch", "FloatStorage") + text("0") + text("cpu") + small(6) + "tQ" + small(0) + "(" +
               small(2) + small(3) + "t(" + small(3) + small(1) + "t\x89" + kHooks + "tRu");
    QCOMPARE(QByteArray::fromStdString(content(0)).toHex(), QByteArray::fromStdString(expected).toHex());
}

void TestPickle::refusesToWriteWhatCannotBeRead() {
    const std::vector<std::byte> bytes(8);
    const std::span<const std::byte> data(bytes);
    const fs::path file = folder("refused") / "refused.bin";
    QVERIFY(!writeTorchArchive(file, {{"a", "F32", {3}, data}}).has_value());
    QVERIFY(!writeTorchArchive(file, {{"a", "F32", {2}, data}, {"a", "F32", {2}, data}}).has_value());
    QVERIFY(!writeTorchArchive(file, {{"\xff", "F32", {2}, data}}).has_value());
    QVERIFY(!writeTorchArchive(file, {{"a", "F8_E4M3", {8}, data}}).has_value());
    QVERIFY(!writeTorchArchive(file, {{"a", "F32", {-1, -2}, data}}).has_value());
    QVERIFY(!fs::exists(file));
}

void TestPickle::choosesTheFileOfAFolder_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("chosen");
    const auto row = [](const char* name, WeightsKind kind, const QStringList& files, const QString& chosen) {
        QTest::newRow(name) << static_cast<int>(kind) << files << chosen;
    };
    row("nothing", WeightsKind::Model, {u"config.json"_qs}, {});
    row("model: safetensors before pickle", WeightsKind::Model,
        {u"pytorch_model.bin"_qs, u"model.safetensors"_qs}, u"model.safetensors"_qs);
    row("model: pickle alone", WeightsKind::Model, {u"pytorch_model.bin"_qs}, u"pytorch_model.bin"_qs);
    row("model: split safetensors before pickle", WeightsKind::Model,
        {u"pytorch_model.bin"_qs, u"model.safetensors.index.json"_qs}, u"model.safetensors.index.json"_qs);
    row("model: split pickle", WeightsKind::Model, {u"pytorch_model.bin.index.json"_qs},
        u"pytorch_model.bin.index.json"_qs);
    row("adapter", WeightsKind::Adapter, {u"pytorch_adapter.bin"_qs, u"pytorch_model_head.bin"_qs},
        u"pytorch_adapter.bin"_qs);
    row("adapter: safetensors", WeightsKind::Adapter, {u"pytorch_adapter.bin"_qs, u"adapter.safetensors"_qs},
        u"adapter.safetensors"_qs);
    row("head", WeightsKind::Head, {u"pytorch_adapter.bin"_qs, u"pytorch_model_head.bin"_qs},
        u"pytorch_model_head.bin"_qs);
    row("fusion", WeightsKind::Fusion, {u"pytorch_model_adapter_fusion.bin"_qs},
        u"pytorch_model_adapter_fusion.bin"_qs);
}

void TestPickle::choosesTheFileOfAFolder() {
    QFETCH(int, kind);
    QFETCH(QStringList, files);
    QFETCH(QString, chosen);
    QTemporaryDir temporary;
    const fs::path folder = temporary.path().toStdString();
    for (const QString& file : files) {
        std::ofstream(folder / file.toStdString()) << "x";
    }
    const fs::path found = findWeights(folder, static_cast<WeightsKind>(kind));
    QCOMPARE(QString::fromStdString(found.filename().string()), chosen);
    const Result<WeightsFile> opened = openWeights(folder, static_cast<WeightsKind>(kind));
    QVERIFY(!opened.has_value());
    const std::string message = opened.error().message();
    QVERIFY2(message.find(found.empty() ? "model.safetensors, " : found.string()) != std::string::npos,
             message.c_str());
}

void TestPickle::readsSplitCheckpoints() {
    const Result<WeightsFile> whole = WeightsFile::open(m_data / "dtypes.safetensors");
    QVERIFY2(whole.has_value(), why(whole).c_str());
    const std::map<std::string, Tensor> tensors = allTensors(*whole);
    const fs::path split = folder("split");
    // Every second tensor into a pickle, the others into safetensors: an index may mix them.
    std::vector<TensorToWrite> parts[2];
    std::string map;
    int i = 0;
    for (const auto& [name, tensor] : tensors) {
        parts[i % 2].push_back({name, tensor.dtype, tensor.shape, tensor.values});
        map += (map.empty() ? "\"" : ", \"") + name +
               "\": " + (i % 2 == 0 ? "\"model-1.bin\"" : "\"model-2.safetensors\"");
        ++i;
    }
    QVERIFY(writeTorchArchive(split / "model-1.bin", parts[0]).has_value());
    QVERIFY(writeSafetensors(split / "model-2.safetensors", parts[1], {}).has_value());
    std::ofstream(split / "pytorch_model.bin.index.json")
        << R"({"metadata": {"total_size": 1}, "weight_map": {)" << map << "}}";
    const Result<WeightsFile> read = openWeights(split, WeightsKind::Model);
    QVERIFY2(read.has_value(), why(read).c_str());
    const QString found = difference(allTensors(*read), tensors);
    QVERIFY2(found.isEmpty(), qPrintable(found));
    QCOMPARE(read->fileBytes(),
             fs::file_size(split / "model-1.bin") + fs::file_size(split / "model-2.safetensors"));
}

void TestPickle::refusesBrokenIndexes_data() {
    QTest::addColumn<QString>("index");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const QString& index, const QStringList& said) {
        QTest::newRow(name) << index << said;
    };
    row("no JSON", u"{"_qs, {u"index.json"_qs});
    row("a list", u"[]"_qs, {u"weight_map"_qs});
    row("no map", u"{}"_qs, {u"weight_map"_qs});
    row("empty map", u"{\"weight_map\": {}}"_qs, {u"weight_map"_qs});
    row("map of numbers", u"{\"weight_map\": {\"a\": 3}}"_qs, {u"\"a\""_qs, u"name in the same folder"_qs});
    row("other folder", u"{\"weight_map\": {\"a\": \"../a.bin\"}}"_qs, {u"\"a\""_qs, u"same folder"_qs});
    row("absolute", u"{\"weight_map\": {\"a\": \"/etc/passwd\"}}"_qs, {u"same folder"_qs});
    row("itself", u"{\"weight_map\": {\"a\": \"model.safetensors.index.json\"}}"_qs, {u"same folder"_qs});
    row("missing file", u"{\"weight_map\": {\"a\": \"none.safetensors\"}}"_qs, {u"none.safetensors"_qs});
    row("tensor that is not there",
        u"{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"one.safetensors\"}}"_qs,
        {u"\"b\""_qs, u"one.safetensors"_qs, u"where it is not"_qs});
    row("tensor in the other file",
        u"{\"weight_map\": {\"c\": \"one.safetensors\", \"a\": \"two.safetensors\"}}"_qs,
        {u"\"a\""_qs, u"where it is not"_qs});
    row("tensor twice", u"{\"weight_map\": {\"a\": \"one.safetensors\", \"x\": \"three.safetensors\"}}"_qs,
        {u"\"a\""_qs, u"two files"_qs});
}

void TestPickle::refusesBrokenIndexes() {
    QFETCH(QString, index);
    QFETCH(QStringList, said);
    const fs::path path = folder("indexes");
    const std::vector<std::byte> bytes(4);
    const auto write = [&](const char* file, const std::vector<std::string>& names) {
        std::vector<TensorToWrite> tensors;
        for (const std::string& name : names) {
            tensors.push_back({name, "F32", {1}, bytes});
        }
        QVERIFY(writeSafetensors(path / file, tensors, {}).has_value());
    };
    write("one.safetensors", {"a"});
    write("two.safetensors", {"c"});
    write("three.safetensors", {"a", "x"});
    std::ofstream(path / "model.safetensors.index.json") << index.toStdString();
    const Result<WeightsFile> opened = openWeights(path, WeightsKind::Model);
    QVERIFY(!opened.has_value());
    const QString message = QString::fromStdString(opened.error().message());
    for (const QString& part : said) {
        QVERIFY2(message.contains(part), qPrintable(part + u" is not in: "_qs + message));
    }
}

void TestPickle::tellsTheKindByEndingOrContent() {
    const fs::path path = folder("kinds");
    const auto options = fs::copy_options::overwrite_existing;
    fs::copy(m_data / "single.bin", path / "weights.pt", options);
    fs::copy(m_data / "single.safetensors", path / "weights", options);
    fs::copy(m_data / "refused" / "before_1_6.bin", path / "old.pt", options);
    QCOMPARE(WeightsFile::open(path / "weights.pt")->format(), std::string("PyTorch pickle"));
    QCOMPARE(WeightsFile::open(path / "weights")->format(), std::string("safetensors"));
    const auto old = WeightsFile::open(path / "old.pt");
    QVERIFY(!old.has_value());
    QVERIFY(old.error().what.find("PyTorch 1.6") != std::string::npos);
    // A header of 640 bytes begins as a pickle does.
    std::string header = R"({"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})";
    header.resize(640, ' ');
    std::ofstream(path / "like_a_pickle", std::ios::binary) << number(header.size(), 8) << header;
    const auto opened = WeightsFile::open(path / "like_a_pickle");
    QVERIFY2(opened.has_value(), why(opened).c_str());
}

QTEST_GUILESS_MAIN(TestPickle)
#include "test_pickle.moc"
