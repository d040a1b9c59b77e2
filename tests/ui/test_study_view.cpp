#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/run_controller.h"
#include "tests/backend/tiny_runs.h"
#include "ui/fusion/firing_model.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/study_view.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

std::size_t pointsOf(const PointChart& chart) {
    std::size_t count = 0;
    for (const PointChart::Series& series : chart.series()) {
        count += series.points.size();
    }
    return count;
}

} // namespace

/// What adapters do, looked at on the Fusion page as a person does it: of a fusion and of a single adapter.
class TestStudyView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aRunIsStudiedAndKept();
    void aModuleIsChosenEverywhere();
    void pointsAreChosenByMouseAndKeys();
    void itIsExported();
    void aStudyCanBeCancelled();
    void aSingleAdapterIsStudied();
    void anotherMethodSaysWhatItLacks();
    void withoutWorkerItSaysSo();
    void aWiderTwinTellsWhetherItIsTooNarrow();

private:
    template<typename T>
    T* find(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    StudyView* view() const { return m_page->study(); }
    void study();

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<FusionPage> m_page;
    std::int64_t m_fused = 0;
    std::int64_t m_single = 0;
    std::int64_t m_lora = 0;
};

void TestStudyView::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-study"));
    QSettings().clear();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    m_fused = test::finishedRun(*m_store, test::tinyFusion()).run;
    m_single = test::finishedRun(*m_store, test::oneAdapter("alone", 2)).run;
    Experiment lora = test::oneAdapter("pairs", 2);
    lora.adapters.front().preset = "lora";
    lora.adapters.front().config.parts = findMethodPreset("lora")->parts;
    m_lora = test::finishedRun(*m_store, lora).run;
}

void TestStudyView::init() {
    m_runs = std::make_unique<RunController>(m_store->workspace());
    AppContext context;
    context.store = m_store.get();
    context.runs = m_runs.get();
    m_page = std::make_unique<FusionPage>(context);
    m_page->resize(1300, 800);
    m_page->QWidget::show();
    m_page->setActive(true);
    m_page->show(FusionPage::Adapters);
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestStudyView::cleanup() {
    m_page.reset();
    m_runs.reset();
}

void TestStudyView::study() {
    QTest::mouseClick(find<QWidget>("studyEmpty")->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(view()->result().has_value(), kPatience);
}

void TestStudyView::aRunIsStudiedAndKept() {
    QCOMPARE(m_page->run(), std::optional<qint64>(m_fused)); // a fusion comes first, though it is older
    QVERIFY(!view()->result() && find<QWidget>("studyEmpty")->isVisible());
    study();
    const AdapterStudy made = *view()->result();
    QCOMPARE(made.modules.size(), std::size_t{4});
    QCOMPARE(pointsOf(*view()->changes()), std::size_t{4});
    QCOMPARE(pointsOf(*view()->activity()), std::size_t{4});
    QCOMPARE(view()->changes()->series().size(), std::size_t{2}); // a line an adapter
    QCOMPARE(view()->changes()->series().front().points.front().y, made.modules.front().change->mean);
    QCOMPARE(pointsOf(*view()->singularValues()), made.modules.front().singularValues.size());
    QCOMPARE(view()->similarity()->matrix().values, made.similarity);
    QVERIFY(view()->units()->rowCount() > 6);
    QVERIFY(find<QLabel>("studyNote")->text().contains(QStringLiteral("48 of 48 examples")));
    // Reopened, it is there at once.
    cleanup();
    m_store.reset();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    init();
    QVERIFY(view()->result().has_value());
    QVERIFY(view()->result()->modules == made.modules);
    QCOMPARE(view()->similarity()->matrix().values, made.similarity);
    QCOMPARE(pointsOf(*view()->changes()), std::size_t{4});
}

void TestStudyView::aModuleIsChosenEverywhere() {
    find<QComboBox>("studyModule")->setCurrentIndex(3);
    const ModuleStudy& chosen = view()->result()->modules[3];
    QCOMPARE(view()->changes()->current(), std::optional<std::size_t>(3));
    QCOMPARE(view()->activity()->current(), std::optional<std::size_t>(3));
    QVERIFY(view()->similarity()->current() == (ShareMap::Cell{3, 3}));
    QCOMPARE(view()->singularValues()->series().front().points.front().y, chosen.singularValues.front());
    const QModelIndex first = view()->units()->index(0, FiringModel::Token);
    QCOMPARE(first.data().toString(),
             QString::fromStdString(chosen.activity->units.front().tokens.front().token));
    // From the heatmap: the row's module; the cell stays.
    view()->similarity()->setCurrent(ShareMap::Cell{1, 2});
    QCOMPARE(view()->module(), std::optional<std::size_t>(1));
    QVERIFY(view()->similarity()->current() == (ShareMap::Cell{1, 2}));
    QVERIFY(view()->similarity()->accessibleDescription().contains(QStringLiteral("against b")));
    QCOMPARE(view()->changes()->current(), std::optional<std::size_t>(1));
}

void TestStudyView::pointsAreChosenByMouseAndKeys() {
    PointChart* chart = view()->changes();
    const PointChart::Point& point = chart->series()[1].points[1];
    QTRY_VERIFY(chart->childAt(chart->positionOf(point)) != nullptr);
    QWidget* plot = chart->childAt(chart->positionOf(point));
    QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(chart, chart->positionOf(point)));
    QCOMPARE(view()->module(), std::optional<std::size_t>(point.key));
    QVERIFY(chart->hasFocus());
    QTest::keyClick(chart, Qt::Key_Left);
    QCOMPARE(view()->module(), std::optional<std::size_t>(chart->series()[1].points[0].key));
    QVERIFY(chart->accessibleDescription().contains(QStringLiteral("layer 0")));
    for (int i = 0; i < 9; ++i) {
        QTest::keyClick(chart, Qt::Key_Left);
    }
    QCOMPARE(view()->module(), std::optional<std::size_t>(0));
}

void TestStudyView::itIsExported() {
    for (const char* name : {"study.png", "study.svg", "study.pdf"}) {
        const QString file = m_folder.filePath(QLatin1String(name));
        QVERIFY(m_page->savePicture(file));
        QVERIFY2(QFile(file).size() > 5000, name);
    }
    const QString csv = toCsv(*m_page->shownMatrix());
    QVERIFY2(csv.contains(QStringLiteral("effective rank")), qPrintable(csv));
    QCOMPARE(csv.count(u'\n'), 5); // a heading and four modules
    QVERIFY(m_page->shownSql().contains(QStringLiteral("adapter_similarity")));
}

void TestStudyView::aStudyCanBeCancelled() {
    QPushButton* button = view()->button();
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(find<QWidget>("studyProgress")->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!find<QWidget>("studyProgress")->isVisible(), kPatience);
    QVERIFY(button->isEnabled() && view()->result());
}

void TestStudyView::aSingleAdapterIsStudied() {
    m_page->selectRun(m_single);
    QCOMPARE(m_page->run(), std::optional<qint64>(m_single));
    QVERIFY(!m_page->timeline()->isVisible());
    QVERIFY(!m_page->hand()->isUsable());
    QVERIFY(find<QLabel>("handProblem")->text().contains(QStringLiteral("no fusion")));
    m_page->show(FusionPage::Layers);
    QVERIFY(!m_page->map(FusionPage::Layers)->isVisible());
    QVERIFY(!m_page->shownMatrix().has_value());
    m_page->show(FusionPage::Runs);
    QCOMPARE(m_page->map(FusionPage::Runs)->matrix().rowCount(), 1); // only the fused run has weights
    m_page->show(FusionPage::Adapters);
    study();
    QCOMPARE(view()->result()->modules.size(), std::size_t{2});
    QCOMPARE(view()->result()->modules.front().adapter, std::string("alone"));
    // And back: the fusion's views are filled again.
    m_page->selectRun(m_fused);
    m_page->show(FusionPage::Layers);
    QVERIFY(m_page->map(FusionPage::Layers)->isVisible());
    QVERIFY(m_page->timeline()->isVisible());
    QVERIFY(m_page->hand()->isUsable());
}

void TestStudyView::anotherMethodSaysWhatItLacks() {
    m_page->selectRun(m_lora);
    study();
    QVERIFY(!view()->activity()->isVisible());
    QVERIFY(!find<QTableView>("studyUnits")->isVisible());
    QCOMPARE(view()->units()->rowCount(), 0);
    QVERIFY(pointsOf(*view()->changes()) > 2);
    QVERIFY(pointsOf(*view()->singularValues()) > 0);
}

void TestStudyView::withoutWorkerItSaysSo() {
    AppContext context;
    context.store = m_store.get();
    FusionPage page(context);
    page.QWidget::show();
    page.setActive(true);
    page.show(FusionPage::Adapters);
    QVERIFY(page.study()->result().has_value()); // what was measured before
    QVERIFY(!page.study()->button()->isEnabled());
    QVERIFY(page.study()->button()->toolTip().contains(QStringLiteral("worker")));
}

void TestStudyView::aWiderTwinTellsWhetherItIsTooNarrow() {
    m_page->selectRun(m_single);
    auto* action = find<QAction>("fusionWider");
    QVERIFY(action->isEnabled());
    QVERIFY(!find<QLabel>("fusionDetails")->text().contains(QStringLiteral("reduction factor 2")));
    QSignalSpy ended(m_runs.get(), &RunController::runEnded);
    action->trigger();
    QVERIFY(!action->isEnabled()); // not twice
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    m_page->reload();
    QCOMPARE(m_page->run(), std::optional<qint64>(m_single));
    const QString details = find<QLabel>("fusionDetails")->text();
    const qint64 twin = ended.front().front().toLongLong();
    QVERIFY2(details.contains(QStringLiteral("With reduction factor 2 (run %1)").arg(twin)),
             qPrintable(details));
    QVERIFY(!action->isEnabled() && action->toolTip().contains(QString::number(twin)));
    m_page->selectRun(m_lora);
    QVERIFY(!action->isEnabled() && action->toolTip().contains(QStringLiteral("no bottleneck")));
}

QTEST_MAIN(TestStudyView)
#include "test_study_view.moc"
