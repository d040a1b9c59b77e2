#include "backend/storage/study_tables.h"

#include <limits>
#include <string>
#include <utility>

#include <SQLiteCpp/Statement.h>

#include "backend/storage/encoding.h"

namespace awb::storage {

// One study a run: a newer one takes the place of an older. Modules are numbered in the study's order; what a
// module does not have is NULL. Layer -1 serves the whole network. Sites are named as in experiment files.
const std::string_view kStudyTables = R"sql(
CREATE TABLE adapter_study (
    run             INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
    split           TEXT NOT NULL,
    seed            INTEGER NOT NULL,
    examples        INTEGER NOT NULL,
    all_examples    INTEGER NOT NULL,
    tokens          INTEGER NOT NULL,
    compared_tokens INTEGER NOT NULL
) STRICT;

CREATE TABLE adapter_module (
    run              INTEGER NOT NULL REFERENCES adapter_study(run) ON DELETE CASCADE,
    module           INTEGER NOT NULL,
    adapter          TEXT NOT NULL,
    layer            INTEGER NOT NULL,
    site             TEXT NOT NULL,
    size             INTEGER NOT NULL,
    change_mean      ANY,
    change_deviation ANY,
    active_share     ANY,
    dead_units       INTEGER,
    active_above     ANY,
    PRIMARY KEY (run, module)
) STRICT, WITHOUT ROWID;

CREATE TABLE adapter_singular_value (
    run    INTEGER NOT NULL,
    module INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    value  ANY NOT NULL,
    PRIMARY KEY (run, module, place),
    FOREIGN KEY (run, module) REFERENCES adapter_module(run, module) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE adapter_cka (
    run    INTEGER NOT NULL,
    module INTEGER NOT NULL,
    other  INTEGER NOT NULL,
    cka    ANY NOT NULL,
    PRIMARY KEY (run, module, other),
    FOREIGN KEY (run, module) REFERENCES adapter_module(run, module) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE adapter_unit (
    run    INTEGER NOT NULL,
    module INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    unit   INTEGER NOT NULL,
    peak   ANY NOT NULL,
    mean   ANY NOT NULL,
    PRIMARY KEY (run, module, place),
    FOREIGN KEY (run, module) REFERENCES adapter_module(run, module) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE adapter_unit_token (
    run         INTEGER NOT NULL,
    module      INTEGER NOT NULL,
    unit_place  INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    token       TEXT NOT NULL,
    activation  ANY NOT NULL,
    text_before TEXT NOT NULL,
    text_after  TEXT NOT NULL,
    PRIMARY KEY (run, module, unit_place, place),
    FOREIGN KEY (run, module, unit_place) REFERENCES adapter_unit(run, module, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE VIEW adapter_similarity AS
SELECT c.run AS run, a.adapter AS adapter, a.layer AS layer, a.site AS site,
       b.adapter AS other_adapter, b.layer AS other_layer, b.site AS other_site, c.cka AS cka
FROM adapter_cka c
JOIN adapter_module a ON a.run = c.run AND a.module = c.module
JOIN adapter_module b ON b.run = c.run AND b.module = c.other;
)sql";

namespace {

/// Writes the parts of one run's study; each statement is prepared once.
class StudyWriter {
public:
    StudyWriter(SQLite::Database& database, std::int64_t run)
        : m_module(database, "INSERT INTO adapter_module (run, module, adapter, layer, site, size, "
                             "change_mean, change_deviation, active_share, dead_units, active_above) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        , m_value(database,
                  "INSERT INTO adapter_singular_value (run, module, place, value) VALUES (?, ?, ?, ?)")
        , m_cka(database, "INSERT INTO adapter_cka (run, module, other, cka) VALUES (?, ?, ?, ?)")
        , m_unit(database, "INSERT INTO adapter_unit (run, module, place, unit, peak, mean) "
                           "VALUES (?, ?, ?, ?, ?, ?)")
        , m_token(database, "INSERT INTO adapter_unit_token (run, module, unit_place, place, token, "
                            "activation, text_before, text_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {
        for (SQLite::Statement* each : {&m_module, &m_value, &m_cka, &m_unit, &m_token}) {
            each->bind(1, run);
        }
    }

    void write(const AdapterStudy& study) {
        for (std::size_t i = 0; i < study.modules.size(); ++i) {
            const auto number = static_cast<std::int64_t>(i);
            writeModule(number, study.modules[i]);
            for (std::size_t other = 0; other < study.modules.size(); ++other) {
                m_cka.bind(2, number);
                m_cka.bind(3, static_cast<std::int64_t>(other));
                bindNumber(m_cka, 4, static_cast<double>(study.similarityOf(i, other)));
                execute(m_cka);
            }
        }
    }

private:
    static void execute(SQLite::Statement& statement) {
        statement.exec();
        statement.reset();
    }

    void writeModule(std::int64_t number, const ModuleStudy& module) {
        m_module.bind(2, number);
        m_module.bind(3, module.adapter);
        m_module.bind(4, module.layer);
        m_module.bind(5, std::string(siteName(module.site)));
        m_module.bind(6, module.size);
        for (int column = 7; column <= 11; ++column) {
            m_module.bind(column); // NULL
        }
        if (module.change) {
            bindNumber(m_module, 7, module.change->mean);
            bindNumber(m_module, 8, module.change->deviation);
        }
        if (module.activity) {
            bindNumber(m_module, 9, module.activity->activeShare);
            m_module.bind(10, module.activity->deadUnits);
            bindNumber(m_module, 11, module.activity->threshold);
        }
        execute(m_module);
        for (std::size_t place = 0; place < module.singularValues.size(); ++place) {
            m_value.bind(2, number);
            m_value.bind(3, static_cast<std::int64_t>(place));
            bindNumber(m_value, 4, module.singularValues[place]);
            execute(m_value);
        }
        for (std::size_t place = 0; module.activity && place < module.activity->units.size(); ++place) {
            writeUnit(number, static_cast<std::int64_t>(place), module.activity->units[place]);
        }
    }

    void writeUnit(std::int64_t number, std::int64_t place, const FiringUnit& unit) {
        m_unit.bind(2, number);
        m_unit.bind(3, place);
        m_unit.bind(4, unit.unit);
        bindNumber(m_unit, 5, unit.peak);
        bindNumber(m_unit, 6, unit.mean);
        execute(m_unit);
        for (std::size_t i = 0; i < unit.tokens.size(); ++i) {
            m_token.bind(2, number);
            m_token.bind(3, place);
            m_token.bind(4, static_cast<std::int64_t>(i));
            m_token.bind(5, unit.tokens[i].token);
            bindNumber(m_token, 6, unit.tokens[i].activation);
            m_token.bind(7, unit.tokens[i].before);
            m_token.bind(8, unit.tokens[i].after);
            execute(m_token);
        }
    }

    SQLite::Statement m_module;
    SQLite::Statement m_value;
    SQLite::Statement m_cka;
    SQLite::Statement m_unit;
    SQLite::Statement m_token;
};

std::vector<ModuleStudy> readModules(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database,
                            "SELECT adapter, layer, site, size, change_mean, change_deviation, active_share, "
                            "dead_units, active_above FROM adapter_module WHERE run = ? ORDER BY module");
    query.bind(1, run);
    std::vector<ModuleStudy> modules;
    while (query.executeStep()) {
        ModuleStudy module;
        module.adapter = query.getColumn(0).getString();
        module.layer = query.getColumn(1).getInt();
        module.site = siteFromName(query.getColumn(2).getString()).value_or(Site::FfnOutput);
        module.size = query.getColumn(3).getInt();
        if (!query.getColumn(4).isNull()) {
            module.change = ChangeSize{numberFrom(query.getColumn(4)), numberFrom(query.getColumn(5))};
        }
        if (!query.getColumn(6).isNull()) {
            module.activity = UnitActivity{numberFrom(query.getColumn(6)),
                                           query.getColumn(7).getInt(),
                                           numberFrom(query.getColumn(8)),
                                           {}};
        }
        modules.push_back(std::move(module));
    }
    return modules;
}

/// Calls `take(module, row)` for each row of a query whose first column is the module.
template<typename Take>
void forEachRow(SQLite::Database& database, std::int64_t run, const char* sql,
                std::vector<ModuleStudy>& modules, Take take) {
    SQLite::Statement query(database, sql);
    query.bind(1, run);
    while (query.executeStep()) {
        const auto number = static_cast<std::size_t>(query.getColumn(0).getInt64());
        if (number < modules.size()) {
            take(modules[number], query);
        }
    }
}

void readUnits(SQLite::Database& database, std::int64_t run, std::vector<ModuleStudy>& modules) {
    forEachRow(database, run,
               "SELECT module, unit, peak, mean FROM adapter_unit WHERE run = ? ORDER BY module, place",
               modules, [](ModuleStudy& module, SQLite::Statement& row) {
                   if (module.activity) {
                       module.activity->units.push_back({row.getColumn(1).getInt(),
                                                         numberFrom(row.getColumn(2)),
                                                         numberFrom(row.getColumn(3)),
                                                         {}});
                   }
               });
    forEachRow(database, run,
               "SELECT module, unit_place, token, activation, text_before, text_after "
               "FROM adapter_unit_token WHERE run = ? ORDER BY module, unit_place, place",
               modules, [](ModuleStudy& module, SQLite::Statement& row) {
                   const auto place = static_cast<std::size_t>(row.getColumn(1).getInt64());
                   if (module.activity && place < module.activity->units.size()) {
                       module.activity->units[place].tokens.push_back(
                           {row.getColumn(2).getString(), numberFrom(row.getColumn(3)),
                            row.getColumn(4).getString(), row.getColumn(5).getString()});
                   }
               });
}

} // namespace

void insertStudy(SQLite::Database& database, std::int64_t run, const AdapterStudy& study) {
    SQLite::Statement drop(database, "DELETE FROM adapter_study WHERE run = ?");
    drop.bind(1, run);
    drop.exec();
    SQLite::Statement insert(database, "INSERT INTO adapter_study (run, split, seed, examples, all_examples, "
                                       "tokens, compared_tokens) VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, run);
    insert.bind(2, study.sample.split);
    insert.bind(3, study.sample.seed);
    insert.bind(4, study.sample.examples);
    insert.bind(5, study.sample.all);
    insert.bind(6, study.sample.tokens);
    insert.bind(7, study.sample.compared);
    insert.exec();
    StudyWriter(database, run).write(study);
}

std::optional<AdapterStudy> readStudy(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement query(database, "SELECT split, seed, examples, all_examples, tokens, compared_tokens "
                                      "FROM adapter_study WHERE run = ?");
    query.bind(1, run);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    AdapterStudy study;
    study.sample = {query.getColumn(0).getString(), query.getColumn(1).getInt64(),
                    query.getColumn(2).getInt64(),  query.getColumn(3).getInt64(),
                    query.getColumn(4).getInt64(),  query.getColumn(5).getInt64()};
    study.modules = readModules(database, run);
    forEachRow(database, run,
               "SELECT module, value FROM adapter_singular_value WHERE run = ? ORDER BY module, place",
               study.modules, [](ModuleStudy& module, SQLite::Statement& row) {
                   module.singularValues.push_back(numberFrom(row.getColumn(1)));
               });
    readUnits(database, run, study.modules);
    SQLite::Statement cka(database, "SELECT cka FROM adapter_cka WHERE run = ? ORDER BY module, other");
    cka.bind(1, run);
    while (cka.executeStep()) {
        study.similarity.push_back(static_cast<float>(numberFrom(cka.getColumn(0))));
    }
    study.similarity.resize(study.modules.size() * study.modules.size(),
                            std::numeric_limits<float>::quiet_NaN());
    return study;
}

} // namespace awb::storage
