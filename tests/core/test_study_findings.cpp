#include <cmath>

#include <QtTest>

#include "backend/analysis/adapter_study.h"

using namespace awb;

namespace {

using Kind = StudyFinding::Kind;

ModuleStudy module(const char* adapter, int layer, std::optional<double> change, int dead = 0) {
    ModuleStudy made{adapter, layer, Site::FfnOutput, 8, {}, {}, {}};
    if (change) {
        made.change = ChangeSize{*change, 0};
    }
    made.activity = UnitActivity{0.5, dead, 0, {}};
    return made;
}

} // namespace

class TestStudyFindings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void effectiveRanks();
    void aQuietAdapterIsOneFinding();
    void aQuietModuleIsNamed();
    void unmeasuredModulesSayNothing();
    void deadUnits();
};

void TestStudyFindings::effectiveRanks() {
    QCOMPARE(effectiveRank({}), 0.0);
    QCOMPARE(effectiveRank({0, 0}), 0.0);
    QVERIFY(std::abs(effectiveRank({2, 2, 2, 0}) - 3) < 1e-12);
    const double uneven = effectiveRank({3, 1}); // exp(-(3/4 ln 3/4 + 1/4 ln 1/4))
    QVERIFY(std::abs(uneven - std::pow(4.0 / 3, 0.75) * std::pow(4.0, 0.25)) < 1e-12);
}

void TestStudyFindings::aQuietAdapterIsOneFinding() {
    AdapterStudy study;
    study.modules = {module("a", 0, 0.002), module("a", 1, 0.0099), module("b", 0, 0.2),
                     module("b", 1, 0.01)};
    QCOMPARE(findingsIn(study), (std::vector<StudyFinding>{{Kind::AdapterNearIdentity, 1, 0.0099}}));
}

void TestStudyFindings::aQuietModuleIsNamed() {
    AdapterStudy study;
    study.modules = {module("a", 0, 0.002), module("a", 1, 0.3), module("a", 2, 0.0)};
    QCOMPARE(findingsIn(study), (std::vector<StudyFinding>{{Kind::ModuleNearIdentity, 0, 0.002},
                                                           {Kind::ModuleNearIdentity, 2, 0.0}}));
}

void TestStudyFindings::unmeasuredModulesSayNothing() {
    AdapterStudy study;
    study.modules = {module("prefix", 0, {}), module("a", 0, {}), module("a", 1, 0.001)};
    QCOMPARE(findingsIn(study), (std::vector<StudyFinding>{{Kind::AdapterNearIdentity, 2, 0.001}}));
}

void TestStudyFindings::deadUnits() {
    AdapterStudy study;
    study.modules = {module("a", 0, 0.2, 3), module("a", 1, 0.2, 4)};
    QCOMPARE(findingsIn(study), (std::vector<StudyFinding>{{Kind::ManyDeadUnits, 1, 0.5}}));
}

QTEST_GUILESS_MAIN(TestStudyFindings)
#include "test_study_findings.moc"
