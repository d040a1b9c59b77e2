#include <algorithm>
#include <optional>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/madx_study.h"
#include "backend/jobs/run_controller.h"
#include "tests/backend/madx_fixture.h"
#include "tests/backend/training_fixture.h"

using namespace awb;

namespace {

constexpr int kPatience = 120'000;

} // namespace

/// A MAD-X experiment on the worker's thread.
class TestMadxStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void trainsAndTells();
    void stopsAndGoesOn();
    void looksUpWhileSomethingTrains();
    void otherRunsWait();
    void tellsWhatIsWrong();
    void endsWhileItTrains();

private:
    std::filesystem::path folder(const char* name) const {
        return m_dir.filePath(QLatin1String(name)).toStdString();
    }
    MadxExperiment experiment() const { return test::tinyMadx(m_dir.path().toStdString()); }

    QTemporaryDir m_dir;
    test::TwoLanguages m_languages{m_dir.path().toStdString()};
    std::vector<MadxScore> m_scores;
};

void TestMadxStudy::trainsAndTells() {
    RunController runs(folder("whole"));
    MadxStudy study(runs, folder("whole"));
    std::vector<int> counts;
    QStringList names;
    double fastest = 0;
    std::optional<MadxReport> end;
    connect(&study, &MadxStudy::completedRun, this,
            [&](const MadxReport& report) { counts.push_back(report.runs); });
    connect(&study, &MadxStudy::progressed, this, [&](const MadxProgress& progress) {
        if (names.isEmpty() || names.back() != progress.name) {
            names << progress.name;
        }
        fastest = std::max(fastest, progress.examplesPerSecond);
    });
    connect(&study, &MadxStudy::ended, this, [&](const MadxReport& report) { end = report; });
    study.start(experiment());
    QVERIFY(study.isActive());
    QCOMPARE(runs.series(), QStringLiteral("tiny"));
    QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), kPatience);
    QVERIFY(!study.isActive() && end->isComplete());
    QVERIFY(runs.series().isEmpty());
    QCOMPARE(end->scores.size(), std::size_t(12));
    QCOMPARE(counts.size(), std::size_t(test::kTinyMadxRuns));
    QVERIFY(std::ranges::is_sorted(counts));
    QCOMPARE(names.size(), qsizetype{test::kTinyMadxRuns}); // each is told as it begins
    QCOMPARE(names[1], QStringLiteral("tiny north"));
    QVERIFY(fastest > 0);
    m_scores = end->scores;
}

/// Stopped in the middle of a run, it ends with the scores of the one that nobody disturbed.
void TestMadxStudy::stopsAndGoesOn() {
    RunController runs(folder("stopped"));
    MadxStudy study(runs, folder("stopped"));
    std::optional<MadxReport> end;
    connect(&study, &MadxStudy::ended, this, [&](const MadxReport& report) { end = report; });
    const auto connection = connect(&study, &MadxStudy::progressed, this, [&](const MadxProgress& progress) {
        if (progress.name == QLatin1String("tiny north: Stack(lang, task)") && progress.fraction > 0) {
            study.stop();
        }
    });
    study.start(experiment());
    QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), kPatience);
    QVERIFY(!end->isComplete());
    QVERIFY(end->runs >= 3);
    disconnect(connection);
    end.reset();
    study.start(experiment());
    QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), kPatience);
    QVERIFY(end->isComplete());
    QCOMPARE(end->scores.size(), m_scores.size());
    for (std::size_t i = 0; i < m_scores.size(); ++i) {
        QCOMPARE(end->scores[i].score, m_scores[i].score);
    }
}

void TestMadxStudy::looksUpWhileSomethingTrains() {
    RunController runs(folder("whole"));
    MadxStudy study(runs, folder("whole"));
    Experiment longRun = test::tinyExperiment();
    longRun.training.epochs = 2000;
    runs.start(longRun);
    QList<MadxReport> found;
    connect(&study, &MadxStudy::lookedUp, this, [&](const MadxReport& report) { found << report; });
    MadxExperiment other = experiment();
    other.task.training.epochs = 9;
    study.lookUp(other); // the newer question silences this one
    study.lookUp(experiment());
    QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, kPatience);
    QVERIFY(found.front().isComplete());
    QCOMPARE(found.front().scores.front().run, m_scores.front().run);
    QVERIFY(runs.isActive());
    runs.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!runs.isActive(), kPatience);
    QCOMPARE(found.size(), 1);
}

/// One training at a time: a run that is started meanwhile begins when the study has ended.
void TestMadxStudy::otherRunsWait() {
    RunController runs(folder("queue"));
    MadxStudy study(runs, folder("queue"));
    QSignalSpy started(&runs, &RunController::runStarted);
    QSignalSpy ended(&runs, &RunController::runEnded);
    std::optional<MadxReport> end;
    connect(&study, &MadxStudy::ended, this, [&](const MadxReport& report) {
        QCOMPARE(started.size(), 0);
        end = report;
    });
    study.start(experiment());
    runs.start(test::tinyExperiment());
    runs.stop(); // what the worker trains now: the study
    QTRY_VERIFY_WITH_TIMEOUT(end.has_value(), kPatience);
    QVERIFY(!end->isComplete());
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatience);
    QCOMPARE(ended.front().at(1).value<RunOutcome>().state, RunState::Finished);
}

void TestMadxStudy::tellsWhatIsWrong() {
    RunController runs(folder("wrong"));
    MadxStudy study(runs, folder("wrong"));
    QStringList errors;
    connect(&study, &MadxStudy::failed, this,
            [&](const Error& error) { errors << QString::fromStdString(error.message()); });
    connect(&study, &MadxStudy::lookUpFailed, this,
            [&](const Error& error) { errors << QString::fromStdString(error.message()); });
    MadxExperiment broken = experiment();
    broken.languages.front().text = (folder("nothing.txt")).string();
    broken.pretraining->texts.front() = broken.languages.front().text;
    study.start(broken);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, kPatience);
    QVERIFY2(errors.back().contains(QStringLiteral("nothing.txt")), qPrintable(errors.back()));
    QVERIFY(!study.isActive());
    study.lookUp(broken);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 2, kPatience);
    QVERIFY2(errors.back().contains(QStringLiteral("nothing.txt")), qPrintable(errors.back()));
    broken = experiment();
    broken.languages.front().name = "task";
    study.start(broken);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 3, kPatience);
    QVERIFY2(errors.back().contains(QStringLiteral("`task`")), qPrintable(errors.back()));
}

void TestMadxStudy::endsWhileItTrains() {
    RunController runs(folder("ending"));
    {
        MadxStudy study(runs, folder("ending"));
        QSignalSpy progressed(&study, &MadxStudy::progressed);
        study.start(experiment());
        QTRY_VERIFY_WITH_TIMEOUT(!progressed.isEmpty(), kPatience);
    }
    QVERIFY(runs.series().isEmpty());
}

QTEST_GUILESS_MAIN(TestMadxStudy)
#include "test_madx_study.moc"
