#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include <QTemporaryDir>
#include <QTest>

#include "backend/analysis/fusion_record.h"
#include "backend/storage/run_store.h"
#include "tests/backend/tiny_runs.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

/// Two adapters and their fusion, everything trained, on the tiny task.
Experiment fusionExperiment(double epochs = 2) {
    Experiment experiment = tinyFusion();
    experiment.training.epochs = epochs;
    for (AdapterSpec& adapter : experiment.adapters) {
        adapter.config.bottleneck()->mhAdapter = true;
    }
    return experiment;
}

/// Keeps the records as the trainer tells them, not rounded by the database.
struct FusionLog : Log {
    std::vector<FusionProbe> probes;
    std::vector<FusionRecord> records;

    void onFusionProbe(const FusionProbe& probe) override { probes.push_back(probe); }
    void onFusion(const FusionRecord& record) override { records.push_back(record); }
};

bool isNear(const std::vector<float>& a, const std::vector<float>& b) {
    return std::ranges::equal(a, b, [](float x, float y) { return std::abs(x - y) <= 1.0F / 65535; });
}

} // namespace

/// Fusion weights measured while a run goes on, and their way through the database.
class TestFusionRecords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void probeIsSeeded();
    void weightsAreShares();
    void databaseGivesWhatWasTold();
    void classesAndTokensAgreeWithTheMean();
    void resumedRunRecordsTheSame();
    void recordingChangesNothing();
    void deletedRunsTakeTheirRecordsWithThem();
    void runsWithoutFusionHaveNone();

private:
    fs::path path(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

    QTemporaryDir m_dir;
    std::unique_ptr<RunStore> m_store;
    FusionLog m_log;
    std::int64_t m_run = 0;
};

void TestFusionRecords::initTestCase() {
    m_store = std::move(*RunStore::open(path("workspace")));
    RunControl control;
    const RecordedOutcome outcome = runRecorded(*m_store, fusionExperiment(), control, m_log);
    QVERIFY2(!outcome.outcome.error, outcome.outcome.error ? outcome.outcome.error->message().c_str() : "");
    m_run = outcome.run;
}

void TestFusionRecords::probeIsSeeded() {
    QCOMPARE(m_log.probes.size(), std::size_t{1});
    const FusionProbe& probe = m_log.probes.front();
    QCOMPARE(probe.fusion, std::string("a,b"));
    QCOMPARE(probe.adapters, (std::vector<std::string>{"a", "b"}));
    QCOMPARE(probe.split, std::string("validation"));
    QVERIFY(!probe.examples.empty() && std::ranges::is_sorted(probe.examples));
    QCOMPARE(probe.classOf.size(), probe.examples.size());
    QCOMPARE(probe.classes.size(), std::size_t{3});
    QVERIFY(!probe.texts.empty() && probe.texts.front().tokens.size() > 2);
    // After attention and feed-forward of each layer, in the order of the data.
    QVERIFY(probe.places.size() >= 4);
    QVERIFY(probe.places[0] == (FusionPlace{0, Site::AttentionOutput}));
    QVERIFY(probe.places[1] == (FusionPlace{0, Site::FfnOutput}));
    RunControl control;
    FusionLog again;
    const auto store = RunStore::open(path("again"));
    (void)runRecorded(**store, fusionExperiment(), control, again);
    QVERIFY(again.probes == m_log.probes);
}

void TestFusionRecords::weightsAreShares() {
    const FusionProbe& probe = m_log.probes.front();
    const std::int64_t total = m_log.plan.totalSteps;
    QCOMPARE(m_log.records.front().step, std::int64_t{0});
    QCOMPARE(m_log.records.back().step, total);
    QVERIFY(m_log.records.size() >= 2);
    for (const FusionRecord& record : m_log.records) {
        QCOMPARE(record.mean.size(), probe.places.size() * 2);
        QCOMPARE(record.entropy.size(), probe.places.size());
        for (std::size_t place = 0; place < probe.places.size(); ++place) {
            QVERIFY(std::abs(record.mean[2 * place] + record.mean[2 * place + 1] - 1) < 1e-5);
            QVERIFY(record.spread[2 * place] >= 0 && record.spread[2 * place] <= 0.5);
            QVERIFY(record.entropy[place] > 0 && record.entropy[place] <= 1.00001);
        }
    }
    // It learns: the weights move.
    QVERIFY(!isNear(m_log.records.front().mean, m_log.records.back().mean));
}

void TestFusionRecords::databaseGivesWhatWasTold() {
    const auto reopened = RunStore::open(path("workspace"));
    const auto probes = (*reopened)->fusions(m_run);
    QVERIFY2(probes.has_value(), probes ? "" : probes.error().message().c_str());
    QVERIFY(*probes == m_log.probes);
    const auto steps = (*reopened)->fusionSteps(m_run, "a,b");
    const auto history = (*reopened)->fusionHistory(m_run, probes->front());
    QVERIFY(steps.has_value() && history.has_value());
    QCOMPARE(steps->size(), m_log.records.size());
    QCOMPARE(history->size(), m_log.records.size());
    for (std::size_t i = 0; i < steps->size(); ++i) {
        const FusionRecord& told = m_log.records[i];
        QCOMPARE((*steps)[i].step, told.step);
        QCOMPARE((*steps)[i].hasTokens, !told.byToken.empty());
        QVERIFY(isNear((*history)[i].mean, told.mean));
        QVERIFY(isNear((*history)[i].spread, told.spread));
        QVERIFY(isNear((*history)[i].entropy, told.entropy));
        const auto classes = (*reopened)->fusionAt(m_run, probes->front(), told.step, FusionDetail::Classes);
        const auto tokens = (*reopened)->fusionAt(m_run, probes->front(), told.step, FusionDetail::Tokens);
        QVERIFY(classes.has_value() && tokens.has_value());
        QVERIFY(isNear(classes->byClass, told.byClass));
        QVERIFY(isNear(tokens->byToken, told.byToken));
    }
    const auto missing = (*reopened)->fusionAt(m_run, probes->front(), 123456, FusionDetail::Summary);
    QVERIFY(!missing);
    QVERIFY(!(*reopened)->fusionSteps(m_run, "b,a"));
}

void TestFusionRecords::classesAndTokensAgreeWithTheMean() {
    const FusionProbe& probe = m_log.probes.front();
    const FusionRecord& last = m_log.records.back();
    const std::size_t cells = probe.places.size() * 2;
    QCOMPARE(last.byClass.size(), probe.classes.size() * cells);
    QCOMPARE(last.byToken.size(), probe.tokens() * cells);
    for (std::size_t cell = 0; cell < cells; cell += 2) {
        float lowest = 1;
        float highest = 0;
        for (std::size_t of = 0; of < probe.classes.size(); ++of) {
            lowest = std::min(lowest, last.byClass[of * cells + cell]);
            highest = std::max(highest, last.byClass[of * cells + cell]);
            QVERIFY(std::abs(last.byClass[of * cells + cell] + last.byClass[of * cells + cell + 1] - 1) <
                    1e-5);
        }
        // The mean over all tokens lies among the means of the classes.
        QVERIFY(last.mean[cell] >= lowest - 1e-5 && last.mean[cell] <= highest + 1e-5);
        for (std::size_t token = 0; token < probe.tokens(); ++token) {
            const std::size_t at = token * cells + cell;
            QVERIFY(std::abs(last.byToken[at] + last.byToken[at + 1] - 1) < 1e-5);
        }
    }
}

void TestFusionRecords::resumedRunRecordsTheSame() {
    const auto store = RunStore::open(path("resumed"));
    FusionLog first;
    RunControl control;
    first.afterStep = [&](const StepRecord& record) {
        if (record.step == 2) {
            control.requestStop();
        }
    };
    const RecordedOutcome stopped = runRecorded(**store, fusionExperiment(), control, first);
    QCOMPARE(stopped.outcome.state, RunState::Stopped);
    FusionLog second;
    RunControl again;
    const RecordedOutcome finished = resumeRecorded(**store, stopped.run, again, second);
    QCOMPARE(finished.outcome.state, RunState::Finished);
    const FusionProbe& probe = m_log.probes.front();
    QVERIFY(*(*store)->fusions(stopped.run) == m_log.probes);
    const auto expected = m_store->fusionHistory(m_run, probe);
    const auto history = (*store)->fusionHistory(stopped.run, probe);
    QVERIFY(expected.has_value() && history.has_value());
    QCOMPARE(history->size(), expected->size());
    for (std::size_t i = 0; i < history->size(); ++i) {
        QCOMPARE((*history)[i].step, (*expected)[i].step);
        QVERIFY((*history)[i].mean == (*expected)[i].mean);
    }
}

void TestFusionRecords::recordingChangesNothing() {
    Experiment experiment = fusionExperiment(1);
    experiment.fusion.config.temperature = true; // which every pass lowers
    const auto trainWith = [&](bool diagnostics, const char* folder) {
        Log log;
        RunControl control;
        TrainRequest request{
            .experiment = experiment, .runFolder = path(folder), .resume = false, .dataset = {}};
        request.diagnostics = diagnostics;
        (void)train(request, control, log);
        std::vector<double> losses;
        for (const StepRecord& step : log.steps) {
            losses.push_back(step.loss);
        }
        return losses;
    };
    const std::vector<double> with = trainWith(true, "with");
    QVERIFY(!with.empty());
    QCOMPARE(with, trainWith(false, "without"));
}

void TestFusionRecords::deletedRunsTakeTheirRecordsWithThem() {
    const auto store = RunStore::open(path("deleted"));
    RunControl control;
    FusionLog log;
    const std::int64_t run = runRecorded(**store, fusionExperiment(1), control, log).run;
    QVERIFY(!(*store)->fusions(run)->empty());
    QVERIFY((*store)->remove(std::vector<std::int64_t>{run}).has_value());
    QVERIFY((*store)->purgeDeleted().has_value());
    QVERIFY((*store)->fusions(run)->empty());
}

void TestFusionRecords::runsWithoutFusionHaveNone() {
    const auto store = RunStore::open(path("plain"));
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 1;
    RunControl control;
    FusionLog log;
    const std::int64_t run = runRecorded(**store, experiment, control, log).run;
    QVERIFY(log.probes.empty());
    QVERIFY((*store)->fusions(run)->empty());
}

QTEST_GUILESS_MAIN(TestFusionRecords)
#include "test_fusion_records.moc"
