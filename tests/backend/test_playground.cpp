#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "backend/data/dataset.h"
#include "backend/playground/playground.h"
#include "models/config/composition_text.h"
#include "tests/backend/tiny_runs.h"
#include "tests/task_files.h"

using namespace awb;
using namespace awb::test;
namespace fs = std::filesystem;

namespace {

using Kind = SetupChoice::Kind;

constexpr double kClose = 1e-5;

bool always(double /*fraction*/) {
    return true;
}

bool isNear(const HeadAnswer& a, const HeadAnswer& b, double tolerance = kClose) {
    if (a.labels.size() != b.labels.size() || a.labels.empty()) {
        return false;
    }
    for (std::size_t i = 0; i < a.labels.size(); ++i) {
        if (a.labels[i].label != b.labels[i].label ||
            std::abs(a.labels[i].probability - b.labels[i].probability) > tolerance) {
            return false;
        }
    }
    return true;
}

double sumOf(const HeadAnswer& answer) {
    double sum = 0;
    for (const LabelScore& score : answer.labels) {
        sum += score.probability;
    }
    return sum;
}

} // namespace

/// Finished runs that are asked: against their own evaluations, and against themselves in other company.
class TestPlayground : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { m_playground = std::make_unique<Playground>(path("workspace")); }
    void opens();
    void answersLikeTheRunsOwnEvaluation();
    void keepsTheRunsTemperature();
    void singleEqualsBatched();
    void adaptersOffAreTheHeadOnTheBase();
    void otherCompositions();
    void refusesCompositions_data();
    void refusesCompositions();
    void refusesTexts();
    void cutsLongTexts();
    void runsOnOneBaseDontMeet();
    void measuresInTurn();
    void batchEqualsEachAlone();
    void batchTellsWhoRunsAlone();
    void batchLoadsOnDemand();
    void batchTellsErrorsByRow();
    void confusionIsAHandCount();
    void hardestComeFirst();
    void comparesTwoRuns();
    void stops();
    void filesAreGone();
    void answersEveryTask();
    void tagsEveryWord();
    void readsPairs();

private:
    fs::path path(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }
    Answer answer(std::int64_t run, Kind kind = Kind::Own, const std::string& composition = {}) {
        return m_playground->answer({run, {kind, composition}}, kText).value();
    }
    /// A run of another task on small files.
    std::int64_t taskRun(HeadType type, const std::string& train);

    inline static const PlaygroundText kText{"the old red dog stands near the market", {}};
    QTemporaryDir m_dir;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<Playground> m_playground;
    RecordedOutcome m_first;
    std::int64_t m_second = 0;
    std::int64_t m_third = 0;
    std::int64_t m_fused = 0;
};

void TestPlayground::initTestCase() {
    m_store = std::move(*RunStore::open(path("workspace")));
    m_first = finishedRun(*m_store, oneAdapter("nouns", 1));
    m_second = finishedRun(*m_store, oneAdapter("nouns", 2)).run;
    m_third = finishedRun(*m_store, oneAdapter("other", 3)).run;
    m_fused = finishedRun(*m_store, tinyFusion()).run;
}

void TestPlayground::opens() {
    const RunInfo info = m_playground->open(m_fused).value();
    QCOMPARE(info.name, std::string("fused"));
    QCOMPARE(info.composition, std::string("Fuse(a, b)"));
    QCOMPARE(info.adapters, (std::vector<std::string>{"a", "b"}));
    QCOMPARE(info.labels.size(), std::size_t{3});
    QCOMPARE(info.maxLength, 24);
    QVERIFY(!info.pairs && !info.hasTrainedBase);
}

void TestPlayground::answersLikeTheRunsOwnEvaluation() {
    const auto report = m_playground->judge(m_first.run, m_first.run, "test", always);
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    const auto& metrics = m_first.outcome.metrics.at("test");
    const double count = static_cast<double>(report->examples.size());
    QVERIFY(std::abs(static_cast<double>(report->rightOnes()) / count - metrics.at("accuracy")) < 1e-9);
    double loss = 0;
    for (const JudgedExample& example : report->examples) {
        loss += example.loss / count;
    }
    QVERIFY2(std::abs(loss - metrics.at("loss")) < kClose, qPrintable(QString::number(loss)));
}

// Each pass of such a fusion lowers its temperature: answers must neither begin at the first one nor drift.
void TestPlayground::keepsTheRunsTemperature() {
    Experiment experiment = tinyFusion();
    experiment.name = "cooled";
    experiment.fusion.config.temperature = true;
    const RecordedOutcome run = finishedRun(*m_store, experiment);
    const auto report = m_playground->judge(run.run, run.run, "test", always);
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    const auto& metrics = run.outcome.metrics.at("test");
    const double count = static_cast<double>(report->examples.size());
    QVERIFY(std::abs(static_cast<double>(report->rightOnes()) / count - metrics.at("accuracy")) < 1e-9);
    const Answer first = answer(run.run);
    for (int i = 0; i < 100; ++i) {
        answer(run.run);
    }
    QVERIFY(isNear(answer(run.run).heads.front(), first.heads.front(), 1e-9));
}

void TestPlayground::singleEqualsBatched() {
    const ErrorReport report = m_playground->judge(m_first.run, m_first.run, "test", always).value();
    for (std::size_t i = 0; i < 12; ++i) {
        const JudgedExample& example = report.examples[i];
        const Answer single = m_playground->answer({m_first.run, {}}, {example.text, {}}).value();
        QCOMPARE(single.heads.front().best()->label, example.predicted);
        QVERIFY(std::abs(sumOf(single.heads.front()) - 1) < kClose);
        for (const LabelScore& score : single.heads.front().labels) {
            QVERIFY(score.label != example.right ||
                    std::abs(score.probability - example.probability) < kClose);
        }
    }
}

void TestPlayground::adaptersOffAreTheHeadOnTheBase() {
    const Answer own = answer(m_first.run);
    const Answer off = answer(m_first.run, Kind::Off);
    QVERIFY(!isNear(own.heads.front(), off.heads.front(), 1e-3));
    QCOMPARE(off.composition, std::string("None"));
    QCOMPARE(off.baseBytes, own.baseBytes);
    QVERIFY(own.addedBytes > off.addedBytes && off.addedBytes > 0);
    QVERIFY(isNear(own.heads.front(), answer(m_first.run).heads.front(), 0));
    // Of a run that trained the head alone, nothing changes.
    Experiment probe = tinyExperiment();
    probe.adapters.clear();
    probe.composition = {};
    probe.train.clear();
    const std::int64_t run = finishedRun(*m_store, probe).run;
    QVERIFY(isNear(answer(run).heads.front(), answer(run, Kind::Off).heads.front(), 0));
}

void TestPlayground::otherCompositions() {
    const Answer own = answer(m_fused);
    QVERIFY(isNear(own.heads.front(), answer(m_fused, Kind::Other, "Fuse(a,b)").heads.front(), 0));
    QVERIFY(
        isNear(answer(m_fused, Kind::Other, "").heads.front(), answer(m_fused, Kind::Off).heads.front(), 0));
    for (const char* text : {"a", "b", "Stack(b, a)", "Average(a, b)", "Split(a, b, splits=[2, 0])"}) {
        const Answer other = answer(m_fused, Kind::Other, text);
        QCOMPARE(other.heads.size(), std::size_t{1});
        QVERIFY2(!isNear(own.heads.front(), other.heads.front(), 1e-6), text);
    }
    const Answer parallel = answer(m_fused, Kind::Other, "Parallel(a, b)");
    QCOMPARE(parallel.heads.size(), std::size_t{2});
    QCOMPARE(parallel.heads[1].head, std::string("b"));
    QVERIFY(isNear(parallel.heads[0], answer(m_fused, Kind::Other, "a").heads.front()));
    QVERIFY(isNear(parallel.heads[1], answer(m_fused, Kind::Other, "b").heads.front()));
}

void TestPlayground::refusesCompositions_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("what");
    const auto exact = [](const char* text) {
        const auto parsed = compositionFromText(text);
        return QString::fromStdString(parsed ? checkComposition(parsed->composition).front().what
                                             : parsed.error().error().what);
    };
    QTest::newRow("open end") << u"Stack(a, "_qs << exact("Stack(a, ");
    QTest::newRow("twice") << u"Stack(a, a)"_qs << exact("Stack(a, a)");
    QTest::newRow("fuse of one") << u"Fuse(a)"_qs << exact("Fuse(a)");
    QTest::newRow("unknown") << u"Stack(a, c)"_qs << u"the run has no adapter of this name"_qs;
    QTest::newRow("another fusion")
        << u"Fuse(b, a)"_qs << u"the run has not trained a fusion of these adapters, in this order"_qs;
    QTest::newRow("batch split")
        << u"BatchSplit(a, b, batch_sizes=1)"_qs
        << u"a BatchSplit gives each text of a batch an adapter, but here is one text"_qs;
}

void TestPlayground::refusesCompositions() {
    QFETCH(QString, text);
    QFETCH(QString, what);
    const auto answer = m_playground->answer({m_fused, {Kind::Other, text.toStdString()}}, kText);
    QVERIFY(!answer);
    QCOMPARE(QString::fromStdString(answer.error().what), what);
}

void TestPlayground::refusesTexts() {
    for (const char* text : {"", "  \n\t "}) {
        const auto answer = m_playground->answer({m_first.run, {}}, {text, {}});
        QVERIFY(!answer);
        QCOMPARE(answer.error().what, std::string("the text is empty"));
    }
    // Broken UTF-8 is read as the tokenizer reads it, not refused.
    QVERIFY(m_playground->answer({m_first.run, {}}, {"\xff\xfe dog", {}}));
}

void TestPlayground::cutsLongTexts() {
    std::string text;
    for (int i = 0; i < 100; ++i) {
        text += "dog ";
    }
    const Answer cut = m_playground->answer({m_first.run, {}}, {text, {}}).value();
    QCOMPARE(cut.tokens.size(), std::size_t{24});
    QCOMPARE(cut.tokensLeftOut, 100 + 2 - 24);
    QVERIFY(cut.tokens.front().isSpecial && !cut.tokens[1].isSpecial);
    QCOMPARE(answer(m_first.run).tokensLeftOut, 0);
}

void TestPlayground::runsOnOneBaseDontMeet() {
    // Two runs whose adapters and heads have the same names.
    const Answer first = answer(m_first.run);
    const Answer second = answer(m_second);
    QVERIFY(!isNear(first.heads.front(), second.heads.front(), 1e-4));
    QVERIFY(isNear(first.heads.front(), answer(m_first.run).heads.front(), 0));
    Playground alone(path("workspace"));
    QVERIFY(isNear(second.heads.front(), alone.answer({m_second, {}}, kText)->heads.front(), 0));
}

void TestPlayground::measuresInTurn() {
    const std::vector<Question> questions{{m_first.run, {}}, {m_fused, {Kind::Off, {}}}};
    const auto latencies = m_playground->measure(questions, kText, 9, always);
    QVERIFY(latencies.has_value());
    QCOMPARE(latencies->size(), std::size_t{2});
    for (const Latency& latency : *latencies) {
        QCOMPARE(latency.repeats, 9);
        QVERIFY(latency.warmUps > 0 && latency.tokens > 4);
        for (const Timing& timing : {latency.adapted, latency.base}) {
            QVERIFY(timing.lower > 0 && timing.lower <= timing.median && timing.median <= timing.upper);
        }
    }
    const auto stopped = m_playground->measure(questions, kText, 9, [](double) { return false; });
    QVERIFY(!stopped);
}

void TestPlayground::batchEqualsEachAlone() {
    const std::vector<BatchRow> rows{{m_first.run, {"the old dog stands", {}}},
                                     {m_third, {"a fine small shovel sits behind the river", {}}},
                                     {m_second, kText},
                                     {m_first.run, {"one axe stays", {}}},
                                     {m_fused, kText}};
    const BatchReport report = m_playground->batch(rows, 4).value();
    QCOMPARE(report.passes, 2); // the fusion can't stand in a BatchSplit
    QVERIFY(report.rows[4].alone == AloneBecause::Composition && !report.rows[0].alone);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QVERIFY(!report.rows[i].error);
        const Answer alone = m_playground->answer({rows[i].run, {}}, rows[i].text).value();
        QVERIFY(isNear(report.rows[i].answer.heads.front(), alone.heads.front()));
        QCOMPARE(report.rows[i].answer.tokens.size(), alone.tokens.size());
    }
}

void TestPlayground::batchTellsWhoRunsAlone() {
    Experiment dropped = oneAdapter("nouns", 6);
    dropped.skipLayers = {0};
    dropped.training.epochs = 0;
    const std::int64_t run = finishedRun(*m_store, dropped).run;
    const BatchReport report =
        m_playground->batch({{run, kText}, {m_fused, kText}, {m_first.run, kText}}, 4).value();
    QVERIFY(report.rows[0].alone == AloneBecause::AdapterDrop);
    QVERIFY(report.rows[1].alone == AloneBecause::Composition);
    QVERIFY(!report.rows[2].alone);
    QCOMPARE(report.passes, 3);
}

void TestPlayground::batchLoadsOnDemand() {
    const std::vector<BatchRow> rows{{m_first.run, kText}, {m_second, kText}, {m_third, kText}};
    const BatchReport first = m_playground->batch(rows, 2).value();
    QCOMPARE(first.cache, (CacheCounts{0, 3, 1}));
    QCOMPARE(first.loaded, (std::vector<std::int64_t>{m_third, m_second}));
    QCOMPARE(first.passes, 2);
    const BatchReport again = m_playground->batch({rows[2], rows[1]}, 2).value();
    QCOMPARE(again.cache, (CacheCounts{2, 0, 0}));
    QCOMPARE(again.loaded, (std::vector<std::int64_t>{m_second, m_third}));
    QCOMPARE(again.passes, 1);
    const BatchReport back = m_playground->batch({rows[0]}, 2).value();
    QCOMPARE(back.cache, (CacheCounts{0, 1, 1}));
    QCOMPARE(back.loaded, (std::vector<std::int64_t>{m_first.run, m_second}));
    QVERIFY(isNear(back.rows[0].answer.heads.front(), first.rows[0].answer.heads.front()));
    // With one place only, runs take turns and still say the same.
    const BatchReport narrow = m_playground->batch(rows, 1).value();
    QCOMPARE(narrow.passes, 3);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QVERIFY(isNear(narrow.rows[i].answer.heads.front(), first.rows[i].answer.heads.front()));
    }
    QVERIFY(narrow.adapterBytes > 0 && narrow.adapterBytes < first.adapterBytes);
}

void TestPlayground::batchTellsErrorsByRow() {
    const BatchReport report =
        m_playground->batch({{m_first.run, {" ", {}}}, {9999, kText}, {m_first.run, kText}}, 4).value();
    QVERIFY(report.rows[0].error && report.rows[1].error);
    QVERIFY(!report.rows[2].error);
}

void TestPlayground::confusionIsAHandCount() {
    const ErrorReport report = m_playground->judge(m_second, m_second, "validation", always).value();
    const auto data = loadDataset(tinyExperiment().data, HeadType::Classification).value();
    std::vector<std::int64_t> counts(9, 0);
    for (const Example& example : data->split("validation")->examples) {
        const Answer answer = m_playground->answer({m_second, {}}, {example.text, {}}).value();
        const auto& labels = answer.heads.front().labels;
        const auto predicted = static_cast<std::size_t>(answer.heads.front().best() - labels.data());
        ++counts[static_cast<std::size_t>(example.label) * 3 + predicted];
    }
    QCOMPARE(report.labels, data->labels);
    QCOMPARE(report.confusion, counts);
    QCOMPARE(report.count(0, 0) + report.count(1, 1) + report.count(2, 2), report.rightOnes());
}

void TestPlayground::hardestComeFirst() {
    const ErrorReport report = m_playground->judge(m_first.run, m_first.run, "validation", always).value();
    const auto hardest = report.hardest(5);
    QCOMPARE(hardest.size(), std::size_t{5});
    for (std::size_t i = 1; i < hardest.size(); ++i) {
        QVERIFY(hardest[i - 1].loss >= hardest[i].loss);
    }
    for (const JudgedExample& example : report.examples) {
        QVERIFY(example.loss <= hardest.front().loss);
        QVERIFY(std::abs(std::exp(-example.loss) - example.probability) < kClose);
    }
}

void TestPlayground::comparesTwoRuns() {
    const ErrorReport first = m_playground->judge(m_first.run, m_first.run, "test", always).value();
    const ErrorReport second = m_playground->judge(m_third, m_first.run, "test", always).value();
    const auto changes = compareReports(first, second).value();
    std::size_t counted = 0;
    for (std::size_t i = 0; i < first.examples.size(); ++i) {
        QCOMPARE(first.examples[i].text, second.examples[i].text);
        counted += first.examples[i].predicted != second.examples[i].predicted ? 1 : 0;
    }
    QCOMPARE(changes.size(), counted);
    QVERIFY(compareReports(first, first)->empty());
    const ErrorReport other = m_playground->judge(m_first.run, m_first.run, "validation", always).value();
    QVERIFY(!compareReports(first, other));
}

void TestPlayground::stops() {
    QVERIFY(!m_playground->judge(m_first.run, m_first.run, "test", [](double) { return false; }));
    QVERIFY(!m_playground->judge(m_first.run, m_first.run, "nowhere", always));
    QVERIFY(m_playground->judge(m_first.run, m_first.run, "test", always));
}

void TestPlayground::filesAreGone() {
    const std::int64_t run = finishedRun(*m_store, oneAdapter("gone", 1)).run;
    fs::remove_all(m_store->runFolder(run) / "adapters" / "gone");
    const auto adapter = m_playground->open(run);
    QVERIFY(!adapter);
    QCOMPARE(adapter.error().what, std::string("the files of the adapter gone are gone"));
    fs::remove_all(m_store->runFolder(run));
    const auto all = m_playground->open(run);
    QVERIFY(!all);
    QVERIFY(all.error().what.ends_with("are gone") && !all.error().advice.empty());
    const std::int64_t unfinished = m_store->createRun(tinyExperiment(), "never run").value();
    QVERIFY(m_playground->open(unfinished).error().what.find("not finished") != std::string::npos);
    // What failed leaves the base as it was.
    QVERIFY(isNear(answer(m_first.run).heads.front(), answer(m_first.run).heads.front(), 0));
}

std::int64_t TestPlayground::taskRun(HeadType type, const std::string& train) {
    Experiment experiment = tinyExperiment();
    experiment.head.type = type;
    const HeadConfig defaults = defaultHead(type);
    experiment.head.layers = defaults.layers;
    experiment.head.activation = defaults.activation;
    std::string dev = train;
    dev.replace(dev.find("-train"), 6, "-dev");
    experiment.data = {};
    experiment.data.source = "files";
    experiment.data.splits = {{"train", train}, {"validation", dev}};
    if (type == HeadType::Regression) {
        experiment.data.label = "score";
    } else if (type == HeadType::MultiLabel) {
        experiment.data.labels = {"labels"};
    }
    return finishedRun(*m_store, experiment).run;
}

void TestPlayground::answersEveryTask() {
    const TaskFiles files(m_dir.path().toStdString());
    const PlaygroundText text{"the old dog stands", {}};
    const std::int64_t many = taskRun(HeadType::MultiLabel, files.multiLabel());
    const HeadAnswer labels = m_playground->answer({many, {}}, text)->heads.front();
    QCOMPARE(labels.labels.size(), std::size_t{3});
    for (const LabelScore& score : labels.labels) {
        QVERIFY(score.probability > 0 && score.probability < 1);
    }
    const ErrorReport judged = m_playground->judge(many, many, "validation", always).value();
    QVERIFY(judged.confusion.empty() && judged.examples.size() == 16);

    const std::int64_t number = taskRun(HeadType::Regression, files.regression());
    const HeadAnswer value = m_playground->answer({number, {}}, text)->heads.front();
    QVERIFY(value.labels.empty() && std::isfinite(value.value));
    const ErrorReport numbers = m_playground->judge(number, number, "validation", always).value();
    double squares = 0;
    for (const JudgedExample& example : numbers.examples) {
        squares += example.loss / static_cast<double>(numbers.examples.size());
        QVERIFY(std::isnan(example.probability));
    }
    QVERIFY(std::abs(squares - m_store->run(number)->metrics.at("validation.loss")) < 1e-4);

    const std::int64_t words = taskRun(HeadType::MaskedLm, files.plainText());
    QCOMPARE(m_playground->open(words)->maskToken, std::string("[MASK]"));
    const HeadAnswer masks = m_playground->answer({words, {}}, {"the old [MASK] stands", {}})->heads.front();
    QCOMPARE(masks.masks.size(), std::size_t{1});
    QCOMPARE(masks.masks.front().token, 3);
    QCOMPARE(masks.masks.front().best.size(), std::size_t{10});
    QVERIFY(masks.masks.front().best[0].probability >= masks.masks.front().best[9].probability);
    QVERIFY(m_playground->answer({words, {}}, text)->heads.front().masks.empty());
    QVERIFY(!m_playground->judge(words, words, "validation", always));
    // Tasks can't be compared with each other.
    QVERIFY(!m_playground->judge(number, m_first.run, "test", always));
}

void TestPlayground::tagsEveryWord() {
    const TaskFiles files(m_dir.path().toStdString());
    const std::int64_t run = taskRun(HeadType::Tagging, files.tagging());
    const Answer answer = m_playground->answer({run, {}}, {"  the old  dog stands ", {}}).value();
    const auto& words = answer.heads.front().words;
    QCOMPARE(words.size(), std::size_t{4});
    QCOMPARE(words[2].word, std::string("dog"));
    for (const WordLabel& word : words) {
        QVERIFY(!word.label.empty() && word.probability > 0 && word.probability <= 1);
        QCOMPARE(answer.tokens[static_cast<std::size_t>(word.token)].word,
                 static_cast<int>(&word - words.data()));
    }
    const ErrorReport report = m_playground->judge(run, run, "validation", always).value();
    std::int64_t counted = 0;
    for (const std::int64_t count : report.confusion) {
        counted += count;
    }
    QCOMPARE(counted, std::int64_t{16 * 4});
    double loss = 0;
    for (const JudgedExample& example : report.examples) {
        loss += example.loss / static_cast<double>(report.examples.size());
    }
    QVERIFY(std::abs(loss - m_store->run(run)->metrics.at("validation.loss")) < 1e-4);
}

void TestPlayground::readsPairs() {
    std::ofstream file(path("pairs.tsv"));
    file << "first\tsecond\tlabel\n";
    for (int i = 0; i < 32; ++i) {
        file << "the old dog\tone " << (i % 2 == 0 ? "cat\tanimal\n" : "axe\ttool\n");
    }
    file.close();
    Experiment experiment = tinyExperiment();
    experiment.data = {};
    experiment.data.source = "files";
    experiment.data.splits = {{"train", path("pairs.tsv").string()}, {"test", path("pairs.tsv").string()}};
    experiment.data.text = "first";
    experiment.data.textPair = "second";
    const std::int64_t run = finishedRun(*m_store, experiment).run;
    QVERIFY(m_playground->open(run)->pairs);
    const auto half = m_playground->answer({run, {}}, {"the old dog", " "});
    QVERIFY(!half);
    QCOMPARE(half.error().what, std::string("the second text is empty"));
    const Answer whole = m_playground->answer({run, {}}, {"the old dog", "one cat"}).value();
    QCOMPARE(whole.tokens.size(), std::size_t{3 + 3 + 2}); // [CLS] ... [SEP] ... [SEP]
    // Validation was held out of train.
    const auto examples = m_playground->examples(run, 2, always).value();
    QCOMPARE(examples.size(), std::size_t{2});
    QVERIFY(examples.front().second.starts_with("one "));
    const ErrorReport report = m_playground->judge(run, run, "test", always).value();
    const JudgedExample& first = report.examples.front();
    QCOMPARE(first.textPair, std::string("one cat"));
    const HeadAnswer single = m_playground->answer({run, {}}, {first.text, first.textPair})->heads.front();
    QVERIFY(single.labels[0].label == "animal" &&
            std::abs(first.probability - single.labels[0].probability) < kClose);
}

QTEST_GUILESS_MAIN(TestPlayground)
#include "test_playground.moc"
