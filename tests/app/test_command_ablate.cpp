#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/tiny_experiment.h"

using namespace awb::test;

/// ablate as a person calls it.
class TestCommandAblate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printsATable();
    void printsJson();
    void whatIsWrong();

private:
    Call ablate(const QStringList& arguments) const {
        return call(QStringList{u"ablate"_qs, u"--workspace"_qs, m_folder.filePath(u"w"_qs)} + arguments);
    }

    QTemporaryDir m_folder;
};

void TestCommandAblate::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.filePath(u"cache"_qs).toUtf8());
    qputenv("XDG_DATA_HOME", m_folder.filePath(u"data"_qs).toUtf8());
    const QJsonObject experiment = tinyExperiment({u"a"_qs, u"b"_qs}, u"pfeiffer"_qs,
                                                  QJsonObject{{u"fuse"_qs, QJsonArray{u"a"_qs, u"b"_qs}}});
    QFile file(m_folder.filePath(u"design.json"_qs));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(experiment).toJson()) > 0);
    file.close();
    const Call run = call({u"run"_qs, file.fileName(), u"--workspace"_qs, m_folder.filePath(u"w"_qs)});
    QVERIFY2(run.exitCode == 0, run.err.constData());
}

void TestCommandAblate::printsATable() {
    const Call table = ablate({u"1"_qs});
    QVERIFY2(table.exitCode == 0, table.err.constData());
    for (const char* part : {"48 of 48 examples of validation", "everywhere", "layer 1, feed-forward",
                             "layer 0, feed-forward"}) {
        QVERIFY2(table.out.contains(part), table.out.constData());
    }
}

void TestCommandAblate::printsJson() {
    const Call call = ablate({u"1"_qs, u"--json"_qs, u"--examples"_qs, u"20"_qs});
    QVERIFY2(call.exitCode == 0, call.err.constData());
    const QJsonObject json = call.json().object();
    QCOMPARE(json[u"examples"_qs].toInt(), 20);
    QCOMPARE(json[u"metric"_qs].toString(), u"accuracy"_qs);
    const QJsonArray left = json[u"left_out"_qs].toArray();
    QCOMPARE(left.size(), 6); // two adapters: everywhere and at two places
    const double reference = json[u"reference"_qs][u"loss"_qs].toDouble();
    for (const QJsonValue& each : left) {
        QVERIFY(qAbs(each[u"loss"_qs].toDouble() - reference - each[u"loss_change"_qs].toDouble()) < 1e-9);
    }
    QVERIFY(left.first()[u"layer"_qs].isNull());
    QCOMPARE(left[1][u"part"_qs].toString(), u"feed_forward"_qs);
}

void TestCommandAblate::whatIsWrong() {
    const Call missing = ablate({u"99"_qs});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.err.contains("no run with the number 99"), missing.err.constData());
    QCOMPARE(ablate({}).exitCode, 2);
    QCOMPARE(ablate({u"1"_qs, u"--examples"_qs, u"0"_qs}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestCommandAblate)
#include "test_command_ablate.moc"
