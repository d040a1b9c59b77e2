#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include "ui/plots/run_data.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QMenu;
class QScrollArea;
class QSlider;

namespace awb {
struct RunSeries;
}

namespace awb::ui {

class HeatmapChart;
class LineChart;
class PlotView;

/// All charts of one run in a grid with a common toolbar: loss, metrics, gradient norms, learning rate and a
/// heatmap of the modules. The Train page feeds it while a run is live, the Runs page from the database: the
/// look is the same.
///
/// Records are taken in slices of a few milliseconds, so that neither a burst of live records nor a past run
/// of 100,000 steps holds up the window.
class ChartDeck : public QWidget {
    Q_OBJECT

public:
    explicit ChartDeck(QWidget* parent = nullptr);
    ~ChartDeck() override;

    /// Forgets the run.
    void clear();
    void setPlan(const RunPlan& plan);
    void append(const std::vector<StepRecord>& steps, const std::vector<EvalRecord>& evals);
    /// Shows a whole past run.
    void setSeries(std::shared_ptr<const RunSeries> series);
    /// For the empty state of the validation charts: the step of the first evaluation; 0: unknown.
    void setFirstEvaluation(std::int64_t step);

    const RunData& data() const { return m_data; }
    bool hasPending() const;
    /// Takes all waiting records and redraws everything at once: for tests and pictures.
    void finish();

    const std::vector<PlotView*>& charts() const { return m_charts; }
    LineChart* lossChart() const { return m_loss; }
    LineChart* metricChart() const { return m_metric; }
    LineChart* rateChart() const { return m_rate; }
    LineChart* moduleChart() const { return m_modules; }
    HeatmapChart* heatmap() const { return m_heatmap; }

    void setXAxis(XAxis axis);
    /// Weight of the exponential moving average.
    void setSmoothing(double weight);
    void setQuantity(ModuleQuantity quantity);
    void resetZoom();
    /// Lets one chart fill the deck; null shows all again.
    void maximise(PlotView* chart);
    PlotView* maximised() const { return m_maximised; }

    /// Axis, smoothing, quantity, zoom and export for a menu of the page.
    void fillMenu(QMenu* menu);

Q_SIGNALS:
    /// One chart fills the deck (or no longer): the page may hide its other parts.
    void maximisedChanged(bool maximised);
    void statusMessage(const QString& text);
    void failed(const awb::Error& error);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildToolbar();
    void addChart(PlotView* chart, const QString& name);
    void arrange();
    void takeSlice();
    bool takeWaiting(qint64 budgetMs);
    void syncCurves();
    void buildLossCurves();
    void buildMetricCurves();
    void buildModuleCurves();
    void updateEmptyTexts();
    void refreshAll();
    void restoreSettings();
    PlotView* currentChart() const;

    RunData m_data;
    std::vector<StepRecord> m_waitingSteps;
    std::vector<EvalRecord> m_waitingEvals;
    std::size_t m_nextStep = 0;
    std::size_t m_nextEval = 0;
    std::shared_ptr<const RunSeries> m_series;
    QTimer m_intake;
    std::int64_t m_firstEvaluation = 0;
    std::string m_curveKey; ///< which curves the charts have now
    std::string m_moduleKey;
    ModuleQuantity m_quantity = ModuleQuantity::GradientNorm;

    std::vector<PlotView*> m_charts;
    LineChart* m_loss = nullptr;
    LineChart* m_metric = nullptr;
    LineChart* m_rate = nullptr;
    LineChart* m_modules = nullptr;
    HeatmapChart* m_heatmap = nullptr;
    PlotView* m_maximised = nullptr;
    QScrollArea* m_scroll = nullptr;
    QGridLayout* m_grid = nullptr;
    int m_columns = 0;
    QComboBox* m_axisBox = nullptr;
    QComboBox* m_quantityBox = nullptr;
    QComboBox* m_aggregateBox = nullptr;
    QSlider* m_smoothingSlider = nullptr;
    QLabel* m_smoothingLabel = nullptr;
};

/// Slider position 0..100 to the weight of the average, finer towards 1: 0, 33 -> 0.9, 66 -> 0.99, 100 ->
/// 0.999.
double smoothingWeight(int position);
int smoothingPosition(double weight);

} // namespace awb::ui
