#include <QTemporaryDir>
#include <QTest>

#include "backend/analysis/wider_run.h"

using namespace awb;

namespace {

constexpr std::int64_t kNarrow = 50'000;
constexpr std::int64_t kWide = 400'000;

} // namespace

/// Whether a bottleneck is too narrow: the design with reduction factor 2, and its run.
class TestWiderRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void designIsWiderWhereItIsTrained();
    void nothingToWiden();
    void findsTheWiderRun();
    void otherRunsAreNone();

private:
    /// A finished run with this validation accuracy and number of trained parameters.
    std::int64_t finished(const Experiment& experiment, double accuracy, std::int64_t parameters);

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    int m_workspaces = 0;
};

void TestWiderRun::init() {
    const QString name = QStringLiteral("workspace-%1").arg(++m_workspaces);
    m_store = std::move(*RunStore::open(m_folder.filePath(name).toStdString()));
}

std::int64_t TestWiderRun::finished(const Experiment& experiment, double accuracy, std::int64_t parameters) {
    const std::int64_t run = *m_store->createRun(experiment, "design");
    RunPlan plan;
    plan.totalSteps = 10;
    plan.mainMetric = "accuracy";
    plan.trainableParameters = parameters;
    plan.baseHash = "base";
    plan.datasetHash = "data";
    const bool isPlanned = m_store->setPlan(run, plan).has_value();
    RunOutcome outcome;
    outcome.state = RunState::Finished;
    outcome.step = 10;
    outcome.metrics["validation"]["accuracy"] = accuracy;
    return isPlanned && m_store->finishRun(run, outcome) ? run : 0;
}

void TestWiderRun::designIsWiderWhereItIsTrained() {
    Experiment experiment = defaultExperiment();
    AdapterSpec frozen = experiment.adapters.front();
    frozen.name = "frozen";
    experiment.adapters.push_back(frozen);
    experiment.adapters.front().config.bottleneck()->reductionFactor.perLayer = {{0, 64.0}, {1, 1.0}};
    const auto wider = widerDesign(experiment);
    QVERIFY(wider.has_value());
    const ReductionFactor& factor = wider->adapters.front().config.bottleneck()->reductionFactor;
    QCOMPARE(factor.at(0), std::optional(2.0));
    QCOMPARE(factor.at(1), std::optional(1.0)); // wider already
    QCOMPARE(factor.at(5), std::optional(2.0));
    QVERIFY(wider->adapters.back() == frozen);
    QVERIFY(wider->training == experiment.training);
}

void TestWiderRun::nothingToWiden() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.front().config.bottleneck()->reductionFactor.fallback = 2.0;
    QVERIFY(!widerDesign(experiment));
    experiment.adapters.front().config = AdapterConfig::of(findMethodPreset("lora")->parts.front());
    QVERIFY(!widerDesign(experiment));
}

void TestWiderRun::findsTheWiderRun() {
    const Experiment experiment = defaultExperiment();
    const std::int64_t narrow = finished(experiment, 0.50, kNarrow);
    QVERIFY(!*findWiderRun(*m_store, narrow));
    Experiment wider = *widerDesign(experiment);
    wider.name = "any name";
    const std::int64_t wide = finished(wider, 0.53, kWide);
    const auto found = *findWiderRun(*m_store, narrow);
    QVERIFY(found.has_value());
    QCOMPARE(found->run, wide);
    QVERIFY(found->isBetter());
    const std::int64_t newest = finished(wider, 0.51, kWide);
    QCOMPARE((*findWiderRun(*m_store, narrow))->run, newest);
    QVERIFY(!(*findWiderRun(*m_store, narrow))->isBetter());
    QVERIFY(!*findWiderRun(*m_store, wide)); // nothing is wider than that
}

void TestWiderRun::otherRunsAreNone() {
    const Experiment experiment = defaultExperiment();
    const std::int64_t narrow = finished(experiment, 0.50, kNarrow);
    Experiment other = *widerDesign(experiment);
    other.training.seed += 1;
    finished(other, 0.9, kWide);
    other = *widerDesign(experiment);
    other.data.limit["train"] = 7;
    finished(other, 0.9, kWide);
    QVERIFY(m_store->createRun(*widerDesign(experiment), "not finished").has_value());
    QVERIFY(!*findWiderRun(*m_store, narrow));
}

QTEST_GUILESS_MAIN(TestWiderRun)
#include "test_wider_run.moc"
