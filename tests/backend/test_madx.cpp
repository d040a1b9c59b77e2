#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"
#include "backend/run/madx.h"
#include "models/config/composition_text.h"
#include "tests/backend/madx_fixture.h"
#include "tests/backend/training_fixture.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

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
    void severalSeedsAndFewerLayers();
    void pastScoresAreFound();
    void writesWhatItReads();
    void savedHeadsMustFit();
    void missingDataIsNamed();
    void whatIsRefused_data();
    void whatIsRefused();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    MadxExperiment experiment() const { return tinyMadx(m_folder.path().toStdString()); }
    Result<MadxReport> run(RunStore& store) { return run(store, experiment()); }
    Result<MadxReport> run(RunStore& store, const MadxExperiment& madx) {
        m_announced.clear();
        return runMadx(store, madx, m_control, m_log,
                       {[this](const Experiment& design) { m_announced.push_back(design.name); },
                        [this](const MadxReport& report) { m_counted.push_back(report.runs); }});
    }

    QTemporaryDir m_folder;
    TwoLanguages m_languages{m_folder.path().toStdString()};
    RunControl m_control;
    Log m_log;
    std::vector<std::string> m_announced;
    std::vector<int> m_counted;
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
                const MadxCell cell = report->cell(order, source, target, 0);
                QCOMPARE(cell.scores.size(), std::size_t(1));
                QVERIFY(cell.scores.front() >= 0 && cell.scores.front() <= 1);
            }
            // Four tags in a fixed order: what was trained on is learned.
            QVERIFY2(report->cell(order, source, source, 0).spread().mean > 0.6, source);
        }
    }
    // One base, two languages, two sources in three orders, and for each of these two targets.
    QCOMPARE(m_announced.size(), std::size_t(kTinyMadxRuns));
    QCOMPARE(store->runs()->size(), m_announced.size());
    QCOMPARE(report->runs, report->allRuns);
    QCOMPARE(m_counted.size(), m_announced.size());
    QCOMPARE(m_counted.back(), report->allRuns);
    for (const auto& [name, adapter] : report->languages) {
        QVERIFY2(adapter.loss > 0 && adapter.loss < std::log(90.0) + 1, name.c_str());
    }
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
        QCOMPARE(frozen.parts.size(), std::size_t(frozen.variant.order == MadxOrder::TaskAlone ? 1 : 2));
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
    const std::int64_t score = report->cell(MadxOrder::LanguageFirst, "north", "south", 0).runs.front();
    const std::int64_t task = report->frozen.front().run;
    const auto weights = [&](std::int64_t run) {
        return *readTextFile(store->runFolder(run) / "adapters" / "task" / "adapter.safetensors");
    };
    QVERIFY(weights(score) == weights(task));
}

void TestMadx::designsAreWhatTheySay() {
    MadxExperiment all = experiment();
    all.baseModel = "mini-en";
    const MadxLanguage& north = all.languages.front();
    const Experiment language = languageDesign(all, north);
    QVERIFY(language.trainsAdapter("north"));
    QCOMPARE(language.headFrom, std::string(kHeadOfBase));
    const Experiment task = taskDesign(all, north, {MadxOrder::LanguageFirst, 1}, "/adapters/north");
    QCOMPARE(compositionToText(task.composition), std::string("Stack(north, task)"));
    QVERIFY(task.trainsAdapter("task") && !task.trainsAdapter("north"));
    const Experiment reversed = taskDesign(all, north, {MadxOrder::TaskFirst, 5}, "/adapters/north");
    QCOMPARE(compositionToText(reversed.composition), std::string("Stack(task, north)"));
    const Experiment transfer =
        transferDesign(all, north, all.languages.back(), {MadxOrder::LanguageFirst, 1}, 2, "/adapters/south",
                       {"/task", "/head"});
    QCOMPARE(compositionToText(transfer.composition), std::string("Stack(south, task)"));
    QCOMPARE(transfer.training.epochs, 0.0);
    QVERIFY((transfer.skipLayers == std::vector{0, 1}) && task.skipLayers.empty());
    QCOMPARE(task.name, std::string("tiny north: Stack(lang, task)")); // as before there were seeds
    QCOMPARE(reversed.name, std::string("tiny north: Stack(task, lang), seed 5"));
    QCOMPARE(reversed.training.seed, std::int64_t(5));
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
    const auto stopped = runMadx(*second, experiment(), stopper, log, {[](const Experiment&) {}, {}});
    QVERIFY2(stopped.has_value(), qPrintable(problem(stopped)));
    QCOMPARE(stopped->languages.size(), std::size_t(2));
    QVERIFY(stopped->scores.empty() && !stopped->isComplete());
    const auto whole = run(*second);
    QVERIFY2(whole.has_value(), qPrintable(problem(whole)));
    QCOMPARE(whole->scores.size(), m_scores.size());
    for (std::size_t i = 0; i < m_scores.size(); ++i) {
        QCOMPARE(whole->scores[i].score, m_scores[i].score);
    }
    QCOMPARE(second->runs()->size(), store->runs()->size());
}

void TestMadx::severalSeedsAndFewerLayers() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    const std::size_t before = store->runs()->size();
    MadxExperiment several = experiment();
    several.orders = {MadxOrder::LanguageFirst};
    several.seeds = {1, 2, 3};
    several.dropLayers = {0, 1, 2};
    const auto report = run(*store, several);
    QVERIFY2(report.has_value(), qPrintable(problem(report)));
    // Seed 1 with all layers is there: two more seeds of two sources, and what of 3 x 2 x 3 x 2 scores isn't.
    QCOMPARE(m_announced.size(), std::size_t(2 * 2 + 3 * 2 * 3 * 2 - 4));
    QCOMPARE(store->runs()->size(), before + m_announced.size());
    QCOMPARE(report->allRuns, 1 + 2 + 6 + 36);
    QVERIFY(report->isComplete());

    const MadxCell cell = report->cell(MadxOrder::LanguageFirst, "north", "north", 0);
    QCOMPARE(cell.scores.size(), std::size_t(3));
    std::vector<double> scores;
    for (const std::int64_t each : cell.runs) {
        scores.push_back(store->run(each)->metrics.at("test.accuracy"));
    }
    const double mean = (scores[0] + scores[1] + scores[2]) / 3;
    const double squares =
        std::pow(scores[0] - mean, 2) + std::pow(scores[1] - mean, 2) + std::pow(scores[2] - mean, 2);
    QVERIFY(std::abs(cell.spread().mean - mean) < 1e-12);
    QVERIFY(std::abs(cell.spread().deviation - std::sqrt(squares / 2)) < 1e-12);
    // Without any adapter the head sees what it was not trained on.
    const MadxCell bare = report->cell(MadxOrder::LanguageFirst, "north", "north", 2);
    QVERIFY(bare.spread().mean < cell.spread().mean);
    QCOMPARE(store->experiment(bare.runs.front())->skipLayers, (std::vector{0, 1}));
}

void TestMadx::pastScoresAreFound() {
    const auto store = std::move(RunStore::open(path("workspace")).value());
    const std::size_t before = store->runs()->size();
    const auto found = recordedMadx(*store, experiment());
    QVERIFY2(found.has_value(), qPrintable(problem(found)));
    QVERIFY(found->isComplete());
    QCOMPARE(found->scores.size(), m_scores.size());
    for (std::size_t i = 0; i < m_scores.size(); ++i) {
        QCOMPARE(found->scores[i].run, m_scores[i].run);
    }
    MadxExperiment other = experiment();
    other.task.training.epochs = 7;
    const auto part = recordedMadx(*store, other);
    QVERIFY2(part.has_value(), qPrintable(problem(part)));
    QCOMPARE(part->runs, 3); // the base and the languages
    QVERIFY(part->scores.empty() && !part->isComplete());
    other.pretraining->vocabSize = 80;
    QCOMPARE(recordedMadx(*store, other)->runs, 0);
    const auto nothing = std::move(RunStore::open(path("workspace-new")).value());
    QCOMPARE(recordedMadx(*nothing, experiment())->runs, 0);
    QCOMPARE(store->runs()->size(), before);
}

void TestMadx::writesWhatItReads() {
    nlohmann::json json = tinyMadxJson();
    const MadxExperiment plain = madxFromJson(json).value();
    QCOMPARE(plain.seeds, std::vector<std::int64_t>{1});
    QCOMPARE(plain.dropLayers, std::vector<int>{0});
    QCOMPARE(plain.orders.size(), std::size_t(3));
    json.merge_patch(nlohmann::json::parse(R"({"seeds": [4, 2], "drop_layers": [0, 1],
        "orders": ["task_first", "language_first"], "notes": "n",
        "task": {"training": {"adapter_drop": {"mode": "random", "layers": 1}}}})"));
    const MadxExperiment several = madxFromJson(json).value();
    QVERIFY((several.orders == std::vector{MadxOrder::LanguageFirst, MadxOrder::TaskFirst}));
    for (const MadxExperiment& each : {plain, several}) {
        const auto again = madxFromJson(nlohmann::json::parse(toJson(each).dump()));
        QVERIFY2(again.has_value(), again ? "" : again.error().message().c_str());
        QVERIFY(*again == each);
    }
    // A file saved elsewhere still means the same files.
    fs::create_directories(path("elsewhere/deep"));
    const fs::path file = path("elsewhere/deep/saved.json");
    QVERIFY(saveMadx(experiment(), file).has_value());
    const auto loaded = loadMadx(file);
    QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message().c_str());
    QVERIFY(!fs::path(loaded->languages.front().text).is_absolute());
    const MadxExperiment resolved = resolvePaths(*loaded, file.parent_path(), {});
    QVERIFY(resolved.languages == experiment().languages);
    QVERIFY(resolvePaths(resolved, file.parent_path(), {}) == resolved);
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
    const auto elsewhere = resolvePaths(madxFromJson(tinyMadxJson()).value(), m_folder.path().toStdString(),
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
    row("no text", R"({"languages": [{"name": "a", "text": "", "train": "b", "test": "b"}]})",
        "/languages/0/text");
    row("no seeds", R"({"seeds": []})", "/seeds");
    row("a seed twice", R"({"seeds": [3, 3]})", "/seeds");
    row("a seed below 0", R"({"seeds": [-1]})", "/seeds");
    row("a word for a seed", R"({"seeds": ["one"]})", "/seeds");
    row("unknown order", R"({"orders": ["task_last"]})", "/orders");
    row("no orders", R"({"orders": []})", "/orders");
    row("more layers than there are", R"({"drop_layers": [0, 3]})", "/drop_layers");
    row("pretraining", R"({"base": {"pretrain": {"vocabulary": 3}}})", "/base/pretrain/vocabulary");
}

void TestMadx::whatIsRefused() {
    QFETCH(QString, patch);
    QFETCH(QString, where);
    nlohmann::json json = tinyMadxJson();
    const nlohmann::json changes = nlohmann::json::parse(patch.toStdString());
    json.merge_patch(changes);
    const auto read = madxFromJson(json);
    QVERIFY(!read);
    QCOMPARE(QString::fromStdString(read.error().where), where);
}

QTEST_GUILESS_MAIN(TestMadx)
#include "test_madx.moc"
