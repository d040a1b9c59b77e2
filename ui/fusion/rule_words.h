#pragma once

#include <QString>

#include "models/config/adapter_rules.h"

namespace awb::ui {

/// "layer 3, feed-forward", "layer 3", "everywhere".
QString rulePlace(const AdapterRule& rule);
/// "weight fixed", "weight times", "forbidden".
QString ruleKind(AdapterRule::Kind kind);
/// A whole rule: "b at layer 3, feed-forward: weight fixed to 0.50".
QString ruleText(const AdapterRule& rule);
/// In the corner of a heatmap's cell: "= 0.50", "× 2", "⊘".
QString ruleMark(const AdapterRule& rule);

} // namespace awb::ui
