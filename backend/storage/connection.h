#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include "models/config/result.h"

namespace awb::storage {

/// What a person is told about a failure of SQLite: `doing` completes "... failed".
Error databaseError(const SQLite::Exception& exception, std::string_view doing,
                    const std::filesystem::path& file);

/// Runs `function`, which returns a Result, and turns what it throws into an error.
template<typename Function>
auto attempt(std::string_view doing, const std::filesystem::path& file, Function&& function)
    -> decltype(function()) {
    try {
        return std::forward<Function>(function)();
    } catch (const SQLite::Exception& exception) {
        return fail(databaseError(exception, doing, file));
    } catch (const std::exception& exception) {
        return fail(std::string(doing) + " failed: " + exception.what(), file.string());
    }
}

/// A transaction that holds the write lock from its beginning: a reader that became a writer could fail at
/// once when another connection had written. Rolled back unless committed.
class WriteTransaction {
public:
    explicit WriteTransaction(SQLite::Database& database);
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;
    void commit();

private:
    SQLite::Database& m_database;
    bool m_open = true;
};

/// A consistent view over several reads. Keep it short: it stops the write-ahead log from being emptied.
class ReadTransaction {
public:
    explicit ReadTransaction(SQLite::Database& database);
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    SQLite::Database& m_database;
};

/// Opens or creates the program's database: checks whose file it is, its version and its health, switches to
/// write-ahead logging, migrates. `remarks` gets what a person should know although all went well.
Result<std::unique_ptr<SQLite::Database>> openDatabase(const std::filesystem::path& file,
                                                       std::vector<std::string>& remarks);

} // namespace awb::storage
