#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "backend/storage/connection.h"
#include "backend/storage/run_store.h"

namespace awb {

/// One connection with its buffer of step records.
struct RunStore::Impl {
    using Clock = std::chrono::steady_clock;

    std::filesystem::path workspace;
    std::filesystem::path file;
    std::vector<std::string> remarks;
    std::unique_ptr<SQLite::Database> database;

    std::vector<std::pair<std::int64_t, StepRecord>> pendingSteps; ///< run and record, not committed yet
    std::vector<std::pair<std::int64_t, FusionRecord>> pendingFusions;
    Clock::time_point nextFlush = Clock::now();
    std::optional<SQLite::Statement> insertStep;

    /// Runs `change` in one write transaction, after the buffered steps. `doing` completes "... failed".
    Result<void> write(std::string_view doing, const std::function<Result<void>()>& change);
    void writePendingSteps();
    void writePendingFusions();

    template<typename Function>
    auto read(std::string_view doing, Function&& function) const -> decltype(function()) {
        return storage::attempt(doing, file, std::forward<Function>(function));
    }
};

namespace storage {

/// Seconds since 1970, UTC.
double now();
/// Executes a change of one run; an error when there is no such run.
Result<void> changeRun(SQLite::Statement& statement, std::int64_t run);

} // namespace storage

} // namespace awb
