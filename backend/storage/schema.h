#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "models/config/result.h"

namespace awb::storage {

/// "AWB1": marks the file as ours (PRAGMA application_id).
inline constexpr int kApplicationId = 0x41574231;

/// One step from a version of the schema to the next.
struct Migration {
    int version;          ///< the version that the file has afterwards
    std::string_view sql; ///< statements, run in one transaction with the change of the version
};

/// All steps, oldest first; the last one's version is this program's.
std::span<const Migration> migrations();

/// PRAGMA user_version; 0 for a new file.
int schemaVersion(SQLite::Database& database);

/// Brings the file to the last version of `steps`. A file that has content already is copied first, to
/// "NAME-vN-backup.sqlite" beside it. Each step is one transaction: a failed one leaves the version before
/// it. Throws SQLite::Exception where SQLite fails outside of a step.
Result<void> migrate(SQLite::Database& database, const std::filesystem::path& file,
                     std::span<const Migration> steps);

} // namespace awb::storage
