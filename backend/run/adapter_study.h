#pragma once

#include <functional>

#include "backend/analysis/adapter_study.h"
#include "backend/run/opened_run.h"

namespace awb {

/// Watches all modules of the run's composition in one pass over its sample. At most 1,000 tokens, drawn by
/// the sample's seed, are compared between the modules (fewer where there are more than 64 modules).
/// `progress` gets 0..1. Throws StopRequested when `control` asks for it. Errors: a run without adapters.
Result<AdapterStudy> studyAdapters(OpenedRun& run, RunControl& control,
                                   const std::function<void(double)>& progress);

} // namespace awb
