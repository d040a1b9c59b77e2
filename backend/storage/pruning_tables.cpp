#include "backend/storage/pruning_tables.h"

#include <string>
#include <utility>
#include <vector>

#include <SQLiteCpp/Statement.h>

#include "backend/storage/encoding.h"

namespace awb::storage {

// One pruning a run: a newer one takes the place of an older. Step 0 keeps all adapters and has dropped none
// (NULL); each next step has one less. A score is kept as it was measured; the view gives the changes, NULL
// where a score is no number.
const std::string_view kPruningTables = R"sql(
CREATE TABLE pruning (
    run          INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    split        TEXT NOT NULL,
    seed         INTEGER NOT NULL,
    examples     INTEGER NOT NULL,
    all_examples INTEGER NOT NULL,
    metric       TEXT NOT NULL
) STRICT;

CREATE TABLE pruning_adapter (
    run     INTEGER NOT NULL REFERENCES pruning(run) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    adapter TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE pruning_step (
    run     INTEGER NOT NULL REFERENCES pruning(run) ON DELETE CASCADE,
    step    INTEGER NOT NULL,
    dropped TEXT,
    weight  ANY,
    loss    ANY NOT NULL,
    score   ANY NOT NULL,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE VIEW pruning_cost AS
SELECT s.run AS run,
       (SELECT count(*) FROM pruning_adapter a WHERE a.run = s.run) - s.step AS adapters,
       s.dropped AS dropped, s.weight AS dropped_weight, p.metric AS metric, s.loss AS loss, s.score AS score,
       nullif(s.loss, 'nan') - nullif(w.loss, 'nan') AS loss_change,
       nullif(s.score, 'nan') - nullif(w.score, 'nan') AS score_change
FROM pruning p
JOIN pruning_step s ON s.run = p.run
JOIN pruning_step w ON w.run = p.run AND w.step = 0;
)sql";

namespace {

void insertAdapters(SQLite::Database& database, std::int64_t run, const std::vector<std::string>& adapters) {
    SQLite::Statement insert(database, "INSERT INTO pruning_adapter (run, place, adapter) VALUES (?, ?, ?)");
    insert.bind(1, run);
    for (std::size_t place = 0; place < adapters.size(); ++place) {
        insert.bind(2, static_cast<std::int64_t>(place));
        insert.bind(3, adapters[place]);
        insert.exec();
        insert.reset();
    }
}

void insertSteps(SQLite::Database& database, std::int64_t run, const std::vector<PruningStep>& steps) {
    SQLite::Statement insert(database, "INSERT INTO pruning_step (run, step, dropped, weight, loss, score) "
                                       "VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, run);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const PruningStep& step = steps[i];
        insert.bind(2, static_cast<std::int64_t>(i));
        if (step.dropped.empty()) {
            insert.bind(3); // NULL
            insert.bind(4);
        } else {
            insert.bind(3, step.dropped);
            bindNumber(insert, 4, step.weight);
        }
        bindNumber(insert, 5, step.score.loss);
        bindNumber(insert, 6, step.score.metric);
        insert.exec();
        insert.reset();
    }
}

std::vector<std::string> readAdapters(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database, "SELECT adapter FROM pruning_adapter WHERE run = ? ORDER BY place");
    query.bind(1, run);
    std::vector<std::string> adapters;
    while (query.executeStep()) {
        adapters.push_back(query.getColumn(0).getString());
    }
    return adapters;
}

} // namespace

void insertPruning(SQLite::Database& database, std::int64_t run, const PruningReport& report) {
    SQLite::Statement drop(database, "DELETE FROM pruning WHERE run = ?");
    drop.bind(1, run);
    drop.exec();
    SQLite::Statement insert(database, "INSERT INTO pruning (run, split, seed, examples, all_examples, "
                                       "metric) VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, run);
    insert.bind(2, report.sample.split);
    insert.bind(3, report.sample.seed);
    insert.bind(4, report.sample.examples);
    insert.bind(5, report.sample.all);
    insert.bind(6, report.sample.metric);
    insert.exec();
    insertAdapters(database, run, report.steps.front().kept);
    insertSteps(database, run, report.steps);
}

std::optional<PruningReport> readPruning(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database, "SELECT split, seed, examples, all_examples, metric "
                                      "FROM pruning WHERE run = ?");
    query.bind(1, run);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    PruningReport report;
    report.sample = {query.getColumn(0).getString(), query.getColumn(1).getInt64(),
                     query.getColumn(2).getInt64(), query.getColumn(3).getInt64(),
                     query.getColumn(4).getString()};
    std::vector<std::string> kept = readAdapters(database, run);
    SQLite::Statement steps(database, "SELECT dropped, weight, loss, score FROM pruning_step WHERE run = ? "
                                      "ORDER BY step");
    steps.bind(1, run);
    while (steps.executeStep()) {
        PruningStep step;
        if (!steps.getColumn(0).isNull()) {
            step.dropped = steps.getColumn(0).getString();
            step.weight = numberFrom(steps.getColumn(1));
            std::erase(kept, step.dropped);
        }
        step.kept = kept;
        step.score = {numberFrom(steps.getColumn(2)), numberFrom(steps.getColumn(3))};
        report.steps.push_back(std::move(step));
    }
    return report.steps.empty() ? std::nullopt : std::optional(std::move(report));
}

} // namespace awb::storage
