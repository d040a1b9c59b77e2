#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "backend/run/recorded_run.h"
#include "backend/storage/run_store.h"
#include "tests/backend/training_fixture.h"
#include "ui/runs/run_export.h"
#include "ui/runs/runs_page.h"
#include "ui/widgets/message_bar.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

} // namespace

/// Exporting a finished run from the Runs page, with the real worker.
class TestRunExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void exportsThroughTheDialog();
    void refusesAFullFolder();
    void onlyFinishedRuns();

private:
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QAction* action() const { return m_page->findChild<QAction*>(QStringLiteral("exportRun")); }
    bool says(const QString& text) const;

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<RunsPage> m_page;
    qint64 m_finished = 0;
    qint64 m_stopped = 0;
};

bool TestRunExport::says(const QString& text) const {
    const auto labels = m_page->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
        return label->isVisibleTo(m_page.get()) && label->text().contains(text);
    });
}

void TestRunExport::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-export"));
    const std::filesystem::path workspace = path("workspace").toStdString();
    m_store = std::move(*RunStore::open(workspace));
    Experiment experiment = test::tinyExperiment();
    experiment.training.epochs = 1;
    RunControl control;
    test::Log log;
    m_finished = runRecorded(*m_store, experiment, control, log).run;
    RunControl stopped;
    test::Log stopping;
    stopping.afterStep = [&](const StepRecord&) { stopped.requestStop(); };
    m_stopped = runRecorded(*m_store, experiment, stopped, stopping).run;
    m_runs = std::make_unique<RunController>(workspace);
    AppContext context;
    context.store = m_store.get();
    context.runs = m_runs.get();
    m_page = std::make_unique<RunsPage>(context);
    m_page->resize(1200, 800);
    m_page->show();
    m_page->reload();
}

void TestRunExport::cleanupTestCase() {
    m_page.reset();
    m_runs.reset();
}

void TestRunExport::exportsThroughTheDialog() {
    m_page->selectRun(m_finished);
    QVERIFY(action()->isEnabled());
    action()->trigger();
    auto* dialog = m_page->findChild<QFileDialog*>(QStringLiteral("exportDialog"));
    QVERIFY(dialog != nullptr);
    dialog->selectNameFilter(dialog->nameFilters().at(1)); // PyTorch's files
    dialog->setDirectory(m_folder.path());
    auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    QVERIFY(name != nullptr);
    name->setText(QStringLiteral("exported"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("is exported")), kPatience);
    QVERIFY(QFileInfo::exists(path("exported/adapter_setup.json")));
    QVERIFY(QFileInfo::exists(path("exported/nouns/pytorch_adapter.bin")));
    QVERIFY(QFileInfo::exists(path("exported/task/pytorch_model_head.bin")));
}

void TestRunExport::refusesAFullFolder() {
    m_page->exporter()->exportTo(m_finished, path("exported").toStdString(), WeightsForm::Safetensors);
    QVERIFY(says(QStringLiteral("something of this name already")));
    QVERIFY(!QFileInfo::exists(path("exported/nouns/adapter.safetensors")));
}

void TestRunExport::onlyFinishedRuns() {
    m_page->selectRun(m_stopped);
    QVERIFY(!action()->isEnabled());
    QVERIFY(action()->toolTip().contains(QStringLiteral("finished")));
    // The worker says so too, should the row be older than the run.
    m_page->exporter()->exportTo(m_stopped, path("stopped").toStdString(), WeightsForm::Safetensors);
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("is not finished")), kPatience);
    QVERIFY(!QFileInfo::exists(path("stopped")));
}

QTEST_MAIN(TestRunExport)
#include "test_run_export.moc"
