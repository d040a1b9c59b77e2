#pragma once

#include <functional>
#include <vector>

#include "backend/playground/text_pass.h"

namespace awb {

/// A composition of a run (in its own names) whose passes over a text are timed.
struct TimedPass {
    const LoadedRun* run = nullptr;
    Composition composition;
    EncodedText text;
};

/// Times each in turn with its own base without adapters, `repeats` times after some passes to warm up, so
/// that what else the machine does meets all of them alike. `progress` gets 0..1 and returns false to stop.
Result<std::vector<Latency>> measureLatency(const std::vector<TimedPass>& passes, int repeats,
                                            const std::function<bool(double)>& progress);

/// Median and quartiles, interpolated between the values; zeros for none.
Timing timingOf(std::vector<double> milliseconds);

} // namespace awb
