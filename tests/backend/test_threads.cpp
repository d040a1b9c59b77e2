#include <QTest>

#include "backend/train/threads.h"

using namespace awb;

/// Who may say how many threads the process's linear algebra has.
class TestThreads : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesTheWish();
    void aTrainingKeepsItsOwn();
};

void TestThreads::takesTheWish() {
    QCOMPARE(setTorchThreads(1), 1);
    QCOMPARE(setTorchThreads(2), 2);
    QVERIFY(setTorchThreads(0) >= 1);
    QVERIFY(setTorchThreads(1000000) < 1000000);
}

void TestThreads::aTrainingKeepsItsOwn() {
    {
        const TrainingThreads training(2);
        QCOMPARE(training.count(), 2);
        QCOMPARE(setTorchThreads(1), 2);
        QCOMPARE(setTorchThreads(0), 2);
    }
    QCOMPARE(setTorchThreads(1), 1);
}

QTEST_GUILESS_MAIN(TestThreads)
#include "test_threads.moc"
