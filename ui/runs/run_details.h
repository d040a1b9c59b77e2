#pragma once

#include <QString>

#include "backend/storage/run_store.h"

namespace awb::ui {

/// A run's details as rich text: metrics by split, data, base with its hash, machine, error.
/// `plan` may be null until the run's curves have been read.
QString runDetailsHtml(const RunRow& run, const RunPlan* plan);

} // namespace awb::ui
