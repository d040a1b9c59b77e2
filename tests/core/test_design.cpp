#include <algorithm>

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
    void dropsOfEveryMethod_data();
    void dropsOfEveryMethod();
    void dropsExtendTheAdapterOfEqualOptions();
    void removingKeepsToWhatOptionsCanSay();
    void copyAndPasteOfOtherMethods();
    void optionsAreChecked();
    void rankSteps();
    void costsOfMethodsAndFusions();
    void namesOfPresetsBecomeLegal();
};

void TestDesign::seedFigures() {
    const ModelConfig model = bertBase();
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findMethodPreset("houlsby"));
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
    const MethodPreset& pfeiffer = *findMethodPreset("pfeiffer");
    Experiment experiment = *design::placeModule(emptyDesign(), model, pfeiffer, 3, Site::FfnOutput);
    QCOMPARE(experiment.adapters.size(), std::size_t{1});
    QCOMPARE(design::modules(experiment, model).size(), std::size_t{1});
    QCOMPARE(experiment.train, std::vector<std::string>{"pfeiffer"});
    experiment = *design::placeModule(experiment, model, pfeiffer, 5, Site::FfnOutput);
    QCOMPARE(experiment.adapters.size(), std::size_t{1});
    QCOMPARE(design::modules(experiment, model).size(), std::size_t{2});
    QCOMPARE(experiment.adapters.front().config.bottleneck()->leaveOut.size(), std::size_t{10});
    QVERIFY(experiment.adapters.front().config.bottleneck()->layerSites.empty());
}

void TestDesign::placingIsRefusedWithAReason() {
    const ModelConfig model = bertBase();
    const MethodPreset& pfeiffer = *findMethodPreset("pfeiffer");
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
    const MethodPreset& houlsby = *findMethodPreset("houlsby");
    Experiment experiment = *design::placeModule(emptyDesign(), model, houlsby, 0, Site::AttentionOutput);
    experiment = *design::placeModule(experiment, model, houlsby, 1, Site::FfnOutput);
    const BottleneckConfig& config = *experiment.adapters.front().config.bottleneck();
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
        *design::placeModule(emptyDesign(), model, *findMethodPreset("pfeiffer"), 3, Site::FfnOutput);
    const ModuleRef ref{"pfeiffer", 3, Site::FfnOutput};
    experiment = *design::removeModules(experiment, model, {&ref, 1});
    QVERIFY(experiment == emptyDesign());
    QVERIFY(!design::removeModules(experiment, model, {&ref, 1}));
}

void TestDesign::factorsTakeTheShortestForm() {
    const ModelConfig model = bertBase();
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findMethodPreset("pfeiffer"));
    const std::string name = experiment.adapters.front().name;
    const ModuleRef one{name, 5, Site::FfnOutput};
    experiment = *design::setReductionFactor(experiment, model, {&one, 1}, 4.0);
    const ReductionFactor& factor = experiment.adapters.front().config.bottleneck()->reductionFactor;
    QCOMPARE(factor.fallback.value(), 16.0);
    QCOMPARE(factor.perLayer, (std::map<int, double>{{5, 4.0}}));
    std::vector<ModuleRef> all;
    for (const auto& module : design::modules(experiment, model)) {
        all.push_back(module.ref);
    }
    experiment = *design::setReductionFactor(experiment, model, all, 32.0);
    QCOMPARE(experiment.adapters.front().config.bottleneck()->reductionFactor.fallback.value(), 32.0);
    QVERIFY(experiment.adapters.front().config.bottleneck()->reductionFactor.perLayer.empty());
    QVERIFY(!design::setReductionFactor(experiment, model, all, 0.0));
}

void TestDesign::copyAndPaste() {
    const ModelConfig model = bertBase();
    Experiment experiment =
        *design::placeModule(emptyDesign(), model, *findMethodPreset("houlsby"), 2, Site::FfnOutput);
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
    Experiment experiment = *design::applyPreset(emptyDesign(), model, *findMethodPreset("pfeiffer"));
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
    int number = 0;
    for (const MethodPreset& preset : methodPresets()) {
        experiment = *design::applyPreset(experiment, model, preset);
        ModuleRef sized;
        for (const design::Module& module : design::modules(experiment, model)) {
            if (!module.isShared()) {
                sized = module.ref;
            }
        }
        // 36 is a multiple of Compacter's 4.
        const auto resized = design::setSize(experiment, model, {&sized, 1}, 36);
        const bool hasSize = preset.name != "ia3" && preset.name != "bitfit";
        QCOMPARE(resized.has_value(), hasSize);
        experiment = hasSize ? *resized : experiment;
        experiment = *design::renameAdapter(experiment, sized.adapter, "renamed_" + std::to_string(++number));
        const auto read = experimentFromJson(nlohmann::json(toJson(experiment)));
        QVERIFY2(read, read ? "" : read.error().message().c_str());
        QVERIFY(*read == experiment);
        QCOMPARE(toText(*read), toText(experiment));
        QVERIFY(checkAgainstModel(*read, model).empty());
        const auto all = design::modules(*read, model);
        QVERIFY(!hasSize || std::ranges::any_of(all, [&](const design::Module& module) {
            return module.ref.layer == sized.layer && module.ref.site == sized.site &&
                   module.place.bottleneck == 36;
        }));
    }
}

void TestDesign::dropsOfEveryMethod_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("site");
    QTest::addColumn<int>("modules"); ///< that appear; 0: refused
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* preset, int layer, const char* site, int modules,
                        const char* reason = "") {
        QTest::addRow("%s at %s", preset, site) << preset << layer << site << modules << reason;
    };
    row("pfeiffer", 3, "ffn_output", 1);
    row("pfeiffer", 3, "attention.query", 0, "can't sit at the query map");
    row("pfeiffer", -1, "embedding_output", 0, "can't sit at the embeddings");
    row("compacter", 3, "ffn_output", 1);
    row("pfeiffer+inv", 3, "ffn_output", 2);
    row("pfeiffer+inv", -1, "embedding_output", 13);
    row("lora", 3, "attention.query", 2);
    row("lora", 3, "attention.key", 1);
    row("lora", 3, "ffn.output", 1);
    row("lora", -1, "pooler", 1);
    row("lora", 3, "ffn_output", 0, "LoRA can't sit after the feed-forward part");
    row("lora", 12, "attention.query", 0, "there is no layer 12");
    row("dora", 0, "attention.value", 2);
    row("vera", 0, "attention.value", 2);
    row("ia3", 5, "ffn.intermediate", 3);
    row("prefix_tuning", 5, "attention.key_value_prefix", 1);
    row("prefix_tuning", 5, "attention.query", 0, "Prefix tuning can't sit at the query map");
    row("prompt_tuning", -1, "input_prompt", 1);
    row("prompt_tuning", 3, "input_prompt", 1);
    row("prompt_tuning", 3, "ffn_output", 0, "Prompt tuning can't sit");
    row("loreft", 11, "block_output", 1);
    row("mam", 2, "ffn_parallel", 2);
    row("mam", 2, "ffn_output", 0, "Mix-and-match can't sit");
    row("unipelt", 2, "attention.query", 4);
    row("bitfit", 2, "ffn.output", 9);
}

void TestDesign::dropsOfEveryMethod() {
    QFETCH(QString, preset);
    QFETCH(int, layer);
    QFETCH(QString, site);
    QFETCH(int, modules);
    QFETCH(QString, reason);
    const ModelConfig model = bertBase();
    const auto placed = design::placeModule(emptyDesign(), model, *findMethodPreset(preset.toStdString()),
                                            layer, *siteFromName(site.toStdString()));
    if (modules == 0) {
        QVERIFY(!placed);
        QVERIFY2(placed.error().what.find(reason.toStdString()) != std::string::npos,
                 placed.error().message().c_str());
        QVERIFY(!placed.error().advice.empty());
        return;
    }
    QVERIFY2(placed, placed ? "" : placed.error().message().c_str());
    int found = 0;
    for (const design::Module& module : design::modules(*placed, model)) {
        found += module.isShared() ? 0 : 1;
        QVERIFY(module.ref.layer == kNoLayer || layer == -1 || module.ref.layer == layer);
    }
    QCOMPARE(found, modules);
    QCOMPARE(placed->composition, Composition::of(placed->adapters.front().name));
    QCOMPARE(placed->train, std::vector<std::string>{placed->adapters.front().name});
    const auto read = experimentFromJson(nlohmann::json(toJson(*placed)));
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(*read == *placed);
}

void TestDesign::dropsExtendTheAdapterOfEqualOptions() {
    const ModelConfig model = bertBase();
    const MethodPreset& lora = *findMethodPreset("lora");
    Experiment experiment = *design::placeModule(emptyDesign(), model, lora, 3, Site::AttentionQuery);
    experiment = *design::placeModule(experiment, model, lora, 7, Site::AttentionValue);
    QCOMPARE(experiment.adapters.size(), std::size_t{1});
    QCOMPARE(experiment.adapters.front().config.parts.front().options.layers("leave_out"),
             (std::vector<int>{0, 1, 2, 4, 5, 6, 8, 9, 10, 11}));
    // Another matrix is another choice for the whole adapter, so it makes one of its own.
    experiment = *design::placeModule(experiment, model, lora, 7, Site::AttentionKey);
    QCOMPARE(experiment.adapters.size(), std::size_t{2});
    QCOMPARE(experiment.composition.kind, Composition::Kind::Stack);
    const auto twice = design::placeModule(experiment, model, lora, 7, Site::AttentionQuery);
    QVERIFY(!twice && twice.error().what.find("already has a module") != std::string::npos);
    // Methods at other sites live beside each other; what acts once does not come twice.
    experiment = *design::placeModule(experiment, model, *findMethodPreset("loreft"), 3, Site::BlockOutput);
    const auto second =
        design::placeModule(experiment, model, *findMethodPreset("direft"), 4, Site::BlockOutput);
    QVERIFY(!second && second.error().what.find("twice") != std::string::npos);
}

void TestDesign::removingKeepsToWhatOptionsCanSay() {
    const ModelConfig model = bertBase();
    const Experiment lora = *design::applyPreset(emptyDesign(), model, *findMethodPreset("lora"));
    const ModuleRef query{"lora", 4, Site::AttentionQuery};
    const ModuleRef value{"lora", 4, Site::AttentionValue};
    const auto alone = design::removeModules(lora, model, {&query, 1});
    QVERIFY(!alone && alone.error().what.find("every layer") != std::string::npos);
    const std::vector layer{query, value};
    Experiment edited = *design::removeModules(lora, model, layer);
    QCOMPARE(edited.adapters.front().config.parts.front().options.layers("leave_out"), std::vector<int>{4});
    std::vector<ModuleRef> column;
    for (const design::Module& module : design::modules(edited, model)) {
        if (module.ref.site == Site::AttentionQuery) {
            column.push_back(module.ref);
        }
    }
    edited = *design::removeModules(edited, model, column);
    QCOMPARE(edited.adapters.front().config.parts.front().options.texts("attn_matrices"),
             std::vector<std::string>{"v"});
    std::vector<ModuleRef> rest;
    for (const design::Module& module : design::modules(edited, model)) {
        rest.push_back(module.ref);
    }
    QVERIFY(*design::removeModules(edited, model, rest) == emptyDesign());

    // A part of a union goes alone; Compacter's shared rule goes with its modules.
    const Experiment mam = *design::applyPreset(emptyDesign(), model, *findMethodPreset("mam"));
    std::vector<ModuleRef> prefixes;
    for (const design::Module& module : design::modules(mam, model)) {
        if (module.ref.site == Site::KeyValuePrefix) {
            prefixes.push_back(module.ref);
        }
    }
    const Experiment left = *design::removeModules(mam, model, prefixes);
    QCOMPARE(left.adapters.front().config.parts.size(), std::size_t{1});
    QVERIFY(left.adapters.front().config.parts.front().isBottleneck());
    const Experiment compacter = *design::applyPreset(emptyDesign(), model, *findMethodPreset("compacter"));
    const auto all = design::modules(compacter, model);
    QVERIFY(all.front().isShared());
    QVERIFY(!design::removeModules(compacter, model, {&all.front().ref, 1}));
}

void TestDesign::copyAndPasteOfOtherMethods() {
    const ModelConfig model = bertBase();
    for (const char* name : {"lora", "ia3", "prefix_tuning", "loreft", "mam", "unipelt"}) {
        const MethodPreset& preset = *findMethodPreset(name);
        Experiment experiment = *design::applyPreset(emptyDesign(), model, preset);
        std::vector<ModuleRef> inLayer;
        for (const design::Module& module : design::modules(experiment, model)) {
            if (module.ref.layer == 2) {
                inLayer.push_back(module.ref);
            }
        }
        const nlohmann::json clipboard = design::copyModules(experiment, model, inLayer);
        const auto pasted = design::pasteModules(emptyDesign(), model, clipboard, 3);
        QVERIFY2(pasted, pasted ? "" : (std::string(name) + ": " + pasted.error().message()).c_str());
        std::size_t found = 0;
        for (const design::Module& module : design::modules(*pasted, model)) {
            if (!module.isShared()) {
                QCOMPARE(module.ref.layer, 5);
                ++found;
            }
        }
        QCOMPARE(found, inLayer.size());
        QVERIFY(!design::pasteModules(emptyDesign(), model, clipboard, 10));
        const auto onto = design::pasteModules(experiment, model, clipboard, 3);
        QVERIFY(!onto && onto.error().what.find("already has a module") != std::string::npos);
    }
    const Experiment prompt = *design::applyPreset(emptyDesign(), model, *findMethodPreset("prompt_tuning"));
    const ModuleRef ref = design::modules(prompt, model).front().ref;
    QVERIFY(*design::pasteModules(emptyDesign(), model, design::copyModules(prompt, model, {&ref, 1}), 5) ==
            prompt);
}

void TestDesign::optionsAreChecked() {
    const ModelConfig model = bertBase();
    const Experiment lora = *design::applyPreset(emptyDesign(), model, *findMethodPreset("lora"));
    const auto set = [&](const char* key, OptionValue value) {
        return design::setOption(lora, model, "lora", 0, key, std::move(value));
    };
    QCOMPARE(set("r", std::int64_t{4})->adapters.front().config.parts.front().options.integer("r"),
             std::int64_t{4});
    QVERIFY(!set("r", std::int64_t{0}));
    QVERIFY(!set("r", 4.0));
    QVERIFY(!set("rank", std::int64_t{4}));
    QVERIFY(!set("init_weights", std::string("random")));
    QVERIFY(!set("attn_matrices", std::vector<std::string>{"x"}));
    const auto nothing = set("selfattn_lora", false);
    QVERIFY(!nothing && nothing.error().what.find("no module left") != std::string::npos);
    QVERIFY(!design::setOption(lora, model, "lora", 1, "r", std::int64_t{4}));
    QVERIFY(!design::setOption(lora, model, "other", 0, "r", std::int64_t{4}));
    const Experiment prompt = *design::applyPreset(emptyDesign(), model, *findMethodPreset("prompt_tuning"));
    const auto text =
        design::setOption(prompt, model, "prompt_tuning", 0, "prompt_init_text", std::string("A topic"));
    QCOMPARE(text->adapters.front().config.parts.front().options.text("prompt_init_text"),
             std::string("A topic"));
    // ReFT's subspace is inside the hidden space.
    const Experiment reft = *design::applyPreset(emptyDesign(), model, *findMethodPreset("loreft"));
    QVERIFY(!design::setOption(reft, model, "loreft", 0, "r", std::int64_t{769}));
}

void TestDesign::rankSteps() {
    QCOMPARE(design::nextSize(8, 1, 64), 16);
    QCOMPARE(design::nextSize(8, -1, 64), 4);
    QCOMPARE(design::nextSize(10, 1, 64), 16);
    QCOMPARE(design::nextSize(10, -1, 64), 8);
    QCOMPARE(design::nextSize(1, -1, 64), 1);
    QCOMPARE(design::nextSize(64, 1, 64), 64);
}

void TestDesign::costsOfMethodsAndFusions() {
    const ModelConfig model = bertBase();
    Experiment lora =
        *design::placeModule(emptyDesign(), model, *findMethodPreset("lora"), 7, Site::AttentionQuery);
    QCOMPARE(design::lowestTrainedLayer(lora, model), 7);
    QCOMPARE(design::costInput(lora, model, 2, 32, 0).adapterParameters, std::int64_t{2 * 8 * (768 + 768)});
    QCOMPARE(design::costInput(lora, model, 2, 32, 0).bottleneckUnits, std::int64_t{16});
    const Experiment pooler =
        *design::placeModule(emptyDesign(), model, *findMethodPreset("lora"), kNoLayer, Site::Pooler);
    QCOMPARE(design::lowestTrainedLayer(pooler, model), 12); // it stands above all layers
    const Experiment prefix = *design::placeModule(emptyDesign(), model, *findMethodPreset("prefix_tuning"),
                                                   9, Site::KeyValuePrefix);
    QCOMPARE(design::lowestTrainedLayer(prefix, model), 9);
    for (const char* name : {"prompt_tuning", "pfeiffer+inv", "bitfit"}) {
        const Experiment first = *design::applyPreset(emptyDesign(), model, *findMethodPreset(name));
        QCOMPARE(design::lowestTrainedLayer(first, model), 0);
    }

    // Three saved Houlsby adapters, fused: only the fusion is trained, at both sublayers of each layer.
    Experiment fused = emptyDesign();
    for (const char* name : {"a", "b", "c"}) {
        AdapterSpec adapter;
        adapter.name = name;
        adapter.from = "adapters/" + std::string(name);
        adapter.preset = "houlsby";
        adapter.config.parts = findMethodPreset("houlsby")->parts;
        adapter.config.bottleneck()->leaveOut = {0, 1};
        fused.adapters.push_back(adapter);
    }
    fused.composition = Composition::block(
        Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b"), Composition::of("c")});
    fused.train = defaultTrain(fused);
    QCOMPARE(fused.train, std::vector<std::string>{"fuse:a,b,c"});
    const std::int64_t layer = 3 * 768 * 768 + 2 * 768;
    QCOMPARE(design::fusionParameterCount(fused, model, true), 24 * layer);
    QCOMPARE(design::costInput(fused, model, 2, 32, 0).adapterParameters, 24 * layer);
    QCOMPARE(design::lowestTrainedLayer(fused, model), 2);
    fused.fusion.config = *fusionPreset("static");
    QCOMPARE(design::fusionParameterCount(fused, model, true), 24 * (2 * 768 * 768 + 2 * 768));
    fused.train.clear();
    QCOMPARE(design::fusionParameterCount(fused, model, true), std::int64_t{0});
    QCOMPARE(design::lowestTrainedLayer(fused, model), 12);

    // Each branch has a head.
    Experiment branches = fused;
    branches.composition.kind = Composition::Kind::Parallel;
    const std::int64_t one = design::costInput(fused, model, 2, 32, 0).headParameters;
    QCOMPARE(design::costInput(branches, model, 2, 32, 0).headParameters, 3 * one);
    QCOMPARE(headsOf(branches)[2].name, std::string("c"));
}

void TestDesign::namesOfPresetsBecomeLegal() {
    const ModelConfig model = bertBase();
    const auto nameOf = [&](const char* preset) {
        return design::applyPreset(emptyDesign(), model, *findMethodPreset(preset))->adapters.front().name;
    };
    QCOMPARE(nameOf("pfeiffer+inv"), std::string("pfeiffer-inv"));
    QCOMPARE(nameOf("compacter++"), std::string("compacter-pp"));
    QCOMPARE(nameOf("ia3"), std::string("ia3"));
}

QTEST_GUILESS_MAIN(TestDesign)
#include "test_design.moc"
