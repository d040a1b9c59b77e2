#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "backend/train/trainer.h"
#include "tests/backend/training_fixture.h"

using namespace awb;
using namespace awb::test;

namespace fs = std::filesystem;

class TestTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void learns_data();
    void learns();
    void leavesResultsAndNoCheckpoint();
    void fullFineTuningChangesTheBase();
    void regression();
    void statisticsAreMeasured();
    void lowerStatesAreReused_data();
    void lowerStatesAreReused();
    void adapterDropLeavesLayersAlone();
    void unknownLabelsCountAsWrong();
    void divergenceFails();
    void badExperimentsFail_data();
    void badExperimentsFail();
};

namespace {

RunOutcome runTo(const Experiment& experiment, const fs::path& folder, Log& log,
                 std::int64_t cacheBytes = std::int64_t{1} << 30) {
    RunControl control;
    TrainRequest request;
    request.experiment = experiment;
    request.runFolder = folder;
    request.stateCacheBytes = cacheBytes;
    return train(request, control, log);
}

QString reason(const RunOutcome& outcome) {
    return outcome.error ? QString::fromStdString(outcome.error->message()) : QStringLiteral("no error");
}

fs::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

} // namespace

void TestTrainer::learns_data() {
    QTest::addColumn<QString>("design");
    QTest::addColumn<double>("least");
    QTest::newRow("adapter") << QStringLiteral("adapter") << 0.8;
    QTest::newRow("adapter with everything") << QStringLiteral("options") << 0.8;
    QTest::newRow("head alone") << QStringLiteral("probe") << 0.6;
    QTest::newRow("random AdapterDrop") << QStringLiteral("drop") << 0.75;
}

void TestTrainer::learns() {
    QFETCH(QString, design);
    QFETCH(double, least);
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 6;
    if (design == QLatin1String("probe")) {
        experiment.adapters.clear();
        experiment.composition = {};
        experiment.train.clear();
        experiment.head.layers = 1;
    } else if (design == QLatin1String("options")) {
        BottleneckConfig& config = *experiment.adapters[0].config.bottleneck();
        config.mhAdapter = true;
        config.lnBefore = true;
        config.scaling = {Scaling::Kind::Learned, 1.0};
        config.dropout = 0.05;
        config.nonLinearity = "gelu";
    } else if (design == QLatin1String("drop")) {
        experiment.training.adapterDropMode = "random";
        experiment.training.adapterDropLayers = 1;
    }
    const QTemporaryDir folder;
    Log log;
    RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QCOMPARE(log.plan.totalSteps, std::int64_t{90});
    QCOMPARE(log.steps.size(), std::size_t{90});
    QCOMPARE(log.steps.back().examples, std::int64_t{6 * 240});
    const double accuracy = outcome.metrics["test"]["accuracy"];
    QVERIFY2(accuracy >= least, qPrintable(QString::number(accuracy)));
    QVERIFY(log.steps.back().loss < log.steps.front().loss);
    // Once an epoch, and both splits at the end.
    QCOMPARE(log.evals.size(), std::size_t{7});
    QCOMPARE(log.evals.back().split, std::string("test"));
    QCOMPARE(outcome.baseHashAfter, log.plan.baseHash);
    QCOMPARE(log.plan.mainMetric, std::string("accuracy"));
    QVERIFY((log.states == std::vector{RunState::Preparing, RunState::Running, RunState::Finished}));
}

void TestTrainer::leavesResultsAndNoCheckpoint() {
    const QTemporaryDir folder;
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 1;
    experiment.training.checkpointSteps = 5;
    Log log;
    const RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QVERIFY((log.checkpoints == std::vector<std::int64_t>{5, 10, 15}));
    QVERIFY(fs::exists(pathOf(folder) / "adapters/nouns/adapter_config.json"));
    QVERIFY(fs::exists(pathOf(folder) / "heads/task/head_config.json"));
    QVERIFY(!hasCheckpoint(pathOf(folder)));

    // What was saved can be started from: its first loss is near where the first run ended, not near ln 3.
    Experiment next = experiment;
    next.adapters[0].from = (pathOf(folder) / "adapters/nouns").string();
    const QTemporaryDir second;
    Log nextLog;
    const RunOutcome again = runTo(next, pathOf(second), nextLog);
    QVERIFY2(again.state == RunState::Finished, qPrintable(reason(again)));
}

void TestTrainer::fullFineTuningChangesTheBase() {
    Experiment experiment = tinyExperiment();
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train = {"full"};
    experiment.training.learningRate = 1e-3;
    experiment.training.epochs = 6;
    const QTemporaryDir folder;
    Log log;
    RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QVERIFY(outcome.baseHashAfter != log.plan.baseHash);
    QVERIFY(log.plan.trainableParameters > log.plan.baseParameters);
    QVERIFY2(outcome.metrics["test"]["accuracy"] >= 0.8,
             qPrintable(QString::number(outcome.metrics["test"]["accuracy"])));

    // The trained base is a base like any other.
    Experiment next = tinyExperiment();
    next.baseModel = (pathOf(folder) / "base").string();
    const QTemporaryDir second;
    Log nextLog;
    const RunOutcome again = runTo(next, pathOf(second), nextLog);
    QVERIFY2(again.state == RunState::Finished, qPrintable(reason(again)));
    QCOMPARE(nextLog.plan.baseHash, outcome.baseHashAfter);
}

void TestTrainer::regression() {
    Experiment experiment = tinyExperiment();
    experiment.head.type = HeadType::Regression;
    experiment.data.label = "score";
    experiment.training.epochs = 8;
    const QTemporaryDir folder;
    Log log;
    RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QCOMPARE(log.plan.mainMetric, std::string("pearson"));
    QVERIFY2(outcome.metrics["test"]["pearson"] > 0.7,
             qPrintable(QString::number(outcome.metrics["test"]["pearson"])));
    QVERIFY(outcome.metrics["test"].contains("spearman"));
}

void TestTrainer::statisticsAreMeasured() {
    Experiment experiment = tinyExperiment();
    experiment.adapters[0].config.bottleneck()->mhAdapter = true;
    experiment.training.epochs = 1;
    const QTemporaryDir folder;
    Log log;
    const RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QCOMPARE(log.plan.modules.size(), std::size_t{4});
    QCOMPARE(log.plan.modules[0].key(), std::string("nouns/0/attention_output"));
    QCOMPARE(log.plan.modules[0].bottleneck, 8);
    for (const StepRecord& step : log.steps) {
        QCOMPARE(step.modules.size(), std::size_t{4});
        double squares = 0;
        for (const ModuleStats& stats : step.modules) {
            QVERIFY(stats.gradNormDown >= 0 && std::isfinite(stats.gradNormDown));
            QVERIFY(stats.gradNormUp > 0 && std::isfinite(stats.gradNormUp));
            QVERIFY(stats.updateRatio > 0 && stats.updateRatio < 1);
            QVERIFY(stats.relativeChange >= 0 && stats.relativeChange < 10);
            QVERIFY(stats.deadShare >= 0 && stats.deadShare <= 1);
            squares += std::pow(stats.gradNormDown, 2) + std::pow(stats.gradNormUp, 2);
        }
        // The modules' gradients are part of the whole.
        QVERIFY(std::sqrt(squares) <= step.gradNorm * (1 + 1e-5));
    }
    // Near identity at the start, and away from it later.
    QVERIFY(log.steps.front().modules[3].relativeChange < 0.05);
    QVERIFY(log.steps.back().modules[3].relativeChange > log.steps.front().modules[3].relativeChange);
}

void TestTrainer::lowerStatesAreReused_data() {
    QTest::addColumn<QString>("design");
    QTest::addColumn<int>("layers");
    QTest::newRow("upper layer") << QStringLiteral("upper") << 1;
    QTest::newRow("head alone") << QStringLiteral("probe") << 2;
    QTest::newRow("fixed AdapterDrop") << QStringLiteral("drop") << 1;
    QTest::newRow("frozen adapter below") << QStringLiteral("stack") << 1;
    QTest::newRow("random AdapterDrop over a frozen adapter") << QStringLiteral("random") << 0;
    QTest::newRow("gate below") << QStringLiteral("gate") << 0;
    QTest::newRow("all layers") << QStringLiteral("all") << 0;
}

void TestTrainer::lowerStatesAreReused() {
    QFETCH(QString, design);
    QFETCH(int, layers);
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 2;
    BottleneckConfig& config = *experiment.adapters[0].config.bottleneck();
    if (design == QLatin1String("probe")) {
        experiment.adapters.clear();
        experiment.composition = {};
        experiment.train.clear();
    } else if (design == QLatin1String("drop")) {
        experiment.training.adapterDropMode = "fixed";
        experiment.training.adapterDropLayers = 1;
    } else if (design != QLatin1String("all")) {
        config.leaveOut = {0};
    }
    if (design == QLatin1String("stack") || design == QLatin1String("random") ||
        design == QLatin1String("gate")) {
        AdapterSpec frozen = experiment.adapters[0];
        frozen.name = "frozen";
        frozen.config.bottleneck()->leaveOut = {1};
        frozen.config.bottleneck()->useGating = design == QLatin1String("gate");
        experiment.adapters.push_back(frozen);
        experiment.composition = Composition::block(Composition::Kind::Stack,
                                                    {Composition::of("frozen"), Composition::of("nouns")});
    }
    if (design == QLatin1String("random")) {
        experiment.training.adapterDropMode = "random";
        experiment.training.adapterDropLayers = 1;
    }
    const QTemporaryDir first;
    const QTemporaryDir second;
    Log reused;
    Log computed;
    const RunOutcome withCache = runTo(experiment, pathOf(first), reused);
    const RunOutcome without = runTo(experiment, pathOf(second), computed, 0);
    QVERIFY2(withCache.state == RunState::Finished, qPrintable(reason(withCache)));
    QVERIFY2(without.state == RunState::Finished, qPrintable(reason(without)));
    QCOMPARE(reused.plan.cachedLayers, layers);
    QCOMPARE(computed.plan.cachedLayers, 0);
    QCOMPARE(reused.steps.size(), computed.steps.size());
    for (std::size_t i = 0; i < reused.steps.size(); ++i) {
        const double difference = std::fabs(reused.steps[i].loss - computed.steps[i].loss);
        QVERIFY2(difference < 1e-5, qPrintable(QStringLiteral("step %1: %2").arg(i + 1).arg(difference)));
    }
}

void TestTrainer::adapterDropLeavesLayersAlone() {
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 1;
    experiment.training.adapterDropMode = "random";
    experiment.training.adapterDropLayers = 1;
    const QTemporaryDir folder;
    Log log;
    const RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    int dropped = 0;
    for (const StepRecord& step : log.steps) {
        QVERIFY(std::isfinite(step.modules[1].gradNormUp));
        // Absent, not zero.
        dropped += std::isnan(step.modules[0].gradNormUp) ? 1 : 0;
        QCOMPARE(std::isnan(step.modules[0].gradNormUp), std::isnan(step.modules[0].updateRatio));
    }
    QVERIFY2(dropped > 0 && dropped < static_cast<int>(log.steps.size()),
             qPrintable(QString::number(dropped)));
}

void TestTrainer::unknownLabelsCountAsWrong() {
    const QTemporaryDir folder;
    const fs::path file = pathOf(folder) / "odd.tsv";
    std::ofstream(file) << "sentence\tlabel\nthe old cat sits\tweather\na red hen waits\tweather\n";
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 1;
    experiment.data.splits["test"] = file.string();
    Log log;
    RunOutcome outcome = runTo(experiment, pathOf(folder) / "run", log);
    QVERIFY2(outcome.state == RunState::Finished, qPrintable(reason(outcome)));
    QCOMPARE(outcome.metrics["test"]["accuracy"], 0.0);
    QVERIFY(std::isnan(outcome.metrics["test"]["loss"]));
}

void TestTrainer::divergenceFails() {
    Experiment experiment = tinyExperiment();
    experiment.training.learningRate = 1e30;
    const QTemporaryDir folder;
    Log log;
    const RunOutcome outcome = runTo(experiment, pathOf(folder), log);
    QVERIFY(outcome.state == RunState::Failed);
    QVERIFY(outcome.error.has_value());
    const QString message = reason(outcome);
    QVERIFY2(message.contains(QLatin1String("step")), qPrintable(message));
    QVERIFY2(message.contains(QLatin1String("learning rate is very high")), qPrintable(message));
    QVERIFY(message.contains(QLatin1String("NaN")) || message.contains(QLatin1String("infinite")));
    QVERIFY(!outcome.resumable);
    QVERIFY(log.states.back() == RunState::Failed);
    QVERIFY(log.steps.size() < 5);
}

void TestTrainer::badExperimentsFail_data() {
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("expected");
    QTest::newRow("no base") << QStringLiteral("base") << QStringLiteral("no-such-model");
    QTest::newRow("no data") << QStringLiteral("data") << QStringLiteral("missing.tsv");
    QTest::newRow("no column") << QStringLiteral("column") << QStringLiteral("headline");
    QTest::newRow("head too small") << QStringLiteral("head") << QStringLiteral("labels");
    QTest::newRow("nothing to resume") << QStringLiteral("resume") << QStringLiteral("checkpoint");
}

void TestTrainer::badExperimentsFail() {
    QFETCH(QString, fault);
    QFETCH(QString, expected);
    Experiment experiment = tinyExperiment();
    if (fault == QLatin1String("base")) {
        experiment.baseModel = "/no-such-model";
    } else if (fault == QLatin1String("data")) {
        experiment.data.splits["train"] = "/missing.tsv";
    } else if (fault == QLatin1String("column")) {
        experiment.data.text = "headline";
    } else if (fault == QLatin1String("head")) {
        experiment.head.numLabels = 2;
    }
    const QTemporaryDir folder;
    Log log;
    RunControl control;
    TrainRequest request;
    request.experiment = experiment;
    request.runFolder = pathOf(folder);
    request.resume = fault == QLatin1String("resume");
    const RunOutcome outcome = train(request, control, log);
    QVERIFY(outcome.state == RunState::Failed);
    QVERIFY2(reason(outcome).contains(expected), qPrintable(reason(outcome)));
    QVERIFY(!outcome.resumable);
}

QTEST_GUILESS_MAIN(TestTrainer)
#include "test_trainer.moc"
