#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "backend/analysis/pruning_report.h"

namespace awb::storage {

/// Tables of pruned fusions and the view `pruning_cost`, version 5 of the schema.
extern const std::string_view kPruningTables;

// SQLite's exceptions pass through.

/// Replaces what the run has; within a transaction of the caller.
void insertPruning(SQLite::Database& database, std::int64_t run, const PruningReport& report);
/// None where the run has none.
std::optional<PruningReport> readPruning(SQLite::Database& database, std::int64_t run);

} // namespace awb::storage
