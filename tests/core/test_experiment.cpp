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
    void canonicalFormIsAFixedPoint();
    void dataOfAllTasksReads();
    void dataKeysStandOnlyWhereSet();
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
    const BottleneckConfig& config = experiment->adapters.at(0).bottleneck;
    QVERIFY(!config.hasModule(0, Site::FfnOutput));
    QVERIFY(config.hasModule(5, Site::FfnOutput));
    QVERIFY(!config.hasModule(5, Site::AttentionOutput));
    QCOMPARE(config.reductionFactor.at(5).value(), 8.0);
    QCOMPARE(config.reductionFactor.at(4).value(), 16.0);
    QCOMPARE(experiment->data.text, std::string("sentence"));
    QCOMPARE(experiment->training.epochs, 5.0);
}

void TestExperiment::canonicalFormIsAFixedPoint() {
    Experiment experiment = defaultExperiment();
    AdapterSpec& adapter = experiment.adapters.front();
    adapter.bottleneck.leaveOut = {1};
    adapter.bottleneck.reductionFactor.perLayer = {{3, 2.5}};
    adapter.bottleneck.layerSites[2] = {true, false};
    adapter.bottleneck.scaling = {Scaling::Kind::Channel, 1.0};
    adapter.bottleneck.residualBeforeLn = ResidualMode::PostAdd;
    adapter.bottleneck.dropout = 0.25;
    experiment.training.scheduler = Scheduler::Cosine;
    experiment.training.adapterDropMode = "random";
    experiment.training.adapterDropLayers = 2;
    experiment.training.learningRate = 0.1 + 0.2;
    experiment.data.limit["train"] = 500;
    experiment.head.activation.clear();
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
}

void TestExperiment::layersAreCheckedAgainstTheModel() {
    ModelConfig model;
    model.numLayers = 6;
    model.hiddenSize = 256;
    model.maxPositions = 256;
    Experiment experiment = defaultExperiment();
    QVERIFY(checkAgainstModel(experiment, model).empty());
    experiment.adapters.front().bottleneck.leaveOut = {9};
    experiment.training.maxSeqLength = 300;
    const auto problems = checkAgainstModel(experiment, model);
    QCOMPARE(problems.size(), std::size_t{2});
    QVERIFY(problems[0].what.find("no layer 9") != std::string::npos);
    QVERIFY(problems[1].what.find("256 positions") != std::string::npos);
}

void TestExperiment::pathsAreResolvedAgainstTheFile() {
    Experiment experiment = defaultExperiment();
    experiment.baseModel = "models/mine";
    experiment.data.splits["train"] = "../train.tsv";
    const Experiment resolved = resolvePaths(experiment, "/home/me/experiments");
    QCOMPARE(resolved.baseModel, std::string("/home/me/experiments/models/mine"));
    QCOMPARE(resolved.data.splits.at("train"), std::string("/home/me/train.tsv"));
    experiment.baseModel = "mini-en";
    QCOMPARE(resolvePaths(experiment, "/x").baseModel, std::string("mini-en"));
}

QTEST_GUILESS_MAIN(TestExperiment)
#include "test_experiment.moc"
