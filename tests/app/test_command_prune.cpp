#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "tests/app/tiny_experiment.h"

using namespace awb;
using namespace awb::test;

/// prune as a person calls it: run 1 is a fusion of three adapters, run 2 has a single one.
class TestCommandPrune : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printsATable();
    void printsJson();
    void keepsTheResult();
    void runsWithoutAFusion();
    void whatIsWrong();

private:
    void train(const QJsonObject& experiment) const;
    Call prune(const QStringList& arguments) const {
        return call(QStringList{u"prune"_qs, u"--workspace"_qs, m_folder.filePath(u"w"_qs)} + arguments);
    }
    std::optional<PruningReport> stored(std::int64_t run) const {
        const auto store = RunStore::open(m_folder.filePath(u"w"_qs).toStdString());
        return store.value()->pruning(run).value();
    }

    QTemporaryDir m_folder;
};

void TestCommandPrune::train(const QJsonObject& experiment) const {
    QFile file(m_folder.filePath(u"design.json"_qs));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(experiment).toJson()) > 0);
    file.close();
    const Call run = call({u"run"_qs, file.fileName(), u"--workspace"_qs, m_folder.filePath(u"w"_qs)});
    QVERIFY2(run.exitCode == 0, run.err.constData());
}

void TestCommandPrune::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.filePath(u"cache"_qs).toUtf8());
    qputenv("XDG_DATA_HOME", m_folder.filePath(u"data"_qs).toUtf8());
    train(tinyExperiment({u"a"_qs, u"b"_qs, u"c"_qs}, u"pfeiffer"_qs,
                         QJsonObject{{u"fuse"_qs, QJsonArray{u"a"_qs, u"b"_qs, u"c"_qs}}}));
    train(tinyExperiment({u"nouns"_qs}, u"pfeiffer"_qs, u"nouns"_qs));
}

void TestCommandPrune::printsATable() {
    const Call table = prune({u"1"_qs, u"--keep"_qs, u"2"_qs});
    QVERIFY2(table.exitCode == 0, table.err.constData());
    for (const char* part :
         {"Run 1 on 48 of 48 examples of validation", "| change of accuracy |", "\n| 3 | – |", "\n| 2 | "}) {
        QVERIFY2(table.out.contains(part), table.out.constData());
    }
    QVERIFY2(!table.out.contains("\n| 1 |"), table.out.constData());
}

void TestCommandPrune::printsJson() {
    const Call call = prune({u"1"_qs, u"--json"_qs, u"--examples"_qs, u"20"_qs}); // down to the last one
    QVERIFY2(call.exitCode == 0, call.err.constData());
    const QJsonObject json = call.json().object();
    QCOMPARE(json[u"examples"_qs].toInt(), 20);
    QCOMPARE(json[u"all_examples"_qs].toInt(), 48);
    QCOMPARE(json[u"metric"_qs].toString(), u"accuracy"_qs);
    const QJsonArray steps = json[u"steps"_qs].toArray();
    QCOMPARE(steps.size(), 3);
    QVERIFY(steps[0][u"dropped"_qs].isNull() && steps[0][u"dropped_weight"_qs].isNull());
    QJsonArray left = steps[0][u"kept"_qs].toArray();
    QCOMPARE(left, (QJsonArray{u"a"_qs, u"b"_qs, u"c"_qs}));
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(steps[i][u"adapters"_qs].toInt(), 3 - i);
        QVERIFY(steps[i][u"loss"_qs].toDouble() > 0);
        const double accuracy = steps[i][u"accuracy"_qs].toDouble(-1);
        QVERIFY(accuracy >= 0 && accuracy <= 1);
        if (i > 0) {
            const double weight = steps[i][u"dropped_weight"_qs].toDouble();
            QVERIFY(weight > 0 && weight < 1.0 / (4 - i) + 1e-6); // the least of so many
            const QJsonArray kept = steps[i][u"kept"_qs].toArray();
            QVERIFY(left.contains(steps[i][u"dropped"_qs]) && !kept.contains(steps[i][u"dropped"_qs]));
            left = kept;
        }
    }
}

void TestCommandPrune::keepsTheResult() {
    const QJsonArray steps = prune({u"1"_qs, u"--json"_qs}).json().object()[u"steps"_qs].toArray();
    const auto kept = stored(1);
    QVERIFY(kept.has_value());
    QCOMPARE(kept->sample.examples, std::int64_t{48});
    QCOMPARE(kept->steps.size(), std::size_t{3});
    for (int i = 0; i < 3; ++i) {
        const PruningStep& step = kept->steps[static_cast<std::size_t>(i)];
        QCOMPARE(QString::fromStdString(step.dropped), steps[i][u"dropped"_qs].toString());
        QCOMPARE(step.score.loss, steps[i][u"loss"_qs].toDouble());
        QCOMPARE(step.weight, steps[i][u"dropped_weight"_qs].toDouble());
    }
    // A newer one takes its place.
    QCOMPARE(prune({u"1"_qs, u"--keep"_qs, u"2"_qs, u"--examples"_qs, u"10"_qs}).exitCode, 0);
    QCOMPARE(stored(1)->sample.examples, std::int64_t{10});
    QCOMPARE(stored(1)->steps.size(), std::size_t{2});
}

void TestCommandPrune::runsWithoutAFusion() {
    const Call single = prune({u"2"_qs});
    QCOMPARE(single.exitCode, 1);
    QVERIFY2(single.err.contains("no fusion that could lose an adapter") &&
                 single.err.contains("Choose a run with a fusion"),
             single.err.constData());
    QVERIFY(single.out.isEmpty());
    QVERIFY(!stored(2).has_value());
}

void TestCommandPrune::whatIsWrong() {
    const Call tooMany = prune({u"1"_qs, u"--keep"_qs, u"3"_qs});
    QCOMPARE(tooMany.exitCode, 1);
    QVERIFY2(tooMany.err.contains("of 3 fused adapters 3 can't be kept") &&
                 tooMany.err.contains("Keep 1 to 2"),
             tooMany.err.constData());
    const Call missing = prune({u"99"_qs});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.err.contains("no run with the number 99"), missing.err.constData());
    QCOMPARE(prune({}).exitCode, 2);
    QCOMPARE(prune({u"1"_qs, u"--keep"_qs, u"0"_qs}).exitCode, 2);
    QCOMPARE(prune({u"1"_qs, u"--keep"_qs, u"two"_qs}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestCommandPrune)
#include "test_command_prune.moc"
