#include <QtTest>

#include "backend/experiment/experiment.h"
#include "models/config/json_fields.h"

using namespace awb;

namespace {

nlohmann::json minimal() {
    return {{"format", "adapter-workbench/experiment@1"},
            {"adapters", {{{"name", "a"}, {"preset", "pfeiffer"}}}}};
}

} // namespace

class TestExperiment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void documentedExampleReads();
    void fusionExampleReads();
    void canonicalFormIsAFixedPoint();
    void dataOfAllTasksReads();
    void dataKeysStandOnlyWhereSet();
    void everyMethodIsAFixedPoint_data();
    void everyMethodIsAFixedPoint();
    void onlyChangesAreWritten();
    void headsTakeTheirTypesDefaults_data();
    void headsTakeTheirTypesDefaults();
    void leftOutTrainMeansWhatIsFresh_data();
    void leftOutTrainMeansWhatIsFresh();
    void methodsAreCheckedAgainstTheModel_data();
    void methodsAreCheckedAgainstTheModel();
    void savedOptionsAreRead();
    void summaries_data();
    void summaries();
    void badFilesNameTheirPlace_data();
    void badFilesNameTheirPlace();
    void brokenJsonNamesLineAndColumn();
    void layersAreCheckedAgainstTheModel();
    void pathsAreResolvedAgainstTheFile();
};

void TestExperiment::documentedExampleReads() {
    const auto json = parseJson(R"({"format": "adapter-workbench/experiment@1", "name": "reviews-r16",
        "base": {"model": "mini-en"},
        "adapters": [{"name": "reviews", "method": "bottleneck", "preset": "pfeiffer", "reduction_factor": 16,
                      "per_layer": {"0": {"leave_out": true}, "5": {"reduction_factor": 8}}}],
        "composition": "reviews", "train": ["reviews"],
        "head": {"type": "classification"},
        "data": {"source": "files", "splits": {"train": "train.tsv", "validation": "dev.tsv", "test": "test.tsv"},
                 "columns": {"text": "sentence", "label": "label"}},
        "training": {"epochs": 5, "batch_size": 32, "learning_rate": 1e-3, "warmup_ratio": 0.06,
                     "lr_scheduler": "linear", "weight_decay": 0.01, "max_seq_length": 64, "seed": 1}})",
                                "example");
    QVERIFY(json);
    const auto experiment = experimentFromJson(*json);
    QVERIFY2(experiment, experiment ? "" : experiment.error().message().c_str());
    const BottleneckConfig& config = *experiment->adapters.at(0).config.bottleneck();
    QVERIFY(!config.hasModule(0, Site::FfnOutput));
    QVERIFY(config.hasModule(5, Site::FfnOutput));
    QVERIFY(!config.hasModule(5, Site::AttentionOutput));
    QCOMPARE(config.reductionFactor.at(5).value(), 8.0);
    QCOMPARE(config.reductionFactor.at(4).value(), 16.0);
    QCOMPARE(experiment->data.text, std::string("sentence"));
    QCOMPARE(experiment->training.epochs, 5.0);
}

void TestExperiment::fusionExampleReads() {
    const auto json = parseJson(R"({"format": "adapter-workbench/experiment@1", "name": "fuse-three",
        "base": {"model": "mini-en"},
        "adapters": [{"name": "a", "from": "adapters/a"}, {"name": "b", "from": "adapters/b"},
                     {"name": "c", "from": "adapters/c"}],
        "composition": {"fuse": ["a", "b", "c"]}, "fusion": {"preset": "dynamic"}, "train": ["fuse:a,b,c"],
        "head": {"type": "classification"},
        "data": {"source": "wordnet:verb-topic", "limit": {"train": 500}},
        "training": {"epochs": 10, "learning_rate": 5e-5, "seed": 1}})",
                                "example");
    QVERIFY(json);
    const auto experiment = experimentFromJson(*json);
    QVERIFY2(experiment, experiment ? "" : experiment.error().message().c_str());
    QCOMPARE(experiment->composition.kind, Composition::Kind::Fuse);
    QVERIFY(experiment->trainsFusion("a,b,c") && !experiment->trainsAdapter("a"));
    QVERIFY(experiment->fusion == FusionSpec{});
    QVERIFY(experiment->adapters.front().isUnread());
    const nlohmann::json written = toJson(*experiment);
    QCOMPARE(written["adapters"][0], (nlohmann::json{{"name", "a"}, {"from", "adapters/a"}}));
    QCOMPARE(written["fusion"], (nlohmann::json{{"preset", "dynamic"}}));
    QVERIFY(*experimentFromJson(written) == *experiment);
}

void TestExperiment::canonicalFormIsAFixedPoint() {
    Experiment experiment = defaultExperiment();
    AdapterSpec& adapter = experiment.adapters.front();
    adapter.config.bottleneck()->leaveOut = {1};
    adapter.config.bottleneck()->reductionFactor.perLayer = {{3, 2.5}};
    adapter.config.bottleneck()->layerSites[2] = {true, false};
    adapter.config.bottleneck()->scaling = {Scaling::Kind::Channel, 1.0};
    adapter.config.bottleneck()->residualBeforeLn = ResidualMode::PostAdd;
    adapter.config.bottleneck()->dropout = 0.25;
    experiment.training.scheduler = Scheduler::Cosine;
    experiment.training.adapterDropMode = "random";
    experiment.training.adapterDropLayers = 2;
    experiment.training.learningRate = 0.1 + 0.2;
    experiment.data.limit["train"] = 500;
    experiment.head.activation.clear();
    adapter.config.bottleneck()->phm = PhmOptions{.dim = 8, .rank = 2, .learn = false, .sharedW = true};
    adapter.config.bottleneck()->invertible = InvertibleKind::Glow;
    adapter.config.bottleneck()->invReductionFactor = 4.0;
    adapter.config.bottleneck()->stochasticDepth = 0.1;
    adapter.config.bottleneck()->sharedAcrossLayers = true;
    experiment.fusion.preset = "static";
    experiment.fusion.config = *fusionPreset("static");
    experiment.fusion.config.dropout = 0.125;
    experiment.fusion.from = "fusions/a,b";
    const auto read = experimentFromJson(nlohmann::json(toJson(experiment)));
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QVERIFY(*read == experiment);
    QCOMPARE(toText(*read), toText(experiment));
}

void TestExperiment::dataOfAllTasksReads() {
    nlohmann::json json = minimal();
    json["data"] = nlohmann::json::parse(R"({"source": "files", "splits": {"train": "a.conllu"},
        "columns": {"text": "FORM", "tag": "FEATS.Number", "labels": ["joy", 3]},
        "label_separator": ";", "tag_scheme": "bio", "format": "conllu"})");
    json["training"] = {{"mlm_probability", 0.2}, {"whole_word_mask", true}};
    auto read = experimentFromJson(json);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(read->data.tag, std::string("FEATS.Number"));
    QCOMPARE(read->data.labels, (std::vector<std::string>{"joy", "3"}));
    QCOMPARE(read->data.labelSeparator, std::string(";"));
    QCOMPARE(read->data.tagScheme, std::string("bio"));
    QCOMPARE(read->training.mlmProbability, 0.2);
    QVERIFY(read->training.wholeWordMask);
    QVERIFY(*experimentFromJson(nlohmann::json(toJson(*read))) == *read);

    json["data"]["columns"]["labels"] = "emotions";
    json["data"]["columns"]["tag"] = 4U;
    read = experimentFromJson(json);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(read->data.labels, std::vector<std::string>{"emotions"});
    QCOMPARE(read->data.tag, std::string("4"));
    QVERIFY(*experimentFromJson(nlohmann::json(toJson(*read))) == *read);
}

void TestExperiment::dataKeysStandOnlyWhereSet() {
    const std::string text = toText(defaultExperiment());
    for (const char* key :
         {"tag", "labels", "label_separator", "tag_scheme", "mlm_probability", "whole_word_mask"}) {
        QVERIFY2(text.find("\"" + std::string(key) + "\"") == std::string::npos, key);
    }
}

void TestExperiment::everyMethodIsAFixedPoint_data() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

/// As made from the preset, without its name, and with every option changed.
void TestExperiment::everyMethodIsAFixedPoint() {
    QFETCH(QString, preset);
    Experiment experiment = defaultExperiment();
    AdapterSpec& adapter = experiment.adapters.front();
    adapter.preset = preset.toStdString();
    adapter.config.parts = findMethodPreset(adapter.preset)->parts;
    const auto check = [&] {
        const auto read = experimentFromJson(nlohmann::json(toJson(experiment)));
        QVERIFY2(read, read ? "" : read.error().message().c_str());
        QVERIFY(*read == experiment);
        QCOMPARE(toText(*read), toText(experiment));
    };
    check();
    adapter.preset.clear();
    check();
    for (MethodConfig& part : adapter.config.parts) {
        part.bottleneck.dropout = part.isBottleneck() ? 0.5 : 0.0;
        part.bottleneck.leaveOut = part.isBottleneck() ? std::set{1} : std::set<int>{};
        part.bottleneck.stochasticDepth = 0.0;
        for (const OptionSpec& option : findMethod(part.method)->options) {
            const OptionValue& now = part.options.value(option.key);
            switch (option.kind) {
            case OptionKind::Boolean:
                part.options.set(option.key, !std::get<bool>(now));
                break;
            case OptionKind::Integer:
                part.options.set(option.key, static_cast<std::int64_t>(option.highest));
                break;
            case OptionKind::Number:
                part.options.set(option.key, option.highest);
                break;
            case OptionKind::Choice:
                part.options.set(option.key, option.choices.back());
                break;
            case OptionKind::Choices:
                part.options.set(option.key, std::vector{option.choices.back()});
                break;
            case OptionKind::Text:
                part.options.set(option.key, std::string("some \"text\""));
                break;
            case OptionKind::Layers:
                part.options.set(option.key, std::vector{0, 3});
                break;
            }
        }
    }
    check();
    adapter.preset = preset.toStdString();
    check();
}

void TestExperiment::onlyChangesAreWritten() {
    Experiment experiment = defaultExperiment();
    AdapterSpec& adapter = experiment.adapters.front();
    adapter.preset = "loreft";
    adapter.config.parts = findMethodPreset("loreft")->parts;
    QCOMPARE(nlohmann::json(toJson(experiment))["adapters"][0],
             (nlohmann::json{{"name", "noun-topic"}, {"method", "reft"}, {"preset", "loreft"}}));
    adapter.config.parts.front().options.set("r", std::int64_t{4});
    QCOMPARE(nlohmann::json(toJson(experiment))["adapters"][0],
             (nlohmann::json{{"name", "noun-topic"}, {"method", "reft"}, {"preset", "loreft"}, {"r", 4}}));
    adapter.preset = "mam";
    adapter.config.parts = findMethodPreset("mam")->parts;
    QCOMPARE(nlohmann::json(toJson(experiment))["adapters"][0],
             (nlohmann::json{{"name", "noun-topic"}, {"method", "union"}, {"preset", "mam"}}));
    // Both names of a preset and its parts by their own presets.
    const auto read = experimentFromJson(
        {{"format", "adapter-workbench/experiment@1"},
         {"adapters",
          {{{"name", "a"}, {"preset", "seq_bn"}},
           {{"name", "b"},
            {"method", "union"},
            {"configs", {{{"method", "lora"}, {"r", 2}}, {{"preset", "par_bn"}, {"reduction_factor", 4}}}}}}},
         {"composition", {{"stack", {"a", "b"}}}}});
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(read->adapters[0].preset, std::string("pfeiffer"));
    QCOMPARE(read->adapters[1].config.parts[0].options.integer("r"), std::int64_t{2});
    QVERIFY(read->adapters[1].config.bottleneck()->isParallel);
    QCOMPARE(read->adapters[1].config.bottleneck()->reductionFactor.fallback.value(), 4.0);
}

void TestExperiment::headsTakeTheirTypesDefaults_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("layers");
    QTest::addColumn<QString>("activation");
    QTest::newRow("classification") << "classification" << 2 << "tanh";
    QTest::newRow("multilabel") << "multilabel" << 2 << "tanh";
    QTest::newRow("regression") << "regression" << 2 << "tanh";
    QTest::newRow("tagging") << "tagging" << 1 << "tanh";
    QTest::newRow("masked_lm") << "masked_lm" << 2 << "gelu";
    QTest::newRow("causal_lm") << "causal_lm" << 2 << "gelu";
    QTest::newRow("question_answering") << "question_answering" << 1 << "tanh";
    QTest::newRow("multiple_choice") << "multiple_choice" << 2 << "tanh";
}

void TestExperiment::headsTakeTheirTypesDefaults() {
    QFETCH(QString, type);
    QFETCH(int, layers);
    QFETCH(QString, activation);
    nlohmann::json json = minimal();
    json["head"] = {{"type", type.toStdString()}, {"name", "mine"}};
    auto read = experimentFromJson(json);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    HeadConfig expected = defaultHead(*headTypeFromName(type.toStdString()));
    expected.name = "mine";
    QVERIFY(read->head == expected);
    QCOMPARE(read->head.layers, layers);
    QCOMPARE(read->head.activation, activation.toStdString());
    read->head.layerNorm = !read->head.layerNorm;
    read->head.shiftLabels = !read->head.shiftLabels;
    read->head.numLabels = 7;
    const auto again = experimentFromJson(nlohmann::json(toJson(*read)));
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(*again == *read);
}

void TestExperiment::leftOutTrainMeansWhatIsFresh_data() {
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QStringList>("train");
    // `s` and `t` are saved adapters, the others are fresh.
    QTest::newRow("one") << R"("a")" << QStringList{QStringLiteral("a")};
    QTest::newRow("stack") << R"({"stack": ["a", "b"]})"
                           << QStringList{QStringLiteral("a"), QStringLiteral("b")};
    QTest::newRow("language below task") << R"({"stack": ["s", "a"]})" << QStringList{QStringLiteral("a")};
    QTest::newRow("fusion of saved ones")
        << R"({"fuse": ["s", "t"]})" << QStringList{QStringLiteral("fuse:s,t")};
    QTest::newRow("fusion of fresh ones")
        << R"({"fuse": ["a", "b"]})"
        << QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("fuse:a,b")};
    QTest::newRow("nested") << R"({"stack": ["a", {"fuse": [{"stack": ["s", "t"]}, "b"]}]})"
                            << QStringList{QStringLiteral("a"), QStringLiteral("b"),
                                           QStringLiteral("fuse:t,b")};
    QTest::newRow("saved alone") << R"("s")" << QStringList{QStringLiteral("s")};
    QTest::newRow("nothing") << "null" << QStringList{};
}

void TestExperiment::leftOutTrainMeansWhatIsFresh() {
    QFETCH(QString, composition);
    QFETCH(QStringList, train);
    nlohmann::json json = minimal();
    json["adapters"] = {{{"name", "a"}},
                        {{"name", "b"}},
                        {{"name", "s"}, {"from", "adapters/s"}},
                        {{"name", "t"}, {"from", "adapters/t"}}};
    json["composition"] = nlohmann::json::parse(composition.toStdString());
    const auto read = experimentFromJson(json);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QStringList found;
    for (const std::string& name : read->train) {
        found << QString::fromStdString(name);
    }
    QCOMPARE(found, train);
}

void TestExperiment::badFilesNameTheirPlace_data() {
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("what");
    const auto row = [](const char* name, const char* patch, const char* where, const char* what) {
        QTest::newRow(name) << QString::fromUtf8(patch) << QString::fromUtf8(where)
                            << QString::fromUtf8(what);
    };
    row("unknown key", R"({"trainng": {}})", "/trainng", "unknown key `trainng`");
    row("unknown nested key", R"({"training": {"epoch": 3}})", "/training/epoch", "unknown key");
    row("other format", R"({"format": "x@1"})", "/format", "x@1");
    row("wrong type", R"({"training": {"epochs": "three"}})", "/training/epochs", "a finite number");
    row("out of range", R"({"training": {"batch_size": 0}})", "/training/batch_size", "between 1");
    row("unknown preset", R"({"adapters": [{"name": "a", "preset": "pfeifer"}]})", "/adapters/0/preset",
        "pfeifer");
    row("unknown method", R"({"adapters": [{"name": "a", "method": "magic"}]})", "/adapters/0/method",
        "magic");
    row("preset of another method",
        R"({"adapters": [{"name": "a", "method": "lora", "preset": "pfeiffer"}]})", "/adapters/0/method",
        "has the method `bottleneck`");
    row("union without parts", R"({"adapters": [{"name": "a", "method": "union"}]})", "/adapters/0",
        "configs");
    row("union in a union",
        R"({"adapters": [{"name": "a", "method": "union", "configs": [{"method": "union"}]}]})",
        "/adapters/0/configs/0/method", "union");
    row("part's option",
        R"({"adapters": [{"name": "a", "method": "union", "configs": [{"method": "lora", "rank": 3}]}]})",
        "/adapters/0/configs/0/rank", "unknown key");
    row("parts of a single method", R"({"adapters": [{"name": "a", "method": "lora", "configs": []}]})",
        "/adapters/0/configs", "unknown key");
    row("rank", R"({"adapters": [{"name": "a", "method": "lora", "r": 0}]})", "/adapters/0/r", "between 1");
    row("matrix", R"({"adapters": [{"name": "a", "method": "lora", "attn_matrices": ["w"]}]})",
        "/adapters/0/attn_matrices", "no choice `w`");
    row("option of another method", R"({"adapters": [{"name": "a", "method": "lora", "per_layer": {}}]})",
        "/adapters/0/per_layer", "unknown key");
    row("compacter's widths", R"({"adapters": [{"name": "a", "phm_layer": true, "phm_dim": 0}]})",
        "/adapters/0/phm_dim", "between 1");
    row("fusion preset", R"({"fusion": {"preset": "big"}})", "/fusion/preset", "big");
    row("fusion option", R"({"fusion": {"querry": true}})", "/fusion/querry", "unknown key");
    row("fusion dropout", R"({"fusion": {"dropout_prob": 1}})", "/fusion/dropout_prob", "below 1");
    row("no such fusion", R"({"train": ["fuse:a,b"]})", "/train", "no fusion of `a,b`");
    row("lonely fuse", R"({"composition": {"fuse": ["a"]}})", "/composition/fuse", "at least two");
    row("twice in the composition", R"({"composition": {"stack": ["a", "a"]}})", "/composition", "twice");
    row("nesting", R"({"composition": {"fuse": ["a", {"fuse": ["a", "a"]}]}})", "/composition/fuse/1",
        "Fuse can't stand inside Fuse");
    row("bad name", R"({"adapters": [{"name": "a b"}]})", "/adapters/0/name", "a b");
    row("twice", R"({"adapters": [{"name": "a"}, {"name": "a"}]})", "/adapters/1/name", "two adapters");
    row("factor", R"({"adapters": [{"name": "a", "reduction_factor": 0}]})", "/adapters/0/reduction_factor",
        "above 0");
    row("layer key", R"({"adapters": [{"name": "a", "per_layer": {"x": {}}}]})", "/adapters/0/per_layer/x",
        "not a layer number");
    row("composition", R"({"composition": "b"})", "/composition", "no adapter named `b`");
    row("block", R"({"composition": {"merge": ["a"]}})", "/composition/merge", "merge");
    row("train", R"({"train": ["b"]})", "/train", "no adapter named `b`");
    row("activation", R"({"adapters": [{"name": "a", "non_linearity": "relv"}]})",
        "/adapters/0/non_linearity", "relv");
    row("head", R"({"head": {"type": "tagger"}})", "/head/type", "tagger");
    row("source", R"({"data": {"source": "web"}})", "/data/source", "web");
    row("files without train", R"({"data": {"source": "files"}})", "/data/splits", "train");
    row("label columns", R"({"data": {"columns": {"labels": [1, {}]}}})", "/data/columns/labels",
        "names or numbers");
    row("tag column", R"({"data": {"columns": {"tag": []}}})", "/data/columns/tag", "tag");
    row("mask share", R"({"training": {"mlm_probability": 1.5}})", "/training/mlm_probability", "between");
    row("scheduler", R"({"training": {"lr_scheduler": "step"}})", "/training/lr_scheduler", "step");
    row("drop mode", R"({"training": {"adapter_drop": {"mode": "often"}}})", "/training/adapter_drop/mode",
        "mode");
}

void TestExperiment::badFilesNameTheirPlace() {
    QFETCH(QString, patch);
    QFETCH(QString, where);
    QFETCH(QString, what);
    nlohmann::json json = minimal();
    json.update(nlohmann::json::parse(patch.toStdString()));
    const auto read = experimentFromJson(json);
    QVERIFY(!read);
    QCOMPARE(QString::fromStdString(read.error().where), where);
    QVERIFY2(read.error().what.find(what.toStdString()) != std::string::npos, read.error().what.c_str());
}

void TestExperiment::brokenJsonNamesLineAndColumn() {
    const auto json = parseJson("{\n  \"format\": \"x\",\n  \"name\" 3\n}", "bad.json");
    QVERIFY(!json);
    QCOMPARE(json.error().where, std::string("bad.json, line 3, column 10"));
    const auto number = parseJson("{\n  \"scale\": 2e308\n}", "big.json");
    QVERIFY(!number);
    QCOMPARE(number.error().what, std::string("a number is too large"));
    QCOMPARE(number.error().where, std::string("big.json, line 2, column 12"));
}

void TestExperiment::layersAreCheckedAgainstTheModel() {
    ModelConfig model;
    model.numLayers = 6;
    model.hiddenSize = 256;
    model.maxPositions = 256;
    Experiment experiment = defaultExperiment();
    QVERIFY(checkAgainstModel(experiment, model).empty());
    experiment.adapters.front().config.bottleneck()->leaveOut = {9};
    experiment.training.maxSeqLength = 300;
    const auto problems = checkAgainstModel(experiment, model);
    QCOMPARE(problems.size(), std::size_t{2});
    QVERIFY(problems[0].what.find("no layer 9") != std::string::npos);
    QVERIFY(problems[1].what.find("256 positions") != std::string::npos);
}

void TestExperiment::methodsAreCheckedAgainstTheModel_data() {
    QTest::addColumn<QString>("adapters");
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QString>("where"); ///< empty: nothing is wrong
    QTest::addColumn<QString>("what");
    const auto row = [](const char* name, const char* adapters, const char* composition, const char* where,
                        const char* what) {
        QTest::newRow(name) << adapters << composition << where << what;
    };
    row("layer", R"([{"name": "a", "method": "lora", "leave_out": [6]}])", R"("a")", "/adapters/0/leave_out",
        "no layer 6");
    row("layer of a part",
        R"([{"name": "a", "method": "union", "configs": [{"method": "lora"}, {"method": "reft", "layers": [9]}]}])",
        R"("a")", "/adapters/0/configs/1/layers", "no layer 9");
    row("clash", R"([{"name": "a", "method": "union", "configs": [{"method": "lora"}, {"method": "dora"}]}])",
        R"("a")", "/adapters/0/configs/1", "LoRA and DoRA");
    row("no module", R"([{"name": "a", "method": "lora", "selfattn_lora": false}])", R"("a")", "/adapters/0",
        "no module");
    row("compacter's widths", R"([{"name": "a", "preset": "compacter", "reduction_factor": 37}])", R"("a")",
        "/adapters/0/phm_dim", "divides");
    const char* prefixes =
        R"([{"name": "a", "method": "prefix_tuning"}, {"name": "b", "method": "prefix_tuning"}])";
    row("prefixes in Parallel", prefixes, R"({"parallel": ["a", "b"]})", "", "");
    row("prefixes in Stack", prefixes, R"({"stack": ["a", "b"]})", "", "");
    row("prefixes in Fuse", prefixes, R"({"fuse": ["a", "b"]})", "/composition/fuse/0",
        "Prefix tuning (`a`) can't stand in Fuse");
    row("prefixes in Average", prefixes, R"({"average": ["a", "b"]})", "/composition/average/0", "Average");
    const char* loras = R"([{"name": "a", "method": "lora"}, {"name": "b", "method": "lora"}])";
    row("LoRA in Average", loras, R"({"average": ["a", "b"]})", "", "");
    row("LoRA in Split", loras, R"({"split": ["a", "b"], "splits": [4, 0]})", "/composition/split/0",
        "Split");
    row("IA3 below Fuse", R"([{"name": "a"}, {"name": "b"}, {"name": "c", "method": "ia3"}])",
        R"({"fuse": ["a", {"stack": ["c", "b"]}]})", "/composition/fuse/1/stack/0",
        "(IA)³ (`c`) can't stand in Fuse");
    row("DoRA twice", R"([{"name": "a", "method": "dora"}, {"name": "b", "method": "dora"}])",
        R"({"stack": ["a", "b"]})", "/composition/stack/1", "DoRA stands in one Stack twice");
    const char* prompts =
        R"([{"name": "a", "method": "prompt_tuning"}, {"name": "b", "method": "prompt_tuning"},
                              {"name": "c"}])";
    row("prompt over an adapter", prompts, R"({"stack": ["a", "c"]})", "", "");
    row("prompts twice", prompts, R"({"stack": ["a", "b"]})", "/composition/stack/1", "twice");
    row("prompt in Parallel", prompts, R"({"parallel": ["a", "c"]})", "/composition/parallel/0", "Parallel");
    row("unlike fused ones", R"([{"name": "a"}, {"name": "b", "preset": "houlsby"}])",
        R"({"fuse": ["a", "b"]})", "/composition/fuse/1", "different sites");
    row("unread ones", R"([{"name": "a", "from": "x"}, {"name": "b", "preset": "houlsby"}])",
        R"({"fuse": ["a", "b"]})", "", "");
}

void TestExperiment::methodsAreCheckedAgainstTheModel() {
    QFETCH(QString, adapters);
    QFETCH(QString, composition);
    QFETCH(QString, where);
    QFETCH(QString, what);
    ModelConfig model;
    model.numLayers = 6;
    model.hiddenSize = 256;
    model.numHeads = 4;
    model.intermediateSize = 1024;
    model.maxPositions = 256;
    nlohmann::json json = minimal();
    json["adapters"] = nlohmann::json::parse(adapters.toStdString());
    json["composition"] = nlohmann::json::parse(composition.toStdString());
    const auto read = experimentFromJson(json);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    const auto problems = checkAgainstModel(*read, model);
    if (where.isEmpty()) {
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().message().c_str());
        return;
    }
    QVERIFY(!problems.empty());
    QCOMPARE(QString::fromStdString(problems.front().where), where);
    QVERIFY2(problems.front().what.find(what.toStdString()) != std::string::npos,
             problems.front().what.c_str());
    QVERIFY(!problems.front().advice.empty());
}

void TestExperiment::savedOptionsAreRead() {
    QTemporaryDir folder;
    const auto save = [&](const char* text) {
        QFile file(folder.filePath(QStringLiteral("adapter_config.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    Experiment experiment = defaultExperiment();
    experiment.adapters.front() =
        AdapterSpec{.name = "noun-topic", .preset = {}, .from = folder.path().toStdString(), .config = {}};
    QVERIFY(!withSavedOptions(experiment)); // no file yet
    save(R"({"config": {"architecture": "lora", "r": 5}, "version": "adapters.1.2.0", "name": "x"})");
    const auto filled = withSavedOptions(experiment);
    QVERIFY2(filled, filled ? "" : filled.error().message().c_str());
    QCOMPARE(filled->adapters.front().config.parts.front().method, std::string("lora"));
    QCOMPARE(filled->adapters.front().config.parts.front().options.integer("r"), std::int64_t{5});
    const auto read = experimentFromJson(nlohmann::json(toJson(*filled)));
    QVERIFY(read && *read == *filled);
    experiment.adapters.front().config = AdapterConfig::of(defaultMethod("ia3"));
    const auto other = withSavedOptions(experiment);
    QVERIFY(!other);
    QVERIFY2(other.error().what.find("not (IA)") != std::string::npos, other.error().what.c_str());
    save(R"({"config": {"architecture": "magic"}})");
    QVERIFY(!withSavedOptions(experiment));
    save("[1]");
    QVERIFY(!withSavedOptions(experiment));
}

void TestExperiment::summaries_data() {
    QTest::addColumn<QString>("adapters");
    QTest::addColumn<QString>("composition");
    QTest::addColumn<QString>("summary");
    const auto row = [](const char* adapters, const char* composition, const char* summary) {
        QTest::newRow(summary) << adapters << composition << QString::fromUtf8(summary);
    };
    row(R"([{"name": "a", "preset": "pfeiffer"}])", R"("a")", "pfeiffer rf 16");
    row(R"([{"name": "a", "preset": "lora", "leave_out": [1]}])", R"("a")", "lora r 8, 1 layer left out");
    row(R"([{"name": "a", "method": "prefix_tuning"}])", R"("a")", "prefix_tuning length 30");
    row(R"([{"name": "a", "preset": "unipelt"}])", R"("a")", "unipelt");
    row(R"([{"name": "a", "method": "union", "configs": [{"method": "ia3"}, {"method": "bottleneck"}]}])",
        R"("a")", "ia3 + bottleneck rf 16");
    row(R"([{"name": "a"}, {"name": "b"}, {"name": "c", "from": "x"}])", R"({"average": ["a", "b"]})",
        "Average of 2 × bottleneck rf 16, saved adapter");
}

void TestExperiment::summaries() {
    QFETCH(QString, adapters);
    QFETCH(QString, composition);
    QFETCH(QString, summary);
    nlohmann::json json = minimal();
    json["adapters"] = nlohmann::json::parse(adapters.toStdString());
    json["composition"] = nlohmann::json::parse(composition.toStdString());
    QCOMPARE(QString::fromStdString(designSummary(*experimentFromJson(json))), summary);
}

void TestExperiment::pathsAreResolvedAgainstTheFile() {
    Experiment experiment = defaultExperiment();
    experiment.baseModel = "models/mine";
    experiment.data.splits["train"] = "../train.tsv";
    experiment.fusion.from = "fusions/a,b";
    experiment.adapters.front().from = "/abs/a";
    const Experiment resolved = resolvePaths(experiment, "/home/me/experiments");
    QCOMPARE(resolved.baseModel, std::string("/home/me/experiments/models/mine"));
    QCOMPARE(resolved.data.splits.at("train"), std::string("/home/me/train.tsv"));
    QCOMPARE(resolved.fusion.from, std::string("/home/me/experiments/fusions/a,b"));
    QCOMPARE(resolved.adapters.front().from, std::string("/abs/a"));
    experiment.baseModel = "mini-en";
    QCOMPARE(resolvePaths(experiment, "/x").baseModel, std::string("mini-en"));
}

QTEST_GUILESS_MAIN(TestExperiment)
#include "test_experiment.moc"
