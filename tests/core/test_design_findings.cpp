#include <QTest>

#include "backend/experiment/design.h"
#include "backend/experiment/design_findings.h"
#include "models/config/composition_text.h"

using namespace awb;
using Kind = DesignFinding::Kind;

namespace {

/// Adapters "en" and "sw" with an invertible part, "ner", "pos" and "qa" without.
Experiment designOf(const std::string& composition, bool trainsBase = false) {
    Experiment experiment = defaultExperiment();
    const AdapterSpec plain = experiment.adapters.front();
    experiment.adapters.clear();
    for (const char* name : {"en", "sw", "ner", "pos", "qa"}) {
        AdapterSpec spec = plain;
        spec.name = name;
        const bool isLanguage = spec.name.size() == 2 && spec.name != "qa";
        spec.config.bottleneck()->invertible = isLanguage ? InvertibleKind::Nice : InvertibleKind::None;
        experiment.adapters.push_back(spec);
    }
    experiment.composition = compositionFromText(composition)->composition;
    experiment.train = {trainsBase ? "full" : "ner"};
    return experiment;
}

} // namespace

/// What the literature warns of in a design.
class TestDesignFindings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void languageFirstIsRight();
    void reversedOrderIsFound_data();
    void reversedOrderIsFound();
    void trainedBase();
    void deepStacks();
};

void TestDesignFindings::languageFirstIsRight() {
    QVERIFY(findingsIn(designOf("Stack(en, ner)")).empty());
    QVERIFY(findingsIn(designOf("en")).empty());
    QVERIFY(findingsIn(designOf("Fuse(ner, pos)")).empty());
    QVERIFY(findingsIn(designOf("Parallel(ner, en)")).empty());
    QVERIFY(findingsIn(designOf("Stack(ner, pos)")).empty());
}

void TestDesignFindings::reversedOrderIsFound_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QString>("below");
    QTest::newRow("plain") << "Stack(ner, en)"
                           << "ner";
    QTest::newRow("above a fusion") << "Stack(Fuse(pos, ner), en)"
                                    << "pos";
    QTest::newRow("within a block") << "Parallel(Stack(qa, en), pos)"
                                    << "qa";
}

void TestDesignFindings::reversedOrderIsFound() {
    QFETCH(QString, composition);
    QFETCH(QString, below);
    const auto findings = findingsIn(designOf(composition.toStdString()));
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY(findings.front() == (DesignFinding{Kind::ReversedMadx, "en", below.toStdString(), 0}));
}

void TestDesignFindings::trainedBase() {
    const auto findings = findingsIn(designOf("ner", true));
    QCOMPARE(findings.size(), std::size_t{1});
    QVERIFY(findings.front().kind == Kind::TrainedBase);
}

void TestDesignFindings::deepStacks() {
    const auto three = findingsIn(designOf("Stack(en, ner, Fuse(pos, qa))"));
    QCOMPARE(three.size(), std::size_t{1});
    QVERIFY(three.front() == (DesignFinding{Kind::DeepStack, {}, {}, 3}));
    QVERIFY(findingsIn(designOf("Stack(en, Parallel(ner, pos, qa))")).empty());
}

QTEST_GUILESS_MAIN(TestDesignFindings)
#include "test_design_findings.moc"
