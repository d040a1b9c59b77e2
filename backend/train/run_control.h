#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

namespace awb {

/// Thrown at a safe point of the training thread after a stop was asked for; caught once, in the trainer. A
/// std::exception, because LibTorch's backward passes only those on.
struct StopRequested : std::exception {
    const char* what() const noexcept override { return "a stop was requested"; }
};

/// Pause and stop requests from other threads, looked at by the training thread at its safe points: between
/// the layers, in every loop, inside backward. All functions may be called from any thread.
class RunControl {
public:
    void requestStop();
    void requestPause();
    void resume();
    bool stopRequested() const { return m_stop.load(std::memory_order_relaxed); }
    bool pauseRequested() const { return m_pause.load(std::memory_order_relaxed); }

    /// Blocks while paused; throws StopRequested after requestStop(). Cheap when nothing was asked for.
    void safePoint();

    /// Called on the training thread when it begins to wait (true) and when it goes on (false).
    void setPauseListener(std::function<void(bool)> listener);
    /// Seconds spent waiting so far.
    double pausedSeconds() const;

private:
    std::atomic<bool> m_stop{false};
    std::atomic<bool> m_pause{false};
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::function<void(bool)> m_listener;
    double m_pausedSeconds = 0;
};

} // namespace awb
