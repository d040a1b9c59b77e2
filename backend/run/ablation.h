#pragma once

#include <functional>

#include "backend/run/opened_run.h"

namespace awb {

/// Leaves every adapter of the run's composition out, at each place by itself and of the whole network, and
/// scores the model each time. A place is a part of a block where all adapters are bottleneck adapters, else
/// a layer. `progress` gets 0..1. Throws StopRequested when `control` asks for it. Errors: a run without
/// adapters.
Result<AblationMap> ablate(OpenedRun& run, RunControl& control, const std::function<void(double)>& progress);

} // namespace awb
