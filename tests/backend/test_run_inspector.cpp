#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/run_controller.h"
#include "backend/jobs/run_inspector.h"
#include "tests/backend/tiny_runs.h"

using namespace awb;

namespace {

constexpr int kPatience = 60'000;

AdapterRules withoutNouns() {
    return {{"nouns", std::nullopt, std::nullopt, AdapterRule::Kind::Forbid, 0}};
}

} // namespace

/// Changes by hand on the worker's thread.
class TestRunInspector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void triesRules();
    void tellsWhatIsWrong();
    void aNewerTrialStopsAnOlderOne();
    void ablatesAndStores();
    void stopsAnAblation();
    void prunesAndStores();
    void aRunWithoutFusionIsNotPruned();
    void studiesAndStores();
    void endsWhileItWorks();

private:
    std::filesystem::path workspace() const { return m_dir.path().toStdString(); }

    QTemporaryDir m_dir;
    std::int64_t m_run = 0;
    std::int64_t m_fused = 0;
};

void TestRunInspector::initTestCase() {
    const auto store = RunStore::open(workspace());
    m_run = test::finishedRun(**store, test::tinyExperiment()).run;
    m_fused = test::finishedRun(**store, test::tinyFusion()).run;
}

void TestRunInspector::triesRules() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QList<RuleReport> reports;
    connect(&inspector, &RunInspector::tried, this,
            [&](quint64, const RuleReport& report) { reports << report; });
    inspector.tryRules(m_run, withoutNouns(), {"the cheap rice"});
    QTRY_COMPARE_WITH_TIMEOUT(reports.size(), 1, kPatience);
    const RuleReport& report = reports.front();
    QVERIFY(report.rules == withoutNouns());
    QVERIFY(report.before.loss != report.after.loss);
    QCOMPARE(report.answersBefore.values.size(), std::size_t{1});
    QVERIFY(report.answersBefore.values != report.answersAfter.values);
    QVERIFY(report.weights.empty() && report.remark.empty());
    inspector.tryRules(m_run, {}, {});
    QTRY_COMPARE_WITH_TIMEOUT(reports.size(), 2, kPatience);
    QCOMPARE(reports.back().after.loss, report.before.loss);
    QVERIFY(reports.back().answersBefore.values.empty());
}

void TestRunInspector::tellsWhatIsWrong() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QStringList errors;
    connect(&inspector, &RunInspector::failed, this,
            [&](quint64, const Error& error) { errors << QString::fromStdString(error.message()); });
    inspector.tryRules(4711, {}, {});
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, kPatience);
    QVERIFY(errors.back().contains(QStringLiteral("no run")));
    inspector.tryRules(m_run, {{"x", std::nullopt, std::nullopt, AdapterRule::Kind::Forbid, 0}}, {});
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 2, kPatience);
    QVERIFY(errors.back().contains(QStringLiteral("no adapter")));
}

void TestRunInspector::aNewerTrialStopsAnOlderOne() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QList<quint64> tried;
    QList<quint64> stopped;
    connect(&inspector, &RunInspector::tried, this, [&](quint64 token) { tried << token; });
    connect(&inspector, &RunInspector::stopped, this, [&](quint64 token) { stopped << token; });
    const quint64 first = inspector.tryRules(m_run, withoutNouns(), {});
    const quint64 second = inspector.tryRules(m_run, {}, {});
    QTRY_COMPARE_WITH_TIMEOUT(tried, QList<quint64>{second}, kPatience);
    QCOMPARE(stopped, QList<quint64>{first});
}

void TestRunInspector::ablatesAndStores() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QSignalSpy progress(&inspector, &RunInspector::progress);
    std::optional<AblationMap> map;
    connect(&inspector, &RunInspector::ablated, this,
            [&](quint64, qint64, const AblationMap& told) { map = told; });
    inspector.ablate(m_run);
    QTRY_VERIFY_WITH_TIMEOUT(map.has_value(), kPatience);
    QVERIFY(!progress.isEmpty());
    const auto store = RunStore::open(workspace());
    const auto stored = (*store)->ablation(m_run);
    QVERIFY(stored.has_value() && stored->has_value());
    QCOMPARE((*stored)->everywhere.front().loss, map->everywhere.front().loss);
}

void TestRunInspector::stopsAnAblation() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QSignalSpy stopped(&inspector, &RunInspector::stopped);
    QSignalSpy ablated(&inspector, &RunInspector::ablated);
    inspector.stop(inspector.ablate(m_run));
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, kPatience);
    QCOMPARE(ablated.size(), 0);
}

void TestRunInspector::prunesAndStores() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QSignalSpy progress(&inspector, &RunInspector::progress);
    QSignalSpy stopped(&inspector, &RunInspector::stopped);
    std::optional<PruningReport> report;
    connect(&inspector, &RunInspector::pruned, this,
            [&](quint64, qint64, const PruningReport& told) { report = told; });
    inspector.stop(inspector.prune(m_fused));
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, kPatience);
    QVERIFY(!report && !(*RunStore::open(workspace()))->pruning(m_fused)->has_value());
    inspector.prune(m_fused);
    QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), kPatience);
    QVERIFY(!progress.isEmpty());
    QCOMPARE(report->steps.back().kept.size(), std::size_t{1}); // down to the last adapter
    const auto stored = (*RunStore::open(workspace()))->pruning(m_fused);
    QVERIFY(stored.has_value() && stored->has_value());
    QCOMPARE((*stored)->steps.back().dropped, report->steps.back().dropped);
    QCOMPARE((*stored)->steps.back().score.loss, report->steps.back().score.loss);
}

void TestRunInspector::aRunWithoutFusionIsNotPruned() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    QStringList errors;
    connect(&inspector, &RunInspector::failed, this,
            [&](quint64, const Error& error) { errors << QString::fromStdString(error.message()); });
    inspector.prune(m_run);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, kPatience);
    QVERIFY2(errors.back().contains(QStringLiteral("no fusion")), qPrintable(errors.back()));
}

void TestRunInspector::studiesAndStores() {
    RunController runs(workspace());
    RunInspector inspector(runs);
    std::optional<AdapterStudy> study;
    QSignalSpy stopped(&inspector, &RunInspector::stopped);
    connect(&inspector, &RunInspector::studied, this,
            [&](quint64, qint64, const AdapterStudy& told) { study = told; });
    inspector.stop(inspector.study(m_run));
    QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, kPatience);
    QVERIFY(!study && !(*RunStore::open(workspace()))->adapterStudy(m_run)->has_value());
    inspector.study(m_run);
    QTRY_VERIFY_WITH_TIMEOUT(study.has_value(), kPatience);
    const auto store = RunStore::open(workspace());
    const auto stored = (*store)->adapterStudy(m_run);
    QVERIFY(stored.has_value() && stored->has_value());
    QVERIFY((*stored)->modules == study->modules);
}

void TestRunInspector::endsWhileItWorks() {
    RunController runs(workspace());
    {
        RunInspector inspector(runs);
        inspector.ablate(m_run);
    }
    // The worker is free again for others.
    RunInspector other(runs);
    QSignalSpy tried(&other, &RunInspector::tried);
    other.tryRules(m_run, {}, {});
    QTRY_COMPARE_WITH_TIMEOUT(tried.size(), 1, kPatience);
}

QTEST_GUILESS_MAIN(TestRunInspector)
#include "test_run_inspector.moc"
