#include <algorithm>
#include <cmath>

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/run_controller.h"
#include "tests/backend/madx_fixture.h"
#include "tests/backend/training_fixture.h"
#include "ui/document/design_document.h"
#include "ui/madx/madx_document.h"
#include "ui/madx/madx_matrices.h"
#include "ui/madx/madx_page.h"
#include "ui/madx/madx_results.h"
#include "ui/theme/theme.h"
#include "ui/train/train_page.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 120'000;

} // namespace

/// The MAD-X page over real runs, as a person uses it.
class TestMadxPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void emptyPageSaysWhatToDo();
    void trainsStopsAndGoesOn();
    void reopensWithItsScores();
    void differencesAndRuns();
    void severalSeedsShowTheirSpread();
    void findingsSayByHowMuch();
    void exportsScores();
    void stepsChangeTheExperiment();
    void theReversedOrderAloneIsWarnedOf();
    void badFilesAreNamed();
    void waitsForOtherRuns();
    void otherRunsSayWhatTheyWaitFor();

private:
    void open() const { QVERIFY(m_page->openFile(m_file)); }
    template<typename T>
    T* find(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    QString text(const char* label) const { return find<QLabel>(label)->text(); }
    void click(const char* button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    const ShareMatrix& matrix(MadxOrder order) const { return m_page->results()->map(order)->matrix(); }
    int filled(MadxOrder order) const {
        return static_cast<int>(
            std::ranges::count_if(matrix(order).values, [](float value) { return std::isfinite(value); }));
    }

    QTemporaryDir m_dir;
    test::TwoLanguages m_languages{m_dir.path().toStdString()};
    QString m_file;
    std::vector<float> m_values; ///< of language first
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<MadxPage> m_page;
};

void TestMadxPage::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-madx"));
    QSettings().clear();
    Theme::instance().apply(*qobject_cast<QApplication*>(QCoreApplication::instance()));
    m_file = QString::fromStdString(
        test::writeTinyMadx(m_dir.filePath(QStringLiteral("tiny.json")).toStdString()));
}

void TestMadxPage::init() {
    const std::filesystem::path workspace = m_dir.filePath(QStringLiteral("w")).toStdString();
    std::filesystem::create_directories(workspace);
    m_runs = std::make_unique<RunController>(workspace);
    AppContext context;
    context.workspace = workspace;
    context.runs = m_runs.get();
    m_page = std::make_unique<MadxPage>(context);
    m_page->resize(1360, 860);
    m_page->QWidget::show();
    m_page->setActive(true);
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestMadxPage::cleanup() {
    m_page.reset();
    m_runs.reset();
}

void TestMadxPage::emptyPageSaysWhatToDo() {
    QVERIFY(find<QWidget>("madxEmpty")->isVisible());
    QVERIFY(!find<QPushButton>("madxTrainButton")->isEnabled());
    QVERIFY(find<QPushButton>("madxTrainButton")->toolTip().contains(QStringLiteral("Open an experiment")));
    click("emptyStateAction");
    QVERIFY(!find<QWidget>("madxEmpty")->isVisible());
    auto* languages = find<QTableWidget>("madxLanguages");
    QCOMPARE(languages->rowCount(), 2);
    QVERIFY2(text("madxProgress").contains(QStringLiteral("choose a file of plain text")),
             qPrintable(text("madxProgress")));
    // A file is chosen from the keyboard.
    languages->setFocus();
    languages->setCurrentCell(0, 1);
    QTest::keyClick(languages, Qt::Key_Return);
    auto* dialog = find<QFileDialog>("madxFileDialog");
    QVERIFY(dialog != nullptr);
    Q_EMIT dialog->fileSelected(QString::fromStdString(m_languages.text("north")));
    dialog->close();
    QCOMPARE(m_page->document()->experiment().languages.front().text, m_languages.text("north"));
    QCOMPARE(languages->item(0, 1)->text(), QStringLiteral("north.txt"));
}

void TestMadxPage::trainsStopsAndGoesOn() {
    open();
    QCOMPARE(filled(MadxOrder::LanguageFirst), 0);
    QTRY_COMPARE(text("madxProgress"), QStringLiteral("Nothing is trained yet"));
    click("madxTrainButton");
    QCOMPARE(find<QPushButton>("madxTrainButton")->text(), QStringLiteral("Stop"));
    QVERIFY(!find<QWidget>("madxSteps")->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(filled(MadxOrder::LanguageFirst) >= 1, kPatience);
    QVERIFY2(text("madxProgress").contains(QStringLiteral(" of 21: ")), qPrintable(text("madxProgress")));
    click("madxTrainButton");
    QTRY_VERIFY_WITH_TIMEOUT(find<QWidget>("madxSteps")->isEnabled(), kPatience);
    QVERIFY(filled(MadxOrder::TaskFirst) < 4);
    QCOMPARE(find<QPushButton>("madxTrainButton")->text(), QStringLiteral("Go on"));
    QVERIFY(find<QTableWidget>("madxLanguages")->item(0, 2)->text().startsWith(QStringLiteral("run ")));

    QTest::keyClick(m_page.get(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(m_page->report().isComplete() && m_page->report().runs > 0, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(text("madxProgress"), QStringLiteral("All 21 runs are there."), kPatience);
    for (const MadxOrder order : kMadxOrders) {
        QCOMPARE(filled(order), 4);
    }
    QVERIFY2(text("madxFindings").contains(QStringLiteral("Task alone")), qPrintable(text("madxFindings")));
    QVERIFY2(text("madxFindings").contains(QStringLiteral("over 4 pairs")), qPrintable(text("madxFindings")));
    m_values = matrix(MadxOrder::LanguageFirst).values;
}

/// A page that is opened again has the experiment of the last time and its scores, without training.
void TestMadxPage::reopensWithItsScores() {
    QVERIFY(m_page->document()->isOpen());
    QTRY_COMPARE_WITH_TIMEOUT(filled(MadxOrder::LanguageFirst), 4, kPatience);
    QVERIFY(matrix(MadxOrder::LanguageFirst).values == m_values);
    QVERIFY(!find<QPushButton>("madxTrainButton")->isEnabled());
    QVERIFY(find<QPushButton>("madxTrainButton")->toolTip().contains(QStringLiteral("All 21 runs")));
}

void TestMadxPage::differencesAndRuns() {
    QTRY_COMPARE_WITH_TIMEOUT(filled(MadxOrder::TaskFirst), 4, kPatience);
    const std::vector<float> reversed = matrix(MadxOrder::TaskFirst).values;
    auto* values = find<QComboBox>("madxValues");
    values->setFocus();
    values->setCurrentIndex(values->findData(static_cast<int>(MadxOrder::TaskFirst)));
    QVERIFY(!m_page->results()->map(MadxOrder::TaskFirst)->isVisible());
    const ShareMatrix& shown = matrix(MadxOrder::LanguageFirst);
    QVERIFY(shown.isDifference);
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        QVERIFY(std::abs(shown.values[i] - (m_values[i] - reversed[i])) < 1e-6F);
    }
    QSignalSpy opened(m_page.get(), &MadxPage::openRun);
    ShareMap* map = m_page->results()->map(MadxOrder::LanguageFirst);
    map->setFocus();
    QTest::keyClick(map, Qt::Key_Right);
    QTest::keyClick(map, Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    // The chosen cell: rows from the bottom, so south; the second column, south.
    const MadxCell cell = m_page->report().cell(MadxOrder::LanguageFirst, "south", "south", 0);
    QCOMPARE(opened.front().at(0).toLongLong(), cell.runs.front());
}

void TestMadxPage::severalSeedsShowTheirSpread() {
    QTRY_COMPARE_WITH_TIMEOUT(filled(MadxOrder::TaskFirst), 4, kPatience);
    auto* seeds = find<QLineEdit>("madxSeeds");
    seeds->setFocus();
    seeds->selectAll();
    QTest::keyClicks(seeds, QStringLiteral("1, x"));
    QTest::keyClick(seeds, Qt::Key_Return);
    QVERIFY(text("madxNumberProblem").contains(QStringLiteral("“1, x”")));
    seeds->selectAll();
    QTest::keyClicks(seeds, QStringLiteral("1, 2"));
    QTest::keyClick(seeds, Qt::Key_Return);
    for (const MadxOrder order : {MadxOrder::TaskAlone, MadxOrder::TaskFirst}) {
        auto* box = find<QCheckBox>(order == MadxOrder::TaskAlone ? "madxOrder1" : "madxOrder2");
        QTest::keyClick(box, Qt::Key_Space);
    }
    // The first seed is there.
    QTRY_COMPARE_WITH_TIMEOUT(filled(MadxOrder::LanguageFirst), 4, kPatience);
    click("madxTrainButton");
    QTRY_COMPARE_WITH_TIMEOUT(m_page->report().runs, 1 + 2 + 4 + 8, kPatience);
    const MadxCell cell = m_page->report().cell(MadxOrder::LanguageFirst, "south", "north", 0);
    QCOMPARE(cell.scores.size(), std::size_t(2));
    const double mean = (cell.scores[0] + cell.scores[1]) / 2;
    const double deviation = std::abs(cell.scores[0] - cell.scores[1]) / std::sqrt(2.0);
    QCOMPARE(matrix(MadxOrder::LanguageFirst).texts.front(),
             QStringLiteral("%1 ± %2").arg(100 * mean, 0, 'f', 1).arg(100 * deviation, 0, 'f', 1));
    ShareMap* map = m_page->results()->map(MadxOrder::LanguageFirst);
    QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect({0, 0}).center());
    auto* menu = m_page->findChild<QMenu*>(QStringLiteral("madxRunMenu"));
    QVERIFY(menu != nullptr);
    QCOMPARE(menu->actions().size(), 2);
    menu->close();
}

/// Against differences worked out by hand.
void TestMadxPage::findingsSayByHowMuch() {
    MadxExperiment experiment = test::tinyMadx(m_dir.path().toStdString());
    experiment.seeds = {1, 2};
    experiment.dropLayers = {0, 1};
    MadxReport report;
    report.metric = "accuracy";
    const auto add = [&](MadxOrder order, const char* target, int dropped, double first, double second) {
        report.scores.push_back({"north", target, {order, 1}, dropped, first, 1});
        report.scores.push_back({"north", target, {order, 2}, dropped, second, 2});
    };
    QVERIFY(madxFindings(report, experiment).isEmpty());
    add(MadxOrder::LanguageFirst, "north", 0, 0.80, 0.82);
    add(MadxOrder::LanguageFirst, "south", 0, 0.60, 0.60);
    add(MadxOrder::TaskAlone, "north", 0, 0.81, 0.81);
    add(MadxOrder::TaskAlone, "south", 0, 0.61, 0.59);
    add(MadxOrder::TaskFirst, "north", 0, 0.78, 0.80);
    add(MadxOrder::TaskFirst, "south", 0, 0.50, 0.50);
    add(MadxOrder::LanguageFirst, "north", 1, 0.82, 0.84);
    const QStringList findings = madxFindings(report, experiment);
    QCOMPARE(findings.size(), 3);
    QVERIFY2(findings[0].startsWith(QStringLiteral("Task alone is on average as good as language first")) &&
                 findings[0].contains(QStringLiteral("within the spread of the seeds")),
             qPrintable(findings[0]));
    // -2 and -10 points. North scatters by 1.41 points on either side, together 2.0; south not at all.
    QVERIFY2(findings[1].startsWith(
                 QStringLiteral("Reversed order loses 6.0 points on average against language first, "
                                "over 2 pairs of languages (-10.0 to -2.0)")),
             qPrintable(findings[1]));
    QVERIFY2(findings[1].endsWith(QStringLiteral("more than the spread of the seeds (±1.0).")),
             qPrintable(findings[1]));
    QVERIFY2(
        findings[2].startsWith(QStringLiteral("Language first with the lowest layer un-adapted gains 2.0")),
        qPrintable(findings[2]));
}

void TestMadxPage::exportsScores() {
    QTRY_COMPARE_WITH_TIMEOUT(filled(MadxOrder::TaskFirst), 4, kPatience);
    const QString table = m_dir.filePath(QStringLiteral("scores.csv"));
    QVERIFY(m_page->saveTable(table));
    QFile file(table);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 1 + 12);
    QVERIFY(lines.front().startsWith("order,dropped_layers,source,target,accuracy,"));
    QVERIFY(lines[1].startsWith("language_first,0,north,north,"));
    const QString picture = m_dir.filePath(QStringLiteral("scores.png"));
    QVERIFY(m_page->savePicture(picture));
    QVERIFY(!QImage(picture).isNull());
    QVERIFY(!m_page->saveTable(QStringLiteral("/nowhere/at/all.csv")));
    QVERIFY(text("messageDetail").contains(QStringLiteral("/nowhere/at/all.csv")));
}

void TestMadxPage::stepsChangeTheExperiment() {
    open();
    const auto experiment = [this] { return m_page->document()->experiment(); };
    auto* task = find<QTableWidget>("madxTask");
    task->item(1, 0)->setCheckState(Qt::Unchecked);
    QVERIFY(!experiment().languages[1].isSource());
    task->item(1, 0)->setCheckState(Qt::Checked);
    QVERIFY(experiment().languages[1].isSource()); // with its file
    task->setCurrentCell(1, 3);
    QTest::keyClick(task, Qt::Key_Delete);
    QVERIFY(!experiment().languages[1].isTarget());
    QCOMPARE(task->item(1, 3)->text(), QStringLiteral("choose …"));

    click("madxAddLanguage");
    QCOMPARE(experiment().languages.size(), std::size_t(3));
    QVERIFY(text("madxProgress").contains(QStringLiteral("lang1")));
    auto* languages = find<QTableWidget>("madxLanguages");
    languages->item(2, 0)->setText(QStringLiteral("north"));
    QVERIFY(text("madxProgress").contains(QStringLiteral("Two languages are named")));
    languages->setCurrentCell(2, 0);
    click("madxRemoveLanguage");
    QCOMPARE(experiment().languages.size(), std::size_t(2));

    auto* mode = find<QComboBox>("madxDropMode");
    mode->setFocus();
    QTest::keyClick(mode, Qt::Key_Down);
    QCOMPARE(experiment().task.training.adapterDropMode, std::string("fixed"));
    QCOMPARE(experiment().task.training.adapterDropLayers, 1);
    auto* layers = find<QLineEdit>("madxLayers");
    layers->setFocus();
    layers->selectAll();
    QTest::keyClicks(layers, QStringLiteral("0, 1"));
    QTest::keyClick(layers, Qt::Key_Return);
    QCOMPARE(experiment().dropLayers, (std::vector{0, 1}));
    QVERIFY(find<QComboBox>("madxDropped")->isVisible());
    auto* base = find<QComboBox>("madxBase");
    base->setFocus();
    QTest::keyClick(base, Qt::Key_Home);
    QCOMPARE(experiment().baseModel, std::string("mini-en"));
    QVERIFY(!experiment().pretraining);
    QTest::keyClick(base, Qt::Key_Down);
    QVERIFY(experiment().pretraining && experiment().pretraining->vocabSize == 90); // as it was

    QVERIFY(text("madxName").contains(QStringLiteral("not saved")));
    // Another experiment does not take the changes away unasked.
    find<QAction>("madxTemplate")->trigger();
    auto* box = find<QMessageBox>("madxUnsavedDialog");
    QVERIFY(box != nullptr);
    QTest::mouseClick(box->button(QMessageBox::Cancel), Qt::LeftButton);
    QCOMPARE(experiment().name, std::string("tiny"));
    const QString copy = m_dir.filePath(QStringLiteral("copy.json"));
    QVERIFY(m_page->saveFile(copy));
    const MadxExperiment saved = experiment();
    open();
    QVERIFY(m_page->openFile(copy));
    QVERIFY(experiment() == saved);
    QVERIFY(!m_page->hasUnsavedWork());

    MadxExperiment renamed = saved;
    renamed.name = "renamed";
    m_page->document()->edit(renamed);
    QVERIFY(m_page->hasUnsavedWork());
    QTRY_VERIFY(m_page->findChild<QMessageBox*>(QStringLiteral("madxUnsavedDialog")) == nullptr);
    bool goesOn = false;
    m_page->whenNothingIsLost([&] { goesOn = true; });
    box = find<QMessageBox>("madxUnsavedDialog");
    QTest::mouseClick(box->button(QMessageBox::Save), Qt::LeftButton);
    QVERIFY(goesOn && !m_page->hasUnsavedWork());
    QVERIFY(m_page->openFile(copy));
    QCOMPARE(experiment().name, std::string("renamed"));
    m_page->document()->edit(saved);
    QTRY_VERIFY(m_page->findChild<QMessageBox*>(QStringLiteral("madxUnsavedDialog")) == nullptr);
    find<QAction>("madxTemplate")->trigger();
    box = find<QMessageBox>("madxUnsavedDialog");
    QTest::mouseClick(box->button(QMessageBox::Discard), Qt::LeftButton);
    QCOMPARE(experiment().name, std::string("madx"));
}

void TestMadxPage::theReversedOrderAloneIsWarnedOf() {
    open();
    QVERIFY(!find<QLabel>("madxWarning")->isVisible());
    for (const char* order : {"madxOrder0", "madxOrder1"}) {
        QTest::keyClick(find<QCheckBox>(order), Qt::Key_Space);
    }
    QTRY_VERIFY(find<QLabel>("madxWarning")->isVisible());
    QVERIFY(text("madxWarning").contains(QStringLiteral("reversed order")));
    QTest::keyClick(find<QCheckBox>("madxOrder2"), Qt::Key_Space);
    QVERIFY(!find<QPushButton>("madxTrainButton")->isEnabled());
    QVERIFY(text("madxProgress").contains(QStringLiteral("No order of the adapters is chosen")));
}

void TestMadxPage::badFilesAreNamed() {
    open();
    const QString bad = QString::fromStdString(test::writeTinyMadx(
        m_dir.filePath(QStringLiteral("bad.json")).toStdString(), R"({"seeds": [2, 2]})"));
    QVERIFY(!m_page->openFile(bad));
    QVERIFY(text("messageText").contains(QStringLiteral("`seeds` has 2 twice")));
    QVERIFY(text("messageDetail").contains(QStringLiteral("bad.json /seeds")));
    QVERIFY(text("messageDetail").contains(QStringLiteral("Name each number once")));
    QVERIFY(m_page->document()->experiment().seeds == std::vector<std::int64_t>{1}); // the open one stays
    const QString missing = QString::fromStdString(test::writeTinyMadx(
        m_dir.filePath(QStringLiteral("missing.json")).toStdString(), R"({"data": "elsewhere"})"));
    QVERIFY(m_page->openFile(missing));
    QVERIFY(!find<QPushButton>("madxTrainButton")->isEnabled());
    QVERIFY(text("madxProgress").contains(QStringLiteral("north-dev.conllu")));
    // However many are missing, the line is short enough for its advice.
    QVERIFY2(text("madxProgress").contains(QStringLiteral(" more. Choose others in steps 2 and 3.")),
             qPrintable(text("madxProgress")));
    QCOMPARE(text("madxProgress").count(u','), 2);
    QVERIFY(find<QTableWidget>("madxLanguages")->item(0, 1)->text().contains(QStringLiteral("missing")));
}

void TestMadxPage::waitsForOtherRuns() {
    QVERIFY(m_page->openFile(QString::fromStdString(test::writeTinyMadx(
        m_dir.filePath(QStringLiteral("other.json")).toStdString(), R"({"seeds": [7]})"))));
    Experiment longRun = test::tinyExperiment();
    longRun.training.epochs = 2000;
    m_runs->start(longRun);
    QTRY_VERIFY_WITH_TIMEOUT(m_runs->activeRun().has_value(), kPatience);
    QVERIFY(!find<QPushButton>("madxTrainButton")->isEnabled());
    QVERIFY(
        find<QPushButton>("madxTrainButton")->toolTip().contains(QStringLiteral("one training at a time")));
    m_runs->stop();
    QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("madxTrainButton")->isEnabled(), kPatience);
}

void TestMadxPage::otherRunsSayWhatTheyWaitFor() {
    QVERIFY(m_page->openFile(QString::fromStdString(test::writeTinyMadx(
        m_dir.filePath(QStringLiteral("third.json")).toStdString(), R"({"seeds": [8]})"))));
    DesignDocument document;
    QVERIFY(document.open(test::tinyExperiment()).has_value());
    AppContext context;
    context.runs = m_runs.get();
    context.document = &document;
    TrainPage train(context);
    click("madxTrainButton");
    train.startDesign();
    const auto says = [&](const QString& words) {
        const QList<QLabel*> labels =
            train.findChild<QWidget*>(QStringLiteral("trainEmpty"))->findChildren<QLabel*>();
        return std::ranges::any_of(labels,
                                   [&](const QLabel* label) { return label->text().contains(words); });
    };
    QVERIFY(says(QStringLiteral("“tiny” waits")));
    QVERIFY(says(QStringLiteral("The MAD-X experiment “tiny” is training")));
    click("madxTrainButton");
    QTRY_VERIFY_WITH_TIMEOUT(train.runState() == RunState::Finished, kPatience);
}

QTEST_MAIN(TestMadxPage)
#include "test_madx_page.moc"
