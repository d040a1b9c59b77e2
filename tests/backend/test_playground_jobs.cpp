#include <atomic>
#include <thread>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/playground_jobs.h"
#include "tests/backend/tiny_runs.h"

using namespace awb;
using namespace awb::test;

/// Questions to models off the calling thread.
class TestPlaygroundJobs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_jobs = std::make_unique<PlaygroundJobs>(workspace()); }
    void cleanup() { m_jobs.reset(); }
    void returnsAtOnceAndAnswersTheNewest();
    void oneAnswerForEachQuestion();
    void cancelledNeverAnswers();
    void judgesWithProgress();
    void trainingIsNotDisturbed();
    void stopsOnDestruction();

private:
    std::filesystem::path workspace() const { return m_dir.filePath(QStringLiteral("w")).toStdString(); }

    QTemporaryDir m_dir;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<PlaygroundJobs> m_jobs;
    std::int64_t m_run = 0;
    std::int64_t m_other = 0;
};

void TestPlaygroundJobs::initTestCase() {
    m_store = std::move(*RunStore::open(workspace()));
    m_run = finishedRun(*m_store, oneAdapter("nouns", 1)).run;
    m_other = finishedRun(*m_store, oneAdapter("nouns", 2)).run;
}

void TestPlaygroundJobs::returnsAtOnceAndAnswersTheNewest() {
    QSignalSpy answered(m_jobs.get(), &PlaygroundJobs::answered);
    QElapsedTimer timer;
    timer.start();
    // As fast as a person types.
    for (const char* text : {"t", "th", "the", "the d", "the dog"}) {
        m_jobs->ask({{m_run, {}}}, {text, {}});
        QTest::qWait(20);
    }
    QVERIFY(timer.elapsed() < 1000);
    QTRY_COMPARE(answered.count(), 1);
    QTest::qWait(300);
    QCOMPARE(answered.count(), 1);
    const auto answers = answered[0][0].value<std::vector<AnswerOutcome>>();
    QCOMPARE(answers.front().answer->tokens.size(), std::size_t{4}); // [CLS] the dog [SEP]
}

void TestPlaygroundJobs::oneAnswerForEachQuestion() {
    QSignalSpy answered(m_jobs.get(), &PlaygroundJobs::answered);
    m_jobs->ask({{m_run, {}}, {9999, {}}, {m_run, {SetupChoice::Kind::Other, "Stack("}}}, {"the dog", {}});
    QTRY_COMPARE(answered.count(), 1);
    const auto answers = answered[0][0].value<std::vector<AnswerOutcome>>();
    QCOMPARE(answers.size(), std::size_t{3});
    QVERIFY(answers[0].answer && !answers[0].error);
    QVERIFY(answers[1].error && answers[2].error);
}

void TestPlaygroundJobs::cancelledNeverAnswers() {
    QSignalSpy judged(m_jobs.get(), &PlaygroundJobs::judged);
    QSignalSpy failed(m_jobs.get(), &PlaygroundJobs::judgeFailed);
    m_jobs->judge(m_run, QStringLiteral("test"), 0);
    m_jobs->cancelJudge();
    QSignalSpy measured(m_jobs.get(), &PlaygroundJobs::measured);
    m_jobs->measure({{m_run, {}}}, {"the dog", {}}, 100000);
    QTest::qWait(200);
    m_jobs->cancelMeasure();
    // The thread is free again.
    QSignalSpy answered(m_jobs.get(), &PlaygroundJobs::answered);
    m_jobs->ask({{m_run, {}}}, {"the dog", {}});
    QTRY_COMPARE(answered.count(), 1);
    QCOMPARE(judged.count() + failed.count() + measured.count(), 0);
}

void TestPlaygroundJobs::judgesWithProgress() {
    QSignalSpy judged(m_jobs.get(), &PlaygroundJobs::judged);
    QSignalSpy progress(m_jobs.get(), &PlaygroundJobs::judgeProgress);
    m_jobs->judge(m_run, QStringLiteral("validation"), m_other);
    QTRY_COMPARE(judged.count(), 1);
    QVERIFY(progress.count() > 0);
    const auto result = judged[0][0].value<JudgedSplit>();
    QCOMPARE(result.report->run, m_run);
    QCOMPARE(result.other->run, m_other);
    QCOMPARE(result.report->examples.size(), result.other->examples.size());
    QSignalSpy failed(m_jobs.get(), &PlaygroundJobs::judgeFailed);
    m_jobs->judge(9999, QStringLiteral("validation"), 0);
    QTRY_COMPARE(failed.count(), 1);
}

void TestPlaygroundJobs::trainingIsNotDisturbed() {
    Experiment experiment = oneAdapter("nouns", 5);
    experiment.training.epochs = 20;
    const RecordedOutcome alone = finishedRun(*m_store, experiment);

    const auto store = RunStore::open(workspace());
    std::atomic<bool> trains = true;
    RecordedOutcome asked;
    std::thread training([&] {
        RunControl control;
        Log log;
        asked = runRecorded(**store, experiment, control, log);
        trains = false;
    });
    QSignalSpy answered(m_jobs.get(), &PlaygroundJobs::answered);
    int during = 0;
    while (trains) {
        const auto before = answered.count();
        m_jobs->ask({{m_run, {}}, {m_other, {}}}, {"the old dog", {}});
        m_jobs->judge(m_run, QStringLiteral("validation"), 0);
        while (trains && answered.count() == before) {
            QTest::qWait(5);
        }
        during += trains ? 1 : 0;
    }
    training.join();
    QVERIFY2(during > 1, qPrintable(QString::number(during)));
    QVERIFY(asked.outcome.state == RunState::Finished);
    // Bit for bit: dropout's draws and the number of threads are the training's own.
    QVERIFY(asked.outcome.metrics == alone.outcome.metrics);
    for (const QVariant& answer : answered.constLast()) {
        for (const AnswerOutcome& outcome : answer.value<std::vector<AnswerOutcome>>()) {
            QVERIFY(outcome.answer && !outcome.error);
        }
    }
}

void TestPlaygroundJobs::stopsOnDestruction() {
    m_jobs->measure({{m_run, {}}}, {"the dog", {}}, 1000000);
    m_jobs->judge(m_run, QStringLiteral("test"), m_other);
    QTest::qWait(50);
    QElapsedTimer timer;
    timer.start();
    m_jobs.reset();
    QVERIFY(timer.elapsed() < 5000);
}

QTEST_GUILESS_MAIN(TestPlaygroundJobs)
#include "test_playground_jobs.moc"
