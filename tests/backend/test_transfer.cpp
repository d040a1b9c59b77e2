#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/checkpoint/convert.h"
#include "backend/checkpoint/verify.h"
#include "backend/core/files.h"
#include "backend/run/export_run.h"
#include "tests/backend/fixture_copy.h"
#include "tests/backend/tiny_runs.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

nlohmann::json readJson(const fs::path& file) {
    nlohmann::json json;
    std::ifstream(file) >> json;
    return json;
}

fs::path baseOf(const FixtureCopy& copy) {
    return copy.folder() / readJson(copy.folder() / "case.json")["model"].get<std::string>();
}

/// Every file below a folder with its bytes.
std::map<std::string, std::string> filesOf(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files[fs::relative(entry.path(), folder).string()] = *readTextFile(entry.path());
        }
    }
    return files;
}

QString problem(const Result<ConvertedFolder>& converted) {
    return converted ? QString() : QString::fromStdString(converted.error().message());
}

QStringList failures(const VerifyReport& report) {
    QStringList texts;
    for (const Comparison& comparison : report.comparisons) {
        if (!comparison.passed) {
            texts << QString::fromStdString(comparison.quantity + ": " + comparison.detail);
        }
    }
    return texts;
}

void replaceFolder(const fs::path& folder, const fs::path& by) {
    fs::remove_all(folder);
    fs::rename(by, folder);
}

/// Two adapters and their fusion, all trained, on the tiny task.
Experiment fusionExperiment() {
    Experiment experiment = tinyFusion();
    experiment.training.epochs = 1;
    return experiment;
}

} // namespace

/// Folders in and out: pickles, setups, fusions, PEFT, runs.
class TestTransfer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pickledAdaptersComputeTheSame_data();
    void pickledAdaptersComputeTheSame();
    void importExportImportIsEqual_data();
    void importExportImportIsEqual();
    void fusionFolders();
    void headBesideTheAdapter();
    void peftBecomesAdapterHub_data();
    void peftBecomesAdapterHub();
    void aRunBecomesASetup();
    void branchesHaveHeads();
    void unfinishedRunsAreRefused();
    void whatIsRefused_data();
    void whatIsRefused();

private:
    fs::path path(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }
    Result<std::int64_t> trained(const Experiment& experiment, RunStore& store) const;

    QTemporaryDir m_dir;
};

Result<std::int64_t> TestTransfer::trained(const Experiment& experiment, RunStore& store) const {
    RunControl control;
    Log log;
    const RecordedOutcome outcome = runRecorded(store, experiment, control, log);
    return outcome.outcome.error ? fail(*outcome.outcome.error) : Result<std::int64_t>(outcome.run);
}

void TestTransfer::pickledAdaptersComputeTheSame_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"bert_houlsby", "bert_mam", "bert_fuse_dynamic", "bert_compacter", "bert_prefix",
                             "new_bert_prompt_tuning", "bert_madx_stack_nice", "distilbert_ia3"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

/// All adapters, fusions and heads of a case as PyTorch files instead of safetensors: the numbers stay.
void TestTransfer::pickledAdaptersComputeTheSame() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    int count = 0;
    for (const char* kind : {"adapters", "heads"}) {
        if (!fs::exists(copy.folder() / kind)) {
            continue;
        }
        std::vector<fs::path> folders;
        for (const fs::directory_entry& entry : fs::directory_iterator(copy.folder() / kind)) {
            folders.push_back(entry.path());
        }
        for (const fs::path& folder : folders) {
            const fs::path again = copy.root() / "again";
            const auto converted = convertFolder({baseOf(copy), folder, again, {}, {}, WeightsForm::Pickle});
            QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
            for (const auto& [file, bytes] : filesOf(again)) {
                QVERIFY2(!file.ends_with(".safetensors"), file.c_str());
            }
            replaceFolder(folder, again);
            ++count;
        }
    }
    QVERIFY(count > 0);
    const auto report = verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QCOMPARE(failures(*report), QStringList());
}

void TestTransfer::importExportImportIsEqual_data() {
    QTest::addColumn<QString>("name");
    const fs::path cases = fs::path(AWB_TEST_DATA) / "fixtures" / "cases";
    for (const fs::directory_entry& entry : fs::directory_iterator(cases)) {
        if (fs::exists(entry.path() / "adapters" / "a")) {
            QTest::newRow(entry.path().filename().c_str())
                << QString::fromStdString(entry.path().filename().string());
        }
    }
}

void TestTransfer::importExportImportIsEqual() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    const fs::path first = copy.root() / "first";
    const fs::path pickled = copy.root() / "pickled";
    const fs::path third = copy.root() / "third";
    const auto step = [&](const fs::path& from, const fs::path& to, WeightsForm form) {
        const auto converted = convertFolder({baseOf(copy), from, to, "other", "tiny", form});
        return problem(converted);
    };
    QCOMPARE(step(copy.folder() / "adapters" / "a", first, WeightsForm::Safetensors), QString());
    QCOMPARE(step(first, pickled, WeightsForm::Pickle), QString());
    QCOMPARE(step(pickled, third, WeightsForm::Safetensors), QString());
    QVERIFY(filesOf(first).size() >= 2);
    QVERIFY(filesOf(first) == filesOf(third));
}

void TestTransfer::fusionFolders() {
    const FixtureCopy copy("bert_fuse_dynamic");
    const fs::path fusion = copy.folder() / "fusion" / "a,b,c";
    const fs::path again = copy.root() / "again";
    const auto converted = convertFolder({copy.base(), fusion, again, {}, {}, WeightsForm::Pickle});
    QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
    QCOMPARE(converted->fusions, std::vector<std::string>{"a,b,c"});
    QVERIFY(fs::exists(again / "pytorch_model_adapter_fusion.bin"));
    replaceFolder(fusion, again);
    const auto report = verifyFolder(copy.folder());
    QVERIFY(report.has_value());
    QCOMPARE(failures(*report), QStringList());
    fs::remove_all(copy.folder() / "adapters" / "b");
    const auto incomplete = convertFolder({copy.base(), fusion, again, {}, {}});
    QVERIFY(!incomplete);
    QVERIFY(incomplete.error().message().find("the fused adapter b is not beside") != std::string::npos);
}

void TestTransfer::headBesideTheAdapter() {
    const FixtureCopy copy("bert_pfeiffer");
    const fs::path both = copy.root() / "both";
    fs::copy(copy.folder() / "adapters" / "a", both, fs::copy_options::recursive);
    fs::copy(copy.folder() / "heads" / "task", both, fs::copy_options::recursive);
    const auto converted = convertFolder({copy.base(), both, copy.root() / "out", "reviews", {}});
    QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
    QCOMPARE(converted->adapters, std::vector<std::string>{"reviews"});
    QCOMPARE(converted->heads, std::vector<std::string>{"reviews"});
    QCOMPARE(readJson(copy.root() / "out" / "head_config.json")["name"].get<std::string>(),
             std::string("reviews"));
}

void TestTransfer::peftBecomesAdapterHub_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("LoRA") << QStringLiteral("peft_distilbert_lora");
    QTest::newRow("LoRA everywhere") << QStringLiteral("peft_bert_lora_all_linear");
    QTest::newRow("(IA)3") << QStringLiteral("peft_bert_ia3");
}

void TestTransfer::peftBecomesAdapterHub() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    fs::path peft;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(copy.folder() / "peft")) {
        if (entry.path().filename() == "adapter_config.json") {
            peft = entry.path().parent_path();
        }
    }
    const fs::path out = copy.root() / "out";
    const auto converted = convertFolder({baseOf(copy), peft, out, "from-peft", {}});
    QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
    QCOMPARE(converted->kind, std::string("PEFT adapter"));
    QVERIFY(!readJson(out / "adapter_config.json").contains("peft_type"));
    QCOMPARE(readJson(out / "adapter_config.json")["name"].get<std::string>(), std::string("from-peft"));
    const auto again = convertFolder({baseOf(copy), out, copy.root() / "again", {}, {}});
    QVERIFY2(again.has_value(), qPrintable(problem(again)));
    QVERIFY(filesOf(out).at("adapter.safetensors") ==
            filesOf(copy.root() / "again").at("adapter.safetensors"));
}

void TestTransfer::aRunBecomesASetup() {
    const auto store = RunStore::open(path("fusion-workspace"));
    QVERIFY(store.has_value());
    const auto run = trained(fusionExperiment(), **store);
    QVERIFY2(run.has_value(), run ? "" : run.error().message().c_str());
    const fs::path setup = path("setup");
    const auto remarks = exportRun(**store, *run, setup, WeightsForm::Pickle);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    const nlohmann::json json = readJson(setup / "adapter_setup.json");
    const auto expected = nlohmann::json::parse(
        R"({"type": "Fuse", "children": [{"type": "single", "children": ["a"]},
                                         {"type": "single", "children": ["b"]}]})");
    QVERIFY2(json["adapter_setup"] == expected, json.dump().c_str());
    QVERIFY(json["head_setup"] == "task");
    for (const char* file :
         {"a/pytorch_adapter.bin", "b/adapter_config.json", "a,b/pytorch_model_adapter_fusion.bin",
          "a,b/adapter_fusion_config.json", "task/pytorch_model_head.bin", "task/head_config.json"}) {
        QVERIFY2(fs::exists(setup / file), file);
    }
    // Read back and written anew in the other form, the parts are those that the run has saved.
    const fs::path again = path("setup-again");
    const auto converted = convertFolder(
        {fs::path(AWB_TEST_DATA) / "tiny-bert", setup, again, {}, fusionExperiment().baseModel});
    QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
    QCOMPARE(converted->kind, std::string("setup"));
    QCOMPARE(converted->adapters, (std::vector<std::string>{"a", "b"}));
    QCOMPARE(converted->fusions, std::vector<std::string>{"a,b"});
    const fs::path own = (*store)->runFolder(*run);
    QVERIFY(filesOf(again / "a") == filesOf(own / "adapters" / "a"));
    QVERIFY(filesOf(again / "a,b") == filesOf(own / "fusions" / "a,b"));
    QVERIFY(filesOf(again / "task") == filesOf(own / "heads" / "task"));
}

void TestTransfer::branchesHaveHeads() {
    Experiment experiment = fusionExperiment();
    experiment.composition.kind = Composition::Kind::Parallel;
    experiment.train = {"a", "b"};
    const auto store = RunStore::open(path("parallel-workspace"));
    QVERIFY(store.has_value());
    const auto run = trained(experiment, **store);
    QVERIFY2(run.has_value(), run ? "" : run.error().message().c_str());
    const fs::path setup = path("parallel");
    const auto remarks = exportRun(**store, *run, setup, WeightsForm::Safetensors);
    QVERIFY2(remarks.has_value(), remarks ? "" : remarks.error().message().c_str());
    const nlohmann::json heads = readJson(setup / "adapter_setup.json")["head_setup"];
    QCOMPARE(heads["type"].get<std::string>(), std::string("Parallel"));
    QCOMPARE(heads["children"].size(), std::size_t{2});
    // A branch's head has its adapter's name, and its folder.
    QVERIFY(fs::exists(setup / "a" / "adapter_config.json"));
    QVERIFY(fs::exists(setup / "a" / "head_config.json"));
    const auto converted =
        convertFolder({fs::path(AWB_TEST_DATA) / "tiny-bert", setup, path("parallel-again"), {}, {}});
    QVERIFY2(converted.has_value(), qPrintable(problem(converted)));
    QCOMPARE(converted->heads, (std::vector<std::string>{"a", "b"}));
}

void TestTransfer::unfinishedRunsAreRefused() {
    const auto store = RunStore::open(path("unfinished-workspace"));
    QVERIFY(store.has_value());
    const auto run = (*store)->createRun(tinyExperiment(), "tiny");
    QVERIFY(run.has_value());
    const auto refused = exportRun(**store, *run, path("nothing"), WeightsForm::Safetensors);
    QVERIFY(!refused);
    QVERIFY(refused.error().message().find("is not finished") != std::string::npos);
    QVERIFY(!exportRun(**store, *run + 1, path("nothing"), WeightsForm::Safetensors));
    QVERIFY(!fs::exists(path("nothing")));
}

void TestTransfer::whatIsRefused_data() {
    QTest::addColumn<QString>("file"); // written into the folder
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("newName");
    QTest::addColumn<QString>("message");
    QTest::newRow("empty folder") << QString() << QByteArray() << QString()
                                  << QStringLiteral("no adapter, fusion, head or setup");
    QTest::newRow("setup that is no JSON") << QStringLiteral("adapter_setup.json") << QByteArray("{")
                                           << QString() << QStringLiteral("adapter_setup.json");
    QTest::newRow("setup without a composition") << QStringLiteral("adapter_setup.json") << QByteArray("{}")
                                                 << QString() << QStringLiteral("`adapter_setup` is missing");
    QTest::newRow("illegal nesting")
        << QStringLiteral("adapter_setup.json")
        << QByteArray(R"({"adapter_setup": {"type": "Fuse", "children": [{"type": "Parallel",
                      "children": ["a", "b"]}, "c"]}})")
        << QString() << QStringLiteral("Parallel");
    QTest::newRow("unknown block") << QStringLiteral("adapter_setup.json")
                                   << QByteArray(R"({"adapter_setup": {"type": "Heap", "children": ["a"]}})")
                                   << QString() << QStringLiteral("`Heap`");
    QTest::newRow("adapter's folder is missing")
        << QStringLiteral("adapter_setup.json")
        << QByteArray(R"({"adapter_setup": {"type": "Stack", "children": ["a"]}})") << QString()
        << QStringLiteral("adapter_config.json");
    QTest::newRow("name for a setup") << QStringLiteral("adapter_setup.json") << QByteArray("{}")
                                      << QStringLiteral("n") << QStringLiteral("keeps its names");
}

void TestTransfer::whatIsRefused() {
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QString, newName);
    QFETCH(QString, message);
    const QTemporaryDir folder;
    const fs::path from = folder.path().toStdString();
    if (!file.isEmpty()) {
        std::ofstream(from / file.toStdString()) << content.toStdString();
    }
    const fs::path to = from / "out";
    const auto converted =
        convertFolder({fs::path(AWB_TEST_DATA) / "tiny-bert", from, to, newName.toStdString(), {}});
    QVERIFY(!converted);
    QVERIFY2(QString::fromStdString(converted.error().message()).contains(message),
             converted.error().message().c_str());
    QVERIFY(!fs::exists(to));
}

QTEST_GUILESS_MAIN(TestTransfer)
#include "test_transfer.moc"
