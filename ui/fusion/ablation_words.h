#pragma once

#include <QString>

#include "backend/analysis/ablation_findings.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// What an ablation measures, as a change against the run as it was trained.
enum class AblationQuantity { Loss, Metric };

/// A row a place and on top of them the whole network, a column an adapter.
ShareMatrix ablationMatrix(const AblationMap& map, AblationQuantity quantity);
/// A finding as a sentence with its numbers, in rich text.
QString findingText(const AblationFinding& finding, const AblationMap& map);
/// The SQL that gives what the view shows, for any SQLite program.
QString ablationSql(qint64 run);

} // namespace awb::ui
