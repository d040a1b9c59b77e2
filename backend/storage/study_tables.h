#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "backend/analysis/adapter_study.h"

namespace awb::storage {

/// Tables of what adapters do and the view `adapter_similarity`, version 4 of the schema.
extern const std::string_view kStudyTables;

// SQLite's exceptions pass through.

/// Replaces what the run has; within a transaction of the caller.
void insertStudy(SQLite::Database& database, std::int64_t run, const AdapterStudy& study);
/// None where the run has none.
std::optional<AdapterStudy> readStudy(SQLite::Database& database, std::int64_t run);

} // namespace awb::storage
