#include <algorithm>
#include <cmath>
#include <limits>

#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "backend/storage/run_store.h"
#include "ui/plots/chart_deck.h"
#include "ui/plots/decimate.h"
#include "ui/plots/heat_buckets.h"
#include "ui/plots/heatmap_chart.h"
#include "ui/plots/line_chart.h"
#include "ui/plots/smoothing.h"

using namespace awb;
using namespace awb::ui;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

StepRecord stepOf(std::int64_t step, double loss, std::size_t modules) {
    StepRecord record;
    record.step = step;
    record.epoch = static_cast<double>(step) / 100.0;
    record.examples = 32 * step;
    record.tokens = 500 * step;
    record.seconds = 0.05 * static_cast<double>(step);
    record.loss = loss;
    record.learningRate = 1e-3;
    record.gradNorm = 0.5;
    for (std::size_t i = 0; i < modules; ++i) {
        record.modules.push_back({3.0F, 4.0F, 0.01F, 0.1F, static_cast<float>(i)});
    }
    return record;
}

RunPlan planOf(int layers) {
    RunPlan plan;
    plan.totalSteps = 1000;
    plan.stepsPerEpoch = 100;
    plan.mainMetric = "accuracy";
    for (int layer = 0; layer < layers; ++layer) {
        plan.modules.push_back({"reviews", layer, Site::FfnOutput, 48, 1000});
    }
    return plan;
}

std::vector<StepRecord> stepsWithLosses(const std::vector<double>& losses) {
    std::vector<StepRecord> steps;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        steps.push_back(stepOf(static_cast<std::int64_t>(i) + 1, losses[i], 2));
    }
    return steps;
}

} // namespace

class TestCharts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("awb-test-charts"));
    }
    void pyramidKeepsExtremes_data();
    void pyramidKeepsExtremes();
    void emaCorrectsItsBias();
    void heatColumnsMerge();
    void resumeReplacesSteps();
    void strangeValues_data();
    void strangeValues();
    void emptyStates();
    void onePoint();
    void csvEqualsData();
    void picturesAreWritten();
    void keyboardMovesTheLinkedCrosshair();
    void zoomAndReset();
    void maximiseShowsOneChart();
    void longRunDrawsFewPoints();
};

void TestCharts::pyramidKeepsExtremes_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("spike");
    QTest::addColumn<int>("buckets");
    QTest::newRow("all fit") << 50 << 20 << 100;
    QTest::newRow("one level") << 3'000 << 1'234 << 100;
    QTest::newRow("first sample") << 100'000 << 0 << 200;
    QTest::newRow("last sample") << 100'001 << 100'000 << 200;
    QTest::newRow("few buckets") << 70'000 << 65'536 << 7;
}

void TestCharts::pyramidKeepsExtremes() {
    QFETCH(int, count);
    QFETCH(int, spike);
    QFETCH(int, buckets);
    MinMaxPyramid pyramid;
    for (int i = 0; i < count; ++i) {
        pyramid.append(i == spike ? 100.0F : std::sin(static_cast<float>(i)));
    }
    std::vector<std::size_t> indices;
    pyramid.query(0, static_cast<std::size_t>(count), static_cast<std::size_t>(buckets), indices);
    QVERIFY(std::is_sorted(indices.begin(), indices.end()));
    QVERIFY(std::find(indices.begin(), indices.end(), static_cast<std::size_t>(spike)) != indices.end());
    QVERIFY(indices.size() <= static_cast<std::size_t>(2 * buckets + 2));
}

void TestCharts::emaCorrectsItsBias() {
    Ema constant(0.99);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(std::abs(constant.next(2.0) - 2.0) < 1e-12);
    }
    Ema two(0.5);
    two.next(1.0);
    QVERIFY(std::abs(two.next(4.0) - 3.0) < 1e-12); // (0.25 * 1 + 0.5 * 4) / 0.75
    QVERIFY(std::isnan(two.next(kInf)));
    QVERIFY(std::isfinite(two.next(1.0)));
    Ema off(0.0);
    QCOMPARE(off.next(7.5), 7.5);
}

void TestCharts::heatColumnsMerge() {
    HeatBuckets buckets(1, 1.0, 1.0, 8);
    for (int step = 1; step <= 20; ++step) {
        buckets.add(step, [step](std::size_t) { return static_cast<double>(step); });
    }
    QVERIFY(buckets.columns() <= 8);
    QCOMPARE(buckets.width(), 4.0);
    QCOMPARE(buckets.largest(0, 0), 4.0);
    QCOMPARE(buckets.mean(0, 0), 2.5);
    buckets.add(40, [](std::size_t) { return kNan; });
    QVERIFY(std::isnan(buckets.largest(0, buckets.columns() - 1)));
}

void TestCharts::resumeReplacesSteps() {
    RunData data;
    data.setPlan(planOf(2));
    for (const StepRecord& step : stepsWithLosses({5, 4, 3, 2})) {
        data.append(step);
    }
    const auto before = data.generation();
    data.append(stepOf(3, 9.0, 2));
    QCOMPARE(data.size(), std::size_t(3));
    QCOMPARE(data.loss().back(), 9.0);
    QVERIFY(data.generation() != before);
    QCOMPARE(data.module(1, ModuleQuantity::GradientNorm).back(), 5.0F);
}

void TestCharts::strangeValues_data() {
    QTest::addColumn<QList<double>>("losses");
    QTest::addColumn<int>("events");
    QTest::newRow("infinite") << QList<double>{3, 2, kInf, 1} << 1;
    QTest::newRow("minus infinite") << QList<double>{3, -kInf, 1} << 1;
    QTest::newRow("nan") << QList<double>{3, kNan, kNan, 1} << 2;
    QTest::newRow("zero") << QList<double>{3, 0, 1} << 0;
    QTest::newRow("negative") << QList<double>{3, -2, 1} << 0;
    QTest::newRow("constant") << QList<double>{2, 2, 2} << 0;
    QTest::newRow("all zero") << QList<double>{0, 0} << 0;
    QTest::newRow("only infinite") << QList<double>{kInf, kInf} << 2;
}

void TestCharts::strangeValues() {
    QFETCH(QList<double>, losses);
    QFETCH(int, events);
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(2));
    deck.append(stepsWithLosses({losses.begin(), losses.end()}), {});
    for (const bool logarithmic : {false, true}) {
        deck.lossChart()->setLogarithmic(logarithmic);
        deck.finish();
        const AxisSpan y = deck.lossChart()->visibleY();
        QVERIFY(std::isfinite(y.low) && std::isfinite(y.high) && y.low < y.high);
        if (logarithmic) {
            QVERIFY(y.low > 0);
        }
        QCOMPARE(static_cast<int>(deck.lossChart()->events().size()), events);
    }
}

void TestCharts::emptyStates() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(0));
    deck.setFirstEvaluation(120);
    deck.finish();
    QVERIFY(deck.metricChart()->summary().contains(QStringLiteral("120")));
    QVERIFY(deck.heatmap()->summary().contains(QStringLiteral("no adapter module")));
    QCOMPARE(deck.lossChart()->table().rowCount, std::size_t(0));
}

void TestCharts::onePoint() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(2));
    deck.append({stepOf(1, 2.5, 2)}, {});
    deck.finish();
    QCOMPARE(deck.lossChart()->drawnPoints(0), 1);
    const AxisSpan x = deck.lossChart()->visibleX();
    QVERIFY(x.low < 1 && x.high > 1);
    QCOMPARE(deck.heatmap()->columns(), std::size_t(1));
}

void TestCharts::csvEqualsData() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(2));
    EvalRecord eval;
    eval.step = 2;
    eval.split = "validation";
    eval.loss = 0.1;
    eval.metrics = {{"accuracy", 1.0 / 3.0}};
    const std::vector<double> losses{1.0 / 3.0, 0.1, kInf, kNan};
    deck.append(stepsWithLosses(losses), {eval});
    deck.setSmoothing(0.9);
    deck.finish();
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("loss.csv"));
    QVERIFY(deck.lossChart()->exportTo(file.toStdString(), PlotView::Format::Csv).has_value());
    QFile in(file);
    QVERIFY(in.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = in.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    const QList<QByteArray> header = lines[0].split(',');
    const auto training = header.indexOf("training");
    const auto validation = header.indexOf("validation");
    QVERIFY(training > 0 && validation > 0);
    for (int row = 0; row < 2; ++row) {
        QCOMPARE(lines[row + 1].split(',')[training].toDouble(), losses[static_cast<std::size_t>(row)]);
    }
    QCOMPARE(lines[3].split(',')[training], QByteArray("inf"));
    QCOMPARE(lines[4].split(',')[training], QByteArray("nan"));
    QCOMPARE(lines[1].split(',')[validation], QByteArray());
    QCOMPARE(lines[2].split(',')[validation].toDouble(), 0.1);
    const Result<void> refused = deck.lossChart()->exportTo("/nonexistent/loss.csv", PlotView::Format::Csv);
    QVERIFY(!refused.has_value());
    QVERIFY(!refused.error().advice.empty());
}

void TestCharts::picturesAreWritten() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(3));
    deck.append(stepsWithLosses({3, 2, 1}), {});
    deck.finish();
    QTemporaryDir folder;
    const auto write = [&](PlotView* chart, PlotView::Format format, const QString& name) {
        const QString file = folder.filePath(name);
        return chart->exportTo(file.toStdString(), format, 2.0).has_value() && QFile(file).size() > 500;
    };
    QVERIFY(write(deck.lossChart(), PlotView::Format::Png, QStringLiteral("a.png")));
    QVERIFY(write(deck.heatmap(), PlotView::Format::Svg, QStringLiteral("a.svg")));
    QVERIFY(write(deck.moduleChart(), PlotView::Format::Pdf, QStringLiteral("a.pdf")));
    const QImage picture(folder.filePath(QStringLiteral("a.png")));
    QCOMPARE(picture.width(), 2 * deck.lossChart()->findChild<QWidget*>(QStringLiteral("plot"))->width());
}

void TestCharts::keyboardMovesTheLinkedCrosshair() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(2));
    deck.append(stepsWithLosses({3, 2, 1}), {});
    deck.finish();
    QTest::keyClick(deck.lossChart(), Qt::Key_Right);
    QTest::keyClick(deck.lossChart(), Qt::Key_Right);
    QCOMPARE(deck.lossChart()->crosshair(), std::optional<double>(2.0));
    QCOMPARE(deck.heatmap()->crosshair(), std::optional<double>(2.0));
    QVERIFY(deck.lossChart()->readoutText().contains(QStringLiteral("2.0")));
    QTest::keyClick(deck.heatmap(), Qt::Key_Up);
    QVERIFY(deck.heatmap()->readoutText().contains(QStringLiteral("layer 0")));
    QTest::keyClick(deck.lossChart(), Qt::Key_Escape);
    QVERIFY(!deck.heatmap()->crosshair());
}

void TestCharts::zoomAndReset() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    deck.setPlan(planOf(2));
    deck.append(stepsWithLosses(std::vector<double>(200, 1.0)), {});
    deck.finish();
    const AxisSpan whole = deck.lossChart()->visibleX();
    QTest::keyClick(deck.lossChart(), Qt::Key_Plus);
    deck.finish();
    QVERIFY(deck.lossChart()->isZoomed());
    QVERIFY(deck.lossChart()->visibleX().high - deck.lossChart()->visibleX().low < whole.high - whole.low);
    QTest::keyClick(deck.lossChart(), Qt::Key_Home);
    deck.finish();
    QCOMPARE(deck.lossChart()->visibleX().high, whole.high);
}

void TestCharts::maximiseShowsOneChart() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    QSignalSpy spy(&deck, &ChartDeck::maximisedChanged);
    QTest::mouseDClick(deck.lossChart()->findChild<QWidget*>(QStringLiteral("plotHeader")), Qt::LeftButton);
    QCOMPARE(deck.maximised(), static_cast<PlotView*>(deck.lossChart()));
    QVERIFY(!deck.metricChart()->isVisible());
    QTest::keyClick(&deck, Qt::Key_Escape);
    QVERIFY(deck.metricChart()->isVisible());
    QCOMPARE(spy.count(), 2);
}

void TestCharts::longRunDrawsFewPoints() {
    ChartDeck deck;
    deck.resize(900, 700);
    deck.show();
    auto series = std::make_shared<RunSeries>();
    series->plan = planOf(2);
    for (int i = 1; i <= 30'000; ++i) {
        series->steps.push_back(stepOf(i, 1.0 + std::sin(i), 2));
    }
    deck.setSeries(series);
    deck.append({stepOf(30'001, 1.0, 2)}, {});
    deck.finish();
    QCOMPARE(deck.data().size(), std::size_t(30'001));
    QVERIFY(deck.lossChart()->drawnPoints(0) < 2'500);
    QVERIFY(deck.heatmap()->columns() <= 800);
    QCOMPARE(deck.lossChart()->table().rowCount, std::size_t(30'001));
}

QTEST_MAIN(TestCharts)
#include "test_charts.moc"
