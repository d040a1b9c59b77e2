#include <cmath>

#include <QtTest>

#include "backend/analysis/pruning_findings.h"

using namespace awb;

namespace {

/// Adapters a, b, c … that go in this order; a score for each number of them.
PruningReport reportOf(const QList<double>& losses, const QList<double>& metrics) {
    PruningReport report;
    std::vector<std::string> kept;
    for (int i = 0; i < losses.size(); ++i) {
        kept.push_back(std::string(1, static_cast<char>('a' + i)));
    }
    for (int i = 0; i < losses.size(); ++i) {
        PruningStep step;
        if (i > 0) {
            step.dropped = kept.front();
            kept.erase(kept.begin());
        }
        step.kept = kept;
        step.score = {losses[i], metrics[i]};
        report.steps.push_back(step);
    }
    return report;
}

} // namespace

class TestPruningFindings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findings_data();
    void findings();
    void changes();
    void nothingMeasured();
};

void TestPruningFindings::findings_data() {
    QTest::addColumn<QList<double>>("losses");
    QTest::addColumn<QList<double>>("metrics");
    QTest::addColumn<QStringList>("expected"); // kind and step
    const double nan = std::nan("");
    using Numbers = QList<double>;
    using Found = QStringList;
    QTest::newRow("each is needed") << Numbers{1, 1.1, 1.5} << Numbers{0.8, 0.7, 0.5} << Found{u"1/2"_qs};
    QTest::newRow("the first is not needed")
        << Numbers{1, 1.1, 1.5} << Numbers{0.8, 0.8, 0.5} << Found{u"0/1"_qs, u"1/2"_qs};
    QTest::newRow("one alone does as well")
        << Numbers{1, 1, 0.9} << Numbers{0.8, 0.8, 0.9} << Found{u"0/2"_qs};
    QTest::newRow("a loss on the way does not count")
        << Numbers{1, 1.3, 1.1} << Numbers{0.8, 0.7, 0.8} << Found{u"0/2"_qs, u"1/1"_qs};
    QTest::newRow("a thousandth is nothing") << Numbers{1, 1.0005} << Numbers{0.8, 0.7} << Found{};
    QTest::newRow("NaN says nothing") << Numbers{1, nan, 1.1} << Numbers{0.8, nan, 0.7} << Found{};
}

void TestPruningFindings::findings() {
    QFETCH(QList<double>, losses);
    QFETCH(QList<double>, metrics);
    QFETCH(QStringList, expected);
    QStringList found;
    for (const PruningFinding& each : findingsIn(reportOf(losses, metrics))) {
        found << u"%1/%2"_qs.arg(static_cast<int>(each.kind)).arg(each.step);
    }
    QCOMPARE(found, expected);
}

/// What does without is compared with all adapters, what costs most with the step before.
void TestPruningFindings::changes() {
    const auto found = findingsIn(reportOf({1, 1.25, 2}, {0.5, 0.75, 0.5}));
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].change.loss, 1.0);
    QCOMPARE(found[0].change.metric, 0.0);
    QCOMPARE(found[1].change.loss, 0.75);
    QCOMPARE(found[1].change.metric, -0.25);
}

void TestPruningFindings::nothingMeasured() {
    QVERIFY(findingsIn({}).empty());
    QVERIFY(findingsIn(reportOf({1}, {0.5})).empty());
}

QTEST_GUILESS_MAIN(TestPruningFindings)
#include "test_pruning_findings.moc"
