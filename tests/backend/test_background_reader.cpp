#include <algorithm>
#include <fstream>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/checkpoint/inspect.h"
#include "backend/jobs/background_reader.h"
#include "backend/train/tokenize_data.h"

namespace fs = std::filesystem;
using namespace awb;

class TestBackgroundReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void readsCurves();
    void answersOnlyTheNewestRequest();
    void reportsFailures();
    void tokenizes();
    void tokenizesWords();
    void summarizesData();
    void summarizesTags();
    void summarizesSeveralLabels();
    void countsBlocksAsTrainingMakesThem_data();
    void countsBlocksAsTrainingMakesThem();
    void endsWhileBusy();

private:
    fs::path folder() const { return m_folder.path().toStdString(); }
    std::string write(const char* name, const char* content) const {
        std::ofstream(folder() / name) << content;
        return (folder() / name).string();
    }
    std::optional<DatasetSummary> summarize(const std::string& file, HeadType task, int maxSeqLength) const {
        BackgroundReader reader(folder());
        QSignalSpy ready(&reader, &BackgroundReader::dataReady);
        DataSpec spec;
        spec.source = "files";
        spec.splits["train"] = file;
        reader.loadData(spec, task, u"mini-en"_qs, maxSeqLength);
        if (!ready.wait(5000)) {
            return std::nullopt;
        }
        return ready.at(0).at(1).value<DatasetSummary>();
    }
    QTemporaryDir m_folder;
};

void TestBackgroundReader::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8() + "/cache");
    std::ofstream train(folder() / "train.tsv");
    std::ofstream test(folder() / "test.tsv");
    train << "text\tlabel\n";
    test << "text\tlabel\n";
    for (int i = 0; i < 200; ++i) {
        train << "the small cat number " << i << " sat on the mat\t" << (i % 4 == 0 ? "no" : "yes") << "\n";
    }
    test << "a dog\tyes\nword word word word word word word word word word word word\tno\n";
}

void TestBackgroundReader::readsCurves() {
    std::int64_t run = 0;
    {
        const auto store = std::move(RunStore::open(folder()).value());
        run = store->createRun(defaultExperiment(), "").value();
        for (std::int64_t step = 1; step <= 50; ++step) {
            StepRecord record;
            record.step = step;
            QVERIFY(store->addStep(run, record).has_value());
        }
    }
    BackgroundReader reader(folder());
    QSignalSpy ready(&reader, &BackgroundReader::seriesReady);
    const quint64 token = reader.loadSeries(run);
    QVERIFY(ready.wait(5000));
    QCOMPARE(ready.at(0).at(0).toULongLong(), token);
    QCOMPARE(ready.at(0).at(1).toLongLong(), run);
    QCOMPARE(ready.at(0).at(2).value<std::shared_ptr<const RunSeries>>()->steps.size(), std::size_t{50});
}

void TestBackgroundReader::answersOnlyTheNewestRequest() {
    BackgroundReader reader(folder());
    QSignalSpy ready(&reader, &BackgroundReader::tokensReady);
    QSignalSpy failed(&reader, &BackgroundReader::failed);
    quint64 last = 0;
    for (int i = 0; i < 30; ++i) {
        last = reader.tokenize(u"mini-en"_qs, u"text %1"_qs.arg(i), {}, 0);
    }
    QVERIFY(ready.wait(5000));
    QTest::qWait(50);
    QCOMPARE(ready.count(), 1);
    QCOMPARE(failed.count(), 0);
    QCOMPARE(ready.at(0).at(0).toULongLong(), last);
}

void TestBackgroundReader::reportsFailures() {
    BackgroundReader reader(folder());
    QSignalSpy failed(&reader, &BackgroundReader::failed);
    const quint64 series = reader.loadSeries(999);
    const quint64 preview = reader.preview(folder() / "missing.tsv", {}, 10);
    const quint64 tokens = reader.tokenize(u"no-such-model"_qs, u"text"_qs, {}, 0);
    QTRY_COMPARE(failed.count(), 3);
    QSet<quint64> seen;
    for (const QList<QVariant>& call : failed) {
        seen.insert(call.at(0).toULongLong());
        QVERIFY(!call.at(1).value<Error>().message().empty());
    }
    QCOMPARE(seen, (QSet<quint64>{series, preview, tokens}));
}

void TestBackgroundReader::tokenizes() {
    BackgroundReader reader(folder());
    QSignalSpy ready(&reader, &BackgroundReader::tokensReady);
    reader.tokenize(u"mini-en"_qs, u"the cat"_qs, u"a dog"_qs, 5);
    QVERIFY(ready.wait(5000));
    const auto encoding = ready.at(0).at(1).value<Encoding>();
    QCOMPARE(encoding.size(), std::size_t{5});
    QVERIFY(encoding.truncated);
    QCOMPARE(encoding.tokens.front(), std::string("[CLS]"));
}

void TestBackgroundReader::tokenizesWords() {
    BackgroundReader reader(folder());
    QSignalSpy ready(&reader, &BackgroundReader::tokensReady);
    reader.tokenizeWords(u"mini-en"_qs, {u"a"_qs, u"cat."_qs}, 64);
    QVERIFY(ready.wait(5000));
    const auto encoding = ready.at(0).at(1).value<Encoding>();
    QVERIFY((encoding.tokens == std::vector<std::string>{"[CLS]", "a", "cat", ".", "[SEP]"}));
    QVERIFY((encoding.wordIds == std::vector<std::int32_t>{-1, 0, 1, 1, -1}));
}

void TestBackgroundReader::summarizesTags() {
    const auto summary = summarize(write("tags.conll", "the\tO\nold\tB-X\nman\tI-X\n\na\tB-Y\ncat\tB-X\n"),
                                   HeadType::Tagging, 4);
    QVERIFY(summary);
    const DatasetSummary::SplitSummary& train = summary->splits.front();
    QCOMPARE(train.examples, std::int64_t{2});
    QCOMPARE(train.words, std::int64_t{5});
    QCOMPARE(train.untagged, std::int64_t{0});
    QVERIFY((summary->dataset->labels == std::vector<std::string>{"B-X", "B-Y", "I-X", "O"}));
    QVERIFY((train.labelCounts == std::vector<std::int64_t>{2, 1, 1, 1}));
    QVERIFY((train.entities == std::vector<std::pair<QString, std::int64_t>>{{u"X"_qs, 2}, {u"Y"_qs, 1}}));
    QCOMPARE(train.tokens, std::int64_t{5});
    QCOMPARE(train.truncated, std::int64_t{1}); // [CLS] the old man [SEP]
    QCOMPARE(train.blocks, std::int64_t{0});
}

void TestBackgroundReader::summarizesSeveralLabels() {
    const auto summary =
        summarize(write("several.tsv", "text\tlabel\na\tx,y\nb\t\nc\tx\n"), HeadType::MultiLabel, 64);
    QVERIFY(summary);
    const DatasetSummary::SplitSummary& train = summary->splits.front();
    QVERIFY((train.labelCounts == std::vector<std::int64_t>{2, 1}));
    QCOMPARE(train.unlabelled, std::int64_t{1});
    QCOMPARE(train.unknown, std::int64_t{0});
    QVERIFY(train.entities.empty());
}

void TestBackgroundReader::countsBlocksAsTrainingMakesThem_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("maxSeqLength");
    QTest::addRow("one text") << QByteArray("a cat\n") << 8;
    QTest::addRow("exactly full") << QByteArray("a cat\n") << 4;
    QTest::addRow("two documents") << QByteArray("a cat\n\nthe dog sat\n") << 6;
    QTest::addRow("full before a document") << QByteArray("a cat\n\nthe dog\n") << 4;
    QTest::addRow("long text") << QByteArray("a cat and the dog sat on the mat and the man\n") << 5;
    QTest::addRow("many texts") << QByteArray("a cat sat\nthe dog\n\n").repeated(40) << 9;
}

void TestBackgroundReader::countsBlocksAsTrainingMakesThem() {
    QFETCH(QByteArray, content);
    QFETCH(int, maxSeqLength);
    const auto summary = summarize(write("text.txt", content.constData()), HeadType::MaskedLm, maxSeqLength);
    QVERIFY(summary);
    const auto folder = resolveBaseModel("mini-en");
    QVERIFY(folder.has_value());
    const auto tokenizer = loadTokenizer(*folder);
    QVERIFY(tokenizer.has_value());
    const auto data = tokenizeData(*summary->dataset, **tokenizer, maxSeqLength, [](double) {});
    QVERIFY(data.has_value());
    for (std::size_t i = 0; i < data->splits.size(); ++i) {
        QCOMPARE(summary->splits[i].blocks, static_cast<std::int64_t>(data->splits[i].size()));
        QCOMPARE(summary->splits[i].truncated, std::int64_t{0});
    }
}

void TestBackgroundReader::summarizesData() {
    DataSpec spec;
    spec.source = "files";
    spec.splits = {{"train", (folder() / "train.tsv").string()}, {"test", (folder() / "test.tsv").string()}};
    BackgroundReader reader(folder());
    QSignalSpy ready(&reader, &BackgroundReader::dataReady);
    QSignalSpy failed(&reader, &BackgroundReader::failed);
    reader.loadData(spec, HeadType::Classification, u"mini-en"_qs, 8);
    QTRY_COMPARE(ready.count() + failed.count(), 1);
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : failed.at(0).at(1).value<Error>().message().c_str());
    const auto summary = ready.at(0).at(1).value<DatasetSummary>();
    QCOMPARE(summary.dataset->labels.size(), std::size_t{2});
    const auto split = [&](const QString& name) {
        return *std::ranges::find(summary.splits, name, &DatasetSummary::SplitSummary::name);
    };
    const DatasetSummary::SplitSummary train = split(u"train"_qs);
    const DatasetSummary::SplitSummary test = split(u"test"_qs);
    // No file for validation: every tenth of the 200 rows is held out.
    QCOMPARE(train.examples, 180);
    QCOMPARE(train.labelCounts.size(), std::size_t{2});
    QCOMPARE(train.labelCounts[0] + train.labelCounts[1], 180);
    QCOMPARE(train.truncated, 180);
    QCOMPARE(train.meanTokens, 8.0);
    QCOMPARE(test.examples, 2);
    QCOMPARE(test.truncated, 1);
    QCOMPARE(test.lengthHistogram.size(), std::size_t{4});
    QCOMPARE(test.lengthHistogram, (std::vector<std::int64_t>{0, 1, 0, 1}));
}

void TestBackgroundReader::endsWhileBusy() {
    for (int i = 0; i < 20; ++i) {
        BackgroundReader reader(folder());
        for (int k = 0; k < 10; ++k) {
            reader.tokenize(u"mini-en"_qs, u"text"_qs, {}, 0);
            reader.loadSeries(1);
        }
        QTest::qWait(i % 3);
    }
}

QTEST_GUILESS_MAIN(TestBackgroundReader)
#include "test_background_reader.moc"
