#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/commands.h"
#include "app/console.h"
#include "app/progress_bar.h"
#include "app/stop_signals.h"
#include "backend/run/opened_run.h"

namespace awb::app {

/// A command that looks into a finished run: opens it on a sample, does `measure` with it, and gives what
/// that finds to `print`; Ctrl-C ends it. Gives the exit code.
///
/// `measure(OpenedRun&, RunStore&, RunControl&, ProgressBar&)` gives a Result.
template<typename Measure, typename Print>
int lookIntoRun(std::int64_t run, const std::string& workspace, const SampleWish& sample,
                const Measure& measure, const Print& print) {
    const auto store = RunStore::open(std::filesystem::absolute(workspaceFolder(workspace)));
    if (!store) {
        return complain(store.error());
    }
    RunControl control;
    const StopSignals signals([&control] { control.requestStop(); });
    try {
        ProgressBar bar;
        const auto progress = [&](const std::string& activity, double fraction) {
            bar.show(fraction, activity);
            control.safePoint();
        };
        const auto opened = OpenedRun::open(**store, run, progress, sample);
        if (!opened) {
            return complain(opened.error());
        }
        const auto found = measure(**opened, **store, control, bar);
        if (!found) {
            return complain(found.error());
        }
        print(*found);
        return kSuccess;
    } catch (const StopRequested&) {
        return kInterrupted;
    }
}

} // namespace awb::app
