// Every method's description: parameter counts against formulas written down here and figures from the
// literature, names and shapes of tensors against files that the public libraries saved.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include <QtTest>

#include "models/config/adapter_config.h"
#include "models/config/composition.h"
#include "models/config/fusion_config.h"
#include "models/config/json_fields.h"
#include "models/config/method_composition.h"
#include "models/config/parameter_names.h"

using namespace awb;

namespace {

ModelConfig encoder(int hidden, int layers, int heads) {
    ModelConfig model;
    model.vocabSize = 30522;
    model.hiddenSize = hidden;
    model.numLayers = layers;
    model.numHeads = heads;
    model.intermediateSize = 4 * hidden;
    model.maxPositions = 512;
    model.typeVocabSize = 2;
    return model;
}

ModelConfig llama3() {
    ModelConfig model;
    model.family = ModelFamily::Llama;
    model.modelType = "llama";
    model.vocabSize = 128256;
    model.hiddenSize = 4096;
    model.numLayers = 32;
    model.numHeads = 32;
    model.numKeyValueHeads = 8;
    model.intermediateSize = 14336;
    model.maxPositions = 8192;
    return model;
}

/// The numbers that a formula needs: hidden size, layers, feed-forward, key and value width.
struct Shape {
    std::int64_t h, l, f, kv;
    bool isLlama;
};

std::int64_t module(std::int64_t h, std::int64_t b) {
    return h * b + b + b * h + h;
}

std::int64_t prefixNetwork(const Shape& s, std::int64_t length, std::int64_t inner) {
    const std::int64_t out = s.l * 2 * s.kv;
    return length * s.h + (s.h * inner + inner) + (inner * out + out);
}

std::int64_t nice(std::int64_t h) {
    const std::int64_t half = h / 2;
    const std::int64_t inner = half / 2;
    return 2 * (half * inner + inner + inner * half + half);
}

std::int64_t glow(std::int64_t h) {
    const std::int64_t half = h / 2;
    const std::int64_t inner = half / 2;
    return 2 * (half * inner + inner + inner * h + h);
}

std::int64_t lora(const Shape& s, std::int64_t rank) {
    return s.l * rank * ((s.h + s.h) + (s.h + s.kv)); // queries and values
}

using Formula = std::int64_t (*)(const Shape&);

const std::map<std::string, Formula>& formulas() {
    static const std::map<std::string, Formula> all{
        {"pfeiffer", [](const Shape& s) { return s.l * module(s.h, s.h / 16); }},
        {"houlsby", [](const Shape& s) { return 2 * s.l * module(s.h, s.h / 16); }},
        {"parallel", [](const Shape& s) { return s.l * module(s.h, s.h / 2); }},
        {"scaled_parallel", [](const Shape& s) { return s.l * (module(s.h, s.h / 2) + 1); }},
        {"bapna", [](const Shape& s) { return s.l * (module(s.h, s.h / 16) + 2 * s.h); }},
        {"adapter_plus", [](const Shape& s) { return s.l * (module(s.h, s.h / 96) + s.h); }},
        {"compacter", [](const Shape& s) { return 2 * s.l * 3 * (s.h + s.h / 32) + 64; }},
        {"compacter++", [](const Shape& s) { return s.l * 3 * (s.h + s.h / 32) + 64; }},
        {"pfeiffer+inv", [](const Shape& s) { return s.l * module(s.h, s.h / 16) + nice(s.h); }},
        {"houlsby+inv", [](const Shape& s) { return 2 * s.l * module(s.h, s.h / 16) + nice(s.h); }},
        {"pfeiffer+glow", [](const Shape& s) { return s.l * module(s.h, s.h / 16) + glow(s.h); }},
        {"lora", [](const Shape& s) { return lora(s, 8); }},
        {"dora", [](const Shape& s) { return lora(s, 8) + s.l * (s.h + s.kv); }},
        {"vera", [](const Shape& s) { return s.l * (2 * 64 + s.h + s.kv); }},
        // In Llama the public library puts the feed-forward's factors on down_proj's outputs.
        {"ia3", [](const Shape& s) { return s.l * (2 * s.kv + (s.isLlama ? s.h : s.f)); }},
        {"prefix_tuning", [](const Shape& s) { return prefixNetwork(s, 30, 512); }},
        {"prefix_tuning_flat", [](const Shape& s) { return 30 * s.l * 2 * s.kv; }},
        {"prompt_tuning", [](const Shape& s) { return 10 * s.h; }},
        {"mam", [](const Shape& s) { return prefixNetwork(s, 30, 800) + s.l * module(s.h, s.h / 2); }},
        {"unipelt",
         [](const Shape& s) {
             const std::int64_t gates = s.l * 4 * (s.h + 1); // prefix, adapter, two LoRA pairs
             return prefixNetwork(s, 10, 512) + s.l * module(s.h, s.h / 16) + lora(s, 8) + gates;
         }},
        {"loreft", [](const Shape& s) { return s.l * 2 * (2 * s.h + 1); }},
        {"noreft", [](const Shape& s) { return s.l * 2 * (2 * s.h + 1); }},
        {"direft", [](const Shape& s) { return s.l * 2 * (2 * s.h + 1); }},
        {"bitfit", [](const Shape& s) { return s.h + s.l * (2 * s.h + 2 * s.kv + s.f + s.h + 2 * s.h); }},
    };
    return all;
}

const nlohmann::json& recorded() {
    static const nlohmann::json json = [] {
        QFile file(QStringLiteral(AWB_TEST_DATA "/methods/recorded.json"));
        if (!file.open(QIODevice::ReadOnly)) {
            return nlohmann::json();
        }
        return nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
    }();
    return json;
}

ModelConfig recordedModel(const nlohmann::json& entry) {
    return *parseModelConfig(recorded().at("models").at(entry.at("model").get<std::string>()));
}

void addRecorded(const char* list) {
    QTest::addColumn<int>("number");
    const nlohmann::json& entries = recorded().at(list);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        QTest::addRow("%s %zu", entries[i].at("case").get<std::string>().c_str(), i) << static_cast<int>(i);
    }
}

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

Shapes declaredShapes(const std::vector<TensorSpec>& tensors) {
    Shapes shapes;
    for (const TensorSpec& tensor : tensors) {
        shapes[tensor.name] = tensor.shape;
        for (const std::string& alias : tensor.aliases) {
            shapes[alias] = tensor.shape;
        }
    }
    return shapes;
}

void compare(const Shapes& declared, const nlohmann::json& saved) {
    Shapes left = declared;
    for (const auto& [name, shape] : saved.items()) {
        const auto found = left.find(name);
        QVERIFY2(found != left.end(), ("not declared: " + name).c_str());
        QVERIFY2(
            found->second == shape.get<std::vector<std::int64_t>>(),
            (name + " is " + shape.dump() + ", declared " + nlohmann::json(found->second).dump()).c_str());
        left.erase(found);
    }
    QVERIFY2(left.empty(), left.empty() ? "" : ("not saved: " + left.begin()->first).c_str());
}

} // namespace

class TestMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsAreThoseOfTheFormulas_data();
    void countsAreThoseOfTheFormulas();
    void countsAreThoseOfTheLiterature_data();
    void countsAreThoseOfTheLiterature();
    void modulesHoldAllParameters_data() { countsAreThoseOfTheFormulas_data(); }
    void modulesHoldAllParameters();
    void savedNamesAndShapes_data() { addRecorded("adapters"); }
    void savedNamesAndShapes();
    void savedOptionsComeBack_data() { addRecorded("adapters"); }
    void savedOptionsComeBack();
    void presetsComeBack_data();
    void presetsComeBack();
    void savedSetupsComeBack_data() { addRecorded("setups"); }
    void savedSetupsComeBack();
    void savedFusions_data() { addRecorded("fusions"); }
    void savedFusions();
    void sharedModulesCountOnce();
    void impossibleSizesAreRefused();
    void configurationStringsAreRead_data();
    void configurationStringsAreRead();
};

void TestMethods::countsAreThoseOfTheFormulas_data() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<int>("model");
    const std::array models{"BERT-Base", "BERT-Large", "Llama 3 8B"};
    for (const MethodPreset& preset : methodPresets()) {
        for (int model = 0; model < 3; ++model) {
            QTest::addRow("%s, %s", preset.name.c_str(), models[static_cast<std::size_t>(model)])
                << QString::fromStdString(preset.name) << model;
        }
    }
}

void TestMethods::countsAreThoseOfTheFormulas() {
    QFETCH(QString, preset);
    QFETCH(int, model);
    const std::array models{encoder(768, 12, 12), encoder(1024, 24, 16), llama3()};
    const std::array shapes{Shape{768, 12, 3072, 768, false}, Shape{1024, 24, 4096, 1024, false},
                            Shape{4096, 32, 14336, 1024, true}};
    const auto index = static_cast<std::size_t>(model);
    AdapterConfig config;
    config.parts = findMethodPreset(preset.toStdString())->parts;
    const auto count = parameterCount(config, models[index]);
    if (preset == QLatin1String("bitfit") && model == 2) {
        QVERIFY(!count);
        return;
    }
    QVERIFY2(count, count ? "" : count.error().message().c_str());
    QCOMPARE(*count, formulas().at(preset.toStdString())(shapes[index]));
}

void TestMethods::countsAreThoseOfTheLiterature_data() {
    QTest::addColumn<QString>("config");
    QTest::addColumn<int>("model");
    QTest::addColumn<qlonglong>("count");
    const auto row = [](const char* source, const char* config, int model, qlonglong count) {
        QTest::newRow(source) << config << model << count;
    };
    // The public library's own table for BERT-Base.
    row("pfeiffer", "pfeiffer", 0, 894'528);
    row("houlsby", "houlsby", 0, 1'789'056);
    row("scaled parallel", "scaled_parallel", 0, 7'091'724);
    row("compacter", "compacter", 0, 57'088);
    row("compacter++", "compacter++", 0, 28'576);
    row("pfeiffer with NICE", "pfeiffer+inv", 0, 1'190'592);
    row("houlsby with NICE", "houlsby+inv", 0, 2'085'120);
    row("prefix tuning", "prefix_tuning", 0, 9'872'384);
    row("flat prefixes", "prefix_tuning_flat", 0, 552'960);
    row("(IA)3", "ia3", 0, 55'296);
    row("mix-and-match", "mam", 0, 22'493'984);
    row("UniPELT", "unipelt", 0, 11'083'376);
    // 0.3 M and 0.8 M in Hu et al. 2022 for RoBERTa Base and Large.
    row("LoRA, Base", "lora", 0, 294'912);
    row("LoRA, Large", "lora", 1, 786'432);
    row("LoRA, Llama 3 8B", "lora", 2, 3'407'872);
    // 0.043 M and 0.061 M in Kopiczko et al. 2024.
    row("VeRA, Base", "vera[r=1024]", 0, 43'008);
    row("VeRA, Large", "vera[r=256]", 1, 61'440);
    // Houlsby et al. 2019 on BERT-Large: 3.6 % for sizes of 64 without the new head; 2 x 24 modules.
    row("houlsby 64, Large", "houlsby[reduction_factor=16]", 1, 48LL * (2 * 64 * 1024 + 64 + 1024));
}

void TestMethods::countsAreThoseOfTheLiterature() {
    QFETCH(QString, config);
    QFETCH(int, model);
    QFETCH(qlonglong, count);
    const std::array models{encoder(768, 12, 12), encoder(1024, 24, 16), llama3()};
    const auto read = adapterFromAdapterHub(nlohmann::json(config.toStdString()), false);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(static_cast<qlonglong>(*parameterCount(read->config, models[static_cast<std::size_t>(model)])),
             count);
}

/// The modules' shares sum to the whole, and stand where the method says it acts.
void TestMethods::modulesHoldAllParameters() {
    QFETCH(QString, preset);
    QFETCH(int, model);
    const std::array models{encoder(768, 12, 12), encoder(1024, 24, 16), llama3()};
    const ModelConfig& shape = models[static_cast<std::size_t>(model)];
    AdapterConfig config;
    config.parts = findMethodPreset(preset.toStdString())->parts;
    const auto modules = modulesOf(config, shape);
    if (!modules) {
        QVERIFY(preset == QLatin1String("bitfit"));
        return;
    }
    std::int64_t sum = 0;
    for (const ModulePlace& module : *modules) {
        QVERIFY(module.layer >= kNoLayer && module.layer < shape.numLayers);
        QVERIFY(module.parameters >= 0 && (module.bottleneck > 0 || module.parameters > 0));
        sum += module.parameters;
    }
    QCOMPARE(sum, *parameterCount(config, shape));
    std::set<std::string> names;
    const auto tensorSpecs = tensorsOf(config, shape, "a");
    for (const TensorSpec& tensor : *tensorSpecs) {
        QVERIFY2(names.insert(tensor.name).second, tensor.name.c_str());
    }
}

void TestMethods::savedNamesAndShapes() {
    QFETCH(int, number);
    const nlohmann::json& entry = recorded().at("adapters").at(static_cast<std::size_t>(number));
    const auto read = adapterFromAdapterHub(entry.at("config"), false);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(read->unknownKeys.empty());
    const auto tensors = tensorsOf(read->config, recordedModel(entry), entry.at("name").get<std::string>());
    QVERIFY2(tensors, tensors ? "" : tensors.error().message().c_str());
    compare(declaredShapes(*tensors), entry.at("tensors"));
}

void TestMethods::savedOptionsComeBack() {
    QFETCH(int, number);
    const nlohmann::json& saved = recorded().at("adapters").at(static_cast<std::size_t>(number)).at("config");
    const AdapterConfig read = adapterFromAdapterHub(saved, false)->config;
    const nlohmann::json written = toAdapterHubJson(read);
    const auto again = adapterFromAdapterHub(written, false);
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(again->config == read);
    QCOMPARE(toAdapterHubJson(again->config), written);
    // What the library wrote and we write too must be the same; it writes more in some versions.
    const auto sameWhereBothSay = [](const nlohmann::json& ours, const nlohmann::json& theirs) {
        for (const auto& [key, value] : theirs.items()) {
            if (ours.contains(key) && key != "configs" && key != "attn_matrices" &&
                key != "reduction_factor") {
                QVERIFY2(ours.at(key) == value,
                         (key + ": " + ours.at(key).dump() + " instead of " + value.dump()).c_str());
            }
        }
    };
    if (saved.contains("configs")) {
        QCOMPARE(written.at("configs").size(), saved.at("configs").size());
        for (std::size_t i = 0; i < saved.at("configs").size(); ++i) {
            sameWhereBothSay(written.at("configs")[i], saved.at("configs")[i]);
        }
    }
    sameWhereBothSay(written, saved);
}

void TestMethods::presetsComeBack_data() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

void TestMethods::presetsComeBack() {
    QFETCH(QString, preset);
    AdapterConfig config;
    config.parts = findMethodPreset(preset.toStdString())->parts;
    const auto read = adapterFromAdapterHub(toAdapterHubJson(config), false);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(read->config == config);
    QVERIFY(read->unknownKeys.empty());
    QCOMPARE(methodTitle(config), findMethodPreset(preset.toStdString())->title);
}

void TestMethods::savedSetupsComeBack() {
    QFETCH(int, number);
    const nlohmann::json& setup = recorded().at("setups").at(static_cast<std::size_t>(number)).at("setup");
    const auto read = compositionFromAdapterHub(setup, "");
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(checkComposition(*read).empty());
    const auto again = compositionFromAdapterHub(toAdapterHubJson(*read), "");
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(*again == *read);
    const auto own = compositionFromJson(toJson(*read), "/composition");
    QVERIFY2(own, own ? "" : own.error().message().c_str());
    QVERIFY(*own == *read);
}

void TestMethods::savedFusions() {
    QFETCH(int, number);
    const nlohmann::json& entry = recorded().at("fusions").at(static_cast<std::size_t>(number));
    const ModelConfig model = recordedModel(entry);
    const auto config = fusionFromAdapterHub(entry.at("config"), "/config");
    QVERIFY2(config, config ? "" : config.error().message().c_str());
    QVERIFY(*fusionFromAdapterHub(toAdapterHubJson(*config), "/config") == *config);
    std::vector<AdapterConfig> adapters;
    for (const nlohmann::json& adapter : entry.at("adapters")) {
        adapters.push_back(adapterFromAdapterHub(adapter, false)->config);
    }
    std::vector<const AdapterConfig*> fused;
    for (const AdapterConfig& adapter : adapters) {
        fused.push_back(&adapter);
    }
    const auto places = fusionPlaces(fused, model);
    QVERIFY2(places, places ? "" : places.error().message().c_str());
    std::int64_t saved = 0;
    std::set<std::string> prefixes;
    for (const auto& [name, shape] : entry.at("tensors").items()) {
        std::int64_t size = 1;
        for (const nlohmann::json& width : shape) {
            size *= width.get<std::int64_t>();
        }
        saved += size;
        prefixes.insert(name.substr(0, name.find("adapter_fusion_layer.")));
    }
    QCOMPARE(static_cast<std::int64_t>(places->size()) * fusionLayerParameterCount(*config, model.hiddenSize),
             saved);
    std::set<std::string> expected;
    for (const auto& [layer, site] : *places) {
        expected.insert(joinPrefix(model.family, layer,
                                   isAttentionSite(site) ? BlockPart::Attention : BlockPart::FeedForward));
    }
    QVERIFY(expected == prefixes);
}

void TestMethods::sharedModulesCountOnce() {
    AdapterConfig config = AdapterConfig::of(BottleneckConfig{});
    config.bottleneck()->sharedAcrossLayers = true;
    const ModelConfig model = encoder(768, 12, 12);
    QCOMPARE(*parameterCount(config, model), module(768, 48));
    config.bottleneck()->mhAdapter = true;
    QCOMPARE(*parameterCount(config, model), 2 * module(768, 48));
    // A layer of another size has a module of its own.
    config.bottleneck()->reductionFactor.perLayer[3] = 8;
    QCOMPARE(*parameterCount(config, model), 2 * module(768, 48) + 2 * module(768, 96));
    std::int64_t sum = 0;
    const auto modulePlaces = modulesOf(config, model);
    for (const ModulePlace& place : *modulePlaces) {
        sum += place.parameters;
    }
    QCOMPARE(sum, *parameterCount(config, model));
}

void TestMethods::impossibleSizesAreRefused() {
    const ModelConfig model = encoder(768, 12, 12);
    AdapterConfig compacter;
    compacter.parts = findMethodPreset("compacter")->parts;
    compacter.bottleneck()->reductionFactor.fallback = 100; // 7 units
    const auto count = parameterCount(compacter, model);
    QVERIFY(!count);
    QCOMPARE(count.error().where, std::string("/phm_dim"));
    AdapterConfig reft = AdapterConfig::of(defaultMethod("reft"));
    reft.parts.front().options.set("prefix_positions", std::int64_t{0});
    QVERIFY(!parameterCount(reft, model));
    AdapterConfig both;
    both.parts = {defaultMethod("lora"), defaultMethod("vera")};
    const auto clash = modulesOf(both, model);
    QVERIFY(!clash);
    QCOMPARE(clash.error().where, std::string("/configs/1"));
}

void TestMethods::configurationStringsAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title"); ///< empty: an error
    QTest::newRow("preset") << "houlsby"
                            << "Houlsby";
    QTest::newRow("new name") << "double_seq_bn"
                              << "Houlsby";
    QTest::newRow("option") << "pfeiffer[reduction_factor=12, use_gating=True]"
                            << "Bottleneck adapter";
    QTest::newRow("union") << "prefix_tuning|parallel"
                           << "Prefix tuning + Bottleneck adapter";
    QTest::newRow("unknown") << "pfeifer"
                             << "";
    QTest::newRow("unknown option") << "lora[rank=3]"
                                    << "";
    QTest::newRow("no value") << "lora[r]"
                              << "";
    QTest::newRow("open bracket") << "lora[r=3"
                                  << "";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestMethods::configurationStringsAreRead() {
    QFETCH(QString, text);
    QFETCH(QString, title);
    const auto read = adapterFromAdapterHub(nlohmann::json(text.toStdString()), false);
    QCOMPARE(read.has_value(), !title.isEmpty());
    if (read) {
        QCOMPARE(QString::fromStdString(methodTitle(read->config)), title);
    }
}

QTEST_GUILESS_MAIN(TestMethods)
#include "test_methods.moc"
