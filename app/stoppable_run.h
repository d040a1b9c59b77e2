#pragma once

#include "app/run_reporter.h"
#include "app/stop_signals.h"
#include "backend/train/run_control.h"

namespace awb::app {

/// Training at a terminal: shows its events, and Ctrl-C asks it to stop. At most one object at a time.
class StoppableRun {
public:
    RunControl control;
    RunReporter reporter;

private:
    StopSignals m_signals{[this] {
        control.requestStop();
        reporter.announceStop();
    }};
};

} // namespace awb::app
