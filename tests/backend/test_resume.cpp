#include <algorithm>
#include <chrono>
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

/// A run that was stopped, paused or killed and went on must be the run that was left alone, bit for bit.
class TestResume : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void resumedEqualsUninterrupted_data();
    void resumedEqualsUninterrupted();
    void stoppedWhilePreparing();
    void stoppedWhileEvaluating_data();
    void stoppedWhileEvaluating();
    void stoppedAtAnyMoment();
    void stoppedWhilePaused();
    void pausedAndContinued();
    void killedAfterACheckpoint();
    void anotherDesignIsRefused();
    void damagedCheckpointIsRefused();
};

namespace {

/// Runs to the end or to a stop; `log` and `control` are prepared by the test.
RunOutcome run(const Experiment& experiment, const fs::path& folder, bool resume, Log& log,
               RunControl& control) {
    TrainRequest request;
    request.experiment = experiment;
    request.runFolder = folder;
    request.resume = resume;
    return train(request, control, log);
}

fs::path pathOf(const QTemporaryDir& folder) {
    return folder.path().toStdString();
}

/// The last evaluation of each split and step.
std::map<std::pair<std::string, std::int64_t>, std::pair<double, double>>
byStep(const std::vector<EvalRecord>& evals) {
    std::map<std::pair<std::string, std::int64_t>, std::pair<double, double>> result;
    for (const EvalRecord& record : evals) {
        result[{record.split, record.step}] = {record.loss, record.metrics.at("accuracy")};
    }
    return result;
}

void append(Log& log, const Log& more) {
    log.steps.insert(log.steps.end(), more.steps.begin(), more.steps.end());
    log.evals.insert(log.evals.end(), more.evals.begin(), more.evals.end());
}

/// A design in which everything random takes part: dropout in the adapter, random AdapterDrop, shuffled
/// batches.
Experiment randomDesign() {
    Experiment experiment = tinyExperiment();
    experiment.adapters[0].config.bottleneck()->dropout = 0.2;
    experiment.training.adapterDropMode = "random";
    experiment.training.adapterDropLayers = 1;
    experiment.training.evalSteps = 7;
    return experiment;
}

} // namespace

void TestResume::initTestCase() {
    qRegisterMetaType<Experiment>();
}

void TestResume::resumedEqualsUninterrupted_data() {
    QTest::addColumn<Experiment>("experiment");
    QTest::addColumn<int>("stopAfter");
    QTest::newRow("everything random") << randomDesign() << 11;
    QTest::newRow("after the first step") << randomDesign() << 1;
    QTest::newRow("at the end of an epoch") << randomDesign() << 15;
    QTest::newRow("after the last step") << randomDesign() << 45;
    Experiment upper = tinyExperiment();
    upper.adapters[0].config.bottleneck()->leaveOut = {0};
    QTest::newRow("with reused states") << upper << 20;
    Experiment full = tinyExperiment();
    full.train = {"full"};
    full.training.learningRate = 5e-4;
    QTest::newRow("full fine-tuning") << full << 9;
}

void TestResume::resumedEqualsUninterrupted() {
    QFETCH(Experiment, experiment);
    QFETCH(int, stopAfter);
    const QTemporaryDir whole;
    const QTemporaryDir parts;
    Log expected;
    RunControl untouched;
    RunOutcome straight = run(experiment, pathOf(whole), false, expected, untouched);
    QVERIFY(straight.state == RunState::Finished);

    Log log;
    RunControl stopping;
    log.afterStep = [&](const StepRecord& record) {
        if (record.step == stopAfter) {
            stopping.requestStop();
        }
    };
    const RunOutcome stopped = run(experiment, pathOf(parts), false, log, stopping);
    QVERIFY(stopped.state == RunState::Stopped);
    QCOMPARE(stopped.step, std::int64_t{stopAfter});
    QVERIFY(stopped.resumable);
    QVERIFY(checkpointStep(pathOf(parts)) == stopAfter);

    Log rest;
    RunControl going;
    RunOutcome finished = run(experiment, pathOf(parts), true, rest, going);
    QVERIFY2(finished.state == RunState::Finished,
             finished.error ? finished.error->message().c_str() : "not finished");
    QCOMPARE(rest.plan.startStep, std::int64_t{stopAfter});
    append(log, rest);
    const std::string difference = firstDifference(log.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
    QVERIFY(byStep(log.evals) == byStep(expected.evals));
    QVERIFY(finished.metrics == straight.metrics);
}

void TestResume::stoppedWhilePreparing() {
    const QTemporaryDir whole;
    const QTemporaryDir parts;
    Log expected;
    RunControl untouched;
    QVERIFY(run(randomDesign(), pathOf(whole), false, expected, untouched).state == RunState::Finished);
    Log log;
    RunControl stopping;
    log.onActivity = [&](const std::string& activity) {
        if (activity == "Cutting texts into tokens") {
            stopping.requestStop();
        }
    };
    const RunOutcome stopped = run(randomDesign(), pathOf(parts), false, log, stopping);
    QVERIFY(stopped.state == RunState::Stopped);
    QVERIFY(stopped.resumable);
    QVERIFY(log.steps.empty());
    Log rest;
    RunControl going;
    QVERIFY(run(randomDesign(), pathOf(parts), true, rest, going).state == RunState::Finished);
    const std::string difference = firstDifference(rest.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestResume::stoppedWhileEvaluating_data() {
    QTest::addColumn<int>("evaluation");
    QTest::newRow("in the middle of the run") << 2;
    QTest::newRow("final, validation") << 8;
    QTest::newRow("final, test") << 9;
}

void TestResume::stoppedWhileEvaluating() {
    QFETCH(int, evaluation);
    const QTemporaryDir whole;
    const QTemporaryDir parts;
    Log expected;
    RunControl untouched;
    QVERIFY(run(randomDesign(), pathOf(whole), false, expected, untouched).state == RunState::Finished);
    // Steps 7, 14, 15, 21, 28, 30, 35, 42 and the two splits at the end.
    QCOMPARE(expected.evals.size(), std::size_t{10});

    Log log;
    RunControl stopping;
    log.onActivity = [&](const std::string& activity) {
        if (activity.starts_with("Evaluating") && static_cast<int>(log.evals.size()) == evaluation) {
            stopping.requestStop();
        }
    };
    const RunOutcome stopped = run(randomDesign(), pathOf(parts), false, log, stopping);
    QVERIFY(stopped.state == RunState::Stopped);
    QVERIFY(stopped.resumable);
    QCOMPARE(log.evals.size(), static_cast<std::size_t>(evaluation));
    Log rest;
    RunControl going;
    QVERIFY(run(randomDesign(), pathOf(parts), true, rest, going).state == RunState::Finished);
    append(log, rest);
    const std::string difference = firstDifference(log.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
    QVERIFY(byStep(log.evals) == byStep(expected.evals));
}

void TestResume::stoppedAtAnyMoment() {
    const QTemporaryDir whole;
    const QTemporaryDir parts;
    Log expected;
    RunControl untouched;
    QVERIFY(run(randomDesign(), pathOf(whole), false, expected, untouched).state == RunState::Finished);

    // Moments of all kinds: in forward, backward, evaluation, between steps. Each part makes some way.
    Log log;
    bool resume = false;
    RunState state = RunState::Stopped;
    for (int part = 0; part < 40 && state == RunState::Stopped; ++part) {
        RunControl control;
        Log more;
        std::thread stopper;
        more.afterStep = [&](const StepRecord&) {
            if (stopper.joinable()) {
                return;
            }
            stopper = std::thread([&control, part] {
                std::this_thread::sleep_for(std::chrono::microseconds(300 + 370 * part));
                control.requestStop();
            });
        };
        const RunOutcome outcome = run(randomDesign(), pathOf(parts), resume, more, control);
        if (stopper.joinable()) {
            stopper.join();
        }
        state = outcome.state;
        resume = true;
        append(log, more);
        QVERIFY(state == RunState::Finished || (state == RunState::Stopped && outcome.resumable));
    }
    const std::size_t done = log.steps.size();
    expected.steps.resize(std::min(done, expected.steps.size()));
    const std::string difference = firstDifference(log.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestResume::stoppedWhilePaused() {
    const QTemporaryDir folder;
    Log log;
    RunControl control;
    std::thread stopper;
    log.afterStep = [&](const StepRecord& record) {
        if (record.step == 3) {
            control.requestPause();
        }
    };
    log.stateHook = [&](RunState state) {
        if (state == RunState::Paused) {
            stopper = std::thread([&] { control.requestStop(); });
        }
    };
    const RunOutcome outcome = run(tinyExperiment(), pathOf(folder), false, log, control);
    stopper.join();
    QVERIFY(outcome.state == RunState::Stopped);
    QVERIFY(outcome.resumable);
    QCOMPARE(outcome.step, std::int64_t{3});
    QVERIFY((log.states == std::vector{RunState::Preparing, RunState::Running, RunState::Paused,
                                       RunState::Stopping, RunState::Stopped}));
}

void TestResume::pausedAndContinued() {
    const QTemporaryDir whole;
    const QTemporaryDir parts;
    Log expected;
    RunControl untouched;
    QVERIFY(run(randomDesign(), pathOf(whole), false, expected, untouched).state == RunState::Finished);
    Log log;
    RunControl control;
    std::thread waker;
    log.afterStep = [&](const StepRecord& record) {
        if (record.step == 5) {
            control.requestPause();
        }
    };
    log.stateHook = [&](RunState state) {
        if (state == RunState::Paused) {
            waker = std::thread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(120));
                control.resume();
            });
        }
    };
    const RunOutcome outcome = run(randomDesign(), pathOf(parts), false, log, control);
    waker.join();
    QVERIFY(outcome.state == RunState::Finished);
    const std::string difference = firstDifference(log.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
    QVERIFY((log.states == std::vector{RunState::Preparing, RunState::Running, RunState::Paused,
                                       RunState::Running, RunState::Finished}));
    QVERIFY(control.pausedSeconds() >= 0.1);
}

void TestResume::killedAfterACheckpoint() {
    // What a killed process leaves is the last periodic checkpoint: a copy of the folder taken in mid-run.
    const QTemporaryDir whole;
    const QTemporaryDir copy;
    Experiment experiment = randomDesign();
    experiment.training.checkpointSteps = 10;
    Log expected;
    RunControl untouched;
    expected.afterStep = [&](const StepRecord& record) {
        if (record.step == 27) {
            fs::copy(pathOf(whole), pathOf(copy),
                     fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        }
    };
    QVERIFY(run(experiment, pathOf(whole), false, expected, untouched).state == RunState::Finished);
    QVERIFY(checkpointStep(pathOf(copy)) == 20);
    Log rest;
    RunControl going;
    QVERIFY(run(experiment, pathOf(copy), true, rest, going).state == RunState::Finished);
    expected.steps.erase(expected.steps.begin(), expected.steps.begin() + 20);
    const std::string difference = firstDifference(rest.steps, expected.steps);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestResume::anotherDesignIsRefused() {
    const QTemporaryDir folder;
    Log log;
    RunControl stopping;
    log.afterStep = [&](const StepRecord&) { stopping.requestStop(); };
    QVERIFY(run(tinyExperiment(), pathOf(folder), false, log, stopping).state == RunState::Stopped);
    Experiment other = tinyExperiment();
    other.training.learningRate = 1e-4;
    Log refused;
    RunControl control;
    const RunOutcome outcome = run(other, pathOf(folder), true, refused, control);
    QVERIFY(outcome.state == RunState::Failed);
    QVERIFY(outcome.error->message().find("another experiment") != std::string::npos);
    // Only the name and the notes may differ.
    Experiment renamed = tinyExperiment();
    renamed.name = "better name";
    renamed.notes = "with a note";
    Log more;
    RunControl going;
    QVERIFY(run(renamed, pathOf(folder), true, more, going).state == RunState::Finished);
}

void TestResume::damagedCheckpointIsRefused() {
    const QTemporaryDir folder;
    Log log;
    RunControl stopping;
    log.afterStep = [&](const StepRecord&) { stopping.requestStop(); };
    QVERIFY(run(tinyExperiment(), pathOf(folder), false, log, stopping).state == RunState::Stopped);
    const fs::path file = pathOf(folder) / "checkpoint.safetensors";
    fs::resize_file(file, fs::file_size(file) - 100);
    QVERIFY(!hasCheckpoint(pathOf(folder)));
    Log refused;
    RunControl control;
    const RunOutcome outcome = run(tinyExperiment(), pathOf(folder), true, refused, control);
    QVERIFY(outcome.state == RunState::Failed);
    QVERIFY(!outcome.error->message().empty());
}

QTEST_GUILESS_MAIN(TestResume)
#include "test_resume.moc"
