#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "tests/backend/training_fixture.h"

using namespace awb;
using namespace awb::test;

/// The window's side of training: commands go in, events come back, nothing blocks.
class TestRunController : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void measuresTheMachineOnce();
    void trainsAndRecords();
    void updatesAreFew();
    void pauseResumeStop();
    void stopAnswersSoon();
    void resumesAStoppedRun();
    void runsWaitInAQueue();
    void tellsInOrder();
    void reportsABadExperiment();
    void reportsAWorkspaceThatCantBe();
    void destructionStopsTheRun();
};

namespace {

constexpr int kPatience = 60000;

std::filesystem::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

/// Long enough that a test can act while it runs.
Experiment longExperiment() {
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 400;
    return experiment;
}

/// All points that a controller has told of so far.
struct Collector : QObject {
    explicit Collector(RunController& controller) {
        connect(&controller, &RunController::updated, this, [this](const LiveUpdate& update) {
            steps.insert(steps.end(), update.steps.begin(), update.steps.end());
            evals.insert(evals.end(), update.evals.begin(), update.evals.end());
            states.push_back(update.state);
            latest = update;
            ++updates;
        });
        connect(&controller, &RunController::runEnded, this, [this](qint64 run, const RunOutcome& outcome) {
            ended.push_back(run);
            outcomes.push_back(outcome);
        });
    }
    std::vector<StepRecord> steps;
    std::vector<EvalRecord> evals;
    std::vector<RunState> states;
    std::vector<qint64> ended;
    std::vector<RunOutcome> outcomes;
    LiveUpdate latest;
    int updates = 0;
};

} // namespace

void TestRunController::measuresTheMachineOnce() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    QSignalSpy measured(&controller, &RunController::machineMeasured);
    QVERIFY(measured.wait(kPatience));
    const auto speed = measured.at(0).at(0).value<MachineSpeed>();
    QVERIFY(speed.gflops > 0);
    QVERIFY(speed.threads >= 1);
    QVERIFY(!speed.configuration.empty());
    QCOMPARE(speed.slowBlas, !speed.advice.empty());
    QVERIFY(!controller.isActive());
}

void TestRunController::trainsAndRecords() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    QSignalSpy started(&controller, &RunController::runStarted);
    QVERIFY(!controller.activeRun().has_value());
    controller.start(tinyExperiment());
    QVERIFY(controller.isActive());
    QCOMPARE(controller.state(), RunState::Preparing);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    QCOMPARE(started.size(), 1);
    QCOMPARE(seen.ended.front(), started.at(0).at(0).toLongLong());
    QVERIFY2(seen.outcomes.front().state == RunState::Finished,
             seen.outcomes.front().error ? seen.outcomes.front().error->message().c_str() : "");
    QVERIFY(!controller.isActive());
    QVERIFY(!controller.activeRun().has_value());
    QCOMPARE(controller.state(), RunState::Finished);

    // Every point came exactly once and in order, and the database has the same.
    QCOMPARE(seen.steps.size(), std::size_t{45});
    for (std::size_t i = 0; i < seen.steps.size(); ++i) {
        QCOMPARE(seen.steps[i].step, static_cast<std::int64_t>(i + 1));
    }
    QVERIFY(seen.latest.plan != nullptr);
    QVERIFY(seen.latest.examplesPerSecond > 0);
    auto store = RunStore::open(pathOf(workspace));
    QVERIFY(store.has_value());
    const auto series = (*store)->series(seen.ended.front());
    QVERIFY(series.has_value());
    const std::string difference = firstDifference(series->steps, seen.steps);
    QVERIFY2(difference.empty(), difference.c_str());
    QCOMPARE(series->evals.size(), seen.evals.size());
    const auto row = (*store)->run(seen.ended.front());
    QVERIFY(row.has_value());
    QVERIFY(row->state == RunState::Finished);
    QVERIFY(!row->resumable());
}

void TestRunController::updatesAreFew() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    QElapsedTimer timer;
    timer.start();
    Experiment experiment = longExperiment();
    experiment.training.epochs = 20;
    controller.start(experiment);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    QCOMPARE(seen.steps.size(), std::size_t{300});
    // At most 20 a second, and one for each change of state (preparing, plan, running, finished).
    const double most = static_cast<double>(timer.elapsed()) / 50.0 + 8;
    QVERIFY2(seen.updates <= most, qPrintable(QStringLiteral("%1 updates").arg(seen.updates)));
}

void TestRunController::pauseResumeStop() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    controller.start(longExperiment());
    QTRY_VERIFY_WITH_TIMEOUT(seen.steps.size() > 3, kPatience);
    QVERIFY(controller.activeRun().has_value());
    controller.pause();
    QTRY_COMPARE_WITH_TIMEOUT(controller.state(), RunState::Paused, kPatience);
    const std::size_t steps = seen.steps.size();
    QTest::qWait(150);
    QCOMPARE(seen.steps.size(), steps);
    QCOMPARE(controller.state(), RunState::Paused);
    controller.unpause();
    QTRY_COMPARE_WITH_TIMEOUT(controller.state(), RunState::Running, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(seen.steps.size() > steps, kPatience);
    controller.stop();
    QCOMPARE(controller.state(), RunState::Stopping);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    QVERIFY(seen.outcomes.front().state == RunState::Stopped);
    QVERIFY(seen.outcomes.front().resumable);
    // Once stopping, never anything else before the end.
    const auto stopping = std::ranges::find(seen.states, RunState::Stopping);
    QVERIFY(std::all_of(stopping, seen.states.end(), [](RunState state) {
        return state == RunState::Stopping || state == RunState::Stopped;
    }));
}

void TestRunController::stopAnswersSoon() {
    // While paused, before anything was loaded, and for a run that does not exist.
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    controller.stop();
    controller.pause();
    controller.unpause();
    controller.start(longExperiment());
    controller.stop();
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    QVERIFY(seen.outcomes.back().state == RunState::Stopped);
    QVERIFY(seen.steps.empty());
    controller.start(longExperiment());
    QTRY_VERIFY_WITH_TIMEOUT(!seen.steps.empty(), kPatience);
    controller.pause();
    QTRY_COMPARE_WITH_TIMEOUT(controller.state(), RunState::Paused, kPatience);
    controller.stop();
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{2}, kPatience);
    QVERIFY(seen.outcomes.back().state == RunState::Stopped);
}

void TestRunController::resumesAStoppedRun() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    Experiment experiment = longExperiment();
    experiment.training.epochs = 40;
    controller.start(experiment);
    QTRY_VERIFY_WITH_TIMEOUT(seen.steps.size() > 20, kPatience);
    controller.stop();
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    const qint64 run = seen.ended.front();
    QVERIFY(seen.outcomes.front().state == RunState::Stopped);
    controller.resumeRun(run);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{2}, kPatience);
    QCOMPARE(seen.ended.back(), run);
    QVERIFY2(seen.outcomes.back().state == RunState::Finished,
             seen.outcomes.back().error ? seen.outcomes.back().error->message().c_str() : "");
    QCOMPARE(seen.steps.size(), std::size_t{600});
    auto store = RunStore::open(pathOf(workspace));
    QVERIFY(store.has_value());
    const auto series = (*store)->series(run);
    QVERIFY(series.has_value());
    QVERIFY(firstDifference(series->steps, seen.steps).empty());
}

void TestRunController::runsWaitInAQueue() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    Experiment experiment = tinyExperiment();
    experiment.training.epochs = 1;
    controller.start(experiment);
    controller.start(experiment);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{2}, kPatience);
    QVERIFY(seen.ended[0] != seen.ended[1]);
    QVERIFY(!controller.isActive());
    // The same experiment gives the same curve.
    QCOMPARE(seen.steps.size(), std::size_t{30});
    const std::vector first(seen.steps.begin(), seen.steps.begin() + 15);
    const std::vector second(seen.steps.begin() + 15, seen.steps.end());
    QVERIFY(firstDifference(first, second).empty());
}

/// A window that is busy while a task ends and a run begins hears of the task's end first.
void TestRunController::tellsInOrder() {
    const QTemporaryDir workspace;
    QStringList told;
    RunController controller(pathOf(workspace));
    connect(&controller, &RunController::runStarted, this, [&] { told << QStringLiteral("run"); });
    controller.post([&](const Result<RunStore*>&, RunControl&, const TaskTell& tell) {
        tell([&] { told << QStringLiteral("task"); });
    });
    controller.start(tinyExperiment());
    const auto store = RunStore::open(pathOf(workspace));
    QVERIFY(store.has_value());
    const auto hasRun = [&] {
        const auto rows = (*store)->runs();
        return rows.has_value() && !rows->empty();
    };
    const QDeadlineTimer patience(kPatience);
    while (!hasRun() && !patience.hasExpired()) {
        QThread::msleep(5); // no event is handled
    }
    QVERIFY(told.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(told, QStringList({QStringLiteral("task"), QStringLiteral("run")}), kPatience);
}

void TestRunController::reportsABadExperiment() {
    const QTemporaryDir workspace;
    RunController controller(pathOf(workspace));
    Collector seen(controller);
    Experiment experiment = tinyExperiment();
    experiment.baseModel = "/no/such/folder";
    controller.start(experiment);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{1}, kPatience);
    QVERIFY(seen.outcomes.front().state == RunState::Failed);
    QVERIFY(seen.outcomes.front().error.has_value());
    QCOMPARE(controller.state(), RunState::Failed);
    // The worker is still there.
    experiment = tinyExperiment();
    experiment.training.epochs = 1;
    controller.start(experiment);
    QTRY_COMPARE_WITH_TIMEOUT(seen.ended.size(), std::size_t{2}, kPatience);
    QVERIFY(seen.outcomes.back().state == RunState::Finished);
}

void TestRunController::reportsAWorkspaceThatCantBe() {
    RunController controller("/proc/no-workspace-here");
    QSignalSpy failed(&controller, &RunController::failed);
    controller.start(tinyExperiment());
    QVERIFY(failed.wait(kPatience));
    QVERIFY(!failed.at(0).at(0).value<Error>().message().empty());
    QVERIFY(!controller.isActive());
    controller.resumeRun(12);
    QVERIFY(failed.wait(kPatience));
}

void TestRunController::destructionStopsTheRun() {
    const QTemporaryDir workspace;
    qint64 run = 0;
    {
        RunController controller(pathOf(workspace));
        Collector seen(controller);
        controller.start(longExperiment());
        QTRY_VERIFY_WITH_TIMEOUT(seen.steps.size() > 3, kPatience);
        run = controller.activeRun().value_or(0);
        controller.start(longExperiment()); // never begun
    }
    auto store = RunStore::open(pathOf(workspace));
    QVERIFY(store.has_value());
    const auto runs = (*store)->runs();
    QVERIFY(runs.has_value());
    QCOMPARE(runs->size(), std::size_t{1});
    QCOMPARE(runs->front().id, run);
    QVERIFY(runs->front().state == RunState::Stopped);
    QVERIFY(runs->front().resumable());
}

QTEST_GUILESS_MAIN(TestRunController)
#include "test_run_controller.moc"
