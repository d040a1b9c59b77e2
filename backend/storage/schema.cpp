#include "backend/storage/schema.h"

#include <array>
#include <string>

#include <SQLiteCpp/Statement.h>

#include "backend/storage/ablation_tables.h"
#include "backend/storage/connection.h"
#include "backend/storage/fusion_tables.h"
#include "backend/storage/pruning_tables.h"
#include "backend/storage/study_tables.h"

namespace fs = std::filesystem;

namespace awb::storage {

namespace {

// Columns of type ANY hold numbers that may be NaN: SQLite turns a NaN into NULL, so it is stored as the text
// 'nan'.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE run (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    name                 TEXT NOT NULL,
    state                TEXT NOT NULL,
    base_model           TEXT NOT NULL,
    base_hash            TEXT NOT NULL DEFAULT '',
    base_hash_after      TEXT NOT NULL DEFAULT '',
    design_summary       TEXT NOT NULL,
    dataset              TEXT NOT NULL,
    dataset_hash         TEXT NOT NULL DEFAULT '',
    note                 TEXT NOT NULL DEFAULT '',
    main_metric          TEXT NOT NULL DEFAULT '',
    trainable_parameters INTEGER NOT NULL DEFAULT 0,
    base_parameters      INTEGER NOT NULL DEFAULT 0,
    step                 INTEGER NOT NULL DEFAULT 0,
    total_steps          INTEGER NOT NULL DEFAULT 0,
    checkpoint_step      INTEGER NOT NULL DEFAULT 0,
    created_at           REAL NOT NULL,
    seconds              REAL NOT NULL DEFAULT 0,
    threads              INTEGER NOT NULL DEFAULT 1,
    error_what           TEXT,
    error_where          TEXT,
    error_advice         TEXT,
    experiment           TEXT NOT NULL,
    plan                 TEXT,
    process              TEXT,
    deleted_at           REAL
) STRICT;

CREATE TABLE run_metric (
    run   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE step (
    run           INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    step          INTEGER NOT NULL,
    epoch         REAL NOT NULL,
    examples      INTEGER NOT NULL,
    tokens        INTEGER NOT NULL,
    seconds       REAL NOT NULL,
    loss          ANY NOT NULL,
    learning_rate ANY NOT NULL,
    grad_norm     ANY NOT NULL,
    modules       BLOB NOT NULL,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE eval (
    run     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    step    INTEGER NOT NULL,
    split   TEXT NOT NULL,
    epoch   REAL NOT NULL,
    seconds REAL NOT NULL,
    loss    ANY NOT NULL,
    PRIMARY KEY (run, step, split)
) STRICT, WITHOUT ROWID;

CREATE TABLE eval_metric (
    run   INTEGER NOT NULL,
    step  INTEGER NOT NULL,
    split TEXT NOT NULL,
    name  TEXT NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (run, step, split, name),
    FOREIGN KEY (run, step, split) REFERENCES eval(run, step, split) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
)sql";

/// A name beside the database that is not taken yet.
fs::path backupName(const fs::path& file, int version) {
    const std::string stem = file.stem().string() + "-v" + std::to_string(version) + "-backup";
    fs::path name = file.parent_path() / (stem + ".sqlite");
    for (int number = 2; fs::exists(name); ++number) {
        name = file.parent_path() / (stem + "-" + std::to_string(number) + ".sqlite");
    }
    return name;
}

void backUp(SQLite::Database& database, const fs::path& file, int version) {
    SQLite::Statement statement(database, "VACUUM INTO ?");
    statement.bind(1, backupName(file, version).string());
    statement.exec();
}

} // namespace

std::span<const Migration> migrations() {
    static const std::array all{Migration{1, kVersion1}, Migration{2, kFusionTables},
                                Migration{3, kAblationTables}, Migration{4, kStudyTables},
                                Migration{5, kPruningTables}};
    return all;
}

int schemaVersion(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt();
}

Result<void> migrate(SQLite::Database& database, const fs::path& file, std::span<const Migration> steps) {
    const int before = schemaVersion(database);
    if (steps.empty() || before >= steps.back().version) {
        return {};
    }
    if (before > 0) {
        backUp(database, file, before);
    }
    for (const Migration& step : steps) {
        const Result<void> done = attempt(
            "Updating the database to version " + std::to_string(step.version), file, [&]() -> Result<void> {
                WriteTransaction transaction(database);
                // Another process may have been faster.
                if (schemaVersion(database) >= step.version) {
                    return {};
                }
                database.exec(std::string(step.sql));
                database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
                database.exec("PRAGMA user_version = " + std::to_string(step.version));
                transaction.commit();
                return {};
            });
        if (!done) {
            return done;
        }
    }
    return {};
}

} // namespace awb::storage
