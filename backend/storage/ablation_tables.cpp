#include "backend/storage/ablation_tables.h"

#include <string>
#include <utility>

#include <SQLiteCpp/Statement.h>

#include "backend/storage/encoding.h"

namespace awb::storage {

// One ablation a run: a newer one takes the place of an older. A score is kept as it was measured; the view
// gives the changes. Layer -1 stands for all layers; the part is '' where a layer is left out as a whole.
const std::string_view kAblationTables = R"sql(
CREATE TABLE ablation (
    run          INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    split        TEXT NOT NULL,
    seed         INTEGER NOT NULL,
    examples     INTEGER NOT NULL,
    all_examples INTEGER NOT NULL,
    metric       TEXT NOT NULL,
    loss         ANY NOT NULL,
    score        ANY NOT NULL
) STRICT;

CREATE TABLE ablation_score (
    run     INTEGER NOT NULL REFERENCES ablation(run) ON DELETE CASCADE,
    layer   INTEGER NOT NULL,
    part    TEXT NOT NULL,
    place   INTEGER NOT NULL,
    column  INTEGER NOT NULL,
    adapter TEXT NOT NULL,
    loss    ANY NOT NULL,
    score   ANY NOT NULL,
    PRIMARY KEY (run, layer, part, adapter)
) STRICT, WITHOUT ROWID;

CREATE VIEW ablation_change AS
SELECT s.run AS run, s.layer AS layer, s.part AS part, s.adapter AS adapter, a.metric AS metric,
       s.loss - a.loss AS loss_change, s.score - a.score AS metric_change
FROM ablation a
JOIN ablation_score s ON s.run = a.run;
)sql";

namespace {

constexpr int kAllLayers = -1;

std::string partText(std::optional<BlockPart> part) {
    if (!part) {
        return {};
    }
    return *part == BlockPart::Attention ? "attention" : "feed_forward";
}

std::optional<BlockPart> partFrom(const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    return text == "attention" ? BlockPart::Attention : BlockPart::FeedForward;
}

/// Writes the scores of one run.
class ScoreWriter {
public:
    ScoreWriter(SQLite::Database& database, std::int64_t run)
        : m_insert(database,
                   "INSERT INTO ablation_score (run, layer, part, place, column, adapter, loss, score) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {
        m_insert.bind(1, run);
    }

    void write(const AblationPlace& at, std::int64_t place, std::size_t column, const std::string& adapter,
               const ModelScore& score) {
        m_insert.bind(2, at.layer);
        m_insert.bind(3, partText(at.part));
        m_insert.bind(4, place);
        m_insert.bind(5, static_cast<std::int64_t>(column));
        m_insert.bind(6, adapter);
        bindNumber(m_insert, 7, score.loss);
        bindNumber(m_insert, 8, score.metric);
        m_insert.exec();
        m_insert.reset();
    }

private:
    SQLite::Statement m_insert;
};

} // namespace

void insertAblation(SQLite::Database& database, std::int64_t run, const AblationMap& map) {
    SQLite::Statement drop(database, "DELETE FROM ablation WHERE run = ?");
    drop.bind(1, run);
    drop.exec();
    SQLite::Statement insert(database, "INSERT INTO ablation (run, split, seed, examples, all_examples, "
                                       "metric, loss, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, run);
    insert.bind(2, map.sample.split);
    insert.bind(3, map.sample.seed);
    insert.bind(4, map.sample.examples);
    insert.bind(5, map.sample.all);
    insert.bind(6, map.sample.metric);
    bindNumber(insert, 7, map.reference.loss);
    bindNumber(insert, 8, map.reference.metric);
    insert.exec();
    ScoreWriter scores(database, run);
    for (std::size_t k = 0; k < map.adapters.size(); ++k) {
        scores.write({kAllLayers, std::nullopt}, -1, k, map.adapters[k], map.everywhere[k]);
        for (std::size_t place = 0; place < map.places.size(); ++place) {
            scores.write(map.places[place], static_cast<std::int64_t>(place), k, map.adapters[k],
                         map.at(place, k));
        }
    }
}

std::optional<AblationMap> readAblation(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database, "SELECT split, seed, examples, all_examples, metric, loss, score "
                                      "FROM ablation WHERE run = ?");
    query.bind(1, run);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    AblationMap map;
    map.sample = {query.getColumn(0).getString(), query.getColumn(1).getInt64(),
                  query.getColumn(2).getInt64(), query.getColumn(3).getInt64(),
                  query.getColumn(4).getString()};
    map.reference = {numberFrom(query.getColumn(5)), numberFrom(query.getColumn(6))};
    SQLite::Statement scores(database, "SELECT layer, part, adapter, loss, score FROM ablation_score "
                                       "WHERE run = ? ORDER BY place, column");
    scores.bind(1, run);
    while (scores.executeStep()) {
        const ModelScore score{numberFrom(scores.getColumn(3)), numberFrom(scores.getColumn(4))};
        const AblationPlace place{scores.getColumn(0).getInt(), partFrom(scores.getColumn(1).getString())};
        if (place.layer == kAllLayers) {
            map.adapters.push_back(scores.getColumn(2).getString());
            map.everywhere.push_back(score);
            continue;
        }
        if (map.places.empty() || map.places.back() != place) {
            map.places.push_back(place);
        }
        map.cells.push_back(score);
    }
    map.cells.resize(map.places.size() * map.adapters.size());
    return map;
}

} // namespace awb::storage
