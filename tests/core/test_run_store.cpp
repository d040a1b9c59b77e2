#include <atomic>
#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <QTemporaryDir>
#include <QTest>

#include "backend/core/files.h"
#include "backend/storage/run_store.h"
#include "backend/storage/schema.h"

namespace fs = std::filesystem;
using namespace awb;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

RunPlan somePlan() {
    RunPlan plan;
    plan.totalSteps = 300;
    plan.stepsPerEpoch = 100;
    plan.trainExamples = 3200;
    plan.modules = {{"reviews", 0, Site::FfnOutput, 16, 8464},
                    {"reviews", 5, Site::AttentionOutput, 8, 4360}};
    plan.trainableParameters = 12824;
    plan.baseParameters = 6'900'000;
    plan.baseHash = "0123456789abcdef0123456789abcdef";
    plan.datasetName = "wordnet:noun-topic";
    plan.datasetHash = "fedcba98";
    plan.datasetNote = "seen";
    plan.labels = {"noun.act", "quote\"d", "\xff"};
    plan.warnings = {"one row was left out"};
    plan.mainMetric = "accuracy";
    plan.threads = 2;
    plan.cachedLayers = 3;
    return plan;
}

StepRecord step(std::int64_t number) {
    StepRecord record;
    record.step = number;
    record.epoch = static_cast<double>(number) / 100.0;
    record.examples = number * 32;
    record.tokens = number * 700;
    record.seconds = static_cast<double>(number) * 0.05;
    record.loss = 1.0 / static_cast<double>(number);
    record.learningRate = 1e-3;
    record.gradNorm = 0.5;
    const auto value = static_cast<float>(number);
    record.modules = {{value, 2, 3, 4, 0.5F}, {1, value, 3, 4, std::numeric_limits<float>::quiet_NaN()}};
    return record;
}

EvalRecord eval(std::int64_t number, const std::string& split, double accuracy) {
    return {number, 1.0, 5.0, split, 0.25, {{"accuracy", accuracy}, {"mcc", std::nan("")}}};
}

std::string messageOf(const Result<void>& result) {
    return result ? std::string("no error") : result.error().message();
}

} // namespace

class TestRunStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsEverythingOfARun();
    void keepsNanAndInfinity();
    void keepsFailures();
    void goesBackToACheckpoint();
    void deletesAndRestores();
    void refusesUnknownRuns();
    void survivesKill();
    void leavesLiveProcessesAlone();
    void survivesFullDisk();
    void saysWhoHoldsTheDatabase();
    void worksWithTwoConnections();
    void reads100000Steps();
    void refusesNewerVersions();
    void refusesDamagedFiles();
    void refusesForeignDatabases();
    void migratesOlderFiles();
    void studiesComeWithVersion4();
    void undoesFailedMigrations();

private:
    fs::path database() const { return m_workspace / "workbench.sqlite"; }
    std::unique_ptr<RunStore> open() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_workspace;
};

void TestRunStore::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_workspace = fs::path(m_folder->path().toStdString()) / "new" / "workspace";
}

std::unique_ptr<RunStore> TestRunStore::open() const {
    Result<std::unique_ptr<RunStore>> store = RunStore::open(m_workspace);
    if (!store) {
        qWarning("%s", store.error().message().c_str());
        return nullptr;
    }
    return std::move(*store);
}

void TestRunStore::keepsEverythingOfARun() {
    const Experiment experiment = defaultExperiment();
    std::int64_t run = 0;
    {
        const auto store = open();
        QVERIFY(store);
        QVERIFY(store->remarks().empty());
        run = store->createRun(experiment, "pfeiffer rf 16").value();
        QVERIFY(store->setPlan(run, somePlan()).has_value());
        QVERIFY(store->setState(run, RunState::Running).has_value());
        for (std::int64_t number = 1; number <= 700; ++number) {
            QVERIFY(store->addStep(run, step(number)).has_value());
        }
        QVERIFY(store->addEval(run, eval(700, "validation", 0.5)).has_value());
        QVERIFY(store->setCheckpoint(run, 650).has_value());
        QVERIFY(store->rename(run, "Wörter").has_value());
        QVERIFY(store->setNote(run, "first\nsecond").has_value());
        RunOutcome outcome;
        outcome.step = 700;
        outcome.seconds = 36.5;
        outcome.resumable = true;
        outcome.metrics = {{"test", {{"accuracy", 0.75}, {"loss", 0.5}}}};
        QVERIFY(store->finishRun(run, outcome).has_value());
    }
    const auto store = open();
    QVERIFY(store);
    const std::vector<RunRow> rows = store->runs().value();
    QCOMPARE(rows.size(), std::size_t{1});
    const RunRow& row = rows.front();
    QCOMPARE(row.id, run);
    QCOMPARE(row.name, std::string("Wörter"));
    QCOMPARE(row.note, std::string("first\nsecond"));
    QCOMPARE(row.state, RunState::Finished);
    QVERIFY(!row.resumable());
    QCOMPARE(row.baseModel, experiment.baseModel);
    QCOMPARE(row.baseHash, somePlan().baseHash);
    QCOMPARE(row.designSummary, std::string("pfeiffer rf 16"));
    QCOMPARE(row.dataset, somePlan().datasetName);
    QCOMPARE(row.mainMetric, std::string("accuracy"));
    QCOMPARE(row.trainableParameters, std::int64_t{12824});
    QCOMPARE(row.step, std::int64_t{700});
    QCOMPARE(row.totalSteps, std::int64_t{300});
    QCOMPARE(row.checkpointStep, std::int64_t{650});
    QCOMPARE(row.threads, 2);
    QCOMPARE(row.seconds, 36.5);
    QVERIFY(row.createdAt > 1.7e9);
    QCOMPARE(row.metrics.at("test.accuracy"), 0.75);
    QCOMPARE(row.metrics.at("validation.accuracy"), 0.5);
    QVERIFY(std::isnan(row.metrics.at("validation.mcc")));
    QCOMPARE(store->experimentText(run).value(), toText(experiment));

    const RunSeries series = store->series(run).value();
    QCOMPARE(series.plan.modules, somePlan().modules);
    QCOMPARE(series.plan.labels[1], std::string("quote\"d"));
    QCOMPARE(series.plan.cachedLayers, 3);
    QCOMPARE(series.steps.size(), std::size_t{700});
    for (std::size_t i = 0; i < series.steps.size(); ++i) {
        const StepRecord expected = step(static_cast<std::int64_t>(i) + 1);
        QCOMPARE(series.steps[i].step, expected.step);
        QCOMPARE(series.steps[i].loss, expected.loss);
        QCOMPARE(series.steps[i].modules.size(), std::size_t{2});
        QCOMPARE(series.steps[i].modules[1].gradNormUp, expected.modules[1].gradNormUp);
        QVERIFY(std::isnan(series.steps[i].modules[1].deadShare));
    }
    QCOMPARE(series.evals.size(), std::size_t{1});
    QCOMPARE(series.evals[0].metrics.at("accuracy"), 0.5);
    QCOMPARE(series.evals[0].split, std::string("validation"));
}

void TestRunStore::keepsNanAndInfinity() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    StepRecord bad = step(1);
    bad.loss = std::nan("");
    bad.gradNorm = kInf;
    bad.learningRate = 0.0;
    QVERIFY(store->addStep(run, bad).has_value());
    EvalRecord evaluation = eval(1, "test", -kInf);
    evaluation.loss = std::nan("");
    QVERIFY(store->addEval(run, evaluation).has_value());
    const RunSeries series = store->series(run).value();
    QVERIFY(std::isnan(series.steps.at(0).loss));
    QCOMPARE(series.steps.at(0).gradNorm, kInf);
    QCOMPARE(series.steps.at(0).learningRate, 0.0);
    QVERIFY(std::isnan(series.evals.at(0).loss));
    QCOMPARE(series.evals.at(0).metrics.at("accuracy"), -kInf);
}

void TestRunStore::keepsFailures() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    QVERIFY(store->setCheckpoint(run, 10).has_value());
    RunOutcome outcome;
    outcome.state = RunState::Failed;
    outcome.error = Error{"The loss is NaN", "step 12", "Lower the learning rate"};
    outcome.resumable = false;
    QVERIFY(store->finishRun(run, outcome).has_value());
    const RunRow row = store->run(run).value();
    QCOMPARE(row.state, RunState::Failed);
    QVERIFY(row.error == outcome.error);
    QVERIFY(!row.resumable());
}

void TestRunStore::goesBackToACheckpoint() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    for (std::int64_t number = 1; number <= 20; ++number) {
        QVERIFY(store->addStep(run, step(number)).has_value());
    }
    QVERIFY(store->addEval(run, eval(10, "validation", 0.5)).has_value());
    QVERIFY(store->addEval(run, eval(20, "validation", 0.9)).has_value());
    QVERIFY(store->truncateAfter(run, 12).has_value());
    const RunSeries series = store->series(run).value();
    QCOMPARE(series.steps.size(), std::size_t{12});
    QCOMPARE(series.evals.size(), std::size_t{1});
    const RunRow row = store->run(run).value();
    QCOMPARE(row.step, std::int64_t{12});
    QCOMPARE(row.metrics.at("validation.accuracy"), 0.5);
    QVERIFY(store->addStep(run, step(13)).has_value());
    QCOMPARE(store->flush().has_value(), true);
    QCOMPARE(store->series(run).value().steps.size(), std::size_t{13});
}

void TestRunStore::deletesAndRestores() {
    const auto store = open();
    const std::int64_t first = store->createRun(defaultExperiment(), "").value();
    const std::int64_t second = store->createRun(defaultExperiment(), "").value();
    const std::vector<std::int64_t> both{first, second};
    QVERIFY(messageOf(store->remove(both)).find("active") != std::string::npos);
    QCOMPARE(store->runs().value().size(), std::size_t{2});
    for (const std::int64_t run : both) {
        QVERIFY(store->addStep(run, step(1)).has_value());
        QVERIFY(store->addEval(run, eval(1, "test", 1)).has_value());
        QVERIFY(store->finishRun(run, {}).has_value());
        QVERIFY(writeFileAtomically(store->runFolder(run) / "state.bin", "x").has_value());
    }
    QVERIFY(store->remove(both).has_value());
    QVERIFY(store->runs().value().empty());
    QVERIFY(store->restore(std::span(both).first(1)).has_value());
    QCOMPARE(store->runs().value().size(), std::size_t{1});

    QVERIFY(store->purgeDeleted().has_value());
    QVERIFY(fs::exists(store->runFolder(first)));
    QVERIFY(!fs::exists(store->runFolder(second)));
    QVERIFY(!store->run(second).has_value());
    QCOMPARE(store->series(first).value().steps.size(), std::size_t{1});
    SQLite::Database raw(database().string());
    QCOMPARE(raw.execAndGet("SELECT count(*) FROM step").getInt(), 1);
    QCOMPARE(raw.execAndGet("SELECT count(*) FROM eval_metric").getInt(), 2);
    // Numbers are never used again: an old folder can't be taken for a new run's.
    QVERIFY(store->createRun(defaultExperiment(), "").value() > second);
}

void TestRunStore::refusesUnknownRuns() {
    const auto store = open();
    QVERIFY(messageOf(store->rename(99, "x")).find("99") != std::string::npos);
    QVERIFY(!store->setState(99, RunState::Running).has_value());
    QVERIFY(!store->run(99).has_value());
    QVERIFY(!store->series(99).has_value());
    QVERIFY(!store->experimentText(99).has_value());
    QVERIFY(!store->addEval(99, eval(1, "test", 1)).has_value());
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    QVERIFY(!store->rename(run, "  ").has_value());
    // A record that can't be stored must not block the ones that follow.
    static_cast<void>(store->addStep(99, step(1)));
    QVERIFY(!store->flush().has_value());
    QVERIFY(store->addStep(run, step(1)).has_value());
    QVERIFY(store->flush().has_value());
    QCOMPARE(store->series(run).value().steps.size(), std::size_t{1});
}

void TestRunStore::survivesKill() {
    int pipes[2] = {};
    QCOMPARE(::pipe(pipes), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = std::move(RunStore::open(m_workspace).value());
        const std::int64_t run = store->createRun(defaultExperiment(), "").value();
        static_cast<void>(store->setPlan(run, somePlan()));
        static_cast<void>(store->setState(run, RunState::Running));
        for (std::int64_t number = 1;; ++number) {
            static_cast<void>(store->addStep(run, step(number)));
            if (::write(pipes[1], &number, sizeof number) != sizeof number) {
                ::_exit(1);
            }
        }
    }
    std::int64_t last = 0;
    while (last < 2345) {
        QCOMPARE(::read(pipes[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipes[0]);
    ::close(pipes[1]);

    const auto store = open();
    QVERIFY(store);
    const std::vector<std::int64_t> marked = store->markInterrupted().value();
    QCOMPARE(marked.size(), std::size_t{1});
    QCOMPARE(store->run(marked[0]).value().state, RunState::Interrupted);
    const RunSeries series = store->series(marked[0]).value();
    QVERIFY2(static_cast<std::int64_t>(series.steps.size()) >= last - 500,
             qPrintable(u"%1 of %2 steps"_qs.arg(series.steps.size()).arg(last)));
    for (std::size_t i = 0; i < series.steps.size(); ++i) {
        QCOMPARE(series.steps[i].step, static_cast<std::int64_t>(i) + 1);
    }
    QVERIFY(store->markInterrupted().value().empty());
    SQLite::Database raw(database().string());
    QCOMPARE(raw.execAndGet("PRAGMA integrity_check").getString(), std::string("ok"));
}

void TestRunStore::leavesLiveProcessesAlone() {
    int pipes[2] = {};
    QCOMPARE(::pipe(pipes), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = std::move(RunStore::open(m_workspace).value());
        const std::int64_t run = store->createRun(defaultExperiment(), "").value();
        if (::write(pipes[1], &run, sizeof run) == sizeof run) {
            ::pause();
        }
        ::_exit(1);
    }
    std::int64_t run = 0;
    QCOMPARE(::read(pipes[0], &run, sizeof run), static_cast<ssize_t>(sizeof run));
    const auto store = open();
    const std::int64_t own = store->createRun(defaultExperiment(), "").value();
    QVERIFY(store->markInterrupted().value().empty());
    QCOMPARE(store->run(own).value().state, RunState::Preparing);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipes[0]);
    ::close(pipes[1]);
    QCOMPARE(store->markInterrupted().value(), std::vector<std::int64_t>{run});
}

void TestRunStore::survivesFullDisk() {
    {
        const auto store = open();
        static_cast<void>(store->createRun(defaultExperiment(), "").value());
    }
    const pid_t child = ::fork();
    if (child == 0) {
        // No file may grow beyond 200 kB: writing fails as on a full disk.
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200'000, 200'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto store = std::move(RunStore::open(m_workspace).value());
        for (std::int64_t number = 1; number < 20'000; ++number) {
            const Result<void> added = store->addStep(1, step(number));
            if (!added) {
                ::_exit(added.error().message().empty() ? 2 : 0);
            }
        }
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
    const auto store = open();
    QVERIFY(store);
    QVERIFY(store->series(1).has_value());
    QVERIFY(store->addStep(1, step(30'000)).has_value());
    QVERIFY(store->flush().has_value());
}

void TestRunStore::saysWhoHoldsTheDatabase() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    SQLite::Database other(database().string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    QVERIFY(messageOf(store->rename(run, "x")).find("another program") != std::string::npos);
    QVERIFY(store->addStep(run, step(1)).has_value());
    other.exec("COMMIT");
    QVERIFY(store->rename(run, "x").has_value());
    QCOMPARE(store->series(run).value().steps.size(), std::size_t{1});
}

void TestRunStore::worksWithTwoConnections() {
    const auto window = open();
    const std::int64_t run = window->createRun(defaultExperiment(), "").value();
    std::atomic<bool> done{false};
    std::atomic<int> failures{0};
    std::thread trainer([&] {
        const auto store = open();
        for (std::int64_t number = 1; number <= 20'000; ++number) {
            failures += store->addStep(run, step(number)) ? 0 : 1;
            if (number % 1000 == 0) {
                failures += store->addEval(run, eval(number, "validation", 0.5)) ? 0 : 1;
            }
        }
        failures += store->finishRun(run, {}) ? 0 : 1;
        done = true;
    });
    int edits = 0;
    while (!done) {
        ++edits;
        failures += window->rename(run, "name " + std::to_string(edits)) ? 0 : 1;
        failures += window->runs() ? 0 : 1;
        failures += window->series(run) ? 0 : 1;
    }
    trainer.join();
    QCOMPARE(failures.load(), 0);
    QVERIFY(edits > 0);
    QCOMPARE(window->run(run).value().name, "name " + std::to_string(edits));
    QCOMPARE(window->run(run).value().state, RunState::Finished);
    QCOMPARE(window->series(run).value().steps.size(), std::size_t{20'000});
    QCOMPARE(window->evals(run).value().size(), std::size_t{20});
}

void TestRunStore::reads100000Steps() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    for (std::int64_t number = 1; number <= 100'000; ++number) {
        QVERIFY(store->addStep(run, step(number)).has_value());
    }
    QVERIFY(store->flush().has_value());
    const RunSeries series = store->series(run).value();
    QCOMPARE(series.steps.size(), std::size_t{100'000});
    QCOMPARE(series.steps.back().modules[0].gradNormDown, 100'000.0F);
}

void TestRunStore::refusesNewerVersions() {
    open().reset();
    {
        SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE);
        raw.exec("PRAGMA user_version = 7");
        raw.exec("PRAGMA journal_mode = DELETE");
    }
    const std::string before = readTextFile(database()).value();
    const auto refused = RunStore::open(m_workspace);
    QVERIFY(!refused.has_value());
    const std::string message = refused.error().message();
    QVERIFY2(message.find("newer version") != std::string::npos && message.find('7') != std::string::npos,
             message.c_str());
    QCOMPARE(readTextFile(database()).value(), before);
}

void TestRunStore::refusesDamagedFiles() {
    {
        const auto store = open();
        const std::int64_t run = store->createRun(defaultExperiment(), "").value();
        for (std::int64_t number = 1; number <= 5000; ++number) {
            QVERIFY(store->addStep(run, step(number)).has_value());
        }
    }
    // The health of a file is checked once a process, so the damaged copy lies somewhere else.
    const fs::path copy = m_workspace.parent_path() / "damaged";
    fs::create_directories(copy);
    std::string bytes = readTextFile(database()).value();
    for (std::size_t at = 4096; at + 64 < bytes.size(); at += 4096) {
        bytes.replace(at, 64, 64, '\x5a');
    }
    QVERIFY(writeFileAtomically(copy / "workbench.sqlite", bytes).has_value());
    const auto damaged = RunStore::open(copy);
    QVERIFY(!damaged.has_value());
    QVERIFY2(damaged.error().message().find("damaged") != std::string::npos,
             damaged.error().message().c_str());

    const fs::path text = m_workspace.parent_path() / "text";
    fs::create_directories(text);
    QVERIFY(writeFileAtomically(text / "workbench.sqlite", std::string(5000, 'x')).has_value());
    const auto noDatabase = RunStore::open(text);
    QVERIFY(!noDatabase.has_value());
    QVERIFY2(noDatabase.error().message().find("not a database") != std::string::npos,
             noDatabase.error().message().c_str());
    QCOMPARE(fs::file_size(text / "workbench.sqlite"), std::uintmax_t{5000});
}

void TestRunStore::refusesForeignDatabases() {
    fs::create_directories(m_workspace);
    {
        SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        raw.exec("CREATE TABLE recipes (name TEXT)");
    }
    const auto refused = RunStore::open(m_workspace);
    QVERIFY(!refused.has_value());
    QVERIFY(refused.error().message().find("not made by") != std::string::npos);
    QVERIFY(!RunStore::open("/proc/no/workspace").has_value());
    QVERIFY(!RunStore::open(database()).has_value());
}

void TestRunStore::migratesOlderFiles() {
    {
        const auto store = open();
        const std::int64_t run = store->createRun(defaultExperiment(), "").value();
        QVERIFY(store->addStep(run, step(1)).has_value());
    }
    std::vector<storage::Migration> steps(storage::migrations().begin(), storage::migrations().end());
    const int current = steps.back().version;
    steps.push_back({current + 1, "ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT 'none'"});
    SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE);
    for (int round = 0; round < 2; ++round) {
        const Result<void> migrated = storage::migrate(raw, database(), steps);
        QVERIFY2(migrated.has_value(), messageOf(migrated).c_str());
        QCOMPARE(storage::schemaVersion(raw), current + 1);
    }
    QCOMPARE(raw.execAndGet("SELECT tags FROM run").getString(), std::string("none"));
    const std::string version = std::to_string(current);
    SQLite::Database backup((m_workspace / ("workbench-v" + version + "-backup.sqlite")).string());
    QCOMPARE(storage::schemaVersion(backup), current);
    QCOMPARE(backup.execAndGet("SELECT count(*) FROM step").getInt(), 1);
    QVERIFY(!fs::exists(m_workspace / ("workbench-v" + version + "-backup-2.sqlite")));
    QVERIFY(!RunStore::open(m_workspace).has_value());
}

void TestRunStore::studiesComeWithVersion4() {
    fs::create_directories(m_workspace);
    {
        // The file as the version before left it.
        SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        QVERIFY(storage::migrate(raw, database(), storage::migrations().first(3)).has_value());
        raw.exec("INSERT INTO run (name, state, base_model, design_summary, dataset, created_at, experiment) "
                 "VALUES ('old', 'finished', 'm', '', 'd', 0, '{}')");
    }
    const auto store = open();
    QVERIFY(store != nullptr);
    QVERIFY(!store->adapterStudy(1)->has_value());
    AdapterStudy study;
    study.sample = {"test", 7, 20, 40, 300, 250};
    ModuleStudy module{"a", kNoLayer, Site::EmbeddingOutput, 4, ChangeSize{0.5, 0.25}, {}, {2, 1}};
    study.modules = {module, {"a", 0, Site::KeyValuePrefix, 30, {}, {}, {}}};
    study.similarity = {1, 0.5F, 0.5F, 1};
    QVERIFY(store->setAdapterStudy(1, study).has_value());
    const auto kept = store->adapterStudy(1);
    QVERIFY(kept.has_value() && kept->has_value());
    QVERIFY((*kept)->sample == study.sample && (*kept)->modules == study.modules);
    QCOMPARE((*kept)->similarity, study.similarity);
    SQLite::Database raw(database().string());
    QCOMPARE(
        raw.execAndGet("SELECT cka FROM adapter_similarity WHERE other_site = 'attention.key_value_prefix' "
                       "AND site = 'embedding_output'")
            .getDouble(),
        0.5);
    QVERIFY(fs::exists(m_workspace / "workbench-v3-backup.sqlite"));
}

void TestRunStore::undoesFailedMigrations() {
    open().reset();
    std::vector<storage::Migration> steps(storage::migrations().begin(), storage::migrations().end());
    const int current = steps.back().version;
    steps.push_back(
        {current + 1, "CREATE TABLE extra (id INTEGER) STRICT; ALTER TABLE nothing ADD COLUMN a TEXT"});
    {
        SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE);
        const Result<void> migrated = storage::migrate(raw, database(), steps);
        QVERIFY(!migrated.has_value());
        QVERIFY2(messageOf(migrated).find("version " + std::to_string(current + 1)) != std::string::npos,
                 messageOf(migrated).c_str());
        QCOMPARE(storage::schemaVersion(raw), current);
        QVERIFY(!raw.tableExists("extra"));
    }
    QVERIFY(open() != nullptr);
}

QTEST_GUILESS_MAIN(TestRunStore)
#include "test_run_store.moc"
