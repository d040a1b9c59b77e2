#pragma once

#include <optional>

#include "ui/plots/heat_buckets.h"
#include "ui/plots/plot_view.h"

class QCPColorMap;
class QCPColorScale;

namespace awb::ui {

/// One row an adapter module (lowest layer at the bottom), the run from left to right, the colour says how
/// large the chosen quantity is. Long runs are shown in at most 800 columns, each the largest or the mean of
/// its steps. Up and Down choose the row that the read-out shows.
class HeatmapChart : public PlotView {
    Q_OBJECT

public:
    enum class Aggregate { Largest, Mean };

    HeatmapChart(const QString& title, QWidget* parent);
    ~HeatmapChart() override;

    void setQuantity(ModuleQuantity quantity);
    ModuleQuantity quantity() const { return m_quantity; }
    void setAggregate(Aggregate aggregate);
    Aggregate aggregate() const { return m_aggregate; }
    std::size_t columns() const { return m_buckets ? m_buckets->columns() : 0; }

    PlotTable table() const override;
    QString summary() const override;

protected:
    bool pull() override;
    bool isEmpty() const override;
    std::vector<ReadoutLine> readout(double step) const override;
    void restyle() override;
    void applyScaleType() override;
    void pointerMoved(double x, double y) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void restart();
    void paintMap();
    void labelRows();
    double cell(std::size_t row, std::size_t column) const;
    std::vector<std::size_t> rowOrder() const;

    QCPColorMap* m_map = nullptr;
    QCPColorScale* m_scale = nullptr;
    ModuleQuantity m_quantity = ModuleQuantity::GradientNorm;
    Aggregate m_aggregate = Aggregate::Largest;
    std::optional<HeatBuckets> m_buckets;
    std::vector<std::size_t> m_rows; ///< row -> module of the plan
    std::size_t m_taken = 0;
    std::uint64_t m_generation = 0;
    const RunData* m_seen = nullptr;
    XAxis m_axis = XAxis::Step;
    std::optional<std::size_t> m_row; ///< under the pointer or chosen by key
    int m_labelledRows = -1;
};

} // namespace awb::ui
