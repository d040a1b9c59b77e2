#include <cmath>

#include <QtTest>

#include "backend/train/schedule.h"

using namespace awb;

class TestSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rates_data();
    void rates();
    void neverZeroNeverAboveThePeak_data();
    void neverZeroNeverAboveThePeak();
};

Q_DECLARE_METATYPE(awb::Scheduler)

void TestSchedule::rates_data() {
    QTest::addColumn<Scheduler>("scheduler");
    QTest::addColumn<double>("warmupRatio");
    QTest::addColumn<int>("total");
    QTest::addColumn<int>("step");
    QTest::addColumn<double>("rate");

    QTest::newRow("linear, first") << Scheduler::Linear << 0.0 << 10 << 1 << 1.0;
    QTest::newRow("linear, middle") << Scheduler::Linear << 0.0 << 10 << 6 << 0.5;
    QTest::newRow("linear, last") << Scheduler::Linear << 0.0 << 10 << 10 << 0.1;
    QTest::newRow("warm-up, first") << Scheduler::Linear << 0.4 << 10 << 1 << 0.2;
    QTest::newRow("warm-up, last") << Scheduler::Linear << 0.4 << 10 << 4 << 0.8;
    QTest::newRow("after the warm-up") << Scheduler::Linear << 0.4 << 10 << 5 << 1.0;
    QTest::newRow("falling after the warm-up") << Scheduler::Linear << 0.4 << 10 << 8 << 0.5;
    QTest::newRow("warm-up is rounded up") << Scheduler::Constant << 0.06 << 10 << 1 << 0.5;
    QTest::newRow("cosine, first") << Scheduler::Cosine << 0.0 << 8 << 1 << 1.0;
    QTest::newRow("cosine, middle") << Scheduler::Cosine << 0.0 << 8 << 5 << 0.5;
    QTest::newRow("cosine, three quarters")
        << Scheduler::Cosine << 0.0 << 8 << 7 << 0.5 * (1.0 - std::sqrt(0.5));
    QTest::newRow("constant, last") << Scheduler::Constant << 0.0 << 10 << 10 << 1.0;
    QTest::newRow("all warm-up keeps one step") << Scheduler::Linear << 1.0 << 4 << 4 << 1.0;
    QTest::newRow("a single step") << Scheduler::Linear << 0.06 << 1 << 1 << 1.0;
}

void TestSchedule::rates() {
    QFETCH(Scheduler, scheduler);
    QFETCH(double, warmupRatio);
    QFETCH(int, total);
    QFETCH(int, step);
    QFETCH(double, rate);
    const LearningRateSchedule schedule(scheduler, 3e-4, warmupRatio, total);
    QVERIFY2(std::fabs(schedule.at(step) - 3e-4 * rate) < 1e-12,
             qPrintable(QString::number(schedule.at(step) / 3e-4, 'g', 12)));
}

void TestSchedule::neverZeroNeverAboveThePeak_data() {
    QTest::addColumn<Scheduler>("scheduler");
    QTest::newRow("linear") << Scheduler::Linear;
    QTest::newRow("cosine") << Scheduler::Cosine;
    QTest::newRow("constant") << Scheduler::Constant;
}

void TestSchedule::neverZeroNeverAboveThePeak() {
    QFETCH(Scheduler, scheduler);
    const LearningRateSchedule schedule(scheduler, 1.0, 0.1, 237);
    QCOMPARE(schedule.warmupSteps(), std::int64_t{24});
    for (int step = 1; step <= 237; ++step) {
        QVERIFY(schedule.at(step) > 0);
        QVERIFY(schedule.at(step) <= 1.0);
        if (step <= 24) {
            QVERIFY(schedule.at(step) < schedule.at(step + 1));
        } else if (step < 237) {
            QVERIFY(schedule.at(step) >= schedule.at(step + 1));
        }
    }
}

QTEST_GUILESS_MAIN(TestSchedule)
#include "test_schedule.moc"
