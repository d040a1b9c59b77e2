#include "backend/storage/connection.h"

#include <mutex>
#include <set>

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include "backend/storage/schema.h"

namespace fs = std::filesystem;

namespace awb::storage {

namespace {

constexpr int kBusyMilliseconds = 2000;
constexpr int kPrimaryCode = 0xff;

std::string textPragma(SQLite::Database& database, const std::string& pragma) {
    SQLite::Statement statement(database, "PRAGMA " + pragma);
    return statement.executeStep() ? statement.getColumn(0).getString() : std::string();
}

/// Whose file this is: ours, new and empty, or somebody else's.
Result<void> checkOwner(SQLite::Database& database, const fs::path& file) {
    const int id = database.execAndGet("PRAGMA application_id").getInt();
    if (id == kApplicationId) {
        return {};
    }
    const int tables = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt();
    if (id == 0 && tables == 0) {
        return {};
    }
    return fail("This database was not made by Adapter Workbench", file.string(),
                "Choose another folder as the workspace");
}

Result<void> checkVersion(SQLite::Database& database, const fs::path& file) {
    const int version = schemaVersion(database);
    const int known = migrations().back().version;
    if (version > known) {
        return fail("This workspace was made by a newer version of the program (database version " +
                        std::to_string(version) + "; this program knows up to " + std::to_string(known) + ")",
                    file.string(),
                    "Install the newer version, or choose another workspace; nothing was changed");
    }
    return {};
}

/// Reads the whole file, so once a process and file is enough.
Result<void> checkHealth(SQLite::Database& database, const fs::path& file) {
    static std::mutex mutex;
    static std::set<fs::path> healthy;
    const fs::path key = fs::weakly_canonical(file);
    const std::scoped_lock lock(mutex);
    if (healthy.contains(key)) {
        return {};
    }
    const std::string answer = textPragma(database, "quick_check(1)");
    if (answer != "ok") {
        return fail("The database is damaged: " + answer, file.string(),
                    "Put back a copy of it, or move it away to begin with an empty one");
    }
    healthy.insert(key);
    return {};
}

void configure(SQLite::Database& database, std::vector<std::string>& remarks) {
    const std::string mode = textPragma(database, "journal_mode = WAL");
    if (mode != "wal") {
        remarks.push_back(
            "The workspace's file system does not allow write-ahead logging (it is probably a network "
            "drive): saving is slower there. A local folder is better");
    }
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA foreign_keys = ON");
}

} // namespace

Error databaseError(const SQLite::Exception& exception, std::string_view doing, const fs::path& file) {
    const std::string failed = std::string(doing) + " failed: ";
    const std::string where = file.string();
    switch (exception.getErrorCode() & kPrimaryCode) {
    case SQLITE_FULL:
        return {failed + "the disk is full", where, "Free some space on this disk and try again"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {failed + "another program holds the database", where,
                "Close other programs that use this workspace and try again"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {failed + "the database may not be written", where,
                "Check the permissions of the workspace folder"};
    case SQLITE_CANTOPEN:
        return {failed + "the file can't be opened", where,
                "Check that the workspace folder exists and is yours"};
    case SQLITE_NOTADB:
        return {"This file is not a database", where,
                "Move it away to begin with an empty one, or choose another workspace"};
    case SQLITE_CORRUPT:
        return {"The database is damaged", where,
                "Put back a copy of it, or move it away to begin with an empty one"};
    case SQLITE_IOERR:
        return {failed + "the disk reports an error", where, "Check the disk"};
    default:
        return {failed + exception.what(), where, {}};
    }
}

WriteTransaction::WriteTransaction(SQLite::Database& database)
    : m_database(database) {
    m_database.exec("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
    if (m_open) {
        m_database.tryExec("ROLLBACK");
    }
}

void WriteTransaction::commit() {
    m_database.exec("COMMIT");
    m_open = false;
}

ReadTransaction::ReadTransaction(SQLite::Database& database)
    : m_database(database) {
    m_database.exec("BEGIN");
}

ReadTransaction::~ReadTransaction() {
    m_database.tryExec("COMMIT");
}

Result<std::unique_ptr<SQLite::Database>> openDatabase(const fs::path& file,
                                                       std::vector<std::string>& remarks) {
    return attempt("Opening the database", file, [&]() -> Result<std::unique_ptr<SQLite::Database>> {
        auto database = std::make_unique<SQLite::Database>(
            file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds);
        // Nothing is written before it is clear that this file is ours, readable and not newer than we are.
        for (const auto check : {checkOwner, checkVersion, checkHealth}) {
            if (const Result<void> answer = check(*database, file); !answer) {
                return fail(answer.error());
            }
        }
        configure(*database, remarks);
        if (const Result<void> migrated = migrate(*database, file, migrations()); !migrated) {
            return fail(migrated.error());
        }
        return database;
    });
}

} // namespace awb::storage
