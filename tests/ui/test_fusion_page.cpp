#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QSettings>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "tests/backend/tiny_runs.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/share_curves.h"
#include "ui/fusion/token_map.h"
#include "ui/widgets/empty_state.h"

using namespace awb;
using namespace awb::ui;

namespace {

Experiment fusionExperiment(std::int64_t seed) {
    Experiment experiment = test::tinyFusion();
    experiment.name = "fused-" + std::to_string(seed);
    experiment.training.epochs = 4;
    experiment.training.seed = seed;
    return experiment;
}

QByteArray contentOf(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

} // namespace

/// The Fusion page over two real runs, as a person goes through it.
class TestFusionPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_page.reset(); }
    void emptyWorkspaceSaysWhatToDo();
    void showsTheLastStep();
    void sliderMovesThroughTraining();
    void clicksGoDeeper();
    void keysMoveTheCell();
    void tokensTellTheirWeights();
    void curvesChooseAStep();
    void comparesTwoRuns();
    void seedsGiveASpread();
    void runsStandBesideEachOther();
    void exports();
    void looksTheSameAfterReopening();

private:
    AppContext context() const;
    QComboBox* box(const char* name) const { return m_page->findChild<QComboBox*>(QLatin1String(name)); }
    QSlider* slider() const { return m_page->findChild<QSlider*>(QStringLiteral("fusionSlider")); }
    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    QString details() const { return m_page->findChild<QLabel*>(QStringLiteral("fusionDetails"))->text(); }

    QTemporaryDir m_folder;
    std::unique_ptr<RunStore> m_store;
    std::unique_ptr<FusionPage> m_page;
};

AppContext TestFusionPage::context() const {
    AppContext context;
    context.store = m_store.get();
    return context;
}

void TestFusionPage::initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("awb-test-fusion"));
    QSettings().clear();
    m_store = std::move(*RunStore::open(path("workspace").toStdString()));
    for (const std::int64_t seed : {1, 2}) {
        test::finishedRun(*m_store, fusionExperiment(seed));
    }
}

void TestFusionPage::init() {
    m_page = std::make_unique<FusionPage>(context());
    m_page->resize(1300, 800);
    m_page->QWidget::show();
    m_page->setActive(true);
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestFusionPage::emptyWorkspaceSaysWhatToDo() {
    const auto store = RunStore::open(path("empty").toStdString());
    AppContext none;
    none.store = store->get();
    FusionPage page(none);
    page.QWidget::show();
    page.setActive(true);
    QVERIFY(page.findChild<QWidget*>(QStringLiteral("fusionEmpty"))->isVisible());
    QVERIFY(!page.findChild<QAction*>(QStringLiteral("fusionCsv"))->isEnabled());
}

void TestFusionPage::showsTheLastStep() {
    QCOMPARE(m_page->run(), std::optional<qint64>(2)); // the newest
    QCOMPARE(slider()->value(), slider()->maximum());
    const ShareMatrix& matrix = m_page->map(FusionPage::Layers)->matrix();
    QCOMPARE(matrix.columns,
             (QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("entropy")}));
    QVERIFY(matrix.rowCount() >= 2);
    for (int row = 0; row < matrix.rowCount(); ++row) {
        QVERIFY(std::abs(matrix.at(row, 0) + matrix.at(row, 1) - 1) < 1e-4);
    }
    QVERIFY(details().contains(QStringLiteral("validation")));
}

void TestFusionPage::sliderMovesThroughTraining() {
    const auto last = m_page->map(FusionPage::Layers)->matrix().values;
    slider()->setFocus();
    QTest::keyClick(slider(), Qt::Key_Home);
    QCOMPARE(m_page->timeline()->step(), qint64{0});
    QVERIFY(m_page->map(FusionPage::Layers)->matrix().values != last);
    QTest::keyClick(slider(), Qt::Key_End);
    QVERIFY(m_page->map(FusionPage::Layers)->matrix().values == last);
}

void TestFusionPage::clicksGoDeeper() {
    ShareMap* layers = m_page->map(FusionPage::Layers);
    QTest::mouseClick(layers, Qt::LeftButton, {}, layers->cellRect({1, 0}).center());
    QCOMPARE(m_page->view(), FusionPage::Classes);
    QCOMPARE(box("fusionPlace")->currentIndex(), 1);
    ShareMap* classes = m_page->map(FusionPage::Classes);
    QCOMPARE(classes->matrix().rowCount(), 3);
    QTest::mouseClick(classes, Qt::LeftButton, {}, classes->cellRect({2, 1}).center());
    QCOMPARE(m_page->view(), FusionPage::Text);
    QVERIFY(box("fusionText")->currentText().startsWith(u'[' + classes->matrix().rows[2] + u']'));
}

void TestFusionPage::keysMoveTheCell() {
    ShareMap* layers = m_page->map(FusionPage::Layers);
    layers->setFocus();
    QTest::keyClick(layers, Qt::Key_Right);
    QTest::keyClick(layers, Qt::Key_Up);
    QVERIFY(layers->current() == (ShareMap::Cell{1, 1}));
    QVERIFY(layers->accessibleDescription().contains(layers->matrix().rows[1]));
    QVERIFY(details().contains(layers->matrix().rows[1]));
    QTest::keyClick(layers, Qt::Key_Return);
    QCOMPARE(m_page->view(), FusionPage::Classes);
}

void TestFusionPage::tokensTellTheirWeights() {
    m_page->show(FusionPage::Text);
    TokenMap* tokens = m_page->tokens();
    QTRY_VERIFY(tokens->tokenAt(tokens->tokenRect({0, 1}).center()) == (TokenMap::Token{0, 1}));
    QTest::mouseClick(tokens, Qt::LeftButton, {}, tokens->tokenRect({0, 1}).center());
    QVERIFY(tokens->current() == (TokenMap::Token{0, 1}));
    const QString text = tokens->accessibleDescription();
    QVERIFY2(text.contains(QStringLiteral("a: 0.")) && text.contains(QStringLiteral("b: 0.")),
             qPrintable(text));
    const ShareMatrix matrix = tokens->matrix();
    const int row = 1; // place 0, token 1
    const QString stronger =
        matrix.at(row, 0) > matrix.at(row, 1) ? QStringLiteral("a") : QStringLiteral("b");
    QCOMPARE(tokens->listensTo({0, 1}), stronger);
}

void TestFusionPage::curvesChooseAStep() {
    m_page->show(FusionPage::OverTime);
    ShareCurves* curves = m_page->findChild<ShareCurves*>(QStringLiteral("fusionCurves"));
    QCOMPARE(curves->curves().size(), std::size_t{3});
    QCOMPARE(curves->curves().front().values.size(), curves->steps().size());
    QTest::mouseClick(curves, Qt::LeftButton, {}, QPoint(2, curves->height() / 2));
    QCOMPARE(m_page->timeline()->step(), qint64{0});
}

void TestFusionPage::comparesTwoRuns() {
    box("fusionCompare")->setCurrentIndex(2); // run 1
    const ShareMatrix& matrix = m_page->map(FusionPage::Layers)->matrix();
    QVERIFY(matrix.isDifference);
    QCOMPARE(matrix.columnCount(), 2);
    for (int row = 0; row < matrix.rowCount(); ++row) {
        QVERIFY(std::abs(matrix.at(row, 0) + matrix.at(row, 1)) < 1e-4);
    }
    box("fusionCompare")->setCurrentIndex(1); // itself
    for (const float value : m_page->map(FusionPage::Layers)->matrix().values) {
        QCOMPARE(value, 0.0F);
    }
}

void TestFusionPage::seedsGiveASpread() {
    const auto own = m_page->map(FusionPage::Layers)->matrix().values;
    box("fusionRun")->setCurrentIndex(1);
    const auto other = m_page->map(FusionPage::Layers)->matrix().values;
    QVERIFY(own != other);
    box("fusionCompare")->setCurrentIndex(box("fusionCompare")->count() - 1);
    const ShareMatrix& seeds = m_page->map(FusionPage::Layers)->matrix();
    QVERIFY(!seeds.isDifference);
    for (std::size_t cell = 0; cell < own.size(); ++cell) {
        QVERIFY(std::abs(seeds.values[cell] - (own[cell] + other[cell]) / 2) < 1e-6F);
    }
    // Of two values the sample standard deviation is their distance over the root of two.
    const double spread = std::abs(static_cast<double>(own[0] - other[0])) / std::sqrt(2.0);
    m_page->map(FusionPage::Layers)->setCurrent(ShareMap::Cell{0, 0});
    const QString said = m_page->map(FusionPage::Layers)->accessibleDescription();
    QVERIFY2(said.contains(QStringLiteral("± %1 over 2").arg(QString::number(spread, 'f', 3))),
             qPrintable(said));
    QVERIFY(details().contains(QStringLiteral("Over 2 seed")));
    box("fusionCompare")->setCurrentIndex(0);
}

void TestFusionPage::runsStandBesideEachOther() {
    m_page->show(FusionPage::Runs);
    ShareMap* runs = m_page->map(FusionPage::Runs);
    QCOMPARE(runs->matrix().rowCount(), 2);
    QCOMPARE(runs->matrix().columns, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QTest::mouseClick(runs, Qt::LeftButton, {}, runs->cellRect({1, 0}).center());
    QCOMPARE(m_page->run(), std::optional<qint64>(1));
    QCOMPARE(m_page->view(), FusionPage::Layers);
}

void TestFusionPage::exports() {
    for (const char* name : {"layers.png", "layers.svg", "layers.pdf"}) {
        QVERIFY(m_page->savePicture(path(name)));
        QVERIFY2(contentOf(path(name)).size() > 1000, name);
    }
    QVERIFY(!QImage(path("layers.png")).isNull());
    QVERIFY(contentOf(path("layers.svg")).contains("<svg"));
    QVERIFY(contentOf(path("layers.pdf")).startsWith("%PDF"));
    QVERIFY(!m_page->savePicture(path("nowhere/layers.png")));
    const QString csv = toCsv(*m_page->shownMatrix());
    const QStringList lines = csv.split(u'\n');
    QCOMPARE(lines.first(), QStringLiteral(",\"a\",\"b\",\"entropy\""));
    QCOMPARE(lines[1].section(u'"', 1, 1), m_page->map(FusionPage::Layers)->matrix().rows.first());
    QVERIFY(m_page->saveText(path("layers.csv"), csv));
    QCOMPARE(QString::fromUtf8(contentOf(path("layers.csv"))), csv);
    QVERIFY(m_page->shownSql().contains(QStringLiteral("WHERE run = 2 AND fusion = 'a,b' AND step = ")));
}

void TestFusionPage::looksTheSameAfterReopening() {
    const auto before = m_page->map(FusionPage::Layers)->matrix().values;
    m_page.reset();
    m_store.reset();
    m_store = std::move(*RunStore::open(path("workspace").toStdString()));
    init();
    QVERIFY(m_page->map(FusionPage::Layers)->matrix().values == before);
}

QTEST_MAIN(TestFusionPage)
#include "test_fusion_page.moc"
