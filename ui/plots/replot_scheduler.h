#pragma once

#include <deque>

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTimer>

namespace awb::ui {

class PlotView;

/// Spreads the redrawing of all plots over the turns of the event loop: one plot a turn, each plot at most
/// every 50 ms, and after each one at least twice the time it took is left to everything else. So a window
/// full of charts stays responsive however fast the records come.
class ReplotScheduler : public QObject {
    Q_OBJECT

public:
    static constexpr int kPlotIntervalMs = 50;

    /// The one of the application; lives as long as it does.
    static ReplotScheduler& instance();

    /// Asks for a redraw soon. Asking again before it happens changes nothing.
    void request(PlotView* view);

private:
    explicit ReplotScheduler(QObject* parent);
    void turn();

    std::deque<QPointer<PlotView>> m_waiting;
    QTimer m_timer;
    QElapsedTimer m_clock;
};

} // namespace awb::ui
