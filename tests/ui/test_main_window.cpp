#include <fstream>

#include <QAbstractButton>
#include <QApplication>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "backend/experiment/experiment.h"
#include "backend/jobs/background_reader.h"
#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "ui/document/design_document.h"
#include "ui/main_window.h"
#include "ui/page.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"

using namespace awb;
using namespace awb::ui;

namespace {

/// A page that counts what the window does with it.
class PlainPage : public Page {
public:
    PlainPage(const QString& name, const QString& title, QWidget* parent)
        : Page(parent)
        , m_title(title) {
        setObjectName(name);
    }

    QString title() const override { return m_title; }
    QString iconName() const override { return QStringLiteral("design"); }
    void fillMenu(QMenu* menu) override {
        QAction* action = menu->addAction(QStringLiteral("Count in ") + m_title);
        action->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
        connect(action, &QAction::triggered, this, [this] { ++counted; });
    }
    void setActive(bool on) override { active = on; }
    bool hasUnsavedWork() const override { return unsaved; }
    void whenNothingIsLost(std::function<void()> next) override { goOn = std::move(next); }

    int counted = 0;
    bool active = false;
    bool unsaved = false;
    std::function<void()> goOn; ///< what waits for the person's answer

private:
    QString m_title;
};

std::vector<PageFactory> plainPages() {
    std::vector<PageFactory> pages;
    for (const char* name : {"design", "data"}) {
        const QString text = QString::fromLatin1(name);
        pages.push_back([text](const AppContext&, QWidget* parent) -> Page* {
            return new PlainPage(text, text.toUpper(), parent);
        });
    }
    return pages;
}

QString pathText(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        QCoreApplication::setOrganizationName(QStringLiteral("test"));
        QCoreApplication::setApplicationName(QStringLiteral("window"));
        Theme::instance().apply(*qApp);
    }

    void init() {
        QSettings().clear();
        m_runs = std::make_unique<RunController>(workspace());
        m_document = std::make_unique<DesignDocument>();
        QVERIFY(m_document->open(defaultExperiment()));
        m_window = openWindow();
    }

    void cleanup() {
        m_window.reset();
        m_document.reset();
        m_runs.reset();
    }

    void pagesByKeyboardAndMouse() {
        auto* design = dynamic_cast<PlainPage*>(m_window->page(QStringLiteral("design")));
        auto* data = dynamic_cast<PlainPage*>(m_window->page(QStringLiteral("data")));
        QCOMPARE(m_window->currentPage(), design);
        QVERIFY(design->active && !data->active);
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), data);
        QVERIFY(!design->active && data->active);

        QAbstractButton* button = buttonNamed("nav_design");
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_window->currentPage(), design);
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Down);
        QCOMPARE(m_window->currentPage(), data);
        QVERIFY(buttonNamed("nav_data")->hasFocus());
        QVERIFY(buttonNamed("nav_data")->isChecked());
    }

    void onlyTheShownPagesKeysWork() {
        auto* design = dynamic_cast<PlainPage*>(m_window->page(QStringLiteral("design")));
        auto* data = dynamic_cast<PlainPage*>(m_window->page(QStringLiteral("data")));
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QCOMPARE(design->counted, 1);
        QCOMPARE(data->counted, 0);
        m_window->showPage(QStringLiteral("data"));
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QCOMPARE(design->counted, 1);
        QCOMPARE(data->counted, 1);
        auto* menu = m_window->findChild<QMenu*>(QStringLiteral("menu_design"));
        QVERIFY(!menu->menuAction()->isVisible());
    }

    void pageAndThemeAreRemembered() {
        m_window->showPage(QStringLiteral("data"));
        m_window->resize(1100, 700);
        action("themeDark")->trigger();
        QVERIFY(Theme::instance().isDark());
        QVERIFY(m_window->close());
        m_window = openWindow();
        QCOMPARE(m_window->currentPage()->objectName(), QStringLiteral("data"));
        QCOMPARE(QSettings().value(QStringLiteral("theme/mode")).toString(), QStringLiteral("Dark"));
        QTest::mouseClick(buttonNamed("themeSwitch"), Qt::LeftButton);
        QVERIFY(!Theme::instance().isDark());
        QVERIFY(action("themeLight")->isChecked());
    }

    void titleShowsNameAndChanges() {
        QVERIFY(m_window->windowTitle().startsWith(pathText(m_document->experiment().name)));
        QVERIFY(!m_window->isWindowModified());
        modify(QStringLiteral("renamed"));
        QVERIFY(m_window->isWindowModified());
        QVERIFY(m_window->windowTitle().startsWith(QStringLiteral("renamed[*]")));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!m_window->isWindowModified());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_window->isWindowModified());
    }

    void saveAsThenOpenAgain() {
        modify(QStringLiteral("kept"));
        QTest::keyClick(m_window.get(), Qt::Key_S, Qt::ControlModifier);
        auto* dialog = waitFor<QFileDialog>("saveDialog");
        QVERIFY(dialog != nullptr);
        const QString file = m_folder.filePath(QStringLiteral("kept.json"));
        Q_EMIT dialog->fileSelected(file);
        dialog->close();
        QVERIFY(QFile::exists(file));
        QVERIFY(!m_window->isWindowModified());
        QVERIFY(m_window->windowTitle().startsWith(QStringLiteral("kept.json[*]")));

        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        QVERIFY(!m_document->file());
        auto* recent = m_window->findChild<QMenu*>(QStringLiteral("recentMenu"));
        Q_EMIT recent->aboutToShow();
        QCOMPARE(recent->actions().front()->text(), QDir::toNativeSeparators(file));
        recent->actions().front()->trigger();
        QCOMPARE(m_document->experiment().name, std::string("kept"));
    }

    void droppedFileOpens() {
        Experiment experiment = defaultExperiment();
        experiment.name = "dropped";
        const std::filesystem::path file = workspace() / "dropped.json";
        QVERIFY(saveExperiment(experiment, file));
        drop(pathText(file));
        QCOMPARE(m_document->experiment().name, std::string("dropped"));
        QCOMPARE(m_window->currentPage()->objectName(), QStringLiteral("design"));
    }

    void brokenFileIsExplained() {
        const std::filesystem::path file = workspace() / "broken.json";
        std::ofstream(file) << R"({"format": "adapter-workbench/experiment@1", "nmae": "x"})";
        drop(pathText(file));
        QCOMPARE(m_window->messages().count(), 1);
        const auto* text = m_window->messages().findChild<QLabel*>(QStringLiteral("messageText"));
        const auto* detail = m_window->messages().findChild<QLabel*>(QStringLiteral("messageDetail"));
        QVERIFY2((text->text() + detail->text()).contains(QLatin1String("nmae")), qPrintable(text->text()));
        QVERIFY(m_document->experiment().name != "x");
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QVERIFY(m_window->messages().isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QCOMPARE(m_window->messages().count(), 0);
        QVERIFY(!m_window->messages().isVisible());
    }

    void closingAsksAboutUnsavedChanges() {
        modify(QStringLiteral("unsaved"));
        QVERIFY(!m_window->close());
        auto* box = waitFor<QMessageBox>("unsavedDialog");
        QVERIFY(box != nullptr);
        box->button(QMessageBox::Cancel)->click();
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(m_window->findChild<QMessageBox*>(QStringLiteral("unsavedDialog")) == nullptr);

        QVERIFY(!m_window->close());
        box = waitFor<QMessageBox>("unsavedDialog");
        QVERIFY(box != nullptr);
        box->button(QMessageBox::Discard)->click();
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!m_document->isModified());
    }

    void closingAsksThePagesToo() {
        auto* data = dynamic_cast<PlainPage*>(m_window->page(QStringLiteral("data")));
        data->unsaved = true;
        QVERIFY(!m_window->close());
        QCOMPARE(m_window->currentPage(), data);
        QVERIFY(m_window->isVisible() && data->goOn);
        data->unsaved = false;
        data->goOn();
        QTRY_VERIFY(!m_window->isVisible());
    }

    void slowMachineIsSaid() {
        MachineSpeed speed;
        speed.gflops = 1.3;
        speed.threads = 2;
        speed.slowBlas = true;
        speed.advice = "Install libopenblas0-pthread";
        Q_EMIT m_runs->machineMeasured(speed);
        QCOMPARE(m_window->messages().count(), 1);
        const auto* detail = m_window->messages().findChild<QLabel*>(QStringLiteral("messageDetail"));
        QVERIFY(detail->text().contains(QLatin1String("libopenblas0-pthread")));
        const auto* machine = m_window->findChild<QLabel*>(QStringLiteral("statusMachine"));
        QCOMPARE(machine->text(), QStringLiteral("CPU · 2 thread(s) · 1.3 GFLOP/s"));

        speed.slowBlas = false;
        speed.gflops = 76.4;
        speed.threads = 1;
        Q_EMIT m_runs->machineMeasured(speed);
        QCOMPARE(machine->text(), QStringLiteral("CPU · 1 thread(s) · 76 GFLOP/s"));
    }

    void statusFollowsTheRun() {
        LiveUpdate update;
        update.run = 7;
        update.state = RunState::Running;
        auto plan = std::make_shared<RunPlan>();
        plan->totalSteps = 1200;
        update.plan = plan;
        StepRecord step;
        step.step = 40;
        update.steps = {step};
        Q_EMIT m_runs->updated(update);
        const auto* run = m_window->findChild<QLabel*>(QStringLiteral("statusRun"));
        QCOMPARE(run->text(), QStringLiteral("Running · step 40 of 1,200"));
        RunOutcome outcome;
        outcome.state = RunState::Stopped;
        outcome.step = 41;
        outcome.resumable = true;
        Q_EMIT m_runs->runEnded(7, outcome);
        QCOMPARE(run->text(), QStringLiteral("Stopped · step 41 · checkpoint saved"));
    }

    void failureOfARunIsShown() {
        Q_EMIT m_runs->failed(Error{"The database is locked", "workbench.sqlite", "Close the other program"});
        QCOMPARE(m_window->messages().count(), 1);
        Q_EMIT m_runs->runStarted(3);
        QCOMPARE(m_window->messages().count(), 0);
    }

    void closingStopsAnActiveRun() {
        Experiment experiment = defaultExperiment();
        experiment.data = DataSpec{};
        experiment.data.source = "builtin:first-lesson";
        experiment.training.epochs = 2000;
        RunState ended = RunState::Preparing;
        connect(m_runs.get(), &RunController::runEnded, this,
                [&ended](qint64, const RunOutcome& outcome) { ended = outcome.state; });
        m_runs->start(experiment);
        QTRY_VERIFY_WITH_TIMEOUT(m_runs->isActive() && m_runs->state() == RunState::Running, 30000);
        QVERIFY(!m_window->close());
        auto* box = waitFor<QMessageBox>("stopRunDialog");
        QVERIFY(box != nullptr);
        box->findChild<QPushButton*>(QStringLiteral("keepRunning"))->click();
        QVERIFY(m_window->isVisible());
        QVERIFY(m_runs->isActive());
        QTRY_VERIFY(m_window->findChild<QMessageBox*>(QStringLiteral("stopRunDialog")) == nullptr);

        QVERIFY(!m_window->close());
        box = waitFor<QMessageBox>("stopRunDialog");
        QVERIFY(box != nullptr);
        box->findChild<QPushButton*>(QStringLiteral("stopAndClose"))->click();
        QVERIFY(m_window->isVisible());
        QCOMPARE(m_window->messages().count(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), 20000);
        QCOMPARE(ended, RunState::Stopped);
    }

    void shortcutsAreListed() {
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        auto* table = waitFor<QTableView>("shortcutTable");
        QVERIFY(table != nullptr);
        const int all = table->model()->rowCount();
        QVERIFY(all > 12);
        auto* search = m_window->findChild<QLineEdit*>(QStringLiteral("shortcutSearch"));
        QTest::keyClicks(search, QStringLiteral("ctrl+z"));
        QCOMPARE(table->model()->rowCount(), 1);
        QVERIFY(table->model()->index(0, 1).data().toString().startsWith(QLatin1String("Undo")));
        search->clear();
        QTest::keyClicks(search, QStringLiteral("Count in DATA"));
        QCOMPARE(table->model()->rowCount(), 1);
    }

    void allPagesLiveTogether() {
        const auto store = RunStore::open(workspace());
        QVERIFY(store);
        BackgroundReader reader(workspace());
        MainWindow window({workspace(), m_runs.get(), &reader, store->get(), m_document.get()});
        window.resize(1440, 900);
        window.show();
        QApplication::setActiveWindow(&window);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const QStringList names{QStringLiteral("design"),    QStringLiteral("data"),
                                QStringLiteral("train"),     QStringLiteral("runs"),
                                QStringLiteral("fusion"),    QStringLiteral("madx"),
                                QStringLiteral("playground")};
        for (int i = 0; i < names.size(); ++i) {
            QTest::keyClick(&window, Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(window.currentPage()->objectName(), names[i]);
            QCOMPARE(keysUsedTwice(window), QStringList());
            Theme::instance().setMode(i % 2 == 0 ? Theme::Mode::Dark : Theme::Mode::Light);
            QVERIFY(!window.grab().isNull());
        }
    }

    void everyButtonHasAName() {
        for (const QAbstractButton* button : m_window->findChildren<QAbstractButton*>()) {
            if (button->focusPolicy() != Qt::NoFocus) {
                QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                         qPrintable(button->objectName()));
            }
        }
    }

private:
    std::filesystem::path workspace() const { return m_folder.path().toStdString(); }

    std::unique_ptr<MainWindow> openWindow() {
        AppContext context;
        context.workspace = workspace();
        context.runs = m_runs.get();
        context.document = m_document.get();
        auto window = std::make_unique<MainWindow>(context, plainPages());
        window->show();
        QApplication::setActiveWindow(window.get());
        const bool active = QTest::qWaitForWindowActive(window.get());
        Q_UNUSED(active)
        return window;
    }

    /// Keys of two actions that are both reachable from the menu bar now: neither would work.
    static QStringList keysUsedTwice(const MainWindow& window) {
        QStringList seen;
        QStringList twice;
        QList<QAction*> open = window.menuBar()->actions();
        while (!open.isEmpty()) {
            const QAction* next = open.takeFirst();
            if (!next->isVisible()) {
                continue;
            }
            if (next->menu() != nullptr) {
                open << next->menu()->actions();
            }
            for (const QKeySequence& keys : next->shortcuts()) {
                const QString text = keys.toString();
                (seen.contains(text) ? twice : seen) << text;
            }
        }
        return twice;
    }

    QAbstractButton* buttonNamed(const char* name) const {
        return m_window->findChild<QAbstractButton*>(QLatin1String(name));
    }

    QAction* action(const char* name) const { return m_window->findChild<QAction*>(QLatin1String(name)); }

    template<typename T>
    T* waitFor(const char* name) const {
        T* found = nullptr;
        const bool there = QTest::qWaitFor([&] {
            return (found = m_window->findChild<T*>(QLatin1String(name))) != nullptr && found->isVisible();
        });
        return there ? found : nullptr;
    }

    void modify(const QString& name) {
        Experiment experiment = m_document->experiment();
        experiment.name = name.toStdString();
        m_document->edit(experiment, QStringLiteral("Rename"));
    }

    void drop(const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &event);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<DesignDocument> m_document;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestMainWindow)
#include "test_main_window.moc"
