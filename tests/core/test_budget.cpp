#include <QtTest>

#include "models/config/budget.h"
#include "models/config/known_shapes.h"

using namespace awb;

namespace {

AdapterConfig configOf(const char* preset) {
    AdapterConfig config;
    config.parts = findMethodPreset(preset)->parts;
    return config;
}

} // namespace

class TestBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPresetComesNear_data();
    void everyPresetComesNear();
    void loraKeepsItsScaling();
    void unionsGrowTogether();
    void methodsWithoutASizeStay();
    void impossibleBudgets();
};

void TestBudget::everyPresetComesNear_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<double>("tolerance");
    for (const MethodPreset& preset : methodPresets()) {
        const std::string& method = preset.parts.front().method;
        if (method == "ia3" || method == "bitfit") {
            continue;
        }
        // One step of a Kronecker product's width, one rank of the coarse ones.
        const bool isCoarse = preset.name == "dora" || preset.name.starts_with("compacter");
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name) << (isCoarse ? 0.15 : 0.05);
    }
}

void TestBudget::everyPresetComesNear() {
    QFETCH(QString, preset);
    QFETCH(double, tolerance);
    const ModelConfig model = *knownShape("bert-base");
    const double budget = preset == QLatin1String("vera") ? 40'000 : 600'000;
    const auto fitted =
        fitToBudget(configOf(preset.toUtf8().constData()), model, static_cast<std::int64_t>(budget));
    QVERIFY2(fitted.has_value(), fitted ? "" : fitted.error().message().c_str());
    const double count = static_cast<double>(*parameterCount(*fitted, model));
    QVERIFY2(std::abs(count - budget) <= tolerance * budget, qPrintable(QString::number(count)));
}

void TestBudget::loraKeepsItsScaling() {
    AdapterConfig config = configOf("lora");
    config.parts.front().options.set("alpha", 16.0);
    const auto fitted = fitToBudget(config, *knownShape("bert-base"), 1'180'000);
    QVERIFY(fitted.has_value());
    const OptionValues& options = fitted->parts.front().options;
    QCOMPARE(options.integer("r"), std::int64_t{32});
    QCOMPARE(options.number("alpha"), 64.0);
}

void TestBudget::unionsGrowTogether() {
    const ModelConfig model = *knownShape("bert-base");
    const auto small = fitToBudget(configOf("unipelt"), model, 300'000);
    const auto large = fitToBudget(configOf("unipelt"), model, 3'000'000);
    QVERIFY(small.has_value() && large.has_value());
    const auto& smallLora = small->parts[2].options;
    const auto& largeLora = large->parts[2].options;
    QVERIFY(smallLora.integer("r") < largeLora.integer("r"));
    QVERIFY(*small->parts[1].bottleneck.reductionFactor.fallback >
            *large->parts[1].bottleneck.reductionFactor.fallback);
}

void TestBudget::methodsWithoutASizeStay() {
    for (const char* preset : {"ia3", "bitfit"}) {
        const auto fitted = fitToBudget(configOf(preset), *knownShape("bert-base"), 1'000'000);
        QVERIFY(fitted.has_value());
        QVERIFY(*fitted == configOf(preset));
    }
}

void TestBudget::impossibleBudgets() {
    QVERIFY(!fitToBudget(configOf("lora"), *knownShape("bert-base"), 0));
    // BitFit finds no bias in Llama.
    const auto bitfit = fitToBudget(configOf("bitfit"), *knownShape("llama-3-8b"), 1000);
    QVERIFY(!bitfit);
    QVERIFY(!bitfit.error().what.empty());
}

QTEST_GUILESS_MAIN(TestBudget)
#include "test_budget.moc"
