#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/program_call.h"

using namespace awb::test;

namespace {

Call count(const QStringList& arguments) {
    return call(QStringList{u"count"_qs} + arguments);
}

} // namespace

class TestCommandCount : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8()); }
    void allPresets();
    void onePreset();
    void everyKindOfModel_data();
    void everyKindOfModel();
    void anExperiment();
    void savedAdapters();
    void whatIsWrong_data();
    void whatIsWrong();

private:
    QString write(const char* name, const QByteArray& text) const {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName()
                                                                                  : QString();
    }

    QTemporaryDir m_folder;
};

void TestCommandCount::allPresets() {
    const Call text = count({});
    QCOMPARE(text.exitCode, 0);
    QVERIFY(text.out.contains("bert-base: 12 layers, hidden size 768, 108,891,648 parameters"));
    QVERIFY(text.out.contains("894,528"));
    const QJsonObject json = count({u"--model"_qs, u"llama-3-8b"_qs, u"--json"_qs}).json().object();
    QCOMPARE(json[u"base"_qs].toObject()[u"parameters"_qs].toDouble(), 7'504'924'672.0);
    QMap<QString, double> presets;
    bool isRefused = false;
    for (const QJsonValue& value : json[u"presets"_qs].toArray()) {
        presets[value[u"preset"_qs].toString()] = value[u"parameters"_qs].toDouble();
        isRefused =
            isRefused || (value[u"preset"_qs] == u"bitfit"_qs && value.toObject().contains(u"error"_qs));
    }
    QCOMPARE(presets[u"lora"_qs], 3'407'872.0);
    QVERIFY(presets.size() > 20);
    QVERIFY(isRefused);
}

void TestCommandCount::onePreset() {
    const Call text = count({u"--preset"_qs, u"seq_bn"_qs, u"--model"_qs, u"bert-large"_qs});
    QCOMPARE(text.exitCode, 0);
    QVERIFY(text.out.contains("Pfeiffer: 3,171,840 parameters"));
    QVERIFY(text.out.contains("ffn_output"));
    const QJsonObject json = count({u"--preset"_qs, u"pfeiffer"_qs, u"--json"_qs}).json().object();
    QCOMPARE(json[u"parameters"_qs].toInt(), 894'528);
    QCOMPARE(json[u"file_bytes"_qs].toInt(), 4 * 894'528);
    QCOMPARE(json[u"percent_of_base"_qs].toDouble(), 100.0 * 894'528 / 108'891'648);
    const QJsonObject site = json[u"sites"_qs].toArray().first().toObject();
    QCOMPARE(site[u"site"_qs].toString(), u"ffn_output"_qs);
    QCOMPARE(site[u"modules"_qs].toInt(), 12);
    QCOMPARE(site[u"sizes"_qs].toArray(), (QJsonArray{48}));
}

void TestCommandCount::everyKindOfModel_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("parameters");
    QTest::newRow("known shape") << u"distilbert-base"_qs << 6 * 74'544;
    QTest::newRow("bundled") << u"mini-en"_qs << 6 * (2 * 16 * 256 + 16 + 256);
    QTest::newRow("folder") << QStringLiteral(AWB_TEST_DATA "/tiny-bert") << -1;
}

void TestCommandCount::everyKindOfModel() {
    QFETCH(QString, model);
    QFETCH(int, parameters);
    const Call made = count({u"--preset"_qs, u"pfeiffer"_qs, u"--model"_qs, model, u"--json"_qs});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    const int found = made.json()[u"parameters"_qs].toInt();
    QVERIFY(parameters < 0 ? found > 0 : found == parameters);
}

void TestCommandCount::anExperiment() {
    const QString file = write("fuse.json", R"({"format": "adapter-workbench/experiment@1",
        "base": {"model": "mini-en"}, "adapters": [{"name": "a"}, {"name": "b"}],
        "composition": {"fuse": ["a", "b"]}, "train": ["fuse:a,b"]})");
    const QJsonObject own = count({file, u"--json"_qs}).json().object();
    const int fusion = 6 * (3 * 256 * 256 + 2 * 256);
    QCOMPARE(own[u"trained"_qs].toInt(), fusion);
    QCOMPARE(own[u"base"_qs].toObject()[u"name"_qs].toString(), u"mini-en"_qs);
    const QJsonObject other = count({file, u"--model"_qs, u"bert-base"_qs, u"--json"_qs}).json().object();
    QCOMPARE(other[u"trained"_qs].toInt(), 12 * (3 * 768 * 768 + 2 * 768));
    QVERIFY(count({file}).out.contains("Fuse of 2"));
}

void TestCommandCount::savedAdapters() {
    QVERIFY(QDir(m_folder.path()).mkpath(u"adapters/a"_qs));
    write("adapters/a/adapter_config.json",
          R"({"config": {"architecture": "lora", "r": 4}, "version": "adapters.1.2.0"})");
    const QString file = write("saved.json", R"({"format": "adapter-workbench/experiment@1",
        "base": {"model": "bert-base"}, "adapters": [{"name": "a", "from": "adapters/a"}]})");
    const Call made = count({file, u"--json"_qs});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    QCOMPARE(made.json()[u"parameters"_qs].toInt(), 294'912 / 2);
}

void TestCommandCount::whatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("message");
    QTest::newRow("preset") << QStringList{u"--preset"_qs, u"pfeifer"_qs} << 1 << u"pfeiffer"_qs;
    QTest::newRow("model") << QStringList{u"--model"_qs, u"bert"_qs} << 1 << u"bert-base"_qs;
    QTest::newRow("file") << QStringList{u"no-such.json"_qs} << 1 << u"no-such.json"_qs;
    QTest::newRow("both") << QStringList{u"x.json"_qs, u"--preset"_qs, u"lora"_qs} << 2 << QString();
    QTest::newRow("impossible") << QStringList{u"--preset"_qs, u"bitfit"_qs, u"--model"_qs, u"llama-3-8b"_qs}
                                << 1 << u"biases"_qs;
}

void TestCommandCount::whatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QString, message);
    const Call made = count(arguments);
    QCOMPARE(made.exitCode, exitCode);
    QVERIFY2(QString::fromUtf8(made.err).contains(message), made.err.constData());
}

QTEST_GUILESS_MAIN(TestCommandCount)
#include "test_command_count.moc"
