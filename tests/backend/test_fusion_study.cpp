#include <algorithm>
#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "backend/run/fusion_study.h"
#include "backend/storage/run_store.h"
#include "tests/backend/training_fixture.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

Experiment source(const std::string& name, std::int64_t seed) {
    Experiment experiment = tinyExperiment();
    experiment.name = "source-" + name;
    experiment.adapters.front().name = name;
    experiment.composition = Composition::of(name);
    experiment.train = {name};
    experiment.training.seed = seed;
    experiment.training.epochs = 1;
    return experiment;
}

FusionStudyPlan tinyPlan() {
    FusionStudyPlan plan;
    plan.sources = {source("a", 3), source("b", 4)};
    plan.target = tinyExperiment();
    plan.target.name = "target-task";
    plan.target.adapters.clear();
    plan.target.composition = {};
    plan.target.train.clear();
    plan.target.training.epochs = 1;
    plan.seeds = {1, 2};
    return plan;
}

/// Keeps what the runs said of their frozen parts: the base and adapters.
struct FrozenLog : Log {
    std::vector<std::map<std::string, std::string>> frozen;
    void onPlan(const RunPlan& newPlan) override { frozen.push_back(newPlan.frozen); }
};

} // namespace

/// AdapterFusion in two stages over the trainer and the workspace.
class TestFusionStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badPlansAreRefused_data();
    void badPlansAreRefused();
    void studyTrainsBothStages();
    void doneRunsAreUsedAgain();

private:
    FusionStudy run(const FusionStudyPlan& plan);

    QTemporaryDir m_dir;
    FrozenLog m_log;
    std::vector<std::string> m_announced;
};

FusionStudy TestFusionStudy::run(const FusionStudyPlan& plan) {
    m_announced.clear();
    const auto store = RunStore::open(fs::path(m_dir.path().toStdString()));
    RunControl control;
    auto study = runFusionStudy(**store, plan, control, m_log, [this](const Experiment& experiment) {
        m_announced.push_back(experiment.name);
    });
    if (!study) {
        QTest::qFail(study.error().message().c_str(), __FILE__, __LINE__);
        return {};
    }
    return std::move(*study);
}

void TestFusionStudy::badPlansAreRefused_data() {
    QTest::addColumn<int>("mistake");
    QTest::addColumn<QString>("message");
    QTest::newRow("one source") << 0 << QStringLiteral("two adapters at least");
    QTest::newRow("one name twice") << 1 << QStringLiteral("two adapters of the fusion are called a");
    QTest::newRow("another base") << 2 << QStringLiteral("another base");
    QTest::newRow("a source without an adapter") << 3 << QStringLiteral("trains one fresh adapter");
    QTest::newRow("a source from a folder") << 4 << QStringLiteral("trains one fresh adapter");
    QTest::newRow("a target with adapters") << 5 << QStringLiteral("has adapters of its own");
    QTest::newRow("another kind") << 6 << QStringLiteral("has other options");
    QTest::newRow("no seed") << 7 << QStringLiteral("no seed");
}

void TestFusionStudy::badPlansAreRefused() {
    QFETCH(int, mistake);
    QFETCH(QString, message);
    FusionStudyPlan plan = tinyPlan();
    QVERIFY(checkFusionStudy(plan));
    switch (mistake) {
    case 0:
        plan.sources.pop_back();
        break;
    case 1:
        plan.sources[1] = source("a", 4);
        break;
    case 2:
        plan.sources[1].baseModel = "/another";
        break;
    case 3:
        plan.sources[1].adapters.clear();
        break;
    case 4:
        plan.sources[1].adapters.front().from = "/saved";
        break;
    case 5:
        plan.target.adapters = plan.sources[0].adapters;
        break;
    case 6:
        plan.sources[1].adapters.front().config.bottleneck()->nonLinearity = "gelu";
        break;
    default:
        plan.seeds.clear();
    }
    const auto checked = checkFusionStudy(plan);
    QVERIFY(!checked);
    QVERIFY2(QString::fromStdString(checked.error().message()).contains(message),
             checked.error().message().c_str());
}

void TestFusionStudy::studyTrainsBothStages() {
    const FusionStudy study = run(tinyPlan());
    QCOMPARE(study.sources.size(), std::size_t{2});
    QCOMPARE(study.sources[0].adapter, std::string("a"));
    std::vector<std::string> keys;
    for (const TrialRow& row : study.rows) {
        keys.push_back(row.preset);
        QVERIFY2(!row.error, row.error ? row.error->message().c_str() : "");
        QCOMPARE(row.validation.size(), std::size_t{2});
        QCOMPARE(row.runs.size(), std::size_t{2});
    }
    QCOMPARE(keys, (std::vector<std::string>{"head", "single", "fusion", "fusion-own", "full"}));
    // Two sources with their heads, then five rows of two seeds.
    QCOMPARE(m_announced.size(), std::size_t{14});

    // The fusions ran on the sources' adapters as they were saved, and each seed on its own third one.
    const auto& log = m_log.frozen;
    const auto fusion = std::ranges::find_if(log, [](const auto& frozen) { return frozen.size() == 3; });
    const auto own = std::ranges::find_if(log, [](const auto& frozen) { return frozen.size() == 4; });
    QVERIFY(fusion != log.end() && own != log.end() && own + 1 != log.end());
    QCOMPARE(own->at("adapter a"), fusion->at("adapter a"));
    QCOMPARE(own->at("adapter b"), fusion->at("adapter b"));
    QVERIFY(fusion->at("adapter a") != fusion->at("adapter b"));
    QVERIFY(own->at("adapter target") != (own + 1)->at("adapter target"));
}

void TestFusionStudy::doneRunsAreUsedAgain() {
    FusionStudyPlan plan = tinyPlan();
    const FusionStudy before = run(plan);
    QVERIFY(m_announced.empty());
    plan.seeds.push_back(3);
    const FusionStudy more = run(plan);
    QCOMPARE(m_announced.size(), std::size_t{5}); // the third seed of each row
    QCOMPARE(more.rows[2].runs[1], before.rows[2].runs[1]);
    QCOMPARE(more.rows[2].validation.size(), std::size_t{3});
}

QTEST_GUILESS_MAIN(TestFusionStudy)
#include "test_fusion_study.moc"
