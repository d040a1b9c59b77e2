#include <cmath>
#include <filesystem>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "backend/jobs/run_controller.h"
#include "tests/backend/tiny_runs.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/pruning_model.h"
#include "ui/fusion/pruning_view.h"
#include "ui/fusion/pruning_words.h"
#include "ui/widgets/number_text.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr int kPatience = 60'000;

Experiment fusionOfThree() {
    Experiment experiment = test::tinyFusion();
    AdapterSpec third = experiment.adapters.front();
    third.name = "c";
    experiment.adapters.push_back(third);
    experiment.composition = Composition::block(
        Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b"), Composition::of("c")});
    experiment.train = {"a", "b", "c", "fuse:a,b,c"};
    return experiment;
}

} // namespace

/// A fusion that loses its adapters, looked at on the Fusion page as a person does it.
class TestPruningView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aFusionIsPrunedAndKept();
    void theChartShowsMetricOrLoss();
    void aStepIsChosenInBoth();
    void itIsExported();
    void itSaysWhatItFinds();
    void changesHaveASign();
    void itCanBeStopped();
    void aRunWithoutFusionSaysWhy();
    void missingFilesSayWhy();
    void withoutWorkerItSaysSo();

private:
    template<typename T>
    T* find(const char* name) const {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    PruningView* view() const { return m_page->pruning(); }
    const PruningReport& report() const { return *view()->result(); }
    QString cell(int row, PruningModel::Column column) const {
        return find<QTableView>("pruningSteps")->model()->index(row, column).data().toString();
    }
    /// What stands in the empty view.
    QString emptyText() const {
        QStringList texts;
        for (const QLabel* label : find<QWidget>("pruningEmpty")->findChildren<QLabel*>()) {
            texts << label->text();
        }
        return texts.join(u'\n');
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<RunController> m_runs;
    std::unique_ptr<FusionPage> m_page;
    std::int64_t m_fused = 0;
    std::int64_t m_single = 0;
};

void TestPruningView::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-pruning"));
    QSettings().clear();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    m_fused = test::finishedRun(*m_store, fusionOfThree()).run;
    m_single = test::finishedRun(*m_store, test::oneAdapter("alone", 2)).run;
}

void TestPruningView::init() {
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
    QTabBar* tabs = find<QTabWidget>("fusionViews")->tabBar();
    QCOMPARE(tabs->tabText(FusionPage::Pruning), QStringLiteral("Pruning"));
    QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(FusionPage::Pruning).center());
    QCOMPARE(m_page->view(), FusionPage::Pruning);
}

void TestPruningView::cleanup() {
    m_page.reset();
    m_runs.reset();
}

void TestPruningView::aFusionIsPrunedAndKept() {
    QCOMPARE(m_page->run(), std::optional<qint64>(m_fused));
    QVERIFY(!view()->result() && find<QWidget>("pruningEmpty")->isVisible());
    QVERIFY(!find<QTableView>("pruningSteps")->isVisible());
    QTest::mouseClick(find<QWidget>("pruningEmpty")->findChild<QPushButton*>(), Qt::LeftButton);
    QVERIFY(find<QWidget>("pruningProgress")->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(view()->result().has_value(), kPatience);
    QVERIFY(!find<QWidget>("pruningProgress")->isVisible());
    auto* table = find<QTableView>("pruningSteps");
    QVERIFY(table->isVisible() && view()->chart()->isVisible());
    QCOMPARE(table->model()->rowCount(), 3);
    QCOMPARE(cell(0, PruningModel::Adapters), QStringLiteral("3"));
    QCOMPARE(cell(0, PruningModel::Kept), QStringLiteral("a, b, c"));
    QCOMPARE(cell(2, PruningModel::Adapters), QStringLiteral("1"));
    const PruningStep& last = report().steps.back();
    QCOMPARE(cell(2, PruningModel::Dropped), QString::fromStdString(last.dropped));
    QCOMPARE(cell(2, PruningModel::Weight).toDouble(), std::round(last.weight * 1e3) / 1e3);
    QCOMPARE(cell(2, PruningModel::Loss).toDouble(), std::round(last.score.loss * 1e4) / 1e4);
    QCOMPARE(cell(2, PruningModel::Metric).toDouble(), std::round(last.score.metric * 1e4) / 1e4);
    QCOMPARE(cell(2, PruningModel::Change).toDouble(),
             std::round((last.score.metric - report().steps.front().score.metric) * 1e4) / 1e4);
    QVERIFY(find<QLabel>("pruningNote")->text().contains(QStringLiteral("48 of 48 examples")));
    // Reopened, it is there at once.
    const double loss = last.score.loss;
    const QString dropped = cell(1, PruningModel::Dropped);
    cleanup();
    m_store.reset();
    m_store = std::move(*RunStore::open(m_folder.path().toStdString()));
    init();
    QVERIFY(view()->result().has_value());
    QCOMPARE(report().steps.back().score.loss, loss);
    QVERIFY(find<QTableView>("pruningSteps")->isVisible());
    QCOMPARE(cell(1, PruningModel::Dropped), dropped);
    QCOMPARE(view()->button()->text(), QStringLiteral("Measure again"));
}

void TestPruningView::theChartShowsMetricOrLoss() {
    auto* quantity = find<QComboBox>("pruningQuantity");
    QCOMPARE(quantity->currentText(), QStringLiteral("accuracy"));
    for (const bool isLoss : {false, true}) {
        quantity->setFocus();
        QTest::keyClick(quantity, isLoss ? Qt::Key_Down : Qt::Key_Up);
        const std::vector<PointChart::Point>& points = view()->chart()->series().front().points;
        QCOMPARE(points.size(), std::size_t{3});
        for (const PointChart::Point& point : points) {
            const PruningStep& step = report().steps[point.key];
            QCOMPARE(point.x, static_cast<double>(step.kept.size()));
            QCOMPARE(point.y, isLoss ? step.score.loss : step.score.metric);
        }
    }
}

void TestPruningView::aStepIsChosenInBoth() {
    auto* table = find<QTableView>("pruningSteps");
    PointChart* chart = view()->chart();
    QCOMPARE(chart->current(), std::optional<std::size_t>(0)); // all adapters at first
    QTRY_VERIFY(chart->childAt(chart->positionOf(chart->series().front().points[0])) != nullptr);
    const QPoint place = chart->positionOf(chart->series().front().points[0]); // one adapter left
    QWidget* plot = chart->childAt(place);
    QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(chart, place));
    QCOMPARE(table->currentIndex().row(), 2);
    QCOMPARE(chart->current(), std::optional<std::size_t>(2));
    QVERIFY2(chart->accessibleDescription().startsWith(QStringLiteral("1 left")),
             qPrintable(chart->accessibleDescription()));
    QTest::keyClick(chart, Qt::Key_Right); // an adapter more
    QCOMPARE(table->currentIndex().row(), 1);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Up);
    QCOMPARE(chart->current(), std::optional<std::size_t>(0));
    QVERIFY(chart->accessibleDescription().startsWith(QStringLiteral("all 3 adapters")));
}

void TestPruningView::itIsExported() {
    for (const char* name : {"pruning.png", "pruning.svg", "pruning.pdf"}) {
        const QString file = m_folder.filePath(QLatin1String(name));
        QVERIFY(m_page->savePicture(file));
        QVERIFY2(QFile(file).size() > 3000, name);
    }
    const QStringList lines = toCsv(*m_page->shownMatrix()).split(u'\n');
    QCOMPARE(lines.size(), 5); // a heading, three steps and the end
    QVERIFY2(lines[0].contains(QStringLiteral("\"mean weight\",\"loss\",\"accuracy\"")),
             qPrintable(lines[0]));
    QVERIFY2(lines[1].startsWith(QStringLiteral("\"all kept\",3,")), qPrintable(lines[1]));
    QVERIFY2(lines[3].startsWith(QStringLiteral("\"%1 dropped\",1,").arg(cell(2, PruningModel::Dropped))),
             qPrintable(lines[3]));
    QVERIFY(m_page->shownSql().contains(QStringLiteral("pruning_cost")));
    QVERIFY(m_page->shownSql().contains(QStringLiteral("run = %1").arg(m_fused)));
}

void TestPruningView::itSaysWhatItFinds() {
    const std::vector<PruningFinding> found = findingsIn(report());
    QVERIFY(!found.empty());
    const QString details = find<QLabel>("fusionDetails")->text();
    for (const PruningFinding& finding : found) {
        QVERIFY2(details.contains(findingText(finding, report())), qPrintable(details));
    }
    PruningReport made = report();
    made.steps[1].dropped = "kind-of";
    made.steps[1].weight = 0.21;
    made.steps[0].score = {0.5, 0.75};
    made.steps[1].score = {0.51, 0.752};
    made.steps[2].score = {0.9, 0.25};
    const auto texts = findingsIn(made);
    QCOMPARE(texts.size(), std::size_t{2});
    QCOMPARE(findingText(texts[0], made),
             QStringLiteral("Dropping kind-of (mean weight 0.210) changes accuracy by +0.002 and the loss by "
                            "+0.010: the fusion does without it."));
    QVERIFY(
        findingText(texts[1], made)
            .endsWith(QStringLiteral("costs most: loss +0.390, accuracy -0.502 against the step before.")));
    made.steps[2] = {{"same"}, "part-of", 0.4, {0.5, 0.75}};
    QCOMPARE(findingText(findingsIn(made)[0], made),
             QStringLiteral("Dropping kind-of (mean weight 0.210) and part-of (mean weight 0.400) changes "
                            "accuracy by 0.000 and the loss by 0.000: same alone does as well."));
}

void TestPruningView::changesHaveASign() {
    QCOMPARE(signedText(0.25, 2), QStringLiteral("+0.25"));
    QCOMPARE(signedText(-0.0126, 3), QStringLiteral("-0.013"));
    QCOMPARE(signedText(-0.0001, 3), QStringLiteral("0.000"));
    QCOMPARE(signedText(0.0001, 3), QStringLiteral("0.000"));
    QCOMPARE(signedText(std::nan(""), 3), QStringLiteral("nan"));
}

void TestPruningView::itCanBeStopped() {
    const double before = report().steps.back().score.loss;
    QPushButton* button = view()->button();
    QTest::keyClick(button, Qt::Key_Space);
    QVERIFY(find<QWidget>("pruningProgress")->isVisible());
    QCOMPARE(button->text(), QStringLiteral("Stop"));
    QTest::keyClick(button, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(!find<QWidget>("pruningProgress")->isVisible(), kPatience);
    QVERIFY(button->isEnabled());
    QCOMPARE(report().steps.back().score.loss, before); // what was measured stays
}

void TestPruningView::aRunWithoutFusionSaysWhy() {
    m_page->selectRun(m_single);
    QVERIFY(!view()->result() && find<QWidget>("pruningEmpty")->isVisible());
    QVERIFY2(emptyText().contains(QStringLiteral("Run %1 has no fusion").arg(m_single)),
             qPrintable(emptyText()));
    QVERIFY(!find<QWidget>("pruningEmpty")->findChild<QPushButton*>()->isVisible());
    QVERIFY(!view()->button()->isVisible());
    QVERIFY(!m_page->shownMatrix().has_value());
    m_page->selectRun(m_fused);
    QVERIFY(view()->result().has_value() && find<QTableView>("pruningSteps")->isVisible());
}

void TestPruningView::missingFilesSayWhy() {
    const std::filesystem::path files = m_store->runFolder(m_fused);
    const std::filesystem::path away = files.string() + "-away";
    std::filesystem::rename(files, away);
    m_page->selectRun(m_single);
    m_page->selectRun(m_fused);
    QVERIFY(view()->result().has_value()); // the numbers are in the database
    QVERIFY(!view()->button()->isEnabled());
    QVERIFY2(view()->button()->toolTip().contains(QStringLiteral("files of run %1 are gone").arg(m_fused)),
             qPrintable(view()->button()->toolTip()));
    std::filesystem::rename(away, files);
    m_page->selectRun(m_single);
    m_page->selectRun(m_fused);
    QVERIFY(view()->button()->isEnabled());
}

void TestPruningView::withoutWorkerItSaysSo() {
    AppContext context;
    context.store = m_store.get();
    FusionPage page(context);
    page.QWidget::show();
    page.setActive(true);
    page.show(FusionPage::Pruning);
    QVERIFY(page.pruning()->result().has_value()); // what was measured before
    QVERIFY(!page.pruning()->button()->isEnabled());
    QVERIFY(page.pruning()->button()->toolTip().contains(QStringLiteral("worker")));
}

QTEST_MAIN(TestPruningView)
#include "test_pruning_view.moc"
