#include <cmath>
#include <vector>

#include <QtTest>

#include "backend/train/metrics.h"

using namespace awb;

/// All expected numbers were worked out by hand from the definitions.
class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void classification_data();
    void classification();
    void undefinedWithoutExamples();
    void regression_data();
    void regression();
    void mainMetrics();
};

namespace {

bool near(double actual, double expected) {
    return std::isnan(expected) ? std::isnan(actual) : std::fabs(actual - expected) < 1e-9;
}

} // namespace

void TestMetrics::classification_data() {
    QTest::addColumn<std::vector<int>>("labels");
    QTest::addColumn<std::vector<int>>("predictions");
    QTest::addColumn<double>("accuracyValue");
    QTest::addColumn<double>("f1");
    QTest::addColumn<double>("mcc");

    QTest::newRow("perfect") << std::vector{0, 1, 2, 1} << std::vector{0, 1, 2, 1} << 1.0 << 1.0 << 1.0;
    // Binary with tp 2, tn 1, fp 1, fn 1: F1 of class 1 is 4/6, of class 0 2/4; MCC = (2 * 1 - 1 * 1) / 6.
    QTest::newRow("binary") << std::vector{1, 1, 1, 0, 0} << std::vector{1, 1, 0, 1, 0} << 0.6
                            << (4.0 / 6.0 + 0.5) / 2.0 << 1.0 / 6.0;
    // Three classes: counts of labels 2, 2, 2, of predictions 3, 2, 1; four correct.
    // Rk = (4 * 6 - 12) / sqrt((36 - 14) * (36 - 12)).
    QTest::newRow("three classes") << std::vector{0, 0, 1, 1, 2, 2} << std::vector{0, 0, 1, 0, 2, 1}
                                   << 4.0 / 6.0 << (2.0 * 2 / 5 + 2.0 * 1 / 4 + 2.0 * 1 / 3) / 3.0
                                   << 12.0 / std::sqrt(22.0 * 24.0);
    QTest::newRow("always the same answer")
        << std::vector{0, 1, 0, 1} << std::vector{0, 0, 0, 0} << 0.5 << (4.0 / 6.0 + 0.0) / 2.0 << 0.0;
    QTest::newRow("all wrong") << std::vector{0, 1} << std::vector{1, 0} << 0.0 << 0.0 << -1.0;
    // A label that train does not know is wrong whatever is answered, and no class of its own.
    QTest::newRow("unknown label") << std::vector{0, -1, 1, 1} << std::vector{0, 1, 1, 1} << 0.75
                                   << (1.0 + 4.0 / 5.0) / 2.0
                                   << (3.0 * 4 - (1 * 1 + 2 * 3)) / std::sqrt((16.0 - 10.0) * (16.0 - 6.0));
    QTest::newRow("predicted but never meant")
        << std::vector{0, 0} << std::vector{0, 1} << 0.5 << (2.0 / 3.0 + 0.0) / 2.0 << 0.0;
}

void TestMetrics::classification() {
    QFETCH(std::vector<int>, labels);
    QFETCH(std::vector<int>, predictions);
    QFETCH(double, accuracyValue);
    QFETCH(double, f1);
    QFETCH(double, mcc);
    auto metrics = classificationMetrics(labels, predictions);
    QVERIFY2(near(metrics["accuracy"], accuracyValue),
             qPrintable(QString::number(metrics["accuracy"], 'g', 12)));
    QVERIFY2(near(metrics["macro_f1"], f1), qPrintable(QString::number(metrics["macro_f1"], 'g', 12)));
    QVERIFY2(near(metrics["mcc"], mcc), qPrintable(QString::number(metrics["mcc"], 'g', 12)));
}

void TestMetrics::undefinedWithoutExamples() {
    QVERIFY(std::isnan(accuracy({}, {})));
    QVERIFY(std::isnan(macroF1({}, {})));
    QVERIFY(std::isnan(matthewsCorrelation({}, {})));
    QVERIFY(std::isnan(pearson({}, {})));
}

void TestMetrics::regression_data() {
    QTest::addColumn<std::vector<float>>("targets");
    QTest::addColumn<std::vector<float>>("predictions");
    QTest::addColumn<double>("linear");
    QTest::addColumn<double>("rank");

    QTest::newRow("straight line") << std::vector{1.F, 2.F, 3.F} << std::vector{3.F, 5.F, 7.F} << 1.0 << 1.0;
    QTest::newRow("falling") << std::vector{1.F, 2.F, 3.F} << std::vector{0.F, -1.F, -2.F} << -1.0 << -1.0;
    // Deviations -1, 0, 1 and -3, -2, 5: covariance 8, variances 2 and 38.
    QTest::newRow("monotone, not linear")
        << std::vector{1.F, 2.F, 3.F} << std::vector{1.F, 2.F, 9.F} << 8.0 / std::sqrt(76.0) << 1.0;
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
    QTest::newRow("ties") << std::vector{1.F, 2.F, 2.F, 3.F} << std::vector{1.F, 2.F, 3.F, 4.F}
                          << 3.0 / std::sqrt(2.0 * 5.0) << 4.5 / std::sqrt(22.5);
    QTest::newRow("constant prediction")
        << std::vector{1.F, 2.F, 3.F} << std::vector{5.F, 5.F, 5.F} << std::nan("") << std::nan("");
    QTest::newRow("one example") << std::vector{1.F} << std::vector{1.F} << std::nan("") << std::nan("");
}

void TestMetrics::regression() {
    QFETCH(std::vector<float>, targets);
    QFETCH(std::vector<float>, predictions);
    QFETCH(double, linear);
    QFETCH(double, rank);
    auto metrics = regressionMetrics(targets, predictions);
    QVERIFY2(near(metrics["pearson"], linear), qPrintable(QString::number(metrics["pearson"], 'g', 12)));
    QVERIFY2(near(metrics["spearman"], rank), qPrintable(QString::number(metrics["spearman"], 'g', 12)));
}

void TestMetrics::mainMetrics() {
    QCOMPARE(mainMetricOf(HeadType::Classification), std::string("accuracy"));
    QCOMPARE(mainMetricOf(HeadType::Regression), std::string("pearson"));
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "test_metrics.moc"
