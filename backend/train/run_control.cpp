#include "backend/train/run_control.h"

#include <chrono>
#include <utility>

namespace awb {

void RunControl::requestStop() {
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
}

void RunControl::requestPause() {
    const std::lock_guard lock(m_mutex);
    m_pause = true;
}

void RunControl::resume() {
    {
        const std::lock_guard lock(m_mutex);
        m_pause = false;
    }
    m_wake.notify_all();
}

void RunControl::safePoint() {
    if (stopRequested()) {
        throw StopRequested();
    }
    if (!pauseRequested()) {
        return;
    }
    std::unique_lock lock(m_mutex);
    if (!m_pause || m_stop) {
        if (m_stop) {
            throw StopRequested();
        }
        return;
    }
    // The listener is called unlocked: it may take locks of its own.
    const std::function<void(bool)> listener = m_listener;
    lock.unlock();
    if (listener) {
        listener(true);
    }
    const auto began = std::chrono::steady_clock::now();
    lock.lock();
    m_wake.wait(lock, [this] { return !m_pause || m_stop; });
    m_pausedSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const bool stop = m_stop;
    lock.unlock();
    if (stop) {
        throw StopRequested();
    }
    if (listener) {
        listener(false);
    }
}

void RunControl::setPauseListener(std::function<void(bool)> listener) {
    const std::lock_guard lock(m_mutex);
    m_listener = std::move(listener);
}

double RunControl::pausedSeconds() const {
    const std::lock_guard lock(m_mutex);
    return m_pausedSeconds;
}

} // namespace awb
