#include "backend/jobs/event_buffer.h"

#include <utility>

namespace awb {

EventBuffer::EventBuffer(std::function<void(bool)> notify)
    : m_notify(std::move(notify)) {}

void EventBuffer::push(WorkerEvent event) {
    {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(std::move(event));
    }
    announce(true);
}

void EventBuffer::beginRun(qint64 run) {
    {
        const std::lock_guard lock(m_mutex);
        m_latest = {};
        m_latest.run = run;
        m_events.emplace_back(RunStartedEvent{run});
    }
    announce(true);
}

void EventBuffer::update(const std::function<void(LiveUpdate&)>& change, bool urgent) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_events.empty() || !std::holds_alternative<LiveUpdate>(m_events.back())) {
            m_events.emplace_back(m_latest);
        }
        auto& update = std::get<LiveUpdate>(m_events.back());
        change(update);
        m_latest.state = update.state;
        m_latest.activity = update.activity;
        m_latest.activityFraction = update.activityFraction;
        m_latest.plan = update.plan;
        m_latest.examplesPerSecond = update.examplesPerSecond;
        m_latest.secondsLeft = update.secondsLeft;
    }
    announce(urgent);
}

std::vector<WorkerEvent> EventBuffer::take() {
    const std::lock_guard lock(m_mutex);
    m_announced = false;
    m_announcedUrgent = false;
    return std::exchange(m_events, {});
}

void EventBuffer::announce(bool urgent) {
    {
        const std::lock_guard lock(m_mutex);
        // Somebody took the event in the meantime, or will: nothing to announce twice.
        if (m_events.empty() || m_announcedUrgent || (m_announced && !urgent)) {
            return;
        }
        m_announced = true;
        m_announcedUrgent = urgent;
    }
    m_notify(urgent);
}

} // namespace awb
