#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "ui/itemmodels/runs_model.h"
#include "ui/runs/runs_page.h"
#include "ui/widgets/message_bar.h"

using namespace awb;
using namespace awb::ui;

class TestRunsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void listsAndSorts();
    void filters();
    void renamesAndNotes();
    void deletesAndUndoes();
    void opensTheDesign();
    void emptyWorkspace();

private:
    std::int64_t addRun(const std::string& name, double accuracy, RunState state);
    QString cell(int row, int column) const { return m_page->filter()->index(row, column).data().toString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunsPage> m_page;
};

void TestRunsPage::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-runs"));
}

std::int64_t TestRunsPage::addRun(const std::string& name, double accuracy, RunState state) {
    Experiment experiment = defaultExperiment();
    experiment.name = name;
    const std::int64_t run = m_store->createRun(experiment, "pfeiffer rf 16").value();
    RunPlan plan;
    plan.mainMetric = "accuracy";
    plan.totalSteps = 100;
    plan.trainableParameters = 1000;
    plan.baseParameters = 100'000;
    (void)m_store->setPlan(run, plan);
    RunOutcome outcome;
    outcome.state = state;
    outcome.metrics = {{"test", {{"accuracy", accuracy}}}};
    (void)m_store->finishRun(run, outcome);
    return run;
}

void TestRunsPage::init() {
    QSettings().clear();
    m_folder = std::make_unique<QTemporaryDir>();
    auto store = RunStore::open(m_folder->path().toStdString());
    QVERIFY2(store.has_value(), store ? "" : store.error().message().c_str());
    m_store = std::move(*store);
    addRun("beta", 0.9, RunState::Finished);
    addRun("alpha", 0.2, RunState::Failed);
    addRun("gamma", 0.5, RunState::Finished);
    AppContext context;
    context.workspace = m_folder->path().toStdString();
    context.store = m_store.get();
    m_page = std::make_unique<RunsPage>(context);
    m_page->resize(1200, 800);
    m_page->show();
}

void TestRunsPage::cleanup() {
    m_page.reset();
    m_store.reset();
}

void TestRunsPage::listsAndSorts() {
    QCOMPARE(m_page->model()->rowCount(), 3);
    m_page->filter()->sort(RunsModel::Test, Qt::DescendingOrder);
    QCOMPARE(cell(0, RunsModel::Name), QStringLiteral("beta"));
    QCOMPARE(cell(2, RunsModel::Name), QStringLiteral("alpha"));
    QVERIFY(cell(0, RunsModel::Test).contains(QStringLiteral("0.9")));
    QVERIFY(cell(0, RunsModel::Share).startsWith(QStringLiteral("1.00")));
    // Sorting by a second column keeps the first as the order within equal values.
    m_page->filter()->sort(RunsModel::Name, Qt::AscendingOrder);
    m_page->filter()->sort(RunsModel::Status, Qt::AscendingOrder);
    QCOMPARE(cell(0, RunsModel::Name), QStringLiteral("beta"));
    QCOMPARE(cell(1, RunsModel::Name), QStringLiteral("gamma"));
}

void TestRunsPage::filters() {
    auto* search = m_page->findChild<QLineEdit*>(QStringLiteral("runsSearch"));
    QTest::keyClicks(search, QStringLiteral("ALP"));
    QCOMPARE(m_page->filter()->rowCount(), 1);
    search->clear();
    m_page->findChild<QComboBox*>(QStringLiteral("runsStates"))
        ->setCurrentIndex(static_cast<int>(RunsFilter::States::Finished));
    QCOMPARE(m_page->filter()->rowCount(), 2);
}

void TestRunsPage::renamesAndNotes() {
    m_page->selectRun(1);
    const QModelIndex row = m_page->model()->index(m_page->model()->rowOf(1), 0);
    QVERIFY(m_page->model()->setData(row.siblingAtColumn(RunsModel::Name), QStringLiteral("delta"),
                                     Qt::EditRole));
    QVERIFY(m_page->model()->setData(row.siblingAtColumn(RunsModel::Note), QStringLiteral("the good one"),
                                     Qt::EditRole));
    QVERIFY(
        !m_page->model()->setData(row.siblingAtColumn(RunsModel::Name), QStringLiteral("  "), Qt::EditRole));
    QVERIFY(
        !m_page->model()->setData(row.siblingAtColumn(RunsModel::Test), QStringLiteral("1"), Qt::EditRole));
    const RunRow stored = m_store->run(1).value();
    QCOMPARE(stored.name, std::string("delta"));
    QCOMPARE(stored.note, std::string("the good one"));
    QCOMPARE(row.siblingAtColumn(RunsModel::Name).data().toString(), QStringLiteral("delta"));
}

void TestRunsPage::deletesAndUndoes() {
    m_page->findChild<QTableView*>(QStringLiteral("runsTable"))->selectAll();
    m_page->findChild<QAction*>(QStringLiteral("deleteRuns"))->trigger();
    QCOMPARE(m_page->model()->rowCount(), 0);
    QCOMPARE(m_store->runs().value().size(), std::size_t(0));
    QCOMPARE(m_page->findChild<MessageBar*>(QStringLiteral("runsMessages"))->count(), 1);
    m_page->undoStack()->undo();
    QCOMPARE(m_page->model()->rowCount(), 3);
    QCOMPARE(m_store->runs().value().size(), std::size_t(3));
    m_page->undoStack()->redo();
    QCOMPARE(m_page->model()->rowCount(), 0);
}

void TestRunsPage::opensTheDesign() {
    m_page->selectRun(3);
    QSignalSpy opened(m_page.get(), &RunsPage::openDesign);
    m_page->findChild<QAction*>(QStringLiteral("openDesign"))->trigger();
    QCOMPARE(opened.count(), 1);
    Experiment expected = defaultExperiment();
    expected.name = "gamma";
    QCOMPARE(toText(opened[0][0].value<Experiment>()), toText(expected));
    m_page->findChild<QAction*>(QStringLiteral("duplicateRun"))->trigger();
    QCOMPARE(opened[1][0].value<Experiment>().name, std::string("gamma-copy"));
}

void TestRunsPage::emptyWorkspace() {
    QTemporaryDir other;
    auto store = RunStore::open(other.path().toStdString()).value();
    AppContext context;
    context.store = store.get();
    RunsPage page(context);
    page.show();
    QVERIFY(page.findChild<QWidget*>(QStringLiteral("runsEmpty"))->isVisible());
    QVERIFY(!page.findChild<QAction*>(QStringLiteral("openDesign"))->isEnabled());
}

QTEST_MAIN(TestRunsPage)
#include "test_runs_page.moc"
