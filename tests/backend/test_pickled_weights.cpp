#include <QTest>

#include "backend/checkpoint/verify.h"
#include "backend/formats/torch_archive.h"
#include "tests/backend/fixture_copy.h"
#include "tests/core/torch_files.h"

namespace fs = std::filesystem;
using namespace awb;
using test::FixtureCopy;

namespace {

/// Writes some of a file's tensors into another one, whose ending says in which form.
bool rewrite(const std::map<std::string, test::Tensor>& tensors, const fs::path& file) {
    std::vector<TensorToWrite> all;
    for (const auto& [name, tensor] : tensors) {
        all.push_back({name, tensor.dtype, tensor.shape, tensor.values});
    }
    return (file.extension() == ".bin" ? writeTorchArchive(file, all) : writeSafetensors(file, all, {}))
        .has_value();
}

std::map<std::string, test::Tensor> takeTensors(const fs::path& file) {
    const Result<WeightsFile> opened = WeightsFile::open(file);
    std::map<std::string, test::Tensor> tensors;
    if (opened) {
        tensors = test::allTensors(*opened);
    }
    fs::remove(file);
    return tensors;
}

QString failures(const Result<VerifyReport>& report) {
    if (!report) {
        return QString::fromStdString(report.error().message());
    }
    QString text = QString::fromStdString(report->skipped);
    for (const Comparison& comparison : report->comparisons) {
        if (!comparison.passed) {
            text += QString::fromStdString(comparison.quantity + ": " + comparison.detail + "\n");
        }
    }
    return text;
}

} // namespace

/// The recorded numbers of the reference library must come out whatever form the weights have.
class TestPickledWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wholeCaseFromPickles();
    void splitBase_data();
    void splitBase();
    void brokenPickleIsNamed();
};

void TestPickledWeights::wholeCaseFromPickles() {
    const FixtureCopy copy("bert_pfeiffer");
    const fs::path pickles = fs::path(AWB_TEST_DATA) / "pickle";
    fs::remove(copy.base() / "model.safetensors");
    fs::copy(pickles / "bert_model.bin", copy.base() / "pytorch_model.bin");
    const fs::path adapter = copy.folder() / "adapters" / "a";
    fs::remove(adapter / "adapter.safetensors");
    fs::copy(pickles / "adapter.bin", adapter / "pytorch_adapter.bin");
    const fs::path head = copy.folder() / "heads" / "task";
    QVERIFY(rewrite(takeTensors(head / "model_head.safetensors"), head / "pytorch_model_head.bin"));
    const Result<VerifyReport> report = verifyFolder(copy.folder());
    QVERIFY2(report.has_value() && report->passed(), qPrintable(failures(report)));
    QVERIFY(report->skipped.empty());
    QVERIFY(!report->comparisons.empty());
}

void TestPickledWeights::splitBase_data() {
    QTest::addColumn<QString>("ending");
    QTest::addColumn<QString>("index");
    QTest::newRow("safetensors") << u".safetensors"_qs << u"model.safetensors.index.json"_qs;
    QTest::newRow("pickles") << u".bin"_qs << u"pytorch_model.bin.index.json"_qs;
}

void TestPickledWeights::splitBase() {
    QFETCH(QString, ending);
    QFETCH(QString, index);
    const FixtureCopy copy("bert_pfeiffer");
    std::map<std::string, test::Tensor> parts[2];
    nlohmann::json map;
    std::size_t i = 0;
    for (const auto& [name, tensor] : takeTensors(copy.base() / "model.safetensors")) {
        const std::size_t part = i++ % 2;
        parts[part][name] = tensor;
        map[name] = "part-" + std::to_string(part) + ending.toStdString();
    }
    for (std::size_t part = 0; part < 2; ++part) {
        QVERIFY(!parts[part].empty());
        QVERIFY(rewrite(parts[part], copy.base() / ("part-" + std::to_string(part) + ending.toStdString())));
    }
    std::ofstream(copy.base() / index.toStdString()) << nlohmann::json{{"weight_map", map}};
    const Result<VerifyReport> report = verifyFolder(copy.folder());
    QVERIFY2(report.has_value() && report->passed(), qPrintable(failures(report)));
    QVERIFY(report->skipped.empty());
}

void TestPickledWeights::brokenPickleIsNamed() {
    const FixtureCopy copy("bert_pfeiffer");
    fs::remove(copy.base() / "model.safetensors");
    const fs::path file = copy.base() / "pytorch_model.bin";
    fs::copy(fs::path(AWB_TEST_DATA) / "pickle" / "refused" / "whole_module.bin", file);
    const Result<VerifyReport> report = verifyFolder(copy.folder());
    QVERIFY(!report.has_value());
    const std::string message = report.error().message();
    QVERIFY2(message.find(file.filename().string()) != std::string::npos, message.c_str());
    QVERIFY2(message.find("whole Python object") != std::string::npos, message.c_str());
    fs::remove(file);
    const Result<VerifyReport> without = verifyFolder(copy.folder());
    QVERIFY(!without.has_value());
    QVERIFY2(without.error().message().find("pytorch_model.bin") != std::string::npos,
             without.error().message().c_str());
}

QTEST_GUILESS_MAIN(TestPickledWeights)
#include "test_pickled_weights.moc"
