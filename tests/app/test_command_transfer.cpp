#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/tiny_experiment.h"

using namespace awb::test;

/// export, import, combine and compare as a person calls them.
class TestCommandTransfer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void importsAdapters();
    void anImportedAdapterIsTrainedOn();
    void exportsRunsAndFolders();
    void combines();
    void compares();
    void whatIsWrong_data();
    void whatIsWrong();

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QString write(const char* name, const QJsonObject& experiment) const;
    static QJsonObject loraExperiment() { return tinyExperiment({u"a"_qs}, u"lora"_qs, u"a"_qs); }

    QTemporaryDir m_folder;
    QString m_base = data("fixtures/models/bert");
    QString m_adapter = data("fixtures/cases/bert_pfeiffer/adapters/a");
};

void TestCommandTransfer::initTestCase() {
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    qputenv("XDG_DATA_HOME", path("data").toUtf8());
}

QString TestCommandTransfer::write(const char* name, const QJsonObject& experiment) const {
    QFile file(path(name));
    return file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(experiment).toJson()) > 0
               ? file.fileName()
               : QString();
}

void TestCommandTransfer::importsAdapters() {
    const QStringList import{u"import"_qs, m_adapter, u"--base"_qs, m_base, u"--workspace"_qs, path("w")};
    const Call first = call(import + QStringList{u"--json"_qs});
    QVERIFY2(first.exitCode == 0, qPrintable(first.text()));
    QCOMPARE(first.json()[u"adapters"_qs].toArray(), QJsonArray{u"a"_qs});
    QVERIFY(QFileInfo::exists(path("w/adapters/a/adapter.safetensors")));
    const Call again = call(import);
    QCOMPARE(again.exitCode, 1);
    QVERIFY2(again.err.contains("already"), again.err.constData());
    QCOMPARE(call(import + QStringList{u"--replace"_qs}).exitCode, 0);
    QCOMPARE(call(import + QStringList{u"--name"_qs, u"other"_qs}).exitCode, 0);
    QCOMPARE(QDir(path("w/adapters")).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden),
             (QStringList{u"a"_qs, u"other"_qs}));
    const Call head = call({u"import"_qs, data("fixtures/cases/bert_pfeiffer/heads/task"), u"--base"_qs,
                            m_base, u"--workspace"_qs, path("w")});
    QCOMPARE(head.exitCode, 1);
    QVERIFY2(head.err.contains("no single adapter"), head.err.constData());
}

void TestCommandTransfer::anImportedAdapterIsTrainedOn() {
    const QString experiment = write("first.json", loraExperiment());
    const Call run = call({u"run"_qs, experiment, u"--workspace"_qs, path("w2"), u"--json"_qs});
    QVERIFY2(run.exitCode == 0, qPrintable(run.text()));
    const QString made = path("w2/checkpoints/%1/adapters/a").arg(run.json()[u"run"_qs].toInt());
    const Call import = call({u"import"_qs, made, u"--base"_qs, data("tiny-bert"), u"--workspace"_qs,
                              path("w2"), u"--name"_qs, u"kept"_qs});
    QVERIFY2(import.exitCode == 0, qPrintable(import.text()));
    QJsonObject further = loraExperiment();
    further[u"adapters"_qs] =
        QJsonArray{QJsonObject{{u"name"_qs, u"a"_qs}, {u"from"_qs, path("w2/adapters/kept")}}};
    further[u"train"_qs] = QJsonArray{u"a"_qs};
    const Call second = call({u"run"_qs, write("further.json", further), u"--workspace"_qs, path("w2")});
    QVERIFY2(second.exitCode == 0, qPrintable(second.text()));
}

void TestCommandTransfer::exportsRunsAndFolders() {
    const Call run =
        call({u"run"_qs, write("run.json", loraExperiment()), u"--workspace"_qs, path("w3"), u"--json"_qs});
    QVERIFY2(run.exitCode == 0, qPrintable(run.text()));
    const QString number = QString::number(run.json()[u"run"_qs].toInt());
    const Call whole =
        call({u"export"_qs, number, path("setup"), u"--workspace"_qs, path("w3"), u"--bin"_qs});
    QVERIFY2(whole.exitCode == 0, qPrintable(whole.text()));
    for (const char* file : {"setup/adapter_setup.json", "setup/a/pytorch_adapter.bin",
                             "setup/a/adapter_config.json", "setup/task/pytorch_model_head.bin"}) {
        QVERIFY2(QFileInfo::exists(path(file)), file);
    }
    const Call folder = call({u"export"_qs, path("setup/a"), path("renamed"), u"--base"_qs, data("tiny-bert"),
                              u"--name"_qs, u"b"_qs, u"--json"_qs});
    QVERIFY2(folder.exitCode == 0, qPrintable(folder.text()));
    QCOMPARE(folder.json()[u"kind"_qs].toString(), u"adapter"_qs);
    QVERIFY(QFileInfo::exists(path("renamed/adapter.safetensors")));
}

void TestCommandTransfer::combines() {
    const QString adapters = data("fixtures/cases/new_bert_lora_average/adapters/");
    const Call average =
        call({u"combine"_qs, path("average"), adapters + u"a"_qs, adapters + u"b"_qs, u"--base"_qs, m_base});
    QVERIFY2(average.exitCode == 0, qPrintable(average.text()));
    QVERIFY2(average.out.contains("+0.5"), average.out.constData());
    const Call svd =
        call({u"combine"_qs, path("svd"), adapters + u"a=3"_qs, adapters + u"b=1"_qs, u"--base"_qs, m_base,
              u"--method"_qs, u"svd"_qs, u"--rank"_qs, u"6"_qs, u"--normalize"_qs, u"--name"_qs, u"both"_qs});
    QVERIFY2(svd.exitCode == 0, qPrintable(svd.text()));
    QVERIFY2(svd.out.contains("+0.75") && svd.out.contains("adapter both"), svd.out.constData());
    const Call inspected = call({u"inspect"_qs, path("svd")});
    QCOMPARE(inspected.exitCode, 0);
}

void TestCommandTransfer::compares() {
    const QStringList compare{u"compare"_qs,          write("task.json", loraExperiment()),
                              u"--budget"_qs,         u"300"_qs,
                              u"--presets"_qs,        u"head,lora,pfeiffer,full"_qs,
                              u"--seeds"_qs,          u"1,2"_qs,
                              u"--learning-rates"_qs, u"1e-3,1e-2"_qs,
                              u"--workspace"_qs,      path("w4")};
    const Call table = call(compare);
    QVERIFY2(table.exitCode == 0, qPrintable(table.text()));
    for (const char* row : {"linear probe", "| LoRA |", "| Pfeiffer |", "full fine-tuning"}) {
        QVERIFY2(table.out.contains(row), table.out.constData());
    }
    // Two learning rates with the first seed, the better one with the second.
    QCOMPARE(table.err.count("learning rate"), 4 * 3);
    const Call again = call(compare + QStringList{u"--json"_qs});
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.err.count("learning rate"), 0);
    const QJsonArray rows = again.json().array();
    QCOMPARE(rows.size(), 4);
    for (const QJsonValue& row : rows) {
        QCOMPARE(row[u"validation"_qs].toArray().size(), 2);
        QCOMPARE(row[u"test"_qs].toArray().size(), 2);
    }
    QVERIFY(rows[1][u"parameters"_qs].toInt() > 0);
}

void TestCommandTransfer::whatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("message");
    const QString out = path("wrong");
    QTest::newRow("export: no such folder")
        << QStringList{u"export"_qs, u"nowhere"_qs, out, u"--base"_qs, m_base} << 1
        << QByteArray("no such folder");
    QTest::newRow("export: no base") << QStringList{u"export"_qs, m_adapter, out} << 1
                                     << QByteArray("Add --base");
    QTest::newRow("export: no such run")
        << QStringList{u"export"_qs, u"77"_qs, out, u"--workspace"_qs, path("w5")} << 1 << QByteArray("77");
    QTest::newRow("export: name for a run") << QStringList{u"export"_qs, u"77"_qs, out, u"--name"_qs, u"n"_qs}
                                            << 2 << QByteArray("Leave --base and --name out");
    QTest::newRow("export: over itself")
        << QStringList{u"export"_qs, m_adapter, m_adapter, u"--base"_qs, m_base} << 1
        << QByteArray("over itself");
    QTest::newRow("export: a name with a dot")
        << QStringList{u"export"_qs, m_adapter, out, u"--base"_qs, m_base, u"--name"_qs, u"a.b"_qs} << 1
        << QByteArray("letters, digits");
    QTest::newRow("import: other base")
        << QStringList{u"import"_qs,      m_adapter, u"--base"_qs, data("fixtures/models/distilbert"),
                       u"--workspace"_qs, path("w5")}
        << 1 << QByteArray("of type");
    QTest::newRow("combine: some weights")
        << QStringList{u"combine"_qs, out, m_adapter + u"=1"_qs, m_adapter, u"--base"_qs, m_base} << 1
        << QByteArray("Give all of them one, or none");
    QTest::newRow("combine: weight that is no number")
        << QStringList{u"combine"_qs, out, m_adapter + u"=x"_qs, u"--base"_qs, m_base} << 1
        << QByteArray("no number");
    QTest::newRow("combine: unknown method")
        << QStringList{u"combine"_qs, out, m_adapter, u"--base"_qs, m_base, u"--method"_qs, u"mean"_qs} << 1
        << QByteArray("Choose linear");
    QTest::newRow("compare: unknown preset")
        << QStringList{u"compare"_qs, write("task.json", loraExperiment()), u"--presets"_qs, u"lore"_qs} << 1
        << QByteArray("no preset");
}

void TestCommandTransfer::whatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, message);
    const Call wrong = call(arguments);
    QVERIFY2(wrong.exitCode == exitCode, qPrintable(wrong.text()));
    QVERIFY2(wrong.err.contains(message), wrong.err.constData());
    QVERIFY(!QFileInfo::exists(path("wrong")));
}

QTEST_GUILESS_MAIN(TestCommandTransfer)
#include "test_command_transfer.moc"
