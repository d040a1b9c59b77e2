#include <algorithm>
#include <fstream>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/background_reader.h"

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
    void summarizesData();
    void endsWhileBusy();

private:
    fs::path folder() const { return m_folder.path().toStdString(); }
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
