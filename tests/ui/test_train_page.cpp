#include <memory>

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTest>

#include "ui/plots/chart_deck.h"
#include "ui/train/train_page.h"
#include "ui/widgets/message_bar.h"

using namespace awb;
using namespace awb::ui;

namespace {

LiveUpdate updateOf(RunState state) {
    LiveUpdate update;
    update.run = 7;
    update.state = state;
    return update;
}

std::shared_ptr<const RunPlan> plan() {
    auto made = std::make_shared<RunPlan>();
    made->totalSteps = 200;
    made->stepsPerEpoch = 100;
    made->mainMetric = "accuracy";
    made->modules = {{"reviews", 0, Site::FfnOutput, 8, 100}};
    return made;
}

} // namespace

class TestTrainPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("awb-test-train"));
    }
    void followsARun();
    void primaryButtonFitsTheState_data();
    void primaryButtonFitsTheState();
    void failureIsShown();
};

void TestTrainPage::followsARun() {
    TrainPage page(AppContext{});
    page.resize(1000, 800);
    page.show();
    const auto text = [&page](const char* name) {
        return page.findChild<QLabel*>(QLatin1String(name))->text();
    };
    LiveUpdate preparing = updateOf(RunState::Preparing);
    preparing.activity = QStringLiteral("tokenising");
    preparing.activityFraction = 0.4;
    page.apply(preparing);
    QCOMPARE(text("runState"), QStringLiteral("Preparing: tokenising 40 %"));

    LiveUpdate running = updateOf(RunState::Running);
    running.plan = plan();
    for (int step = 1; step <= 50; ++step) {
        StepRecord record;
        record.step = step;
        record.loss = 1.0 / step;
        record.modules.resize(1);
        running.steps.push_back(record);
    }
    EvalRecord eval;
    eval.step = 50;
    eval.split = "validation";
    eval.metrics = {{"accuracy", 0.75}};
    running.evals = {eval};
    page.apply(running);
    page.charts()->finish();
    QCOMPARE(page.charts()->data().size(), std::size_t(50));
    QCOMPARE(text("runState"), QStringLiteral("Running"));

    RunOutcome outcome;
    outcome.state = RunState::Stopped;
    outcome.resumable = true;
    outcome.metrics = {{"validation", {{"accuracy", 0.75}, {"loss", 0.5}}}};
    page.endRun(7, outcome);
    QCOMPARE(text("runState"), QStringLiteral("Stopped (checkpoint saved)"));
    auto* metrics = page.findChild<QTableWidget*>(QStringLiteral("finalMetrics"));
    QCOMPARE(metrics->rowCount(), 1);
    QCOMPARE(metrics->columnCount(), 2);

    QSignalSpy open(&page, &TrainPage::openRun);
    QTest::mouseClick(page.findChild<QPushButton*>(QStringLiteral("openRunButton")), Qt::LeftButton);
    QCOMPARE(open.count(), 1);
    QCOMPARE(open[0][0].toLongLong(), 7);
}

void TestTrainPage::primaryButtonFitsTheState_data() {
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("enabled");
    QTest::addColumn<bool>("canStop");
    QTest::newRow("preparing") << int(RunState::Preparing) << QStringLiteral("Pause") << false << true;
    QTest::newRow("running") << int(RunState::Running) << QStringLiteral("Pause") << true << true;
    QTest::newRow("paused") << int(RunState::Paused) << QStringLiteral("Resume") << true << true;
    QTest::newRow("stopping") << int(RunState::Stopping) << QStringLiteral("Pause") << false << false;
    QTest::newRow("finished") << int(RunState::Finished) << QStringLiteral("Start again") << true << false;
}

void TestTrainPage::primaryButtonFitsTheState() {
    QFETCH(int, state);
    QFETCH(QString, text);
    QFETCH(bool, enabled);
    QFETCH(bool, canStop);
    TrainPage page(AppContext{});
    page.beginRun(7);
    page.apply(updateOf(static_cast<RunState>(state)));
    if (isTerminal(static_cast<RunState>(state))) {
        page.endRun(7, RunOutcome{});
    }
    auto* primary = page.findChild<QPushButton*>(QStringLiteral("primaryButton"));
    QCOMPARE(primary->text(), text);
    QCOMPARE(primary->isEnabled(), enabled);
    QVERIFY(!primary->toolTip().isEmpty());
    QCOMPARE(page.findChild<QPushButton*>(QStringLiteral("stopButton"))->isEnabled(), canStop);
}

void TestTrainPage::failureIsShown() {
    TrainPage page(AppContext{});
    page.beginRun(7);
    RunOutcome outcome;
    outcome.state = RunState::Failed;
    outcome.error = Error{"The loss became NaN", "step 12", "Lower the learning rate"};
    page.endRun(7, outcome);
    auto* messages = page.findChild<MessageBar*>(QStringLiteral("trainMessages"));
    QCOMPARE(messages->count(), 1);
    page.beginRun(8);
    QCOMPARE(messages->count(), 0);
}

QTEST_MAIN(TestTrainPage)
#include "test_train_page.moc"
