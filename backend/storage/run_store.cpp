#include "backend/storage/run_store.h"

#include <system_error>

#include "backend/storage/encoding.h"
#include "backend/storage/process_identity.h"
#include "backend/storage/run_store_impl.h"

namespace fs = std::filesystem;

namespace awb {

namespace {

constexpr const char* kDatabaseName = "workbench.sqlite";
constexpr const char* kActiveStates = "('preparing', 'running', 'paused', 'stopping')";

struct ActiveRun {
    std::int64_t id = 0;
    std::string process;
};

std::vector<ActiveRun> activeRuns(SQLite::Database& database) {
    SQLite::Statement query(database,
                            std::string("SELECT id, process FROM run WHERE state IN ") + kActiveStates);
    std::vector<ActiveRun> runs;
    while (query.executeStep()) {
        runs.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString()});
    }
    return runs;
}

Result<void> requireInactive(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database,
                            "SELECT name FROM run WHERE id = ? AND state IN " + std::string(kActiveStates));
    query.bind(1, run);
    if (query.executeStep()) {
        return fail("The run \"" + query.getColumn(0).getString() + "\" is active", {}, "Stop it first");
    }
    return {};
}

} // namespace

std::optional<double> RunRow::score(const std::string& split) const {
    const auto found = metrics.find(split + "." + mainMetric);
    return found == metrics.end() ? std::nullopt : std::optional(found->second);
}

bool RunRow::resumable() const {
    return checkpointStep > 0 &&
           (state == RunState::Stopped || state == RunState::Interrupted || state == RunState::Failed);
}

RunStore::RunStore(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

RunStore::~RunStore() {
    // What can't be written now is lost; there is nobody left to tell.
    static_cast<void>(flush());
}

Result<std::unique_ptr<RunStore>> RunStore::open(const fs::path& workspace) {
    std::error_code error;
    fs::create_directories(workspace, error);
    if (error || !fs::is_directory(workspace)) {
        return fail("The workspace folder can't be created" +
                        (error ? ": " + error.message() : std::string()),
                    workspace.string(), "Choose another folder with --workspace");
    }
    auto impl = std::make_unique<Impl>();
    impl->workspace = fs::absolute(workspace);
    impl->file = impl->workspace / kDatabaseName;
    Result<std::unique_ptr<SQLite::Database>> database = storage::openDatabase(impl->file, impl->remarks);
    if (!database) {
        return fail(database.error());
    }
    impl->database = std::move(*database);
    return std::unique_ptr<RunStore>(new RunStore(std::move(impl))); // NOLINT: the constructor is private
}

const fs::path& RunStore::workspace() const {
    return m_impl->workspace;
}

fs::path RunStore::runFolder(std::int64_t run) const {
    return m_impl->workspace / "checkpoints" / std::to_string(run);
}

const std::vector<std::string>& RunStore::remarks() const {
    return m_impl->remarks;
}

Result<std::vector<std::int64_t>> RunStore::markInterrupted() {
    std::vector<std::int64_t> marked;
    const Result<void> done = m_impl->write("Looking for interrupted runs", [&]() -> Result<void> {
        SQLite::Statement mark(*m_impl->database, "UPDATE run SET state = ?, process = NULL WHERE id = ?");
        for (const ActiveRun& run : activeRuns(*m_impl->database)) {
            if (storage::isAlive(run.process)) {
                continue;
            }
            mark.bind(1, std::string(storage::stateText(RunState::Interrupted)));
            mark.bind(2, run.id);
            mark.exec();
            mark.reset();
            marked.push_back(run.id);
        }
        return {};
    });
    if (!done) {
        return fail(done.error());
    }
    return marked;
}

Result<void> RunStore::rename(std::int64_t run, const std::string& name) {
    if (name.find_first_not_of(" \t\n") == std::string::npos) {
        return fail("A run needs a name");
    }
    return m_impl->write("Renaming the run", [&] {
        SQLite::Statement update(*m_impl->database, "UPDATE run SET name = ? WHERE id = ?");
        update.bind(1, name);
        update.bind(2, run);
        return storage::changeRun(update, run);
    });
}

Result<void> RunStore::setNote(std::int64_t run, const std::string& note) {
    return m_impl->write("Saving the note", [&] {
        SQLite::Statement update(*m_impl->database, "UPDATE run SET note = ? WHERE id = ?");
        update.bind(1, note);
        update.bind(2, run);
        return storage::changeRun(update, run);
    });
}

Result<void> RunStore::remove(std::span<const std::int64_t> runs) {
    return m_impl->write("Deleting the runs", [&]() -> Result<void> {
        SQLite::Statement update(*m_impl->database, "UPDATE run SET deleted_at = ? WHERE id = ?");
        for (const std::int64_t run : runs) {
            if (const Result<void> inactive = requireInactive(*m_impl->database, run); !inactive) {
                return inactive;
            }
            update.bind(1, storage::now());
            update.bind(2, run);
            if (const Result<void> changed = storage::changeRun(update, run); !changed) {
                return changed;
            }
        }
        return {};
    });
}

Result<void> RunStore::restore(std::span<const std::int64_t> runs) {
    return m_impl->write("Restoring the runs", [&]() -> Result<void> {
        SQLite::Statement update(*m_impl->database, "UPDATE run SET deleted_at = NULL WHERE id = ?");
        for (const std::int64_t run : runs) {
            update.bind(1, run);
            if (const Result<void> changed = storage::changeRun(update, run); !changed) {
                return changed;
            }
        }
        return {};
    });
}

Result<void> RunStore::purgeDeleted() {
    return m_impl->write("Removing deleted runs", [&]() -> Result<void> {
        SQLite::Statement query(*m_impl->database, "SELECT id FROM run WHERE deleted_at IS NOT NULL");
        SQLite::Statement drop(*m_impl->database, "DELETE FROM run WHERE id = ?");
        std::vector<std::int64_t> runs;
        while (query.executeStep()) {
            runs.push_back(query.getColumn(0).getInt64());
        }
        query.reset();
        Result<void> outcome;
        for (const std::int64_t run : runs) {
            // Files first: a row whose files are gone is purged next time, files without a row never would
            // be.
            std::error_code error;
            fs::remove_all(runFolder(run), error);
            if (error) {
                return fail("The files of a deleted run can't be removed: " + error.message(),
                            runFolder(run).string());
            }
            drop.bind(1, run);
            drop.exec();
            drop.reset();
        }
        return {};
    });
}

} // namespace awb
