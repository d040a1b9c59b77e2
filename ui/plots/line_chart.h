#pragma once

#include <functional>
#include <set>
#include <span>
#include <vector>

#include <QColor>

#include "ui/plots/decimate.h"
#include "ui/plots/plot_view.h"
#include "ui/plots/smoothing.h"

class QCPGraph;

namespace awb::ui {

/// A column of numbers of either width, not owned.
struct ColumnView {
    std::span<const double> doubles;
    std::span<const float> floats;

    std::size_t size() const { return doubles.empty() ? floats.size() : doubles.size(); }
    double at(std::size_t i) const { return doubles.empty() ? static_cast<double>(floats[i]) : doubles[i]; }
};

/// What one curve shows and how.
struct CurveSpec {
    QString name;   ///< in the read-out and the CSV header
    QString legend; ///< the legend's text; curves of one group share the first one's
    int group = 0;  ///< curves of a group are switched on and off together
    std::function<QColor()> color;
    std::function<QColor()> legendColor; ///< of the group, where it differs from the curve's
    std::function<ColumnView(const RunData&)> values;
    std::function<std::span<const double>(const RunData&, XAxis)> x;
    bool smooth = true;         ///< follows the smoothing setting
    bool faintRaw = true;       ///< while smoothed, the raw curve stays as a faint line
    bool markers = false;       ///< few points: draw each
    bool reportsEvents = false; ///< NaN and infinite values get a mark (for the rest NaN means: not measured)
};

/// Curves over the run. Draws at most two points for each two pixels of each curve, whatever the number of
/// records, and takes in new records in slices, so that no redraw takes long.
class LineChart : public PlotView {
    Q_OBJECT

public:
    LineChart(const QString& title, const QString& yLabel, QWidget* parent);
    ~LineChart() override;

    void setCurves(std::vector<CurveSpec> curves);
    std::size_t curveCount() const { return m_curves.size(); }
    void setYLabel(const QString& label);
    /// Weight of the exponential moving average, 0 (off) to below 1.
    void setSmoothing(double weight);
    double smoothing() const { return m_smoothing; }
    /// Most curves that the read-out lists; the largest values are kept.
    void setReadoutLimit(std::size_t lines) { m_readoutLimit = lines; }

    /// Points that are drawn now of a curve (raw), for tests.
    int drawnPoints(std::size_t curve) const;

    PlotTable table() const override;
    QString summary() const override;

protected:
    bool pull() override;
    bool isEmpty() const override;
    std::vector<ReadoutLine> readout(double step) const override;
    void toggleEntry(int id) override;
    void restyle() override;

private:
    /// One curve with what is kept for drawing it.
    struct Curve {
        CurveSpec spec;
        MinMaxPyramid raw;
        MinMaxPyramid smooth;
        Ema ema;
        QCPGraph* rawGraph = nullptr;
        QCPGraph* smoothGraph = nullptr;
        std::vector<std::pair<std::size_t, double>> strange; ///< index and value: NaN or infinite
        std::size_t notPositive = 0;
    };

    void resetCaches();
    bool catchUp(Curve& curve, std::size_t& budget);
    void noteEvent(Curve& curve, std::size_t index, double value);
    void draw(Curve& curve, AxisSpan window, std::size_t buckets, AxisSpan& y);
    void updateLegend();
    void updateRemark();
    void collectEvents();
    bool isShown(const Curve& curve) const;

    std::vector<Curve> m_curves;
    std::set<int> m_hidden; ///< groups switched off
    double m_smoothing = 0;
    std::uint64_t m_generation = 0;
    const RunData* m_seen = nullptr;
    std::size_t m_readoutLimit = 8;
    std::vector<std::size_t> m_indices; ///< scratch
};

} // namespace awb::ui
