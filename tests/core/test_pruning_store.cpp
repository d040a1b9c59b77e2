#include <cmath>
#include <filesystem>
#include <memory>
#include <span>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "backend/storage/schema.h"

namespace fs = std::filesystem;
using namespace awb;

namespace {

PruningReport someReport() {
    PruningReport report;
    report.sample = {"validation", 7, 20, 40, "accuracy"};
    report.steps = {{{"part-of", "kind-of", "same"}, "", 0, {0.5, 0.75}},
                    {{"part-of", "same"}, "kind-of", 0.125, {0.625, 0.5}},
                    {{"same"}, "part-of", 0.25, {0.75, 0.875}}};
    return report;
}

void compare(const PruningReport& kept, const PruningReport& expected) {
    QVERIFY(kept.sample == expected.sample);
    QCOMPARE(kept.steps.size(), expected.steps.size());
    for (std::size_t i = 0; i < kept.steps.size(); ++i) {
        QCOMPARE(kept.steps[i].kept, expected.steps[i].kept);
        QCOMPARE(kept.steps[i].dropped, expected.steps[i].dropped);
        QCOMPARE(kept.steps[i].weight, expected.steps[i].weight);
        QCOMPARE(kept.steps[i].score.loss, expected.steps[i].score.loss);
        QCOMPARE(kept.steps[i].score.metric, expected.steps[i].score.metric);
    }
}

} // namespace

/// Pruned fusions in the database, and files of older versions, which have no place for them.
class TestPruningStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsAReport();
    void aNewerReportTakesItsPlace();
    void theViewTellsTheCosts();
    void scoresThatAreNoNumbers();
    void goesWithItsRun();
    void refusesUnknownRuns();
    void olderFilesMigrate_data();
    void olderFilesMigrate();

private:
    fs::path database() const { return m_workspace / "workbench.sqlite"; }
    std::unique_ptr<RunStore> open() const { return std::move(RunStore::open(m_workspace).value()); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_workspace;
};

void TestPruningStore::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_workspace = fs::path(m_folder->path().toStdString());
}

void TestPruningStore::keepsAReport() {
    const std::int64_t run = open()->createRun(defaultExperiment(), "").value();
    const std::int64_t other = open()->createRun(defaultExperiment(), "").value();
    QVERIFY(open()->setPruning(run, someReport()).has_value());
    const auto kept = open()->pruning(run);
    QVERIFY(kept.has_value() && kept->has_value());
    compare(**kept, someReport());
    const auto none = open()->pruning(other);
    QVERIFY(none.has_value() && !none->has_value());
}

void TestPruningStore::aNewerReportTakesItsPlace() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    QVERIFY(store->setPruning(run, someReport()).has_value());
    PruningReport newer;
    newer.sample = {"test", 1, 5, 6, "mcc"};
    newer.steps = {{{"x", "y"}, "", 0, {1, 0}}, {{"y"}, "x", 0.5, {2, -0.5}}};
    QVERIFY(store->setPruning(run, newer).has_value());
    compare(**store->pruning(run), newer);
    SQLite::Database raw(database().string());
    QCOMPARE(raw.execAndGet("SELECT count(*) FROM pruning_step").getInt(), 2);
    QCOMPARE(raw.execAndGet("SELECT count(*) FROM pruning_adapter").getInt(), 2);
}

void TestPruningStore::theViewTellsTheCosts() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    QVERIFY(store->setPruning(run, someReport()).has_value());
    SQLite::Database raw(database().string());
    SQLite::Statement rows(raw, "SELECT adapters, dropped, dropped_weight, metric, loss, score, loss_change, "
                                "score_change FROM pruning_cost WHERE run = ? ORDER BY adapters DESC");
    rows.bind(1, run);
    QVERIFY(rows.executeStep());
    QCOMPARE(rows.getColumn(0).getInt(), 3);
    QVERIFY(rows.getColumn(1).isNull() && rows.getColumn(2).isNull());
    QCOMPARE(rows.getColumn(6).getDouble(), 0.0);
    QVERIFY(rows.executeStep());
    QCOMPARE(rows.getColumn(0).getInt(), 2);
    QCOMPARE(rows.getColumn(1).getString(), std::string("kind-of"));
    QCOMPARE(rows.getColumn(2).getDouble(), 0.125);
    QCOMPARE(rows.getColumn(3).getString(), std::string("accuracy"));
    QCOMPARE(rows.getColumn(4).getDouble(), 0.625);
    QCOMPARE(rows.getColumn(5).getDouble(), 0.5);
    QCOMPARE(rows.getColumn(6).getDouble(), 0.125);
    QCOMPARE(rows.getColumn(7).getDouble(), -0.25);
    QVERIFY(rows.executeStep());
    QCOMPARE(rows.getColumn(0).getInt(), 1);
    QVERIFY(!rows.executeStep());
}

void TestPruningStore::scoresThatAreNoNumbers() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    PruningReport report = someReport();
    report.steps[1].score.loss = std::nan("");
    QVERIFY(store->setPruning(run, report).has_value());
    const auto kept = store->pruning(run);
    QVERIFY(std::isnan((*kept)->steps[1].score.loss));
    QCOMPARE((*kept)->steps[1].score.metric, 0.5);
    SQLite::Database raw(database().string());
    QVERIFY(raw.execAndGet("SELECT loss_change IS NULL AND score_change = -0.25 FROM pruning_cost "
                           "WHERE adapters = 2")
                .getInt() == 1);
}

void TestPruningStore::goesWithItsRun() {
    const auto store = open();
    const std::int64_t run = store->createRun(defaultExperiment(), "").value();
    QVERIFY(store->setPruning(run, someReport()).has_value());
    QVERIFY(store->finishRun(run, {}).has_value());
    QVERIFY(store->remove(std::span(&run, 1)).has_value());
    QVERIFY(store->purgeDeleted().has_value());
    SQLite::Database raw(database().string());
    for (const char* table : {"pruning", "pruning_adapter", "pruning_step", "pruning_cost"}) {
        QCOMPARE(raw.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt(), 0);
    }
}

void TestPruningStore::refusesUnknownRuns() {
    const auto store = open();
    QVERIFY(!store->setPruning(99, someReport()).has_value());
    QVERIFY(!store->pruning(99)->has_value());
}

void TestPruningStore::olderFilesMigrate_data() {
    QTest::addColumn<int>("version");
    for (const storage::Migration& step : storage::migrations()) {
        if (step.version < storage::migrations().back().version) {
            QTest::addRow("version %d", step.version) << step.version;
        }
    }
}

/// The file as each older version left it: a run is still there, and everything measured since can be stored.
void TestPruningStore::olderFilesMigrate() {
    QFETCH(int, version);
    {
        SQLite::Database raw(database().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        const auto steps = storage::migrations().first(static_cast<std::size_t>(version));
        QVERIFY(storage::migrate(raw, database(), steps).has_value());
        QCOMPARE(storage::schemaVersion(raw), version);
        QVERIFY(!raw.tableExists("pruning"));
        raw.exec("INSERT INTO run (name, state, base_model, design_summary, dataset, created_at, experiment) "
                 "VALUES ('old', 'finished', 'm', '', 'd', 0, '{}')");
    }
    const auto store = open();
    QCOMPARE(store->run(1).value().name, std::string("old"));
    QVERIFY(!store->pruning(1)->has_value());
    QVERIFY(!store->ablation(1)->has_value() && !store->adapterStudy(1)->has_value());
    QVERIFY(store->setPruning(1, someReport()).has_value());
    compare(**store->pruning(1), someReport());
    SQLite::Database raw(database().string());
    QCOMPARE(storage::schemaVersion(raw), storage::migrations().back().version);
    const fs::path backup = m_workspace / ("workbench-v" + std::to_string(version) + "-backup.sqlite");
    SQLite::Database before(backup.string());
    QCOMPARE(storage::schemaVersion(before), version);
}

QTEST_GUILESS_MAIN(TestPruningStore)
#include "test_pruning_store.moc"
