#include <algorithm>
#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "backend/checkpoint/convert.h"
#include "backend/checkpoint/inspect.h"
#include "backend/checkpoint/verify.h"
#include "backend/core/files.h"
#include "tests/backend/fixture_copy.h"
#include "tests/backend/training_fixture.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

QString failures(const VerifyReport& report) {
    QString text;
    for (const Comparison& comparison : report.comparisons) {
        if (!comparison.passed) {
            text += QStringLiteral("\n  %1: %2")
                        .arg(QString::fromStdString(comparison.quantity),
                             QString::fromStdString(comparison.detail));
        }
    }
    return text;
}

/// The tiny task with an adapter of this preset, small enough for the tiny base.
Experiment withPreset(const MethodPreset& preset, const std::string& name) {
    Experiment experiment = tinyExperiment();
    AdapterSpec adapter;
    adapter.name = name;
    adapter.preset = preset.name;
    adapter.config.parts = preset.parts;
    for (MethodConfig& part : adapter.config.parts) {
        if (part.isBottleneck()) {
            part.bottleneck.reductionFactor.fallback = part.bottleneck.phm ? 2 : 4;
        } else if (part.method == "prefix_tuning") {
            part.options.set("prefix_length", std::int64_t{3});
            part.options.set("bottleneck_size", std::int64_t{8});
        }
    }
    experiment.adapters = {adapter};
    experiment.composition = Composition::of(name);
    experiment.train = {name};
    return experiment;
}

double meanLoss(const std::vector<StepRecord>& steps, std::size_t begin, std::size_t count) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + count; ++i) {
        sum += steps[i].loss;
    }
    return sum / static_cast<double>(count);
}

/// Three adapters of one kind, the first of them with another name than the rest.
Experiment withComposition(const Composition& composition) {
    Experiment experiment = withPreset(*findMethodPreset("pfeiffer"), "a");
    for (const char* name : {"b", "c"}) {
        AdapterSpec more = experiment.adapters.front();
        more.name = name;
        experiment.adapters.push_back(more);
    }
    experiment.composition = composition;
    experiment.train = composition.leaves();
    return experiment;
}

RunOutcome trainAt(const Experiment& experiment, const fs::path& folder, Log& log, bool resume = false,
                   RunControl* control = nullptr) {
    RunControl own;
    TrainRequest request{.experiment = experiment, .runFolder = folder, .resume = resume, .dataset = {}};
    return train(request, control != nullptr ? *control : own, log);
}

} // namespace

/// Every method and composition of the engine: the numbers after saving and loading, and training through the
/// trainer.
class TestMethodRuns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void savedAdaptersComputeTheSame_data();
    void savedAdaptersComputeTheSame();
    void everyMethodTrains_data();
    void everyMethodTrains();
    void compositionsTrain_data();
    void compositionsTrain();
    void batchSplitIsRefused();
    void stoppedFusionGoesOnAsIfNothingHadHappened();

private:
    QTemporaryDir m_dir;
};

void TestMethodRuns::savedAdaptersComputeTheSame_data() {
    QTest::addColumn<QString>("name");
    const fs::path cases = fs::path(AWB_TEST_DATA) / "fixtures" / "cases";
    for (const fs::directory_entry& entry : fs::directory_iterator(cases)) {
        if (fs::exists(entry.path() / "adapters")) {
            QTest::newRow(entry.path().filename().c_str())
                << QString::fromStdString(entry.path().filename().string());
        }
    }
}

/// The fixture's adapters are read, written in our form and put in the place of the originals: all numbers
/// must still hold, also inside compositions.
void TestMethodRuns::savedAdaptersComputeTheSame() {
    QFETCH(QString, name);
    const FixtureCopy copy(name.toStdString());
    const fs::path folder = copy.folder() / "adapters";
    std::vector<fs::path> adapters;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        adapters.push_back(entry.path());
    }
    const auto json = awb::readTextFile(copy.folder() / "case.json");
    QVERIFY(json.has_value());
    const fs::path base = copy.folder() / nlohmann::json::parse(*json)["model"].get<std::string>();
    for (const fs::path& adapter : adapters) {
        const fs::path again = copy.folder() / "again" / adapter.filename();
        const auto converted = awb::convertAdapter({base, adapter, again, {}, {}});
        QVERIFY2(converted.has_value(), converted ? "" : converted.error().message().c_str());
        fs::remove_all(adapter);
        fs::copy(again, adapter, fs::copy_options::recursive);
    }
    const auto report = awb::verifyFolder(copy.folder());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    QVERIFY2(report->passed(), qPrintable(failures(*report)));
}

void TestMethodRuns::everyMethodTrains_data() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

void TestMethodRuns::everyMethodTrains() {
    QFETCH(QString, preset);
    const Experiment experiment = withPreset(*findMethodPreset(preset.toStdString()), "a");
    Log log;
    const fs::path folder = fs::path(m_dir.path().toStdString()) / preset.toStdString();
    const RunOutcome outcome = trainAt(experiment, folder, log);
    QVERIFY2(outcome.state == RunState::Finished, outcome.error ? outcome.error->message().c_str() : "");
    QCOMPARE(outcome.baseHashAfter, log.plan.baseHash);
    const auto own =
        parameterCount(experiment.adapters.front().config, *loadBaseConfig(experiment.baseModel));
    QVERIFY(own.has_value());
    HeadConfig head;
    head.numLabels = static_cast<int>(log.plan.labels.size());
    const auto config = loadBaseConfig(experiment.baseModel);
    QCOMPARE(log.plan.trainableParameters,
             *own + headParameterCount(head, config->hiddenSize, config->vocabSize));
    QVERIFY(log.steps.size() > 8);
    QVERIFY(meanLoss(log.steps, log.steps.size() - 4, 4) < meanLoss(log.steps, 0, 4));
    QVERIFY(!log.plan.modules.empty());
    QVERIFY(std::ranges::all_of(log.steps.back().modules,
                                [](const ModuleStats& stats) { return stats.updateRatio > 0; }));
    // What was saved is read again as a frozen adapter of another run.
    Experiment frozen = experiment;
    frozen.adapters.front().from = (folder / "adapters" / "a").string();
    frozen.train = {};
    frozen.training.epochs = 0.2;
    Log second;
    const RunOutcome again = trainAt(frozen, folder / "again", second);
    QVERIFY2(again.state == RunState::Finished, again.error ? again.error->message().c_str() : "");
    QVERIFY(second.plan.modules.empty());
}

void TestMethodRuns::compositionsTrain_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QStringList>("metrics");
    const QStringList plain{QStringLiteral("accuracy")};
    QTest::newRow("stack") << R"({"stack": ["a", "b", "c"]})" << plain;
    QTest::newRow("fuse") << R"({"fuse": ["a", "b", "c"]})" << plain;
    QTest::newRow("stack of a fuse") << R"({"stack": ["a", {"fuse": ["b", "c"]}]})" << plain;
    QTest::newRow("fuse of stacks") << R"({"fuse": [{"stack": ["a", "b"]}, "c"]})" << plain;
    QTest::newRow("split") << R"({"split": ["a", "b"], "splits": [3, 0]})" << plain;
    QTest::newRow("average") << R"({"average": ["a", "b", "c"], "weights": [1, 2, 3], "weighted_sum": true})"
                             << plain;
    QTest::newRow("parallel") << R"({"parallel": ["a", "b"]})"
                              << QStringList{QStringLiteral("accuracy"), QStringLiteral("a/accuracy"),
                                             QStringLiteral("b/accuracy")};
}

void TestMethodRuns::compositionsTrain() {
    QFETCH(QString, composition);
    QFETCH(QStringList, metrics);
    const auto parsed = compositionFromJson(nlohmann::json::parse(composition.toStdString()), "");
    QVERIFY(parsed.has_value());
    Experiment experiment = withComposition(*parsed);
    for (const std::string& fusion : fusionNames(*parsed)) {
        experiment.train.push_back(std::string(kFusePrefix) + fusion);
    }
    Log log;
    const fs::path folder = fs::path(m_dir.path().toStdString()) / QTest::currentDataTag();
    const RunOutcome outcome = trainAt(experiment, folder, log);
    QVERIFY2(outcome.state == RunState::Finished, outcome.error ? outcome.error->message().c_str() : "");
    QCOMPARE(outcome.baseHashAfter, log.plan.baseHash);
    QVERIFY(meanLoss(log.steps, log.steps.size() - 4, 4) < meanLoss(log.steps, 0, 4));
    for (const QString& metric : metrics) {
        QVERIFY2(outcome.metrics.at("validation").contains(metric.toStdString()), qPrintable(metric));
    }
    for (const std::string& fusion : fusionNames(*parsed)) {
        QVERIFY(fs::exists(folder / "fusions" / fusion / "adapter_fusion_config.json"));
    }
}

void TestMethodRuns::batchSplitIsRefused() {
    const auto parsed = compositionFromJson(
        nlohmann::json::parse(R"({"batch_split": ["a", "b"], "batch_sizes": [8, 8]})"), "");
    Log log;
    const RunOutcome outcome =
        trainAt(withComposition(*parsed), fs::path(m_dir.path().toStdString()) / "batch", log);
    QVERIFY(outcome.state == RunState::Failed);
    QVERIFY(outcome.error->message().find("BatchSplit") != std::string::npos);
}

/// The temperature falls with every pass, also of evaluations, so it is part of where a run stands.
void TestMethodRuns::stoppedFusionGoesOnAsIfNothingHadHappened() {
    Experiment experiment = withComposition(Composition::block(
        Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b"), Composition::of("c")}));
    experiment.train = {"fuse:a,b,c"};
    experiment.fusion.config.temperature = true;
    const fs::path root = m_dir.path().toStdString();
    Log whole;
    QVERIFY(trainAt(experiment, root / "whole", whole).state == RunState::Finished);
    Log parts;
    RunControl control;
    parts.afterStep = [&](const StepRecord& record) {
        if (record.step == 5) {
            control.requestStop();
        }
    };
    QVERIFY(trainAt(experiment, root / "parts", parts, false, &control).state == RunState::Stopped);
    parts.afterStep = {};
    QVERIFY(trainAt(experiment, root / "parts", parts, true).state == RunState::Finished);
    QCOMPARE(firstDifference(whole.steps, parts.steps), std::string());
}

QTEST_GUILESS_MAIN(TestMethodRuns)
#include "test_method_runs.moc"
