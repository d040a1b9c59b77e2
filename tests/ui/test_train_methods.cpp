#include <memory>

#include <QAbstractButton>
#include <QApplication>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/background_reader.h"
#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "ui/design/preset_palette.h"
#include "ui/document/design_document.h"
#include "ui/main_window.h"
#include "ui/plots/chart_deck.h"
#include "ui/plots/run_data.h"
#include "ui/train/train_page.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

/// The bundled base and a few rows of a tiny task: some steps a run.
Experiment shortRun() {
    const std::string data = std::string(AWB_TEST_DATA) + "/tiny-task/";
    Experiment experiment = defaultExperiment();
    experiment.name = "short";
    experiment.data.source = "files";
    experiment.data.splits = {{"train", data + "train.tsv"}, {"validation", data + "validation.tsv"}};
    experiment.data.text = "sentence";
    experiment.data.limit = {{"train", 24}, {"validation", 8}};
    experiment.training.epochs = 1;
    experiment.training.batchSize = 8;
    experiment.training.maxSeqLength = 24;
    experiment.training.threads = 1;
    return experiment;
}

} // namespace

/// Everything that the palette offers is trained from the window: chosen, applied, started; points appear.
class TestTrainMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everythingInThePaletteTrains_data();
    void everythingInThePaletteTrains();

private:
    template<typename T>
    T* find(const char* name) const {
        return m_window->findChild<T*>(QString::fromLatin1(name));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<BackgroundReader> m_reader;
    std::unique_ptr<DesignDocument> m_document;
    std::unique_ptr<MainWindow> m_window;
};

void TestTrainMethods::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    const std::filesystem::path workspace = m_folder.path().toStdString();
    auto store = RunStore::open(workspace);
    QVERIFY(store);
    m_store = std::move(*store);
    m_runs = std::make_unique<RunController>(workspace);
    m_reader = std::make_unique<BackgroundReader>(workspace);
    m_document = std::make_unique<DesignDocument>();
    QVERIFY(m_document->open(shortRun()));
    m_window = std::make_unique<MainWindow>(
        AppContext{workspace, m_runs.get(), m_reader.get(), m_store.get(), m_document.get()});
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestTrainMethods::everythingInThePaletteTrains_data() {
    QTest::addColumn<QString>("preset");
    for (const MethodPreset& preset : methodPresets()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
    QTest::newRow("head only") << QStringLiteral("linear_probe");
    QTest::newRow("full") << QStringLiteral("full_fine_tuning");
}

void TestTrainMethods::everythingInThePaletteTrains() {
    QFETCH(const QString, preset);
    QVERIFY(m_document->open(shortRun()));
    m_window->showPage(QStringLiteral("design"));
    auto* palette = find<PresetPalette>("presetPalette");
    QVERIFY(palette->rowOf(preset) > 0);
    palette->setFocus();
    palette->setCurrentRow(palette->rowOf(preset));
    QTest::keyClick(palette, Qt::Key_Return);

    QSignalSpy ended(m_runs.get(), &RunController::runEnded);
    QSignalSpy failed(m_runs.get(), &RunController::failed);
    auto* button = find<QAbstractButton>("trainButton");
    QVERIFY2(button->isEnabled(), qPrintable(button->toolTip()));
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count() + failed.count(), 1, kPatience);
    QVERIFY2(failed.isEmpty(),
             failed.isEmpty() ? "" : failed.front().front().value<Error>().message().c_str());
    QVERIFY(ended.front().at(1).value<RunOutcome>().state == RunState::Finished);
    QTRY_VERIFY(m_window->pageOf<TrainPage>()->charts()->data().size() > 0);
}

QTEST_MAIN(TestTrainMethods)
#include "test_train_methods.moc"
