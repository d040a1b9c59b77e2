#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/tiny_experiment.h"

using namespace awb::test;

/// study as a person calls it, on a run of a single adapter.
class TestCommandStudy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printsTables();
    void printsJson();
    void whatIsWrong();

private:
    Call study(const QStringList& arguments) const {
        return call(QStringList{u"study"_qs, u"--workspace"_qs, m_folder.filePath(u"w"_qs)} + arguments);
    }

    QTemporaryDir m_folder;
};

void TestCommandStudy::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.filePath(u"cache"_qs).toUtf8());
    qputenv("XDG_DATA_HOME", m_folder.filePath(u"data"_qs).toUtf8());
    const QJsonObject experiment = tinyExperiment({u"nouns"_qs}, u"pfeiffer"_qs, u"nouns"_qs);
    QFile file(m_folder.filePath(u"design.json"_qs));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(experiment).toJson()) > 0);
    file.close();
    const Call run = call({u"run"_qs, file.fileName(), u"--workspace"_qs, m_folder.filePath(u"w"_qs)});
    QVERIFY2(run.exitCode == 0, run.err.constData());
}

void TestCommandStudy::printsTables() {
    const Call tables = study({u"1"_qs});
    QVERIFY2(tables.exitCode == 0, tables.err.constData());
    for (const char* part : {"48 of 48 examples of validation", "nouns/1/ffn_output", "linear CKA",
                             "Units that fire most in nouns/0/ffn_output"}) {
        QVERIFY2(tables.out.contains(part), tables.out.constData());
    }
}

void TestCommandStudy::printsJson() {
    const Call call = study({u"1"_qs, u"--json"_qs, u"--examples"_qs, u"20"_qs, u"--split"_qs, u"train"_qs,
                             u"--seed"_qs, u"9"_qs});
    QVERIFY2(call.exitCode == 0, call.err.constData());
    const QJsonObject json = call.json().object();
    QCOMPARE(json[u"examples"_qs].toInt(), 20);
    QCOMPARE(json[u"split"_qs].toString(), u"train"_qs);
    QCOMPARE(json[u"seed"_qs].toInt(), 9);
    const QJsonArray modules = json[u"modules"_qs].toArray();
    QCOMPARE(modules.size(), 2);
    const QJsonObject first = modules.first().toObject();
    QCOMPARE(first[u"site"_qs].toString(), u"ffn_output"_qs);
    QCOMPARE(first[u"singular_values"_qs].toArray().size(), first[u"size"_qs].toInt());
    QVERIFY(first[u"change"_qs][u"mean"_qs].toDouble() > 0);
    QVERIFY(first[u"activity"_qs][u"active_share"_qs].toDouble() > 0);
    QVERIFY(qAbs(json[u"cka"_qs].toArray().first().toArray().first().toDouble() - 1) < 1e-4);
}

void TestCommandStudy::whatIsWrong() {
    const Call missing = study({u"99"_qs});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.err.contains("no run with the number 99"), missing.err.constData());
    const Call split = study({u"1"_qs, u"--split"_qs, u"holdout"_qs});
    QCOMPARE(split.exitCode, 1);
    QVERIFY2(split.err.contains("holdout"), split.err.constData());
    QCOMPARE(study({}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestCommandStudy)
#include "test_command_study.moc"
