#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <QTest>

#include "backend/checkpoint/convert.h"
#include "backend/checkpoint/verify.h"
#include "backend/formats/safetensors.h"
#include "tests/backend/fixture_copy.h"

namespace {

using awb::test::FixtureCopy;
namespace fs = std::filesystem;

struct FileTensor {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> values;
    bool operator==(const FileTensor&) const = default;
};

std::map<std::string, FileTensor> readAll(const fs::path& file) {
    std::map<std::string, FileTensor> all;
    const auto opened = awb::SafetensorsFile::open(file);
    if (opened) {
        for (const awb::TensorEntry& entry : opened->header().tensors) {
            const auto bytes = opened->bytes(entry);
            all[entry.name] = {entry.dtype, entry.shape, {bytes.begin(), bytes.end()}};
        }
    }
    return all;
}

void writeAll(const fs::path& file, const std::map<std::string, FileTensor>& tensors) {
    std::vector<awb::TensorToWrite> entries;
    for (const auto& [name, tensor] : tensors) {
        entries.push_back({name, tensor.dtype, tensor.shape, tensor.values});
    }
    QVERIFY(awb::writeSafetensors(file, entries, {}).has_value());
}

nlohmann::json readJson(const fs::path& file) {
    nlohmann::json json;
    std::ifstream(file) >> json;
    return json;
}

std::map<std::string, FileTensor> renamed(const std::map<std::string, FileTensor>& tensors,
                                          const std::string& from, const std::string& to) {
    std::map<std::string, FileTensor> result;
    for (const auto& [name, tensor] : tensors) {
        std::string other = name;
        if (const std::size_t at = other.find(from); at != std::string::npos) {
            other.replace(at, from.size(), to);
        }
        result[other] = tensor;
    }
    return result;
}

/// Options of `expected` that `actual` lacks or has otherwise. Numbers are equal by value.
QStringList differentOptions(const nlohmann::json& actual, const nlohmann::json& expected) {
    QStringList keys;
    for (const auto& [key, value] : expected.items()) {
        if (!actual.contains(key) || actual[key] != value) {
            keys << QString::fromStdString(key);
        }
    }
    return keys;
}

awb::Conversion adapterOf(const FixtureCopy& copy) {
    const auto model = readJson(copy.folder() / "case.json")["model"].get<std::string>();
    return {copy.folder() / model, copy.folder() / "adapters" / "a", copy.root() / "out", {}, {}};
}

} // namespace

class TestAdapterFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void adapterIsWrittenAsItWasRead_data();
    void adapterIsWrittenAsItWasRead();
    void headIsWrittenAsItWasRead_data();
    void headIsWrittenAsItWasRead();
    void adapterCanBeRenamed();
    void headCanBeRenamed();
    void keysWithoutBodyPrefixAreRead();
    void halfPrecisionIsRead_data();
    void halfPrecisionIsRead();
    void baseInHalfPrecisionIsRead();
    void version1IsRead();
    void unknownOptionIsRemarked();
    void unexpectedTensorIsRemarked();
    void brokenFolderIsRefused_data();
    void brokenFolderIsRefused();
    void baseWithoutAParameterIsRefused();
    void baseWithOldNormNamesIsRead();
};

void TestAdapterFiles::adapterIsWrittenAsItWasRead_data() {
    QTest::addColumn<QString>("name");
    for (const fs::directory_entry& entry :
         fs::directory_iterator(fs::path(AWB_TEST_DATA) / "fixtures" / "cases")) {
        if (fs::exists(entry.path() / "adapters" / "a")) {
            QTest::newRow(entry.path().filename().c_str())
                << QString::fromStdString(entry.path().filename().string());
        }
    }
}

void TestAdapterFiles::adapterIsWrittenAsItWasRead() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    const awb::Conversion conversion = adapterOf(copy);
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    QVERIFY2(remarks->empty(), remarks->empty() ? "" : remarks->front().c_str());
    const auto original = readAll(conversion.from / "adapter.safetensors");
    QVERIFY(!original.empty());
    auto expected = original;
    // The legacy library saves nothing of what the layers of a Compacter share; the new one does.
    if (const fs::path shared = conversion.from / "shared_parameters.safetensors"; fs::exists(shared)) {
        expected.merge(readAll(shared));
        QVERIFY(expected.size() > original.size());
    }
    QVERIFY(readAll(conversion.to / "adapter.safetensors") == expected);
    const nlohmann::json before = readJson(conversion.from / "adapter_config.json");
    const nlohmann::json after = readJson(conversion.to / "adapter_config.json");
    QCOMPARE(differentOptions(after["config"], before["config"]), QStringList());
    for (const char* key : {"hidden_size", "model_class", "model_type", "name"}) {
        QVERIFY2(after[key] == before[key], key);
    }
    QVERIFY(after.contains("version"));
}

void TestAdapterFiles::headIsWrittenAsItWasRead_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"bert_pfeiffer", "bert_head_cls_3layers_relu", "bert_head_cls_pooler_1layer",
                             "bert_head_regression"}) {
        QTest::newRow(name) << name;
    }
}

void TestAdapterFiles::headIsWrittenAsItWasRead() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    const awb::Conversion conversion{
        copy.base(), copy.folder() / "heads" / "task", copy.root() / "out", {}, {}};
    const auto remarks = awb::convertHead(conversion);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    const auto original = readAll(conversion.from / "model_head.safetensors");
    QVERIFY(!original.empty());
    QVERIFY(readAll(conversion.to / "model_head.safetensors") == original);
    const nlohmann::json before = readJson(conversion.from / "head_config.json");
    const nlohmann::json after = readJson(conversion.to / "head_config.json");
    QCOMPARE(differentOptions(after["config"], before["config"]), QStringList());
}

void TestAdapterFiles::adapterCanBeRenamed() {
    const FixtureCopy copy("bert_houlsby");
    awb::Conversion conversion = adapterOf(copy);
    conversion.newName = "reviews-2";
    conversion.modelName = "mini-en";
    QVERIFY(awb::convertAdapter(conversion).has_value());
    QVERIFY(readAll(conversion.to / "adapter.safetensors") ==
            renamed(readAll(conversion.from / "adapter.safetensors"), "adapters.a.", "adapters.reviews-2."));
    const nlohmann::json config = readJson(conversion.to / "adapter_config.json");
    QCOMPARE(config["name"].get<std::string>(), std::string("reviews-2"));
    QCOMPARE(config["model_name"].get<std::string>(), std::string("mini-en"));
}

void TestAdapterFiles::headCanBeRenamed() {
    const FixtureCopy copy("bert_pfeiffer");
    const awb::Conversion conversion{
        copy.base(), copy.folder() / "heads" / "task", copy.root() / "out", "topic", {}};
    QVERIFY(awb::convertHead(conversion).has_value());
    QVERIFY(readAll(conversion.to / "model_head.safetensors") ==
            renamed(readAll(conversion.from / "model_head.safetensors"), "heads.task.", "heads.topic."));
}

void TestAdapterFiles::keysWithoutBodyPrefixAreRead() {
    const FixtureCopy copy("bert_pfeiffer_ln_before");
    const awb::Conversion conversion = adapterOf(copy);
    const auto original = readAll(conversion.from / "adapter.safetensors");
    writeAll(conversion.from / "adapter.safetensors", renamed(original, "bert.", ""));
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    auto expected = original;
    // The legacy library saves nothing of what the layers of a Compacter share; the new one does.
    if (const fs::path shared = conversion.from / "shared_parameters.safetensors"; fs::exists(shared)) {
        expected.merge(readAll(shared));
        QVERIFY(expected.size() > original.size());
    }
    QVERIFY(readAll(conversion.to / "adapter.safetensors") == expected);
}

void TestAdapterFiles::halfPrecisionIsRead_data() {
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<unsigned>("bits");
    QTest::addColumn<float>("value");
    QTest::newRow("one, F16") << "F16" << 0x3C00U << 1.0F;
    QTest::newRow("negative, F16") << "F16" << 0xC000U << -2.0F;
    QTest::newRow("smallest, F16") << "F16" << 0x0001U << 0x1p-24F;
    QTest::newRow("one, BF16") << "BF16" << 0x3F80U << 1.0F;
    QTest::newRow("large, BF16") << "BF16" << 0x7F00U << 0x1p127F;
}

void TestAdapterFiles::halfPrecisionIsRead() {
    QFETCH(QString, dtype);
    QFETCH(unsigned, bits);
    QFETCH(float, value);
    const FixtureCopy copy("bert_pfeiffer");
    const awb::Conversion conversion = adapterOf(copy);
    auto tensors = readAll(conversion.from / "adapter.safetensors");
    const std::string name = "bert.encoder.layer.1.output.adapters.a.adapter_down.0.bias";
    FileTensor& tensor = tensors.at(name);
    const std::size_t count = tensor.values.size() / sizeof(float);
    tensor.dtype = dtype.toStdString();
    tensor.values.clear();
    for (std::size_t i = 0; i < count; ++i) {
        tensor.values.push_back(static_cast<std::byte>(bits & 0xFFU));
        tensor.values.push_back(static_cast<std::byte>(bits >> 8U));
    }
    writeAll(conversion.from / "adapter.safetensors", tensors);
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    const FileTensor read = readAll(conversion.to / "adapter.safetensors").at(name);
    QCOMPARE(read.dtype, std::string("F32"));
    QCOMPARE(read.values.size(), count * sizeof(float));
    for (std::size_t i = 0; i < count; ++i) {
        float actual = 0;
        std::memcpy(&actual, read.values.data() + i * sizeof(float), sizeof actual);
        QCOMPARE(actual, value);
    }
}

void TestAdapterFiles::baseInHalfPrecisionIsRead() {
    const FixtureCopy copy("bert_pfeiffer");
    const std::filesystem::path weights = copy.base() / "model.safetensors";
    auto tensors = readAll(weights);
    for (auto& [name, tensor] : tensors) {
        // The upper half of a float32 is the bfloat16 that is nearest to zero.
        std::vector<std::byte> upper;
        for (std::size_t i = 0; i + 3 < tensor.values.size(); i += 4) {
            upper.push_back(tensor.values[i + 2]);
            upper.push_back(tensor.values[i + 3]);
        }
        tensor.dtype = "BF16";
        tensor.values = std::move(upper);
    }
    writeAll(weights, tensors);
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    // Eight bits of precision: near the expected numbers, but not within the tolerance.
    const auto states = std::find_if(report->comparisons.begin(), report->comparisons.end(),
                                     [](const auto& item) { return item.quantity == "hidden_states.0"; });
    QVERIFY(states != report->comparisons.end());
    QVERIFY(!states->passed);
    QVERIFY(states->worstAbsolute < 0.1);
}

void TestAdapterFiles::version1IsRead() {
    const FixtureCopy copy("bert_pfeiffer");
    const awb::Conversion conversion = adapterOf(copy);
    const auto original = readAll(conversion.from / "adapter.safetensors");
    writeAll(conversion.from / "adapter.safetensors",
             renamed(original, ".output.adapters.", ".output.layer_text_task_adapters."));
    copy.edit("adapters/a/adapter_config.json", [](nlohmann::json& json) {
        json.erase("version");
        json["config"]["non_linearity"] = "gelu";
    });
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    auto expected = original;
    // The legacy library saves nothing of what the layers of a Compacter share; the new one does.
    if (const fs::path shared = conversion.from / "shared_parameters.safetensors"; fs::exists(shared)) {
        expected.merge(readAll(shared));
        QVERIFY(expected.size() > original.size());
    }
    QVERIFY(readAll(conversion.to / "adapter.safetensors") == expected);
    const nlohmann::json config = readJson(conversion.to / "adapter_config.json");
    QCOMPARE(config["config"]["non_linearity"].get<std::string>(), std::string("gelu_new"));
}

void TestAdapterFiles::unknownOptionIsRemarked() {
    const FixtureCopy copy("bert_pfeiffer");
    copy.edit("adapters/a/adapter_config.json", [](nlohmann::json& json) { json["config"]["sparkle"] = 3; });
    const auto remarks = awb::convertAdapter(adapterOf(copy));
    QVERIFY(remarks.has_value());
    QCOMPARE(remarks->size(), 1U);
    QVERIFY(remarks->front().find("sparkle") != std::string::npos);
}

void TestAdapterFiles::unexpectedTensorIsRemarked() {
    const FixtureCopy copy("bert_pfeiffer");
    const awb::Conversion conversion = adapterOf(copy);
    auto tensors = readAll(conversion.from / "adapter.safetensors");
    tensors["bert.encoder.layer.9.output.adapters.a.adapter_up.bias"] = tensors.begin()->second;
    writeAll(conversion.from / "adapter.safetensors", tensors);
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY(remarks.has_value());
    QCOMPARE(remarks->size(), 1U);
    QVERIFY(remarks->front().find("layer.9") != std::string::npos);
}

void TestAdapterFiles::brokenFolderIsRefused_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<QString>("mention");
    const QString lowest = QStringLiteral("bert.encoder.layer.0.output.adapters.a.adapter_up.bias");
    QTest::newRow("missing tensor") << "{}" << lowest << QStringLiteral("missing: ") + lowest;
    QTest::newRow("other bottleneck") << R"({"config": {"reduction_factor": 8}})"
                                      << ""
                                      << "[8, 32]";
    QTest::newRow("other site") << R"({"config": {"mh_adapter": true}})"
                                << ""
                                << "attention.output.adapters.a";
    QTest::newRow("own norm") << R"({"config": {"ln_after": true}})"
                              << ""
                              << "adapter_norm_after";
    QTest::newRow("hidden size") << R"({"hidden_size": 64})"
                                 << ""
                                 << "64";
    QTest::newRow("family") << R"({"model_type": "roberta"})"
                            << ""
                            << "roberta";
    QTest::newRow("method") << R"({"config": {"architecture": "lora"}})"
                            << ""
                            << "lora";
    QTest::newRow("PEFT") << R"({"peft_type": "LORA"})"
                          << ""
                          << "PEFT";
    QTest::newRow("non-linearity") << R"({"config": {"non_linearity": "wobble"}})"
                                   << ""
                                   << "wobble";
    QTest::newRow("no options") << R"({"config": null})"
                                << ""
                                << "config";
    QTest::newRow("no name") << R"({"name": null})"
                             << ""
                             << "name";
}

void TestAdapterFiles::brokenFolderIsRefused() {
    QFETCH(QString, patch);
    QFETCH(QString, tensor);
    QFETCH(QString, mention);
    const FixtureCopy copy("bert_pfeiffer");
    const awb::Conversion conversion = adapterOf(copy);
    copy.edit("adapters/a/adapter_config.json",
              [&](nlohmann::json& json) { json.merge_patch(nlohmann::json::parse(patch.toStdString())); });
    if (!tensor.isEmpty()) {
        auto tensors = readAll(conversion.from / "adapter.safetensors");
        QCOMPARE(tensors.erase(tensor.toStdString()), 1U);
        writeAll(conversion.from / "adapter.safetensors", tensors);
    }
    const auto remarks = awb::convertAdapter(conversion);
    QVERIFY(!remarks.has_value());
    const QString message = QString::fromStdString(remarks.error().message());
    QVERIFY2(message.contains(mention), qPrintable(message));
    QVERIFY(!fs::exists(conversion.to / "adapter.safetensors"));
}

void TestAdapterFiles::baseWithoutAParameterIsRefused() {
    const FixtureCopy copy("bert_pfeiffer");
    const fs::path weights = copy.base() / "model.safetensors";
    auto tensors = readAll(weights);
    QCOMPARE(tensors.erase("bert.encoder.layer.1.intermediate.dense.bias"), 1U);
    writeAll(weights, tensors);
    const auto remarks = awb::convertAdapter(adapterOf(copy));
    QVERIFY(!remarks.has_value());
    const QString message = QString::fromStdString(remarks.error().message());
    QVERIFY2(message.contains(
                 QStringLiteral("1 parameter is missing: bert.encoder.layer.1.intermediate.dense.bias")),
             qPrintable(message));
}

void TestAdapterFiles::baseWithOldNormNamesIsRead() {
    const FixtureCopy copy("bert_pfeiffer");
    const fs::path weights = copy.base() / "model.safetensors";
    const auto tensors = readAll(weights);
    writeAll(weights, renamed(renamed(renamed(tensors, "LayerNorm.weight", "LayerNorm.gamma"),
                                      "LayerNorm.bias", "LayerNorm.beta"),
                              "bert.", ""));
    const auto remarks = awb::convertAdapter(adapterOf(copy));
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
}

QTEST_GUILESS_MAIN(TestAdapterFiles)
#include "test_adapter_files.moc"
