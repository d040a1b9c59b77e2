#pragma once

#include <vector>

#include <QString>

#include "backend/analysis/pruning_findings.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/share_map.h"

namespace awb::ui {

/// What a pruning measures.
enum class PruningQuantity { Metric, Loss };

/// A score over the number of adapters that are left, the fewest first. Keys are steps.
std::vector<PointChart::Series> pruningSeries(const PruningReport& report, PruningQuantity quantity);
/// A row a step: adapters left, mean weight of the dropped one, loss and metric with their changes.
ShareMatrix pruningMatrix(const PruningReport& report);
/// "2 left, a dropped (mean weight 0.210): loss 0.5123, accuracy 0.8750".
QString stepText(const PruningReport& report, std::size_t step);
/// A finding as a sentence with its numbers, in rich text.
QString findingText(const PruningFinding& finding, const PruningReport& report);
/// The SQL that gives what the view shows, for any SQLite program.
QString pruningSql(qint64 run);

} // namespace awb::ui
