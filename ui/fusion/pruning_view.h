#pragma once

#include <optional>

#include <QWidget>

#include "ui/fusion/measure_bar.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace awb::ui {

class EmptyState;
class PointChart;
class PruningModel;

/// What it costs a finished run's fusion to lose its adapters one after the other, the least mean weight
/// first: a score over the number of adapters that are left, and a table of the steps. Choosing a step in one
/// chooses it in both. Measured on demand, shown at once where it was measured before.
class PruningView : public QWidget {
    Q_OBJECT

public:
    /// `inspector` may be null: then nothing can be measured. It outlives this.
    explicit PruningView(RunInspector* inspector, QWidget* parent = nullptr);

    /// The stored report of a run. `obstacle`: why it can't be measured; empty where it can.
    void setRun(qint64 run, std::optional<PruningReport> report, const QString& obstacle);
    const std::optional<PruningReport>& result() const { return m_result; }
    PointChart* chart() const { return m_chart; }
    PruningModel* steps() const { return m_steps; }
    QPushButton* button() const { return m_measure->button(); }

Q_SIGNALS:
    /// The report of a run is measured and stored.
    void measured(qint64 run);
    void failed(const awb::Error& error);

private:
    QWidget* buildControls();
    QWidget* buildContent();
    void connectAll();
    void showState();
    void showReport();
    void showChart();
    void choose(int step);

    std::optional<PruningReport> m_result;
    MeasureBar* m_measure;
    QComboBox* m_quantity = nullptr;
    QLabel* m_note = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    PointChart* m_chart = nullptr;
    PruningModel* m_steps = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace awb::ui
