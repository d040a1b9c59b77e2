#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "tests/backend/tiny_runs.h"
#include "ui/fusion/ablation_view.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/hand_rules.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;
using Kind = AdapterRule::Kind;

Experiment fusionExperiment() {
    Experiment experiment = test::tinyFusion();
    experiment.name = "fused";
    experiment.training.epochs = 4;
    return experiment;
}

} // namespace

/// Weights changed by hand and adapters left out on the Fusion page, as a person does it.
class TestFusionTrials : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aForcedWeightChangesThePrediction();
    void menuAndKeys();
    void valuesAreEditedAndUndone();
    void impossibleRulesSayWhy();
    void ablationIsMeasuredAndKept();
    void anAblationCanBeStopped();
    void unfinishedRunsSayWhy();
    void withoutWorkerItSaysSo();

private:
    template<typename T>
    T* find(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    ShareMap* layers() const { return m_page->map(FusionPage::Layers); }
    HandPanel* hand() const { return m_page->hand(); }
    bool isReported() const {
        return hand()->report() && hand()->report()->rules == hand()->rules()->rules();
    }
    void choose(ShareMap::Cell cell) {
        layers()->setFocus();
        layers()->setCurrent(cell);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<FusionPage> m_page;
};

void TestFusionTrials::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-trials"));
    QSettings().clear();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    test::finishedRun(*m_store, fusionExperiment());
}

void TestFusionTrials::init() {
    m_runs = std::make_unique<RunController>(m_store->workspace());
    AppContext context;
    context.store = m_store.get();
    context.runs = m_runs.get();
    m_page = std::make_unique<FusionPage>(context);
    m_page->resize(1300, 800);
    m_page->QWidget::show();
    m_page->setActive(true);
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestFusionTrials::cleanup() {
    m_page.reset();
    m_runs.reset();
}

void TestFusionTrials::aForcedWeightChangesThePrediction() {
    choose({0, 0});
    QTest::keyClick(layers(), Qt::Key_F, Qt::ShiftModifier); // fix a's weight everywhere
    QCOMPARE(hand()->rules()->rowCount(), 1);
    QVERIFY(hand()->isVisible());
    QVERIFY(hand()->rules()->setData(hand()->rules()->index(0, HandRules::Value), 1.0, Qt::EditRole));
    auto* text = find<QLineEdit>("handText");
    text->setFocus();
    QTest::keyClicks(text, QStringLiteral("the cheap rice rests beside the shop"));
    QTest::keyClick(text, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(isReported() && !hand()->report()->texts.empty(), kPatience);
    const RuleReport& report = *hand()->report();
    QVERIFY(report.before.loss != report.after.loss);
    QVERIFY(report.answersBefore.values != report.answersAfter.values);
    QVERIFY(find<QLabel>("handScores")->text().contains(QStringLiteral("accuracy")));
    QTRY_VERIFY(find<QTableView>("handAnswers")->model()->rowCount() == 3);
    const QString verdict = find<QLabel>("handVerdict")->text();
    QVERIFY2(verdict.contains(QStringLiteral("with the changes")), qPrintable(verdict));
    // The map marks the cells, and tells the weight under the change.
    QCOMPARE(layers()->marks().size(), std::size_t(layers()->matrix().rowCount()));
    layers()->setCurrent(ShareMap::Cell{1, 0});
    QVERIFY2(layers()->accessibleDescription().contains(QStringLiteral("by hand: 1.000")),
             qPrintable(layers()->accessibleDescription()));
    // Examples of the data can be chosen.
    auto* samples = find<QComboBox>("handSamples");
    QVERIFY(samples->count() > 3);
    samples->setCurrentIndex(2);
    Q_EMIT samples->activated(2);
    QTRY_VERIFY_WITH_TIMEOUT(hand()->report()->texts.front() == text->text().toStdString(), kPatience);
}

void TestFusionTrials::menuAndKeys() {
    const QPoint place = layers()->cellRect({1, 1}).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, layers()->mapToGlobal(place));
    QCoreApplication::sendEvent(layers(), &event);
    auto* menu = m_page->findChild<QMenu*>(QStringLiteral("handMenu"));
    QVERIFY(menu && menu->isVisible());
    auto* forbid = find<QAction>("handForbid");
    QVERIFY(menu->actions().contains(forbid));
    forbid->trigger();
    menu->close();
    const AdapterRule& rule = hand()->rules()->rules().front();
    QCOMPARE(rule.adapter, std::string("b"));
    QVERIFY(rule.kind == Kind::Forbid && rule.layer == 1 && rule.part == BlockPart::FeedForward);
    QCOMPARE(layers()->marks().front().text, QStringLiteral("⊘"));
    choose({1, 1});
    QTest::keyClick(layers(), Qt::Key_X); // takes it back
    QVERIFY(hand()->rules()->rules().empty());
    QTest::keyClick(layers(), Qt::Key_S);
    QVERIFY(hand()->rules()->rules().front().kind == Kind::Scale);
    layers()->setFocus();
    QTest::keyClick(layers(), Qt::Key_Delete);
    QVERIFY(hand()->rules()->rules().empty());
    // The entropy's column is no adapter.
    choose({0, 2});
    QTest::keyClick(layers(), Qt::Key_X);
    QVERIFY(hand()->rules()->rules().empty());
}

void TestFusionTrials::valuesAreEditedAndUndone() {
    choose({0, 0});
    QTest::keyClick(layers(), Qt::Key_F);
    auto* table = find<QTableView>("handRules");
    QTRY_VERIFY(table->findChild<QWidget*>(QStringLiteral("qt_spinbox_lineedit")));
    auto* editor = table->findChild<QLineEdit*>(QStringLiteral("qt_spinbox_lineedit"));
    editor->selectAll();
    QTest::keyClicks(editor, QStringLiteral("0.9"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(hand()->rules()->rules().front().value, 0.9);
    QTRY_VERIFY_WITH_TIMEOUT(isReported(), kPatience);
    const double changed = hand()->report()->after.loss;
    hand()->undoAction()->trigger();
    QVERIFY(hand()->rules()->rules().front().value != 0.9);
    hand()->undoAction()->trigger();
    QVERIFY(hand()->rules()->rules().empty());
    QTRY_VERIFY_WITH_TIMEOUT(isReported(), kPatience);
    QCOMPARE(hand()->report()->after.loss, hand()->report()->before.loss);
    hand()->redoAction()->trigger();
    hand()->redoAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(isReported(), kPatience);
    QCOMPARE(hand()->report()->after.loss, changed);
    find<QAction>("handClear")->trigger();
    QVERIFY(hand()->rules()->rules().empty());
}

void TestFusionTrials::impossibleRulesSayWhy() {
    HandRules* rules = hand()->rules();
    QCOMPARE(rules->put({"a", 0, BlockPart::FeedForward, Kind::Fix, 0.7}), 0);
    QCOMPARE(rules->put({"b", 0, BlockPart::FeedForward, Kind::Fix, 0.7}), -1);
    QCOMPARE(rules->rowCount(), 1);
    QVERIFY(find<QLabel>("handProblem")->text().contains(QStringLiteral("more than 1")));
    QVERIFY(!rules->setData(rules->index(0, HandRules::Value), 1.7, Qt::EditRole));
    QCOMPARE(rules->rules().front().value, 0.7);
    rules->remove(17);
    QCOMPARE(rules->rowCount(), 1);
}

void TestFusionTrials::ablationIsMeasuredAndKept() {
    m_page->show(FusionPage::Ablation);
    AblationView* view = m_page->ablation();
    QVERIFY(!view->result());
    QVERIFY(find<QWidget>("ablationEmpty")->isVisible());
    QTest::mouseClick(view->findChild<QWidget*>(QStringLiteral("ablationEmpty"))->findChild<QPushButton*>(),
                      Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(view->result().has_value(), kPatience);
    const ShareMatrix matrix = view->map()->matrix();
    QCOMPARE(matrix.rowCount(), 3); // two layers, and everywhere on top
    QCOMPARE(matrix.columns, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QVERIFY(matrix.isDifference && matrix.range > 0);
    QCOMPARE(matrix.at(2, 0),
             static_cast<float>(view->result()->everywhere[0].loss - view->result()->reference.loss));
    const QString details = find<QLabel>("fusionDetails")->text();
    QVERIFY2(details.contains(QStringLiteral("Worth a look")), qPrintable(details));
    find<QComboBox>("ablationQuantity")->setCurrentIndex(1);
    QCOMPARE(view->map()->matrix().at(2, 1),
             static_cast<float>(view->result()->everywhere[1].metric - view->result()->reference.metric));
    view->map()->setCurrent(ShareMap::Cell{0, 1});
    QVERIFY(view->map()->accessibleDescription().contains(QStringLiteral("without it: loss")));
    QVERIFY(m_page->shownSql().contains(QStringLiteral("ablation_change")));
    QVERIFY(toCsv(*m_page->shownMatrix()).contains(QStringLiteral("everywhere")));
    const QString picture = m_folder.filePath(QStringLiteral("ablation.png"));
    QVERIFY(m_page->savePicture(picture) && QFile(picture).size() > 1000);
    find<QComboBox>("ablationQuantity")->setCurrentIndex(0);
    // Reopened, it is there at once.
    cleanup();
    m_store.reset();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    init();
    QVERIFY(m_page->ablation()->result().has_value());
    QVERIFY(m_page->ablation()->map()->matrix().values == matrix.values);
}

void TestFusionTrials::anAblationCanBeStopped() {
    m_page->show(FusionPage::Ablation);
    QPushButton* button = m_page->ablation()->button();
    QTest::keyClick(button, Qt::Key_Space);
    QVERIFY(find<QWidget>("ablationProgress")->isVisible());
    QTest::keyClick(button, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(!find<QWidget>("ablationProgress")->isVisible(), kPatience);
    QVERIFY(button->isEnabled());
}

void TestFusionTrials::unfinishedRunsSayWhy() {
    RunControl control;
    test::Log log;
    log.afterStep = [&control](const StepRecord& record) {
        if (record.step == 3) {
            control.requestStop();
        }
    };
    const RecordedOutcome stopped = runRecorded(*m_store, fusionExperiment(), control, log);
    QCOMPARE(stopped.outcome.state, RunState::Stopped);
    m_page->selectRun(stopped.run);
    QVERIFY(!hand()->isUsable());
    QVERIFY(find<QLabel>("handProblem")->text().contains(QStringLiteral("not finished")));
    choose({0, 0});
    QTest::keyClick(layers(), Qt::Key_X);
    QVERIFY(hand()->rules()->rules().empty());
    m_page->selectRun(1);
    QVERIFY(hand()->isUsable());
}

void TestFusionTrials::withoutWorkerItSaysSo() {
    AppContext context;
    context.store = m_store.get();
    FusionPage page(context);
    page.QWidget::show();
    page.setActive(true);
    QVERIFY(!page.hand()->isUsable());
    QVERIFY(
        page.findChild<QLabel*>(QStringLiteral("handProblem"))->text().contains(QStringLiteral("worker")));
}

QTEST_MAIN(TestFusionTrials)
#include "test_fusion_trials.moc"
