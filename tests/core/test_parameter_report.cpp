#include <map>
#include <numeric>
#include <set>

#include <nlohmann/json.hpp>

#include <QtTest>

#include "backend/experiment/parameter_report.h"
#include "models/config/known_shapes.h"

using namespace awb;

class TestParameterReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void shapesHaveTheirPublishedSizes_data();
    void shapesHaveTheirPublishedSizes();
    void everyPresetOnEveryShape_data();
    void everyPresetOnEveryShape();
    void sitesOfAUnion();
    void filesHoldFrozenAndRepeatedTensors();
    void fusionsAreCounted();
    void problemsAreReported();
};

void TestParameterReport::shapesHaveTheirPublishedSizes_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<qlonglong>("body");
    // The public checkpoints' numbers without pooler and output matrix.
    QTest::newRow("bert-base") << "bert-base" << 109'482'240LL - 590'592;
    QTest::newRow("bert-large") << "bert-large" << 335'141'888LL - 1'049'600;
    QTest::newRow("roberta-base") << "roberta-base" << 124'645'632LL - 590'592;
    QTest::newRow("roberta-large") << "roberta-large" << 355'359'744LL - 1'049'600;
    QTest::newRow("xlm-roberta-base") << "xlm-roberta-base" << 278'043'648LL - 590'592;
    QTest::newRow("distilbert-base") << "distilbert-base" << 66'362'880LL;
    QTest::newRow("llama-3-8b") << "llama-3-8b" << 8'030'261'248LL - 525'336'576;
}

void TestParameterReport::shapesHaveTheirPublishedSizes() {
    QFETCH(QString, name);
    QFETCH(qlonglong, body);
    const auto shape = knownShape(name.toStdString());
    QVERIFY(shape.has_value());
    QCOMPARE(static_cast<qlonglong>(baseParameterCount(*shape)), body);
    QVERIFY(!knownShape("bert").has_value());
}

void TestParameterReport::everyPresetOnEveryShape_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("shape");
    for (const MethodPreset& preset : methodPresets()) {
        for (const std::string& shape : knownShapeNames()) {
            QTest::addRow("%s on %s", preset.name.c_str(), shape.c_str())
                << QString::fromStdString(preset.name) << QString::fromStdString(shape);
        }
    }
}

void TestParameterReport::everyPresetOnEveryShape() {
    QFETCH(QString, preset);
    QFETCH(QString, shape);
    const MethodPreset& chosen = *findMethodPreset(preset.toStdString());
    const ModelConfig model = *knownShape(shape.toStdString());
    const auto report = countParameters(chosen, model);
    if (preset == QLatin1String("bitfit") && model.family == ModelFamily::Llama) {
        QVERIFY(!report);
        return;
    }
    QVERIFY2(report, report ? "" : report.error().message().c_str());
    QCOMPARE(report->title, chosen.title);
    AdapterConfig config;
    config.parts = chosen.parts;
    QCOMPARE(report->parameters, *parameterCount(config, model));
    QCOMPARE(report->trained, report->parameters);
    QCOMPARE(report->base, baseParameterCount(model));
    const std::int64_t sum = std::accumulate(
        report->sites.begin(), report->sites.end(), std::int64_t{0},
        [](std::int64_t before, const SiteShare& share) { return before + share.parameters; });
    QCOMPARE(sum, report->parameters);
    QVERIFY(report->fileBytes >= 4 * report->parameters);
}

void TestParameterReport::sitesOfAUnion() {
    const auto report = countParameters(*findMethodPreset("unipelt"), *knownShape("bert-base"));
    QVERIFY(report.has_value());
    std::map<std::string, std::pair<int, std::set<int>>> sites;
    for (const SiteShare& share : report->sites) {
        sites[share.site] = {share.modules, share.sizes};
    }
    const std::map<std::string, std::pair<int, std::set<int>>> expected{
        {"attention.key_value_prefix", {12, {10}}},
        {"attention.query", {12, {8}}},
        {"attention.value", {12, {8}}},
        {"ffn_output", {12, {48}}}};
    QVERIFY(sites == expected);
}

void TestParameterReport::filesHoldFrozenAndRepeatedTensors() {
    const ModelConfig model = *knownShape("bert-base");
    // VeRA's frozen pair, 64 x 768 and 768 x 64.
    const auto vera = countParameters(*findMethodPreset("vera"), model);
    QCOMPARE(vera->fileBytes, 4 * (vera->parameters + 2 * 64 * 768));
    // A LayerNorm in front stands in the file twice, as in the public library.
    const auto bapna = countParameters(*findMethodPreset("bapna"), model);
    QCOMPARE(bapna->fileBytes, 4 * (bapna->parameters + 12 * 2 * 768));
}

void TestParameterReport::fusionsAreCounted() {
    const ModelConfig model = *knownShape("bert-base");
    const auto json = nlohmann::json::parse(
        R"({"format": "adapter-workbench/experiment@1", "composition": {"fuse": ["a", "b"]},
            "adapters": [{"name": "a"}, {"name": "b"}], "train": ["fuse:a,b"]})");
    const auto report = countParameters(*experimentFromJson(json), model);
    QVERIFY2(report, report ? "" : report.error().message().c_str());
    const std::int64_t fusion = 12LL * (3 * 768 * 768 + 2 * 768);
    QCOMPARE(report->parameters, 2 * 894'528 + fusion);
    QCOMPARE(report->trained, fusion);
    QCOMPARE(report->sites.back().site, std::string("fusion"));
    QCOMPARE(report->sites.back().parameters, fusion);
    QCOMPARE(report->sites.front().modules, 24);
}

void TestParameterReport::problemsAreReported() {
    Experiment experiment = defaultExperiment();
    const ModelConfig model = *knownShape("bert-base");
    experiment.adapters.front().config.bottleneck()->leaveOut = {12};
    const auto beyond = countParameters(experiment, model);
    QVERIFY(!beyond && beyond.error().what.find("no layer 12") != std::string::npos);
    experiment.adapters.front() = AdapterSpec{};
    experiment.adapters.front().name = "noun-topic";
    experiment.adapters.front().from = "somewhere";
    const auto unread = countParameters(experiment, model);
    QVERIFY(!unread);
    QCOMPARE(unread.error().where, std::string("somewhere"));
}

QTEST_GUILESS_MAIN(TestParameterReport)
#include "test_parameter_report.moc"
