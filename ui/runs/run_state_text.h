#pragma once

#include <QString>

#include "backend/train/records.h"
#include "ui/theme/theme.h"

namespace awb::ui {

/// A run's state in words, with the icon and the tone that go with it on every page.
QString runStateText(RunState state);
QString runStateIcon(RunState state);
Tone runStateTone(RunState state);
/// "macro-F1", "accuracy": a metric's key as people write it.
QString metricText(const std::string& metric);

} // namespace awb::ui
