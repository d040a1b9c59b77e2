#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <QString>
#include <QWidget>

#include "models/config/result.h"
#include "ui/plots/plot_table.h"
#include "ui/plots/run_data.h"

class QCustomPlot;
class QMenu;
class QToolButton;

namespace awb::ui {

struct ReadoutLine;

/// A closed range of axis coordinates; empty when `low > high`.
struct AxisSpan {
    double low = 1;
    double high = 0;
    bool isEmpty() const { return !(low <= high); }
    void include(double value);
};

/// A value that no axis can show: NaN or infinite. It is news, so it gets a mark of its own.
struct PlotEvent {
    double x = 0;
    QString text;
};

/// A chart of one run with what all charts share: title, legend, axes, zoom (wheel, rubber band, keys), pan,
/// crosshair with values, logarithmic axis, export, an empty state and a spoken summary.
///
/// Mouse: wheel zooms the horizontal axis, with Ctrl the vertical one; dragging selects what to zoom into,
/// with Shift or the middle button it pans; double-click resets, on the title it asks to fill the window.
/// Keys: arrows move the crosshair (Shift: ten points), + and - zoom, Page Up and Page Down pan, Home resets,
/// L switches the logarithmic axis, F fills the window, Escape hides the crosshair.
class PlotView : public QWidget {
    Q_OBJECT

public:
    enum class Format { Png, Svg, Pdf, Csv };

    PlotView(const QString& title, QWidget* parent);
    ~PlotView() override;

    QString title() const;
    void setTitle(const QString& title);
    /// Shown instead of the chart while it has no point.
    void setEmptyText(const QString& text);

    /// The run to show; not owned, must live until another is set. Null shows the empty state.
    void setData(const RunData* data);
    const RunData* data() const;
    void setXAxis(XAxis axis);
    XAxis xAxis() const;

    bool isLogarithmic() const;
    void setLogarithmic(bool on);
    bool isZoomed() const;
    void resetZoom();
    /// Factor above 1 zooms in about the crosshair, or the middle.
    void zoomX(double factor);
    void panX(double share); ///< of the visible width

    /// Shows the crosshair at a step without telling others; none hides it.
    void setCrosshair(std::optional<double> step);
    std::optional<double> crosshair() const;
    /// The values at the crosshair as one line of text; empty without one.
    QString readoutText() const;

    /// Asks for a redraw; happens soon, spread over the event loop, and only while the chart can be seen.
    void requestRefresh();
    /// Brings curves and picture up to date at once. False when work is left for a later turn.
    bool refreshNow();
    /// Repeats refreshNow until nothing is left: for exports and tests.
    void refreshFully();
    /// Times of the replot scheduler's clock, in ms.
    qint64 lastRefresh() const;
    void setLastRefresh(qint64 time);

    /// Picture at `scale` device pixels for each pixel of the chart (PNG), or as vectors (SVG, PDF); or all
    /// data (CSV).
    Result<void> exportTo(const std::filesystem::path& file, Format format, double scale = 1.0);
    /// Asks for a file name, then exports. CSV is written on a thread of its own.
    void exportInteractively(Format format, double scale);
    /// All numbers behind the chart, neither thinned out nor smoothed.
    virtual PlotTable table() const = 0;
    /// What the chart says, in a sentence: for screen readers.
    virtual QString summary() const = 0;

    /// The visible ranges, for tests and linked views.
    AxisSpan visibleX() const;
    AxisSpan visibleY() const;
    const std::vector<PlotEvent>& events() const;
    QCustomPlot* plot() const;

    QSize sizeHint() const override { return {480, 260}; }
    QSize minimumSizeHint() const override { return {240, 170}; }

Q_SIGNALS:
    /// The person moved (or hid) the crosshair.
    void crosshairMoved(std::optional<double> step);
    void maximiseRequested();
    /// An export ended: its file, or why not.
    void exported(const QString& file);
    void exportFailed(const awb::Error& error);

protected:
    /// Brings the plottables up to date; true when everything is in, false to be called again in a later
    /// turn.
    virtual bool pull() = 0;
    virtual bool isEmpty() const = 0;
    /// Values at a step; `value` of the result's `point` in axis coordinates.
    virtual std::vector<ReadoutLine> readout(double step) const = 0;
    /// Legend entry clicked.
    virtual void toggleEntry(int id);
    /// Sets pens and colours again after a change of the theme.
    virtual void restyle() = 0;
    /// The pointer is over axis coordinates (x, y), for charts whose read-out depends on both.
    virtual void pointerMoved(double x, double y);
    virtual bool supportsLogarithm() const { return true; }
    /// Puts the chart on the scale that isLogarithmic() says.
    virtual void applyScaleType();

    void setAxisLabels(const QString& y);
    /// Ranges for everything; applied where the person has not zoomed.
    void setAutoRange(AxisSpan x, AxisSpan y, double yMargin = 0.06);
    void setEvents(std::vector<PlotEvent> events);
    /// Small grey text beside the title ("3 values ≤ 0 not shown").
    void setRemark(const QString& text);
    /// Number of buckets worth drawing: one for each two pixels of width.
    std::size_t pixelBuckets() const;

    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void buildHeader();
    void fillMenu(QMenu* menu);
    void applyTheme();
    void applyRanges();
    void updateCrosshair();
    void placeEvents();
    void moveCrosshairBy(int records);
    void zoomTo(const QRect& pixels);
    bool plotMouseEvent(QEvent* event);

    friend class LineChart;
    friend class HeatmapChart;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb::ui
