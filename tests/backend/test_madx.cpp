#include <filesystem>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"
#include "backend/run/madx.h"
#include "models/config/composition_text.h"
#include "tests/backend/training_fixture.h"
#include "tests/backend/two_languages.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

constexpr const char* kExperiment = R"({
  "format": "adapter-workbench/madx@1",
  "name": "tiny",
  "base": {"pretrain": {"vocab_size": 90, "hidden_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 32, "hold_out_every": 10,
    "training": {"epochs": 3, "batch_size": 8, "learning_rate": 5e-3, "max_seq_length": 16, "threads": 1}}},
  "languages": [
    {"name": "north", "text": "north.txt", "train": "north-train.conllu",
     "validation": "north-dev.conllu", "test": "north-test.conllu"},
    {"name": "south", "text": "south.txt", "train": "south-train.conllu", "test": "south-test.conllu"}],
  "language": {"adapter": {"preset": "pfeiffer+inv", "reduction_factor": 2},
    "training": {"epochs": 2, "batch_size": 8, "learning_rate": 5e-3, "max_seq_length": 16, "threads": 1}},
  "task": {"adapter": {"preset": "pfeiffer", "reduction_factor": 2},
    "training": {"epochs": 6, "batch_size": 8, "learning_rate": 2e-2, "max_seq_length": 16, "threads": 1}}
})";

nlohmann::json experimentJson() {
    return nlohmann::json::parse(kExperiment);
}

QString problem(const Result<MadxReport>& report) {
    return report ? QString() : QString::fromStdString(report.error().message());
}

} // namespace

/// A MAD-X experiment from its file to the matrix of scores.
class TestMadx : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theMatrixIsComplete();
    void languageAdaptersAndBaseStay();
    void designsAreWhatTheySay();
    void stopsAndGoesOn();
    void savedHeadsMustFit();
    void missingDataIsNamed();
    void whatIsRefused_data();
    void whatIsRefused();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    MadxExperiment experiment() const {
        return resolvePaths(madxFromJson(experimentJson()).value(), m_folder.path().toStdString(), {});
    }
    Result<MadxReport> run(RunStore& store) {
        m_announced.clear();
        return runMadx(store, experiment(), m_control, m_log,
                       [this](const Experiment& design) { m_announced.push_back(design.name); });
    }

    QTemporaryDir m_folder;
    TwoLanguages m_languages{m_folder.path().toStdString()};
    RunControl m_control;
    Log m_log;
    std::vector<std::string> m_announced;
    std::vector<MadxScore> m_scores;
};

void TestMadx::theMatrixIsComplete() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    const auto report = run(*store);
    QVERIFY2(report.has_value(), qPrintable(problem(report)));
    QCOMPARE(report->metric, std::string("accuracy"));
    QCOMPARE(report->scores.size(), std::size_t(12));
    for (const MadxOrder order : kMadxOrders) {
        for (const char* source : {"north", "south"}) {
            for (const char* target : {"north", "south"}) {
                const MadxScore* score = report->find(order, source, target);
                QVERIFY2(score != nullptr, source);
                QVERIFY(score->score >= 0 && score->score <= 1);
            }
            // Four tags in a fixed order: what was trained on is learned.
            QVERIFY2(report->find(order, source, source)->score > 0.6, source);
        }
    }
    // One base, two languages, two sources in three orders, and for each of these two targets.
    QCOMPARE(m_announced.size(), std::size_t(1 + 2 + 6 + 12));
    QCOMPARE(store->runs()->size(), m_announced.size());
    m_scores = report->scores;

    const auto again = run(*store);
    QVERIFY2(again.has_value(), qPrintable(problem(again)));
    QVERIFY(m_announced.empty());
    for (std::size_t i = 0; i < m_scores.size(); ++i) {
        QCOMPARE(again->scores[i].run, m_scores[i].run);
        QCOMPARE(again->scores[i].score, m_scores[i].score);
    }
}

void TestMadx::languageAdaptersAndBaseStay() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    const auto report = run(*store);
    QVERIFY2(report.has_value(), qPrintable(problem(report)));
    QCOMPARE(report->frozen.size(), std::size_t(6));
    std::map<std::string, std::string> hashes;
    for (const MadxFrozen& frozen : report->frozen) {
        QCOMPARE(frozen.parts.size(), std::size_t(frozen.order == MadxOrder::TaskAlone ? 1 : 2));
        for (const auto& [name, part] : frozen.parts) {
            QVERIFY(!part.before.empty());
            QCOMPARE(part.after, part.before);
            // The same adapter in every run.
            QCOMPARE(hashes.try_emplace(name, part.before).first->second, part.before);
        }
    }
    QVERIFY(hashes.contains("base") && hashes.contains("adapter north") && hashes.contains("adapter south"));
    QVERIFY(hashes["adapter north"] != hashes["adapter south"]);
    // Scoring a transfer keeps everything, the task adapter too.
    const MadxScore* score = report->find(MadxOrder::LanguageFirst, "north", "south");
    const std::int64_t task = report->frozen.front().run;
    const auto weights = [&](std::int64_t run) {
        return *readTextFile(store->runFolder(run) / "adapters" / "task" / "adapter.safetensors");
    };
    QVERIFY(weights(score->run) == weights(task));
}

void TestMadx::designsAreWhatTheySay() {
    MadxExperiment all = experiment();
    all.baseModel = "mini-en";
    const MadxLanguage& north = all.languages.front();
    const Experiment language = languageDesign(all, north);
    QVERIFY(language.trainsAdapter("north"));
    QCOMPARE(language.headFrom, std::string(kHeadOfBase));
    const Experiment task = taskDesign(all, north, MadxOrder::LanguageFirst, "/adapters/north");
    QCOMPARE(compositionToText(task.composition), std::string("Stack(north, task)"));
    QVERIFY(task.trainsAdapter("task") && !task.trainsAdapter("north"));
    const Experiment reversed = taskDesign(all, north, MadxOrder::TaskFirst, "/adapters/north");
    QCOMPARE(compositionToText(reversed.composition), std::string("Stack(task, north)"));
    const Experiment transfer = transferDesign(all, north, all.languages.back(), MadxOrder::LanguageFirst,
                                               "/adapters/south", {"/task", "/head"});
    QCOMPARE(compositionToText(transfer.composition), std::string("Stack(south, task)"));
    QCOMPARE(transfer.training.epochs, 0.0);
    QCOMPARE(transfer.headFrom, std::string("/head"));
    for (const Experiment& design : {language, task, reversed, transfer}) {
        const auto read = experimentFromJson(nlohmann::json::parse(toText(design)));
        QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
        QVERIFY(*read == design);
    }
}

/// Stopped in the middle of a task adapter, it ends with the scores of the run that nobody disturbed.
void TestMadx::stopsAndGoesOn() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    QCOMPARE(m_scores.size(), std::size_t(12));
    auto second = std::move(RunStore::open(path("workspace-stopped")).value());
    RunControl stopper;
    Log log;
    int runs = 0;
    log.afterStep = [&](const StepRecord& record) {
        runs += record.step == 1 ? 1 : 0;
        if (runs == 4 && record.step == 5) {
            stopper.requestStop();
        }
    };
    const auto stopped = runMadx(*second, experiment(), stopper, log, [](const Experiment&) {});
    QVERIFY2(stopped.has_value(), qPrintable(problem(stopped)));
    QCOMPARE(stopped->languages.size(), std::size_t(2));
    QVERIFY(stopped->scores.empty());
    const auto whole = run(*second);
    QVERIFY2(whole.has_value(), qPrintable(problem(whole)));
    QCOMPARE(whole->scores.size(), m_scores.size());
    for (std::size_t i = 0; i < m_scores.size(); ++i) {
        QCOMPARE(whole->scores[i].score, m_scores[i].score);
    }
    QCOMPARE(second->runs()->size(), store->runs()->size());
}

void TestMadx::savedHeadsMustFit() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    const auto report = run(*store);
    QVERIFY2(report.has_value(), qPrintable(problem(report)));
    Experiment design = tinyExperiment();
    design.baseModel = report->base;
    design.training.maxSeqLength = 16;
    design.headFrom = (store->runFolder(report->frozen.front().run) / "heads" / "task").string();
    const RecordedOutcome refused = runRecorded(*store, design, m_control, m_log);
    QVERIFY(refused.outcome.error.has_value());
    QVERIFY2(refused.outcome.error->what.find("is for tagging, not classification") != std::string::npos,
             refused.outcome.error->message().c_str());
}

void TestMadx::missingDataIsNamed() {
    QVERIFY(missingFiles(experiment()).empty());
    const auto elsewhere = resolvePaths(madxFromJson(experimentJson()).value(), m_folder.path().toStdString(),
                                        path("elsewhere").string());
    const auto missing = missingFiles(elsewhere);
    QCOMPARE(missing.size(), std::size_t(7));
    QCOMPARE(missing.front(), (path("elsewhere") / "north-dev.conllu").string());
}

void TestMadx::whatIsRefused_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* name, const char* patch, const char* where) {
        QTest::newRow(name) << QString::fromLatin1(patch) << QString::fromLatin1(where);
    };
    row("format", R"({"format": "other@1"})", "/format");
    row("unknown key", R"({"speed": 1})", "/speed");
    row("no base", R"({"base": {"pretrain": null}})", "/base");
    row("two bases", R"({"base": {"model": "mini-en"}})", "/base");
    row("no languages", R"({"languages": []})", "/languages");
    row("a language named task", R"({"languages": [{"name": "task", "text": "a"}]})", "/languages/0/name");
    row("no source", R"({"languages": [{"name": "a", "text": "a", "test": "b"}]})", "/languages");
    row("no target", R"({"languages": [{"name": "a", "text": "a", "train": "b"}]})", "/languages");
    row("adapter", R"({"language": {"adapter": {"preset": "nothing"}}})", "/language/adapter/preset");
    row("saved adapter", R"({"task": {"adapter": {"from": "x"}}})", "/task/adapter/from");
    row("training", R"({"task": {"training": {"epoch": 3}}})", "/task/training/epoch");
    row("head", R"({"task": {"head": {"type": "masked_lm"}}})", "/task");
    row("pretraining", R"({"base": {"pretrain": {"vocabulary": 3}}})", "/base/pretrain/vocabulary");
}

void TestMadx::whatIsRefused() {
    QFETCH(QString, patch);
    QFETCH(QString, where);
    nlohmann::json json = experimentJson();
    const nlohmann::json changes = nlohmann::json::parse(patch.toStdString());
    json.merge_patch(changes);
    const auto read = madxFromJson(json);
    QVERIFY(!read);
    QCOMPARE(QString::fromStdString(read.error().where), where);
}

QTEST_GUILESS_MAIN(TestMadx)
#include "test_madx.moc"
