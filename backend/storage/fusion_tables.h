#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "backend/analysis/fusion_record.h"
#include "models/config/result.h"

namespace awb::storage {

/// Tables of recorded fusion weights and the view `fusion_weight`, version 2 of the schema.
extern const std::string_view kFusionTables;

/// The keys of a fusion's records are fusion * 2^32 + step.
constexpr int kFusionStepBits = 32;
constexpr std::int64_t kFusionStepMask = (std::int64_t{1} << kFusionStepBits) - 1;
constexpr std::int64_t fusionKey(std::int64_t fusion, std::int64_t step) {
    return (fusion << kFusionStepBits) + step;
}
/// The row of a run's fusion. Error: the run has no recorded fusion of this name.
Result<std::int64_t> fusionId(SQLite::Database& database, std::int64_t run, const std::string& name);

// All within a transaction of the caller; SQLite's exceptions pass through.

/// Remembers what a fusion of a run is measured on. A resumed run has the probe already: then nothing
/// changes.
void insertProbe(SQLite::Database& database, std::int64_t run, const FusionProbe& probe);
/// Error: the run has no probe of this fusion.
Result<void> insertFusionRecord(SQLite::Database& database, std::int64_t run, const FusionRecord& record);
void deleteFusionRecordsAfter(SQLite::Database& database, std::int64_t run, std::int64_t step);

} // namespace awb::storage
