#include <memory>

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QTreeWidget>

#include "tests/backend/tiny_runs.h"
#include "tests/ui/program.h"
#include "ui/fusion/fuse_dialog.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/hand_rules.h"
#include "ui/fusion/token_map.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

/// Types a name into the save dialog that is about to open, and presses Save.
void answerSaveDialog(const QString& file) {
    QTimer::singleShot(0, [file] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog != nullptr);
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(file);
        QTest::keyClick(name, Qt::Key_Return);
    });
}

QByteArray contentOf(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

} // namespace

/// The whole life of a fusion through the window, with the real worker: two adapters, their fusion, its
/// weights down to a token, a weight forced by hand, the table saved, the program opened again.
class TestFusionLife : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void fromTwoAdaptersToAForcedWeight();

private:
    void start();
    /// Presses Train on the Design page and waits for the end; false when the run failed.
    bool trainTheDesign();
    bool train(const Experiment& experiment);
    bool trainAFusion();
    FusionPage* openFusionPage();
    void goDownToAToken();
    void forceAWeight();
    void saveCsv(const QString& file);
    FusionPage* page() const { return m_program->window->pageOf<FusionPage>(); }
    std::vector<float> layers() const { return page()->map(FusionPage::Layers)->matrix().values; }

    QTemporaryDir m_folder;
    std::unique_ptr<test::Program> m_program;
};

void TestFusionLife::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-fusion-life"));
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QSettings().clear();
}

void TestFusionLife::start() {
    m_program.reset();
    m_program = std::make_unique<test::Program>(m_folder.filePath(QStringLiteral("workspace")).toStdString());
    QVERIFY(m_program->show(test::oneAdapter("a", 1)));
}

bool TestFusionLife::trainTheDesign() {
    QSignalSpy ended(&m_program->runs, &RunController::runEnded);
    m_program->window->showPage(QStringLiteral("design"));
    m_program->click("trainButton");
    return QTest::qWaitFor([&] { return ended.count() == 1; }, kPatience) &&
           ended.front().at(1).value<RunOutcome>().state == RunState::Finished;
}

bool TestFusionLife::train(const Experiment& experiment) {
    return m_program->document.open(experiment) && trainTheDesign();
}

bool TestFusionLife::trainAFusion() {
    m_program->click("fusionNew");
    auto* dialog = page()->findChild<FuseDialog*>();
    auto* list = dialog->findChild<QTreeWidget*>(QStringLiteral("fuseAdapters"));
    for (const char* name : {"a", "b"}) {
        list->findItems(QLatin1String(name), Qt::MatchExactly).front()->setCheckState(0, Qt::Checked);
    }
    auto* buttons = dialog->findChild<QDialogButtonBox*>();
    for (QAbstractButton* button : buttons->buttons()) {
        if (buttons->buttonRole(button) == QDialogButtonBox::AcceptRole) {
            QTest::mouseClick(button, Qt::LeftButton);
            break;
        }
    }
    return m_program->page() == QStringLiteral("design") && trainTheDesign();
}

FusionPage* TestFusionLife::openFusionPage() {
    m_program->window->showPage(QStringLiteral("fusion"));
    // A closed dialog leaves no window active where there is no window manager.
    m_program->window->activateWindow();
    return QTest::qWaitForWindowActive(m_program->window.get()) ? page() : nullptr;
}

void TestFusionLife::goDownToAToken() {
    auto* slider = m_program->find<QSlider>("fusionSlider");
    const auto atTheEnd = layers();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    QVERIFY(layers() != atTheEnd);
    QTest::keyClick(slider, Qt::Key_End);
    QVERIFY(layers() == atTheEnd);

    ShareMap* map = page()->map(FusionPage::Layers);
    QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect({1, 0}).center());
    QCOMPARE(page()->view(), FusionPage::Classes);
    ShareMap* classes = page()->map(FusionPage::Classes);
    QTest::mouseClick(classes, Qt::LeftButton, {}, classes->cellRect({2, 1}).center());
    QCOMPARE(page()->view(), FusionPage::Text);
    TokenMap* tokens = page()->tokens();
    const TokenMap::Token token{0, 1};
    QTRY_VERIFY(tokens->tokenAt(tokens->tokenRect(token).center()) == token);
    QTest::mouseClick(tokens, Qt::LeftButton, {}, tokens->tokenRect(token).center());
    QVERIFY(tokens->current() == token);
}

void TestFusionLife::forceAWeight() {
    page()->show(FusionPage::Layers);
    ShareMap* map = page()->map(FusionPage::Layers);
    map->setFocus();
    map->setCurrent(ShareMap::Cell{0, 0});
    QTest::keyClick(map, Qt::Key_F, Qt::ShiftModifier);
    HandPanel* hand = page()->hand();
    QCOMPARE(hand->rules()->rowCount(), 1);
    QVERIFY(hand->rules()->setData(hand->rules()->index(0, HandRules::Value), 1.0, Qt::EditRole));
    auto* text = m_program->find<QLineEdit>("handText");
    text->setFocus();
    QTest::keyClicks(text, QStringLiteral("the cheap rice rests beside the shop"));
    QTest::keyClick(text, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(hand->report() && !hand->report()->texts.empty() &&
                                 hand->report()->rules == hand->rules()->rules(),
                             kPatience);
    QVERIFY(hand->report()->answersBefore.values != hand->report()->answersAfter.values);
    QVERIFY(hand->report()->before.loss != hand->report()->after.loss);
}

void TestFusionLife::saveCsv(const QString& file) {
    page()->show(FusionPage::Layers);
    answerSaveDialog(file);
    m_program->find<QAction>("fusionCsv")->trigger();
    QCOMPARE(QString::fromUtf8(contentOf(file)), toCsv(page()->map(FusionPage::Layers)->matrix()));
}

void TestFusionLife::fromTwoAdaptersToAForcedWeight() {
    start();
    QVERIFY(trainTheDesign());
    QVERIFY(train(test::oneAdapter("b", 2)));
    QVERIFY(openFusionPage());
    QVERIFY(trainAFusion());

    QVERIFY(openFusionPage());
    QCOMPARE(page()->run(), std::optional<qint64>(3));
    const auto weights = layers();
    QVERIFY(weights.size() > 2);
    goDownToAToken();
    if (QTest::currentTestFailed()) {
        return;
    }
    forceAWeight();
    const QString before = m_folder.filePath(QStringLiteral("before.csv"));
    saveCsv(before);
    if (QTest::currentTestFailed()) {
        return;
    }

    start();
    QVERIFY(openFusionPage());
    QCOMPARE(page()->run(), std::optional<qint64>(3));
    QVERIFY(layers() == weights);
    const QString after = m_folder.filePath(QStringLiteral("after.csv"));
    saveCsv(after);
    QCOMPARE(contentOf(after), contentOf(before));
}

QTEST_MAIN(TestFusionLife)
#include "test_fusion_life.moc"
