#pragma once

#include <functional>

#include "backend/data/dataset.h"
#include "backend/playground/error_report.h"
#include "backend/playground/loaded_run.h"

namespace awb {

/// Asks a run's model, with its own composition, for every example of a split. The data may be another run's:
/// classes are matched by name. `progress` gets 0..1 and returns false to stop. Errors: no such split,
/// another task than the run's, masked language models (which have no right answer but in hidden words), a
/// stop.
Result<ErrorReport> judgeSplit(const LoadedRun& run, const Dataset& dataset, const std::string& split,
                               const std::function<bool(double)>& progress);

} // namespace awb
