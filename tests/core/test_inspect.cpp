#include <fstream>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/checkpoint/inspect.h"
#include "backend/core/files.h"
#include "backend/formats/safetensors.h"

namespace fs = std::filesystem;
using namespace awb;

class TestInspect : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void describesAModel();
    void describesAPickledModelAlike();
    void namesWhatIsMissing();
    void describesAnAdapter();
    void describesEveryMethod_data();
    void describesEveryMethod();
    void namesWrongModules();
    void namesWrongTensors();
    void describesAHead();
    void refusesOtherFolders();
    void unpacksBundledModels();
    void refusesUnknownModels();

private:
    fs::path folder() const { return m_folder.path().toStdString(); }
    fs::path copyOf(const fs::path& source, const char* name) const;
    QTemporaryDir m_folder;
    const fs::path m_fixtures = fs::path(AWB_TEST_DATA) / "fixtures";
};

void TestInspect::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8() + "/cache");
}

fs::path TestInspect::copyOf(const fs::path& source, const char* name) const {
    fs::remove_all(folder() / name);
    fs::copy(source, folder() / name, fs::copy_options::recursive);
    return folder() / name;
}

void TestInspect::describesAModel() {
    const Result<FolderSummary> summary = inspectFolder(m_fixtures / "models" / "bert");
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->kind, std::string("model"));
    QCOMPARE(summary->details["layers"].get<int>(), 3);
    QCOMPARE(summary->details["hidden_size"].get<int>(), 32);
    QVERIFY(summary->details["missing"].empty());
    QVERIFY(summary->details["misshapen"].empty());
    QCOMPARE(summary->details["sites_per_layer"].size(), std::size_t{4});
    const Result<ModelConfig> config = loadBaseConfig((m_fixtures / "models" / "bert").string());
    QCOMPARE(summary->details["parameters"]["encoder"].get<std::int64_t>(), baseParameterCount(*config));
    std::int64_t bytes = 0;
    for (const TensorSummary& tensor : summary->tensors) {
        bytes += tensor.bytes;
    }
    QCOMPARE(bytes, summary->parameters * 4);
}

void TestInspect::describesAPickledModelAlike() {
    const fs::path model = copyOf(m_fixtures / "models" / "bert", "pickled");
    const Result<FolderSummary> expected = inspectFolder(model);
    fs::remove(model / "model.safetensors");
    const Result<FolderSummary> none = inspectFolder(model);
    QVERIFY(none.has_value());
    QVERIFY2(none->remarks.front().find("pytorch_model.bin") != std::string::npos,
             none->remarks.front().c_str());
    fs::copy(fs::path(AWB_TEST_DATA) / "pickle" / "bert_model.bin", model / "pytorch_model.bin");
    const Result<FolderSummary> summary = inspectFolder(model);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->details["weights"]["format"].get<std::string>(), std::string("PyTorch pickle"));
    QCOMPARE(summary->details["parameters"]["encoder"], expected->details["parameters"]["encoder"]);
    QVERIFY(summary->details["missing"].empty());
    QVERIFY2(summary->remarks.front().find("nothing in it was run") != std::string::npos,
             summary->remarks.front().c_str());
}

void TestInspect::namesWhatIsMissing() {
    const fs::path model = copyOf(m_fixtures / "models" / "bert", "wrong-model");
    nlohmann::json config = nlohmann::json::parse(readTextFile(model / "config.json").value());
    config["num_hidden_layers"] = 4;
    config["intermediate_size"] = 50;
    QVERIFY(writeFileAtomically(model / "config.json", config.dump()).has_value());
    const Result<FolderSummary> summary = inspectFolder(model);
    QVERIFY(summary.has_value());
    QCOMPARE(summary->details["missing"].size(), std::size_t{16});
    QVERIFY(summary->details["missing"][0].get<std::string>().starts_with("encoder.layer.3."));
    QCOMPARE(summary->details["misshapen"].size(), std::size_t{9});
    QVERIFY(!summary->remarks.empty());
}

void TestInspect::describesAnAdapter() {
    const Result<FolderSummary> summary =
        inspectFolder(m_fixtures / "cases" / "bert_houlsby" / "adapters" / "a");
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->kind, std::string("adapter"));
    QCOMPARE(summary->details["name"].get<std::string>(), std::string("a"));
    QCOMPARE(summary->details["modules"].size(), std::size_t{6});
    QVERIFY(summary->details["missing"].empty());
    QVERIFY(summary->details["misshapen"].empty());
    QVERIFY2(summary->details["unexpected"].empty(), summary->details["unexpected"].dump().c_str());
    std::int64_t parameters = 0;
    for (const auto& module : summary->details["modules"]) {
        parameters += module["parameters"].get<std::int64_t>();
    }
    QCOMPARE(parameters, summary->parameters);
}

void TestInspect::namesWrongModules() {
    const fs::path adapter =
        copyOf(m_fixtures / "cases" / "bert_pfeiffer" / "adapters" / "a", "wrong-adapter");
    nlohmann::json config = nlohmann::json::parse(readTextFile(adapter / "adapter_config.json").value());
    config["config"]["reduction_factor"] = 8;
    config["config"]["mh_adapter"] = true;
    QVERIFY(writeFileAtomically(adapter / "adapter_config.json", config.dump()).has_value());
    const Result<FolderSummary> summary = inspectFolder(adapter);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->details["missing"].size(), std::size_t{3});
    QCOMPARE(summary->details["misshapen"].size(), std::size_t{3});
    QCOMPARE(summary->details["missing"][0].get<std::string>(), std::string("module a/0/attention_output"));
}

void TestInspect::describesEveryMethod_data() {
    QTest::addColumn<QString>("adapter");
    for (const auto& entry : fs::directory_iterator(m_fixtures / "cases")) {
        if (fs::exists(entry.path() / "adapters")) {
            for (const auto& adapter : fs::directory_iterator(entry.path() / "adapters")) {
                const std::string name =
                    entry.path().filename().string() + " " + adapter.path().filename().string();
                QTest::newRow(name.c_str()) << QString::fromStdString(adapter.path().string());
            }
        }
    }
}

/// Whatever the public libraries saved is found whole: nothing missing, nothing left over.
void TestInspect::describesEveryMethod() {
    QFETCH(QString, adapter);
    const fs::path folder = adapter.toStdString();
    const Result<FolderSummary> summary = inspectFolder(folder);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    // Legacy keeps Compacter's shared rule in a file of its own.
    const bool isSplit = fs::exists(folder / "shared_parameters.safetensors");
    QVERIFY2(summary->details["missing"].empty() || isSplit, summary->details["missing"].dump().c_str());
    QVERIFY2(summary->details["misshapen"].empty(), summary->details["misshapen"].dump().c_str());
    QVERIFY2(summary->details["unexpected"].empty(), summary->details["unexpected"].dump().c_str());
    QVERIFY(!summary->details["modules"].empty());
}

void TestInspect::namesWrongTensors() {
    const fs::path adapter = copyOf(m_fixtures / "cases" / "bert_lora_qv" / "adapters" / "a", "wrong-lora");
    nlohmann::json config = nlohmann::json::parse(readTextFile(adapter / "adapter_config.json").value());
    config["config"]["r"] = 3;
    config["config"]["attn_matrices"] = {"q", "k"};
    QVERIFY(writeFileAtomically(adapter / "adapter_config.json", config.dump()).has_value());
    const Result<FolderSummary> summary = inspectFolder(adapter);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->details["method"].get<std::string>(), std::string("LoRA"));
    QCOMPARE(summary->details["missing"].size(), std::size_t{6});    // the key maps' pairs in three layers
    QCOMPARE(summary->details["unexpected"].size(), std::size_t{6}); // the value maps' pairs
    QCOMPARE(summary->details["misshapen"].size(), std::size_t{6});  // the queries' pairs
}

void TestInspect::describesAHead() {
    const Result<FolderSummary> summary =
        inspectFolder(m_fixtures / "cases" / "bert_pfeiffer" / "heads" / "task");
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QCOMPARE(summary->kind, std::string("head"));
    QCOMPARE(summary->details["num_labels"].get<int>(), 3);
    QCOMPARE(summary->parameters, std::int64_t{32 * 32 + 32 + 3 * 32 + 3});
    QVERIFY(summary->details["misshapen"].empty());
}

void TestInspect::refusesOtherFolders() {
    QVERIFY(!inspectFolder(folder() / "nothing").has_value());
    QVERIFY(!inspectFolder(m_fixtures).has_value());
    QVERIFY(!inspectFolder(m_fixtures / "models" / "bert" / "config.json").has_value());
    const fs::path broken = copyOf(m_fixtures / "models" / "bert", "broken");
    fs::resize_file(broken / "model.safetensors", fs::file_size(broken / "model.safetensors") - 5);
    const Result<FolderSummary> cut = inspectFolder(broken);
    QVERIFY(!cut.has_value());
    QVERIFY2(cut.error().message().find("tensor \"") != std::string::npos, cut.error().message().c_str());
    QVERIFY(writeFileAtomically(broken / "config.json", "{\"model_type\": \"bert\",").has_value());
    QVERIFY(!inspectFolder(broken).has_value());
}

void TestInspect::unpacksBundledModels() {
    const std::vector<std::string> names = bundledModels();
    QVERIFY(!names.empty());
    for (const std::string& name : names) {
        const Result<fs::path> first = resolveBaseModel(name);
        QVERIFY2(first.has_value(), first ? "" : first.error().message().c_str());
        const Result<FolderSummary> summary = inspectFolder(*first);
        QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
        QVERIFY(summary->details["missing"].empty());
        QCOMPARE(loadBaseConfig(name)->hiddenSize, summary->details["hidden_size"].get<int>());
        // A file that was cut off is put right; whole ones are left alone.
        const auto time = fs::last_write_time(*first / "model.safetensors");
        fs::resize_file(*first / "config.json", 3);
        QCOMPARE(resolveBaseModel(name).value(), *first);
        QVERIFY(inspectFolder(*first).has_value());
        QCOMPARE(fs::last_write_time(*first / "model.safetensors"), time);
    }
}

void TestInspect::refusesUnknownModels() {
    const Result<fs::path> unknown = resolveBaseModel("no-such-model");
    QVERIFY(!unknown.has_value());
    QVERIFY(unknown.error().advice.find("mini-en") != std::string::npos);
    QVERIFY(!resolveBaseModel("").has_value());
    QVERIFY(!resolveBaseModel(folder().string()).has_value());
    QVERIFY(!loadBaseConfig(folder().string()).has_value());
}

QTEST_GUILESS_MAIN(TestInspect)
#include "test_inspect.moc"
