#include <csignal>
#include <fstream>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "backend/experiment/experiment.h"
#include "backend/storage/run_store.h"
#include "tests/backend/fixture_copy.h"
#include "tests/backend/training_fixture.h"
#include "tests/task_files.h"

namespace fs = std::filesystem;
using namespace awb;

namespace {

constexpr int kTimeout = 120'000;

/// What a call of the program gave.
struct Call {
    int exitCode = -1;
    bool crashed = false;
    QByteArray out;
    QString err;

    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

Call finish(QProcess& process) {
    process.waitForFinished(kTimeout);
    return {process.exitCode(), process.exitStatus() != QProcess::NormalExit, process.readAllStandardOutput(),
            QString::fromUtf8(process.readAllStandardError())};
}

Call call(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.start(QStringLiteral(AWB_PROGRAM), arguments);
    process.write(input);
    process.closeWriteChannel();
    return finish(process);
}

/// Reads standard error until `text` comes; what was read is added to `seen`.
bool waitFor(QProcess& process, const QString& text, QString& seen) {
    process.setReadChannel(QProcess::StandardError);
    while (!seen.contains(text)) {
        if (!process.waitForReadyRead(kTimeout)) {
            return false;
        }
        seen += QString::fromUtf8(process.readAllStandardError());
    }
    return true;
}

QString qstring(const fs::path& path) {
    return QString::fromStdString(path.string());
}

} // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void explainsItself();
    void refusesWrongCalls_data();
    void refusesWrongCalls();
    void tokenizes();
    void inspects();
    void verifies();
    void failsWhereNumbersDiffer();
    void failsWhereItCannotCompute();
    void namesWhatIsWrongWithAnExperiment();
    void trains();
    void trainsEveryTask_data();
    void trainsEveryTask();
    void stopsAndResumes();
    void survivesKill();

private:
    fs::path folder() const { return m_folder.path().toStdString(); }
    QString workspace(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QStringList runArguments(const char* name) const {
        return {u"run"_qs, m_experiment, u"--workspace"_qs, workspace(name), u"--json"_qs};
    }

    QTemporaryDir m_folder;
    QString m_experiment;
    QJsonObject m_metrics; ///< of the run that nobody disturbed
    std::size_t m_steps = 0;
};

void TestCommandLine::initTestCase() {
    qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8() + "/cache");
    qputenv("XDG_DATA_HOME", m_folder.path().toUtf8() + "/data");
    Experiment experiment = test::tinyExperiment();
    experiment.training.epochs = 20;
    experiment.training.checkpointSteps = 7;
    m_experiment = m_folder.filePath(u"tiny.json"_qs);
    QVERIFY(saveExperiment(experiment, m_experiment.toStdString()).has_value());
}

void TestCommandLine::explainsItself() {
    const Call help = call({u"--help"_qs});
    QCOMPARE(help.exitCode, 0);
    for (const char* part : {"run", "tokenize", "verify", "inspect", "doctor", "Examples"}) {
        QVERIFY2(help.out.contains(part), part);
    }
    const Call version = call({u"--version"_qs});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.out.startsWith("adapter-workbench "));
    QVERIFY(call({u"run"_qs, u"--help"_qs}).out.contains("--resume"));
}

void TestCommandLine::refusesWrongCalls_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown command") << QStringList{u"dance"_qs, u"now"_qs};
    QTest::newRow("unknown option") << QStringList{u"run"_qs, u"x.json"_qs, u"--fast"_qs};
    QTest::newRow("no such file") << QStringList{u"no-such-design.json"_qs};
    QTest::newRow("run without anything") << QStringList{u"run"_qs};
    QTest::newRow("run and resume") << QStringList{u"run"_qs, u"x.json"_qs, u"--resume"_qs, u"1"_qs};
    QTest::newRow("tokenize without model") << QStringList{u"tokenize"_qs};
    QTest::newRow("length 0") << QStringList{u"tokenize"_qs, u"--model"_qs, u"mini-en"_qs, u"--max-length"_qs,
                                             u"0"_qs};
    QTest::newRow("verify nothing") << QStringList{u"verify"_qs};
}

void TestCommandLine::refusesWrongCalls() {
    QFETCH(QStringList, arguments);
    const Call wrong = call(arguments);
    QVERIFY(!wrong.crashed);
    QCOMPARE(wrong.exitCode, 2);
    QVERIFY(!wrong.err.isEmpty());
}

void TestCommandLine::tokenizes() {
    const QString model = QStringLiteral(AWB_TEST_DATA "/tokenizers/bert_uncased");
    const Call single = call({u"tokenize"_qs, u"--model"_qs, model}, "Hello world\nÄpfel\n");
    QVERIFY2(single.exitCode == 0, qPrintable(single.err));
    const QList<QByteArray> lines = single.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(first[u"tokens"_qs].toArray(), (QJsonArray{u"[CLS]"_qs, u"hello"_qs, u"world"_qs, u"[SEP]"_qs}));
    QCOMPARE(first[u"ids"_qs].toArray(), (QJsonArray{101, 7592, 2088, 102}));
    QCOMPARE(first[u"offsets"_qs].toArray().at(2).toArray(), (QJsonArray{6, 11}));

    const Call pair = call({u"tokenize"_qs, u"--model"_qs, model, u"--pair"_qs, u"--max-length"_qs, u"5"_qs},
                           "hello world\thello\n");
    const QJsonObject second = QJsonDocument::fromJson(pair.out).object();
    QCOMPARE(second[u"types"_qs].toArray(), (QJsonArray{0, 0, 0, 1, 1}));

    const Call noTab = call({u"tokenize"_qs, u"--model"_qs, model, u"--pair"_qs}, "no tab here\n");
    QCOMPARE(noTab.exitCode, 1);
    QVERIFY2(noTab.err.contains(u"1"_qs), qPrintable(noTab.err));
    QCOMPARE(call({u"tokenize"_qs, u"--model"_qs, u"/no/such/folder"_qs}).exitCode, 1);
}

void TestCommandLine::inspects() {
    const Call model = call({u"inspect"_qs, u"mini-en"_qs, u"--json"_qs});
    QVERIFY2(model.exitCode == 0, qPrintable(model.err));
    QCOMPARE(model.json()[u"kind"_qs].toString(), u"model"_qs);
    QCOMPARE(model.json()[u"details"_qs][u"missing"_qs].toArray(), QJsonArray());
    const Call adapter =
        call({u"inspect"_qs, QStringLiteral(AWB_TEST_DATA "/fixtures/cases/bert_houlsby/adapters/a")});
    QCOMPARE(adapter.exitCode, 0);
    QVERIFY(adapter.out.contains("attention_output"));
    QVERIFY(adapter.out.contains("adapter_down.0.weight"));
    const Call missing = call({u"inspect"_qs, u"/no/such/folder"_qs});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY(missing.err.contains(u"/no/such/folder"_qs));
}

void TestCommandLine::verifies() {
    const Call good = call({u"verify"_qs, QStringLiteral(AWB_TEST_DATA "/fixtures/cases/bert_pfeiffer"),
                            QStringLiteral(AWB_TEST_DATA "/tokenizers/bert_cased")});
    QVERIFY2(good.exitCode == 0, (good.out + good.err.toUtf8()).constData());
    QVERIFY(good.out.contains("logits"));
    QVERIFY(good.out.contains("abs"));
    QVERIFY(good.out.contains("2 passed, 0 failed, 0 skipped"));
}

void TestCommandLine::failsWhereNumbersDiffer() {
    const test::FixtureCopy copy("bert_pfeiffer");
    copy.edit("case.json", [](nlohmann::json& json) { json["loss"] = json["loss"].get<double>() + 0.01; });
    const Call bad = call({u"verify"_qs, qstring(copy.folder())});
    QCOMPARE(bad.exitCode, 1);
    QVERIFY(bad.out.contains("MISSED"));
    QVERIFY(bad.out.contains("1 failed"));
    QCOMPARE(call({u"verify"_qs, m_folder.path()}).exitCode, 1);
}

void TestCommandLine::failsWhereItCannotCompute() {
    const test::FixtureCopy copy("bert_pfeiffer");
    copy.edit("case.json", [](nlohmann::json& json) { json["family"] = "gpt2"; });
    const Call skipped = call({u"verify"_qs, qstring(copy.folder())});
    QCOMPARE(skipped.exitCode, 1);
    QVERIFY(skipped.out.contains("SKIPPED"));
    QVERIFY(skipped.out.contains("1 skipped"));
}

void TestCommandLine::namesWhatIsWrongWithAnExperiment() {
    const QString file = m_folder.filePath(u"bad.json"_qs);
    std::ofstream(file.toStdString()) << R"({"format": "adapter-workbench/experiment@1", "name": "bad",)"
                                      << R"( "training": {"learning_rat": 1}})";
    const Call bad = call({u"run"_qs, file, u"--workspace"_qs, workspace("bad"), u"--json"_qs});
    QCOMPARE(bad.exitCode, 1);
    QVERIFY2(bad.err.contains(u"/training/learning_rat"_qs), qPrintable(bad.err));
    QCOMPARE(bad.json()[u"status"_qs].toString(), u"failed"_qs);
    QVERIFY(bad.json()[u"run"_qs].isNull());
    QVERIFY(bad.json()[u"error"_qs][u"where"_qs].toString().contains(u"/training/learning_rat"_qs));
    QCOMPARE(call({u"run"_qs, u"/no/such.json"_qs}).exitCode, 1);
    QCOMPARE(call({u"run"_qs, u"--resume"_qs, u"77"_qs, u"--workspace"_qs, workspace("bad")}).exitCode, 1);
}

void TestCommandLine::trains() {
    const Call run = call(runArguments("whole"));
    QVERIFY2(run.exitCode == 0, qPrintable(run.err));
    const QJsonObject json = run.json();
    QCOMPARE(json[u"run"_qs].toInt(), 1);
    QCOMPARE(json[u"status"_qs].toString(), u"finished"_qs);
    m_metrics = json[u"metrics"_qs].toObject();
    QVERIFY(m_metrics[u"test"_qs][u"loss"_qs].isDouble());
    QVERIFY(m_metrics[u"test"_qs][u"accuracy"_qs].isDouble());
    QVERIFY(m_metrics.contains(u"validation"_qs));
    const auto store = std::move(RunStore::open(workspace("whole").toStdString()).value());
    QCOMPARE(store->run(1)->state, RunState::Finished);
    m_steps = store->series(1)->steps.size();
    QCOMPARE(static_cast<qint64>(m_steps), json[u"step"_qs].toInteger());
    QVERIFY(fs::exists(store->runFolder(1) / "adapters" / "nouns" / "adapter_config.json"));
    const Call again = call({u"run"_qs, u"--resume"_qs, u"1"_qs, u"--workspace"_qs, workspace("whole")});
    QCOMPARE(again.exitCode, 1);
    QVERIFY(again.err.contains(u"finished"_qs));
}

void TestCommandLine::trainsEveryTask_data() {
    QTest::addColumn<HeadType>("head");
    QTest::addColumn<QString>("train");
    QTest::addColumn<QStringList>("metrics");
    const test::TaskFiles files(folder());
    const auto row = [](const char* name, HeadType head, const std::string& train,
                        const QStringList& metrics) {
        QTest::newRow(name) << head << QString::fromStdString(train) << metrics;
    };
    row("names", HeadType::Tagging, files.tagging(),
        {u"entity_f1"_qs, u"entity_precision"_qs, u"entity_recall"_qs, u"accuracy"_qs});
    row("parts of speech", HeadType::Tagging, files.universalDependencies(),
        {u"accuracy"_qs, u"macro_f1"_qs});
    row("several labels", HeadType::MultiLabel, files.multiLabel(),
        {u"micro_f1"_qs, u"macro_f1"_qs, u"subset_accuracy"_qs, u"lrap"_qs});
    row("numbers", HeadType::Regression, files.regression(), {u"pearson"_qs, u"spearman"_qs});
    row("plain text", HeadType::MaskedLm, files.plainText(), {u"accuracy"_qs, u"perplexity"_qs});
}

/// The second run begins with what the first one saved.
void TestCommandLine::trainsEveryTask() {
    QFETCH(HeadType, head);
    QFETCH(QString, train);
    QFETCH(QStringList, metrics);
    Experiment experiment = test::tinyExperiment();
    experiment.head = defaultHead(head);
    experiment.data = DataSpec{};
    experiment.data.source = "files";
    experiment.data.splits["train"] = train.toStdString();
    experiment.data.splits["validation"] = QString(train).replace(u"-train."_qs, u"-dev."_qs).toStdString();
    experiment.data.labels =
        head == HeadType::MultiLabel ? std::vector<std::string>{"labels"} : std::vector<std::string>();
    experiment.data.label = head == HeadType::Regression ? "score" : experiment.data.label;
    const QTemporaryDir workspace;
    const QString file = workspace.filePath(u"task.json"_qs);
    for (int run = 1; run <= 2; ++run) {
        QVERIFY(saveExperiment(experiment, file.toStdString()).has_value());
        const Call trained = call({u"run"_qs, file, u"--workspace"_qs, workspace.path(), u"--json"_qs});
        QVERIFY2(trained.exitCode == 0, qPrintable(trained.err));
        const QJsonObject scores = trained.json()[u"metrics"_qs][u"validation"_qs].toObject();
        for (const QString& metric : metrics) {
            QVERIFY2(scores[metric].isDouble(), qPrintable(metric));
        }
        const auto store = std::move(RunStore::open(workspace.path().toStdString()).value());
        const fs::path saved = store->runFolder(run) / "adapters" / "nouns";
        const fs::path savedHead = store->runFolder(run) / "heads" / experiment.head.name;
        QVERIFY(fs::exists(savedHead / "head_config.json"));
        for (const fs::path& part : {saved, savedHead}) {
            const Call inspected = call({u"inspect"_qs, qstring(part)});
            QVERIFY2(inspected.exitCode == 0, qPrintable(inspected.err));
        }
        experiment.adapters.front().from = saved.string();
    }
}

void TestCommandLine::stopsAndResumes() {
    QProcess process;
    process.start(QStringLiteral(AWB_PROGRAM), runArguments("stopped"));
    QString seen;
    QVERIFY2(waitFor(process, u"validation  loss"_qs, seen), qPrintable(seen));
    QVERIFY(process.processId() > 0);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Call stopped = finish(process);
    QVERIFY(!stopped.crashed);
    QVERIFY2(stopped.exitCode == 130, qPrintable(seen + stopped.err));
    QVERIFY2(stopped.err.contains(u"Stopping at step"_qs), qPrintable(stopped.err));
    QVERIFY2(stopped.err.contains(u"run --resume 1 --workspace"_qs), qPrintable(stopped.err));
    QCOMPARE(stopped.json()[u"status"_qs].toString(), u"stopped"_qs);
    QVERIFY(stopped.json()[u"step"_qs].toInt() < static_cast<int>(m_steps));

    const Call resumed =
        call({u"run"_qs, u"--resume"_qs, u"1"_qs, u"--workspace"_qs, workspace("stopped"), u"--json"_qs});
    QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.err));
    QCOMPARE(resumed.json()[u"metrics"_qs].toObject(), m_metrics);
}

void TestCommandLine::survivesKill() {
    QProcess process;
    process.start(QStringLiteral(AWB_PROGRAM), runArguments("killed"));
    QString seen;
    QVERIFY2(waitFor(process, u"validation  loss"_qs, seen), qPrintable(seen));
    QVERIFY(process.processId() > 0);
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    QVERIFY(finish(process).crashed);

    const Call resumed =
        call({u"run"_qs, u"--resume"_qs, u"1"_qs, u"--workspace"_qs, workspace("killed"), u"--json"_qs});
    QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.err));
    QCOMPARE(resumed.json()[u"metrics"_qs].toObject(), m_metrics);

    // Not only the end: every step is that of the run that nobody disturbed.
    const auto whole = std::move(RunStore::open(workspace("whole").toStdString()).value());
    const auto killed = std::move(RunStore::open(workspace("killed").toStdString()).value());
    const RunSeries expected = whole->series(1).value();
    const RunSeries series = killed->series(1).value();
    QCOMPARE(series.steps.size(), expected.steps.size());
    for (std::size_t i = 0; i < series.steps.size(); ++i) {
        QCOMPARE(series.steps[i].step, expected.steps[i].step);
        QCOMPARE(series.steps[i].loss, expected.steps[i].loss);
        QCOMPARE(series.steps[i].gradNorm, expected.steps[i].gradNorm);
    }
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "test_command_line.moc"
