#pragma once

#include <functional>
#include <thread>

namespace awb::app {

/// While it lives, the first Ctrl-C (SIGINT) or SIGTERM calls `onStop` on a thread of its own, outside of the
/// signal handler; a second one ends the program at once. At most one object at a time.
class StopSignals {
public:
    explicit StopSignals(std::function<void()> onStop);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    /// True once a signal came.
    static bool received();

private:
    std::thread m_watcher;
};

} // namespace awb::app
