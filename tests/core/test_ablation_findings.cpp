#include <cmath>

#include <QtTest>

#include "backend/analysis/ablation_findings.h"

using namespace awb;

namespace {

/// One place, changes of the loss at it and everywhere; the metric falls by a tenth of a rise.
AblationMap mapOf(const std::vector<double>& atPlace, const std::vector<double>& everywhere) {
    AblationMap map;
    map.places = {{0, BlockPart::FeedForward}};
    map.reference = {1.0, 0.5};
    for (std::size_t k = 0; k < atPlace.size(); ++k) {
        map.adapters.push_back(std::string(1, static_cast<char>('a' + k)));
        map.cells.push_back({1.0 + atPlace[k], 0.5 - std::max(0.0, atPlace[k]) / 10});
        map.everywhere.push_back({1.0 + everywhere[k], 0.5 - std::max(0.0, everywhere[k]) / 10});
    }
    return map;
}

using Kind = AblationFinding::Kind;

} // namespace

class TestAblationFindings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findings_data();
    void findings();
    void aFallingMetricIsACost();
    void placesWithoutModulesSayNothing();
};

void TestAblationFindings::findings_data() {
    QTest::addColumn<QList<double>>("atPlace");
    QTest::addColumn<QList<double>>("everywhere");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("both help") << QList<double>{0.1, 0.2} << QList<double>{0.3, 0.2}
                               << QStringList{QStringLiteral("2a"), QStringLiteral("3b")};
    QTest::newRow("one never helps") << QList<double>{0.0, 0.2} << QList<double>{0.0, 0.2}
                                     << QStringList{QStringLiteral("0a"), QStringLiteral("2b"),
                                                    QStringLiteral("3b")};
    QTest::newRow("one hurts") << QList<double>{0.0, 0.2} << QList<double>{-0.1, 0.2}
                               << QStringList{QStringLiteral("1a"), QStringLiteral("2b"),
                                              QStringLiteral("3b")};
    QTest::newRow("of use at one place") << QList<double>{0.1, 0.2} << QList<double>{0.0, 0.2}
                                         << QStringList{QStringLiteral("2b"), QStringLiteral("3b")};
    QTest::newRow("nothing is of use")
        << QList<double>{0.0} << QList<double>{0.0} << QStringList{QStringLiteral("0a")};
}

void TestAblationFindings::findings() {
    QFETCH(QList<double>, atPlace);
    QFETCH(QList<double>, everywhere);
    QFETCH(QStringList, expected);
    QStringList found;
    for (const AblationFinding& each :
         findingsIn(mapOf({atPlace.begin(), atPlace.end()}, {everywhere.begin(), everywhere.end()}))) {
        found << QString::number(static_cast<int>(each.kind)) + QString::fromStdString(each.adapter);
        QCOMPARE(each.place.has_value(), each.kind == Kind::BestPlace);
    }
    QCOMPARE(found, expected);
}

void TestAblationFindings::aFallingMetricIsACost() {
    AblationMap map = mapOf({0.0}, {0.0});
    map.everywhere[0].metric = 0.4;
    QVERIFY(findingsIn(map).empty());
}

void TestAblationFindings::placesWithoutModulesSayNothing() {
    AblationMap map = mapOf({0.0, 0.2}, {0.0, 0.2});
    map.cells[0] = {};
    const auto found = findingsIn(map);
    QCOMPARE(found.size(), std::size_t{3});
    QVERIFY(found.front().kind == Kind::NeverHelps);
}

QTEST_GUILESS_MAIN(TestAblationFindings)
#include "test_ablation_findings.moc"
