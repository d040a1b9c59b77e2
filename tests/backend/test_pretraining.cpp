#include <filesystem>

#include <QTemporaryDir>
#include <QTest>

#include "backend/checkpoint/inspect.h"
#include "backend/core/files.h"
#include "backend/run/pretraining.h"
#include "backend/text/tokenizer.h"
#include "tests/backend/training_fixture.h"
#include "tests/backend/two_languages.h"

namespace {

namespace fs = std::filesystem;
using namespace awb;
using namespace awb::test;

PretrainingSpec tinySpec(const TwoLanguages& languages) {
    PretrainingSpec spec;
    spec.texts = {languages.text("north"), languages.text("south")};
    spec.holdOutEvery = 10;
    spec.vocabSize = 90;
    spec.shape.hiddenSize = 16;
    spec.shape.numLayers = 1;
    spec.shape.numHeads = 2;
    spec.shape.intermediateSize = 32;
    spec.training.epochs = 40;
    spec.training.batchSize = 8;
    spec.training.learningRate = 5e-3;
    spec.training.maxSeqLength = 16;
    spec.training.threads = 1;
    return spec;
}

} // namespace

/// Bases trained from scratch.
class TestPretraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBaseThatLoadsAndHasLearned();
    void beginsAsBertDoes();
    void goesOnWhereItWas();
    void languageAdaptersBeginWithItsHead();
    void whatIsRefused_data();
    void whatIsRefused();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Result<PretrainedBase> trained(RunStore& store, const PretrainingSpec& spec, const fs::path& to);

    QTemporaryDir m_folder;
    TwoLanguages m_languages{m_folder.path().toStdString()};
    RunControl m_control;
    Log m_log;
    std::function<void(const Experiment&)> m_announce = [](const Experiment&) {};
};

Result<PretrainedBase> TestPretraining::trained(RunStore& store, const PretrainingSpec& spec,
                                                const fs::path& to) {
    m_log.steps.clear();
    Trials trials(store, m_control, m_log, m_announce);
    return pretrain(store, trials, spec, to);
}

void TestPretraining::aBaseThatLoadsAndHasLearned() {
    auto store = std::move(RunStore::open(path("workspace")).value());
    const auto base = trained(*store, tinySpec(m_languages), path("base"));
    QVERIFY2(base.has_value(), base ? "" : base.error().message().c_str());
    QCOMPARE(base->run.state, RunState::Finished);
    QVERIFY(base->run.metrics.contains("validation.perplexity"));
    // The first step guesses among all pieces; how often each comes, at least, is learned.
    QVERIFY(m_log.steps.size() > 100);
    QVERIFY(m_log.steps.front().loss > 3.5);
    QVERIFY2(base->run.metrics.at("validation.loss") < m_log.steps.front().loss - 0.5,
             std::to_string(base->run.metrics.at("validation.loss")).c_str());

    const auto config = loadBaseConfig(base->folder.string());
    QVERIFY2(config.has_value(), config ? "" : config.error().message().c_str());
    QCOMPARE(config->hiddenSize, 16);
    QCOMPARE(config->maxPositions, 16);
    QCOMPARE(config->vocabSize, base->vocabSize);
    const auto tokenizer = loadTokenizer(base->folder);
    QVERIFY(tokenizer.has_value());
    QCOMPARE((*tokenizer)->vocabSize(), base->vocabSize);
    const auto summary = inspectFolder(base->folder);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    QVERIFY(std::ranges::any_of(summary->tensors, [](const TensorSummary& tensor) {
        return tensor.name == "cls.predictions.transform.dense.weight";
    }));
}

/// The fresh base, before any step.
void TestPretraining::beginsAsBertDoes() {
    const fs::path bases = path("workspace") / "bases";
    QVERIFY(fs::exists(bases));
    const fs::path start = fs::directory_iterator(bases)->path() / "start";
    const auto text = readTextFile(start / "config.json");
    QVERIFY(text.has_value());
    QVERIFY(text->find("BertForMaskedLM") != std::string::npos);
    const auto summary = inspectFolder(start);
    QVERIFY2(summary.has_value(), summary ? "" : summary.error().message().c_str());
    const auto config = loadBaseConfig(start.string());
    QCOMPARE(summary->parameters, baseParameterCount(*config));
}

void TestPretraining::goesOnWhereItWas() {
    auto store = std::move(RunStore::open(path("workspace-stopped")).value());
    RunControl stopper;
    Log log;
    log.afterStep = [&](const StepRecord& record) {
        if (record.step == 7) {
            stopper.requestStop();
        }
    };
    {
        Trials trials(*store, stopper, log, m_announce);
        const auto stopped = pretrain(*store, trials, tinySpec(m_languages), path("again"));
        QVERIFY(!stopped);
        QVERIFY(!fs::exists(path("again")));
    }
    const auto resumed = trained(*store, tinySpec(m_languages), path("again"));
    QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().message().c_str());
    QCOMPARE(m_log.steps.front().step, std::int64_t(8));
    QCOMPARE(store->runs()->size(), std::size_t(1));
    QVERIFY(*readTextFile(path("again") / "model.safetensors") ==
            *readTextFile(path("base") / "model.safetensors"));
    // A third call finds it done.
    QVERIFY(trained(*store, tinySpec(m_languages), path("again")).has_value());
    QVERIFY(m_log.steps.empty());
}

/// With the head of the pretraining the first loss is that of a trained model; without it a guess.
void TestPretraining::languageAdaptersBeginWithItsHead() {
    auto store = std::move(RunStore::open(path("workspace-language")).value());
    Experiment experiment = tinyExperiment();
    experiment.baseModel = path("base").string();
    experiment.head = defaultHead(HeadType::MaskedLm);
    experiment.data = DataSpec{};
    experiment.data.source = "files";
    experiment.data.splits["train"] = m_languages.text("north");
    experiment.training.maxSeqLength = 16;
    experiment.training.epochs = 1;
    double losses[2];
    for (const bool isPretrained : {false, true}) {
        experiment.headFrom = isPretrained ? kHeadOfBase : "";
        Log log;
        const RecordedOutcome recorded = runRecorded(*store, experiment, m_control, log);
        QVERIFY2(!recorded.outcome.error,
                 recorded.outcome.error ? recorded.outcome.error->message().c_str() : "");
        losses[isPretrained ? 1 : 0] = log.steps.front().loss;
    }
    QVERIFY2(losses[1] < losses[0] - 0.5, std::to_string(losses[1] - losses[0]).c_str());

    experiment.headFrom = kHeadOfBase;
    experiment.baseModel = tinyExperiment().baseModel;
    const RecordedOutcome without = runRecorded(*store, experiment, m_control, m_log);
    QVERIFY(without.outcome.error.has_value());
    QVERIFY(without.outcome.error->advice.find("leave `from` out") != std::string::npos);
}

void TestPretraining::whatIsRefused_data() {
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("message");
    QTest::newRow("no text") << QStringLiteral("texts") << QStringLiteral("no text is named");
    QTest::newRow("missing text") << QStringLiteral("missing") << QStringLiteral("There is no such file");
    QTest::newRow("heads") << QStringLiteral("heads") << QStringLiteral("not a multiple");
    QTest::newRow("vocabulary") << QStringLiteral("vocabulary") << QStringLiteral("characters alone need");
    QTest::newRow("no epochs") << QStringLiteral("epochs") << QStringLiteral("must be above 0");
    QTest::newRow("taken folder") << QStringLiteral("taken") << QStringLiteral("something else");
}

void TestPretraining::whatIsRefused() {
    QFETCH(QString, change);
    QFETCH(QString, message);
    PretrainingSpec spec = tinySpec(m_languages);
    fs::path to = path("refused");
    if (change == QStringLiteral("texts")) {
        spec.texts.clear();
    } else if (change == QStringLiteral("missing")) {
        spec.texts.front() = path("nowhere.txt").string();
    } else if (change == QStringLiteral("heads")) {
        spec.shape.numHeads = 3;
    } else if (change == QStringLiteral("vocabulary")) {
        spec.vocabSize = 12;
    } else if (change == QStringLiteral("epochs")) {
        spec.training.epochs = 0;
    } else {
        to = m_folder.path().toStdString();
    }
    auto store = std::move(RunStore::open(path("workspace-refused")).value());
    const auto base = trained(*store, spec, to);
    QVERIFY(!base);
    QVERIFY2(QString::fromStdString(base.error().message()).contains(message),
             base.error().message().c_str());
    QVERIFY(store->runs()->empty());
}

QTEST_GUILESS_MAIN(TestPretraining)
#include "test_pretraining.moc"
