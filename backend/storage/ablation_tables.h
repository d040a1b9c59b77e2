#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "backend/analysis/ablation_map.h"

namespace awb::storage {

/// Tables of ablations and the view `ablation_change`, version 3 of the schema.
extern const std::string_view kAblationTables;

// SQLite's exceptions pass through.

/// Replaces what the run has; within a transaction of the caller.
void insertAblation(SQLite::Database& database, std::int64_t run, const AblationMap& map);
/// None where the run has none.
std::optional<AblationMap> readAblation(SQLite::Database& database, std::int64_t run);

} // namespace awb::storage
