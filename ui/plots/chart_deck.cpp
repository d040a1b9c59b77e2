#include "ui/plots/chart_deck.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QScrollArea>
#include <QSettings>
#include <QSlider>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include "backend/storage/run_store.h"
#include "ui/plots/heatmap_chart.h"
#include "ui/plots/line_chart.h"
#include "ui/plots/module_text.h"
#include "ui/plots/plot_style.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr qint64 kSliceMs = 4;       ///< for taking records, in one turn of the event loop
constexpr int kTwoColumnsFrom = 720; ///< pixels
constexpr int kChartHeight = 180;
constexpr double kDefaultSmoothing = 0.9;
constexpr int kSliderEnd = 100;

} // namespace

double smoothingWeight(int position) {
    return 1.0 - std::pow(10.0, -3.0 * std::clamp(position, 0, kSliderEnd) / kSliderEnd);
}

int smoothingPosition(double weight) {
    return static_cast<int>(
        std::lround(-std::log10(1.0 - std::clamp(weight, 0.0, 0.999)) / 3.0 * kSliderEnd));
}

ChartDeck::ChartDeck(QWidget* parent)
    : QWidget(parent) {
    setObjectName(QStringLiteral("chartDeck"));
    auto* inside = new QWidget;
    inside->setObjectName(QStringLiteral("chartGrid"));
    m_grid = new QGridLayout(inside);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(px(Space::S));
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(inside);

    m_loss = new LineChart(tr("Loss"), tr("Loss per example"), inside);
    m_metric = new LineChart(tr("Metric"), tr("Validation score"), inside);
    m_modules = new LineChart(tr("Gradient norm"), quantityAxis(m_quantity), inside);
    m_rate = new LineChart(tr("Learning rate"), tr("Rate per step"), inside);
    m_heatmap = new HeatmapChart(tr("Modules over the run"), inside);
    addChart(m_loss, QStringLiteral("lossChart"));
    addChart(m_metric, QStringLiteral("metricChart"));
    addChart(m_modules, QStringLiteral("moduleChart"));
    addChart(m_rate, QStringLiteral("rateChart"));
    addChart(m_heatmap, QStringLiteral("heatmapChart"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::S));
    column->addWidget(buildToolbar());
    column->addWidget(m_scroll, 1);

    m_intake.setSingleShot(true);
    connect(&m_intake, &QTimer::timeout, this, &ChartDeck::takeSlice);
    syncCurves();
    restoreSettings();
    arrange();
    for (PlotView* chart : m_charts) {
        chart->setData(&m_data);
    }
    updateEmptyTexts();
}

ChartDeck::~ChartDeck() = default;

void ChartDeck::addChart(PlotView* chart, const QString& name) {
    chart->setObjectName(name);
    m_charts.push_back(chart);
    connect(chart, &PlotView::crosshairMoved, this, [this, chart](std::optional<double> step) {
        for (PlotView* other : m_charts) {
            if (other != chart) {
                other->setCrosshair(step);
            }
        }
    });
    connect(chart, &PlotView::maximiseRequested, this,
            [this, chart] { maximise(m_maximised == chart ? nullptr : chart); });
    connect(chart, &PlotView::exported, this,
            [this](const QString& file) { Q_EMIT statusMessage(tr("Exported %1").arg(file)); });
    connect(chart, &PlotView::exportFailed, this, &ChartDeck::failed);
}

QWidget* ChartDeck::buildToolbar() {
    auto* bar = new QWidget(this);
    bar->setObjectName(QStringLiteral("chartToolbar"));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(Space::S));

    m_axisBox = new QComboBox(bar);
    m_axisBox->setObjectName(QStringLiteral("xAxisBox"));
    m_axisBox->setToolTip(tr("What the horizontal axis of all charts counts"));
    for (const XAxis axis : {XAxis::Step, XAxis::Epoch, XAxis::Examples, XAxis::Tokens, XAxis::Time}) {
        m_axisBox->addItem(xAxisName(axis), static_cast<int>(axis));
    }
    connect(m_axisBox, &QComboBox::currentIndexChanged, this,
            [this](int index) { setXAxis(static_cast<XAxis>(m_axisBox->itemData(index).toInt())); });

    m_smoothingSlider = new QSlider(Qt::Horizontal, bar);
    m_smoothingSlider->setObjectName(QStringLiteral("smoothingSlider"));
    m_smoothingSlider->setRange(0, kSliderEnd);
    m_smoothingSlider->setFixedWidth(130);
    m_smoothingSlider->setAccessibleName(tr("Smoothing"));
    m_smoothingSlider->setToolTip(
        tr("Exponential moving average with bias correction: the share of the past. "
           "0 shows the values as they are. Default 0.9."));
    m_smoothingLabel = new QLabel(bar);
    m_smoothingLabel->setObjectName(QStringLiteral("smoothingValue"));
    m_smoothingLabel->setMinimumWidth(70);
    connect(m_smoothingSlider, &QSlider::valueChanged, this,
            [this](int position) { setSmoothing(smoothingWeight(position)); });

    m_quantityBox = new QComboBox(bar);
    m_quantityBox->setObjectName(QStringLiteral("quantityBox"));
    m_quantityBox->setToolTip(tr("What is shown of each adapter module"));
    for (std::size_t i = 0; i < kModuleQuantityCount; ++i) {
        m_quantityBox->addItem(quantityName(static_cast<ModuleQuantity>(i)), static_cast<int>(i));
    }
    connect(m_quantityBox, &QComboBox::currentIndexChanged, this, [this](int index) {
        setQuantity(static_cast<ModuleQuantity>(m_quantityBox->itemData(index).toInt()));
    });

    m_aggregateBox = new QComboBox(bar);
    m_aggregateBox->setObjectName(QStringLiteral("aggregateBox"));
    m_aggregateBox->setToolTip(tr("What a column of the heatmap shows when it stands for several steps"));
    m_aggregateBox->addItem(tr("Largest"));
    m_aggregateBox->addItem(tr("Mean"));
    connect(m_aggregateBox, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_heatmap->setAggregate(index == 0 ? HeatmapChart::Aggregate::Largest
                                           : HeatmapChart::Aggregate::Mean);
    });

    auto* reset = new QToolButton(bar);
    reset->setObjectName(QStringLiteral("resetZoomButton"));
    reset->setAutoRaise(true);
    reset->setToolTip(tr("Reset the zoom of all charts (Home resets one)"));
    reset->setAccessibleName(tr("Reset the zoom of all charts"));
    const auto setIcon = [reset] { setButtonIcon(reset, QStringLiteral("fit"), tr("reset")); };
    setIcon();
    connect(&Theme::instance(), &Theme::changed, reset, setIcon);
    connect(reset, &QToolButton::clicked, this, &ChartDeck::resetZoom);

    const auto labelled = [row, bar](const QString& text, QWidget* field) {
        auto* label = new QLabel(text, bar);
        label->setBuddy(field);
        row->addWidget(label);
        row->addWidget(field);
    };
    labelled(tr("&Horizontal"), m_axisBox);
    row->addSpacing(px(Space::S));
    labelled(tr("S&moothing"), m_smoothingSlider);
    row->addWidget(m_smoothingLabel);
    row->addSpacing(px(Space::S));
    labelled(tr("M&odules"), m_quantityBox);
    labelled(tr("Colu&mns"), m_aggregateBox);
    row->addStretch(1);
    row->addWidget(reset);
    return bar;
}

void ChartDeck::clear() {
    m_data.clear();
    m_waitingSteps.clear();
    m_waitingEvals.clear();
    m_nextStep = m_nextEval = 0;
    m_series.reset();
    m_intake.stop();
    m_firstEvaluation = 0;
    syncCurves();
    updateEmptyTexts();
    for (PlotView* chart : m_charts) {
        chart->setCrosshair(std::nullopt);
        chart->resetZoom();
    }
}

void ChartDeck::setPlan(const RunPlan& plan) {
    m_data.setPlan(plan);
    syncCurves();
    updateEmptyTexts();
    refreshAll();
}

void ChartDeck::append(const std::vector<StepRecord>& steps, const std::vector<EvalRecord>& evals) {
    m_waitingSteps.insert(m_waitingSteps.end(), steps.begin(), steps.end());
    m_waitingEvals.insert(m_waitingEvals.end(), evals.begin(), evals.end());
    if (!m_intake.isActive()) {
        takeSlice();
    }
}

void ChartDeck::setSeries(std::shared_ptr<const RunSeries> series) {
    clear();
    m_series = std::move(series);
    if (!m_series) {
        return;
    }
    setPlan(m_series->plan);
    takeSlice();
}

bool ChartDeck::hasPending() const {
    return m_series || !m_waitingSteps.empty() || !m_waitingEvals.empty();
}

bool ChartDeck::takeWaiting(qint64 budgetMs) {
    QElapsedTimer clock;
    clock.start();
    constexpr std::size_t kLookAtClock = 64;
    for (;;) {
        // A past run first; live records that came after it follow.
        const std::vector<StepRecord>& steps = m_series ? m_series->steps : m_waitingSteps;
        const std::vector<EvalRecord>& evals = m_series ? m_series->evals : m_waitingEvals;
        while (m_nextStep < steps.size() || m_nextEval < evals.size()) {
            // In the order of the run: an evaluation belongs after its step.
            const bool eval = m_nextEval < evals.size() &&
                              (m_nextStep == steps.size() || evals[m_nextEval].step < steps[m_nextStep].step);
            if (eval) {
                m_data.append(evals[m_nextEval++]);
            } else {
                m_data.append(steps[m_nextStep++]);
            }
            if ((m_nextStep + m_nextEval) % kLookAtClock == 0 && clock.elapsed() >= budgetMs) {
                return false;
            }
        }
        m_nextStep = m_nextEval = 0;
        if (!m_series) {
            break;
        }
        // Freeing a long run's records takes a while as well: not here.
        QThreadPool::globalInstance()->start([series = std::exchange(m_series, nullptr)] {});
    }
    m_waitingSteps.clear();
    m_waitingEvals.clear();
    return true;
}

void ChartDeck::takeSlice() {
    const bool done = takeWaiting(kSliceMs);
    syncCurves();
    refreshAll();
    if (!done) {
        m_intake.start(static_cast<int>(kSliceMs));
    }
}

void ChartDeck::finish() {
    while (!takeWaiting(1000)) {
    }
    m_intake.stop();
    syncCurves();
    for (PlotView* chart : m_charts) {
        chart->refreshFully();
    }
}

void ChartDeck::refreshAll() {
    for (PlotView* chart : m_charts) {
        chart->requestRefresh();
    }
}

void ChartDeck::setFirstEvaluation(std::int64_t step) {
    m_firstEvaluation = step;
    updateEmptyTexts();
}

void ChartDeck::updateEmptyTexts() {
    const auto& plan = m_data.plan();
    m_loss->setEmptyText(tr("No steps yet: the curve starts with the first step"));
    m_rate->setEmptyText(tr("No steps yet: the curve starts with the first step"));
    const std::int64_t first = m_firstEvaluation > 0 ? m_firstEvaluation : plan ? plan->stepsPerEpoch : 0;
    m_metric->setEmptyText(first > 0 ? tr("No validation yet: first evaluation at step %1").arg(first)
                                     : tr("No validation yet"));
    const bool noModules = plan && plan->modules.empty();
    for (PlotView* chart : {static_cast<PlotView*>(m_modules), static_cast<PlotView*>(m_heatmap)}) {
        chart->setEmptyText(noModules ? tr("This run trains no adapter module, so there is none to show")
                                      : tr("No steps yet: modules are measured at each step"));
    }
}

void ChartDeck::setXAxis(XAxis axis) {
    m_axisBox->setCurrentIndex(m_axisBox->findData(static_cast<int>(axis)));
    QSettings().setValue(QStringLiteral("charts/xAxis"), static_cast<int>(axis));
    for (PlotView* chart : m_charts) {
        chart->setXAxis(axis);
    }
}

void ChartDeck::setSmoothing(double weight) {
    const QSignalBlocker quiet(m_smoothingSlider);
    m_smoothingSlider->setValue(smoothingPosition(weight));
    m_smoothingLabel->setText(weight > 0 ? tr("EMA %1").arg(QLocale().toString(weight, 'g', 3)) : tr("off"));
    QSettings().setValue(QStringLiteral("charts/smoothing"), weight);
    for (LineChart* chart : {m_loss, m_modules}) {
        chart->setSmoothing(weight);
    }
}

void ChartDeck::setQuantity(ModuleQuantity quantity) {
    m_quantityBox->setCurrentIndex(m_quantityBox->findData(static_cast<int>(quantity)));
    QSettings().setValue(QStringLiteral("charts/quantity"), static_cast<int>(quantity));
    m_quantity = quantity;
    m_modules->setTitle(quantityName(quantity));
    m_modules->setYLabel(quantityAxis(quantity));
    m_modules->setLogarithmic(prefersLogarithm(quantity));
    m_heatmap->setLogarithmic(prefersLogarithm(quantity));
    m_heatmap->setTitle(tr("%1 by module").arg(quantityName(quantity)));
    m_heatmap->setQuantity(quantity);
    buildModuleCurves();
}

void ChartDeck::restoreSettings() {
    const QSettings settings;
    const auto choice = [&settings](const QString& key, std::size_t count) {
        return std::clamp(settings.value(key, 0).toInt(), 0, static_cast<int>(count) - 1);
    };
    setXAxis(static_cast<XAxis>(choice(QStringLiteral("charts/xAxis"), kXAxisCount)));
    setQuantity(static_cast<ModuleQuantity>(choice(QStringLiteral("charts/quantity"), kModuleQuantityCount)));
    setSmoothing(settings.value(QStringLiteral("charts/smoothing"), kDefaultSmoothing).toDouble());
}

void ChartDeck::resetZoom() {
    for (PlotView* chart : m_charts) {
        chart->resetZoom();
    }
}

PlotView* ChartDeck::currentChart() const {
    const auto focused = std::find_if(m_charts.begin(), m_charts.end(),
                                      [](const PlotView* chart) { return chart->hasFocus(); });
    return focused != m_charts.end() ? *focused : m_maximised ? m_maximised : m_loss;
}

void ChartDeck::maximise(PlotView* chart) {
    if (m_maximised == chart) {
        return;
    }
    m_maximised = chart;
    m_columns = 0;
    arrange();
    if (chart) {
        chart->setFocus(Qt::OtherFocusReason);
    }
    Q_EMIT maximisedChanged(chart != nullptr);
}

void ChartDeck::arrange() {
    const int columns = m_maximised || width() < kTwoColumnsFrom ? 1 : 2;
    if (columns == m_columns) {
        return;
    }
    m_columns = columns;
    for (PlotView* chart : m_charts) {
        m_grid->removeWidget(chart);
        chart->setVisible(!m_maximised || chart == m_maximised);
        chart->setMinimumHeight(kChartHeight);
    }
    for (int row = 0; row < m_grid->rowCount(); ++row) {
        m_grid->setRowStretch(row, 0);
    }
    if (m_maximised) {
        m_grid->addWidget(m_maximised, 0, 0);
        m_grid->setRowStretch(0, 1);
        return;
    }
    int cell = 0;
    for (PlotView* chart : m_charts) {
        const bool whole = chart == m_heatmap;
        m_grid->addWidget(chart, cell / columns, cell % columns, 1, whole ? columns : 1);
        m_grid->setRowStretch(cell / columns, 1);
        ++cell;
    }
    for (int column = 0; column < 2; ++column) {
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
    }
}

void ChartDeck::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void ChartDeck::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_maximised) {
        maximise(nullptr);
        return;
    }
    QWidget::keyPressEvent(event);
}

void ChartDeck::fillMenu(QMenu* menu) {
    QMenu* axes = menu->addMenu(tr("Horizontal axis"));
    for (int i = 0; i < m_axisBox->count(); ++i) {
        axes->addAction(m_axisBox->itemText(i), this, [this, i] { m_axisBox->setCurrentIndex(i); });
    }
    QMenu* quantities = menu->addMenu(tr("Module quantity"));
    for (int i = 0; i < m_quantityBox->count(); ++i) {
        quantities->addAction(m_quantityBox->itemText(i), this,
                              [this, i] { m_quantityBox->setCurrentIndex(i); });
    }
    const auto smooth = [this](int change) {
        m_smoothingSlider->setValue(m_smoothingSlider->value() + change);
    };
    menu->addAction(tr("More smoothing"), this, [smooth] { smooth(10); });
    menu->addAction(tr("Less smoothing"), this, [smooth] { smooth(-10); });
    menu->addAction(tr("Reset zoom of all charts"), this, &ChartDeck::resetZoom);
    menu->addAction(tr("Fill the window with the chart, or go back"), this,
                    [this] { maximise(m_maximised ? nullptr : currentChart()); });
    QMenu* exports = menu->addMenu(tr("Export the focused chart"));
    exports->addAction(tr("PNG…"), this,
                       [this] { currentChart()->exportInteractively(PlotView::Format::Png, 2); });
    exports->addAction(tr("SVG…"), this,
                       [this] { currentChart()->exportInteractively(PlotView::Format::Svg, 1); });
    exports->addAction(tr("PDF…"), this,
                       [this] { currentChart()->exportInteractively(PlotView::Format::Pdf, 1); });
    exports->addAction(tr("All data as CSV…"), this,
                       [this] { currentChart()->exportInteractively(PlotView::Format::Csv, 1); });
}

} // namespace awb::ui
