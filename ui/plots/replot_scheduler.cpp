#include "ui/plots/replot_scheduler.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/plots/plot_view.h"

namespace awb::ui {

ReplotScheduler& ReplotScheduler::instance() {
    static QPointer<ReplotScheduler> scheduler;
    if (!scheduler) {
        scheduler = new ReplotScheduler(QCoreApplication::instance());
    }
    return *scheduler;
}

ReplotScheduler::ReplotScheduler(QObject* parent)
    : QObject(parent) {
    m_clock.start();
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ReplotScheduler::turn);
}

void ReplotScheduler::request(PlotView* view) {
    const bool waiting = std::any_of(m_waiting.begin(), m_waiting.end(),
                                     [view](const QPointer<PlotView>& other) { return other == view; });
    if (!waiting) {
        m_waiting.emplace_back(view);
    }
    if (!m_timer.isActive()) {
        m_timer.start(1);
    }
}

void ReplotScheduler::turn() {
    std::erase_if(m_waiting, [](const QPointer<PlotView>& view) { return view.isNull(); });
    const qint64 now = m_clock.elapsed();
    const auto due = std::find_if(m_waiting.begin(), m_waiting.end(), [now](const QPointer<PlotView>& view) {
        return now - view->lastRefresh() >= kPlotIntervalMs;
    });
    if (due == m_waiting.end()) {
        if (!m_waiting.empty()) {
            m_timer.start(kPlotIntervalMs / 5);
        }
        return;
    }
    const QPointer<PlotView> view = *due;
    m_waiting.erase(due);
    view->refreshNow();
    const qint64 took = m_clock.elapsed() - now;
    if (view) {
        view->setLastRefresh(now + took);
    }
    if (!m_waiting.empty() && !m_timer.isActive()) {
        m_timer.start(static_cast<int>(std::max<qint64>(4, 2 * took)));
    }
}

} // namespace awb::ui
