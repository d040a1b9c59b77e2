#include <nlohmann/json.hpp>

#include <QtTest>

#include "backend/experiment/design.h"

using namespace awb;
using design::ModuleRef;

namespace {

ModelConfig bertBase() {
    ModelConfig model;
    model.vocabSize = 30522;
    model.hiddenSize = 768;
    model.numLayers = 12;
    model.numHeads = 12;
    model.intermediateSize = 3072;
    model.maxPositions = 512;
    model.typeVocabSize = 2;
    return model;
}

Experiment emptyDesign() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train.clear();
    return experiment;
}

std::int64_t adapterParameters(const Experiment& experiment, const ModelConfig& model) {
    std::int64_t total = 0;
    for (const design::Module& module : design::modules(experiment, model)) {
        total += module.place.parameters;
    }
    return total;
}

} // namespace

class TestDesign : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seedFigures();
    void reductionFactors_data();
    void reductionFactors();
    void exactSizesAreExact();
    void placingBuildsOneAdapter();
    void placingIsRefusedWithAReason();
    void houlsbyOnOneSiteThenAnother();
    void removingTheLastModuleRemovesTheAdapter();
    void factorsTakeTheShortestForm();
    void copyAndPaste();
    void adapterDropMovesTheLowestTrainedLayer();
    void wheelSteps();
    void everyEditStaysReadable();
};

void TestDesign::seedFigures() {
    const ModelConfig model = bertBase();
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findPreset("houlsby"));
    const auto all = design::modules(experiment, model);
    std::vector<ModuleRef> refs;
    for (const auto& module : all) {
        refs.push_back(module.ref);
    }
    experiment = *design::setBottleneck(experiment, model, refs, 64);
    QCOMPARE(design::modules(experiment, model).size(), std::size_t{24});
    QCOMPARE(design::modules(experiment, model).front().place.parameters, std::int64_t{99136});
    QCOMPARE(adapterParameters(experiment, model), std::int64_t{2379264});
    // BERT-Base's body, without pooler: the published 109,482,240 less the pooler's 590,592.
    QCOMPARE(baseParameterCount(model), std::int64_t{108891648});
}

void TestDesign::reductionFactors_data() {
    QTest::addColumn<double>("factor");
    QTest::addColumn<int>("size");
    QTest::newRow("2") << 2.0 << 384;
    QTest::newRow("8") << 8.0 << 96;
    QTest::newRow("16") << 16.0 << 48;
    QTest::newRow("64") << 64.0 << 12;
    QTest::newRow("widening") << 0.5 << 1536;
    QTest::newRow("not a divisor") << 7.0 << 109;
    QTest::newRow("at least one unit") << 1000.0 << 1;
    QTest::newRow("python's floor") << 0.1 << 7679;
}

void TestDesign::reductionFactors() {
    QFETCH(double, factor);
    QFETCH(int, size);
    QCOMPARE(bottleneckSize(768, factor), size);
}

void TestDesign::exactSizesAreExact() {
    for (const int hidden : {256, 768, 1000, 1024}) {
        for (int size = 1; size <= 2 * hidden; ++size) {
            QCOMPARE(bottleneckSize(hidden, reductionFactorFor(hidden, size)), size);
        }
    }
}

void TestDesign::placingBuildsOneAdapter() {
    const ModelConfig model = bertBase();
    const Preset& pfeiffer = *findPreset("pfeiffer");
    Experiment experiment = *design::placeModule(emptyDesign(), model, pfeiffer, 3, Site::FfnOutput);
    QCOMPARE(experiment.adapters.size(), std::size_t{1});
    QCOMPARE(design::modules(experiment, model).size(), std::size_t{1});
    QCOMPARE(experiment.train, std::vector<std::string>{"pfeiffer"});
    experiment = *design::placeModule(experiment, model, pfeiffer, 5, Site::FfnOutput);
    QCOMPARE(experiment.adapters.size(), std::size_t{1});
    QCOMPARE(design::modules(experiment, model).size(), std::size_t{2});
    QCOMPARE(experiment.adapters.front().bottleneck.leaveOut.size(), std::size_t{10});
    QVERIFY(experiment.adapters.front().bottleneck.layerSites.empty());
}

void TestDesign::placingIsRefusedWithAReason() {
    const ModelConfig model = bertBase();
    const Preset& pfeiffer = *findPreset("pfeiffer");
    const Experiment placed = *design::placeModule(emptyDesign(), model, pfeiffer, 3, Site::FfnOutput);
    const auto twice = design::placeModule(placed, model, pfeiffer, 3, Site::FfnOutput);
    QVERIFY(!twice);
    QVERIFY(twice.error().what.find("already has a module") != std::string::npos);
    const auto beside = design::placeModule(placed, model, pfeiffer, 4, Site::FfnParallel);
    QVERIFY(!beside);
    QVERIFY(beside.error().what.find("sequential") != std::string::npos);
    const auto above = design::placeModule(placed, model, pfeiffer, 12, Site::FfnOutput);
    QVERIFY(!above);
    QVERIFY(above.error().advice.find("0 to 11") != std::string::npos);
}

void TestDesign::houlsbyOnOneSiteThenAnother() {
    const ModelConfig model = bertBase();
    const Preset& houlsby = *findPreset("houlsby");
    Experiment experiment = *design::placeModule(emptyDesign(), model, houlsby, 0, Site::AttentionOutput);
    experiment = *design::placeModule(experiment, model, houlsby, 1, Site::FfnOutput);
    const BottleneckConfig& config = experiment.adapters.front().bottleneck;
    QVERIFY(config.hasModule(0, Site::AttentionOutput));
    QVERIFY(!config.hasModule(0, Site::FfnOutput));
    QVERIFY(config.hasModule(1, Site::FfnOutput));
    QVERIFY(!config.hasModule(1, Site::AttentionOutput));
    QVERIFY(!notExpressibleInAdapterHub(config).empty());
    const auto read = experimentFromJson(nlohmann::json(toJson(experiment)));
    QVERIFY(read && *read == experiment);
}

void TestDesign::removingTheLastModuleRemovesTheAdapter() {
    const ModelConfig model = bertBase();
    Experiment experiment =
        *design::placeModule(emptyDesign(), model, *findPreset("pfeiffer"), 3, Site::FfnOutput);
    const ModuleRef ref{"pfeiffer", 3, Site::FfnOutput};
    experiment = *design::removeModules(experiment, model, {&ref, 1});
    QVERIFY(experiment == emptyDesign());
    QVERIFY(!design::removeModules(experiment, model, {&ref, 1}));
}

void TestDesign::factorsTakeTheShortestForm() {
    const ModelConfig model = bertBase();
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findPreset("pfeiffer"));
    const std::string name = experiment.adapters.front().name;
    const ModuleRef one{name, 5, Site::FfnOutput};
    experiment = *design::setReductionFactor(experiment, model, {&one, 1}, 4.0);
    const ReductionFactor& factor = experiment.adapters.front().bottleneck.reductionFactor;
    QCOMPARE(factor.fallback.value(), 16.0);
    QCOMPARE(factor.perLayer, (std::map<int, double>{{5, 4.0}}));
    std::vector<ModuleRef> all;
    for (const auto& module : design::modules(experiment, model)) {
        all.push_back(module.ref);
    }
    experiment = *design::setReductionFactor(experiment, model, all, 32.0);
    QCOMPARE(experiment.adapters.front().bottleneck.reductionFactor.fallback.value(), 32.0);
    QVERIFY(experiment.adapters.front().bottleneck.reductionFactor.perLayer.empty());
    QVERIFY(!design::setReductionFactor(experiment, model, all, 0.0));
}

void TestDesign::copyAndPaste() {
    const ModelConfig model = bertBase();
    Experiment experiment =
        *design::placeModule(emptyDesign(), model, *findPreset("houlsby"), 2, Site::FfnOutput);
    const ModuleRef ref{"houlsby", 2, Site::FfnOutput};
    experiment = *design::setReductionFactor(experiment, model, {&ref, 1}, 4.0);
    const nlohmann::json clipboard = design::copyModules(experiment, model, {&ref, 1});
    const auto pasted = design::pasteModules(experiment, model, clipboard, 3);
    QVERIFY2(pasted, pasted ? "" : pasted.error().message().c_str());
    const auto modules = design::modules(*pasted, model);
    QCOMPARE(modules.size(), std::size_t{2});
    QCOMPARE(modules[1].ref.layer, 5);
    QCOMPARE(modules[1].place.reductionFactor, 4.0);
    QVERIFY(!design::pasteModules(experiment, model, clipboard, 11));
    QVERIFY(!design::pasteModules(experiment, model, nlohmann::json("text"), 0));
    nlohmann::json damaged = clipboard;
    damaged["num_layers"] = "many";
    QVERIFY(!design::pasteModules(experiment, model, damaged, 0));
    damaged = clipboard;
    damaged["format"] = 7;
    QVERIFY(!design::pasteModules(experiment, model, damaged, 0));
}

void TestDesign::adapterDropMovesTheLowestTrainedLayer() {
    const ModelConfig model = bertBase();
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findPreset("pfeiffer"));
    QCOMPARE(design::lowestTrainedLayer(experiment, model), 0);
    experiment = *design::setAdapterDrop(experiment, model, 5);
    QCOMPARE(experiment.training.adapterDropMode, std::string("fixed"));
    QCOMPARE(design::lowestTrainedLayer(experiment, model), 5);
    experiment.train.clear();
    QCOMPARE(design::lowestTrainedLayer(experiment, model), 12);
    experiment.train = {"full"};
    QCOMPARE(design::lowestTrainedLayer(experiment, model), 0);
}

void TestDesign::wheelSteps() {
    QCOMPARE(design::nextReductionFactor(16.0, 1, 768), 32.0);
    QCOMPARE(design::nextReductionFactor(16.0, -1, 768), 8.0);
    QCOMPARE(design::nextReductionFactor(12.0, 1, 768), 16.0);
    QCOMPARE(design::nextReductionFactor(12.0, -1, 768), 8.0);
    QCOMPARE(design::nextReductionFactor(0.25, -1, 768), 0.25);
    QCOMPARE(design::nextReductionFactor(512.0, 1, 768), 512.0);
}

void TestDesign::everyEditStaysReadable() {
    const ModelConfig model = bertBase();
    Experiment experiment = emptyDesign();
    for (const Preset& preset : bottleneckPresets()) {
        experiment = *design::applyPreset(experiment, model, preset);
        const ModuleRef first = design::modules(experiment, model).front().ref;
        experiment = *design::setBottleneck(experiment, model, {&first, 1}, 33);
        experiment = *design::renameAdapter(experiment, first.adapter, preset.name + "_renamed");
        const auto read = experimentFromJson(nlohmann::json(toJson(experiment)));
        QVERIFY2(read, read ? "" : read.error().message().c_str());
        QVERIFY(*read == experiment);
        QCOMPARE(design::modules(*read, model).front().place.bottleneck, 33);
    }
}

QTEST_GUILESS_MAIN(TestDesign)
#include "test_design.moc"
