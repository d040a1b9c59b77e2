#include "backend/storage/fusion_tables.h"

#include <SQLiteCpp/Statement.h>

#include "backend/storage/fusion_encoding.h"

namespace awb::storage {

// A record's key is fusion * 2^32 + step: records of one fusion lie side by side in the file, so that a step
// is found in one look and a whole history is one range. Means, tokens and classes are in tables of their
// own, since most readers want the first alone.
//
// Numbers are two bytes each, see fusion_encoding.h. The view decodes the means in plain SQL: the position of
// a byte within all 256 bytes in their order is its value.
const std::string_view kFusionTables = R"sql(
CREATE TABLE fusion (
    id    INTEGER PRIMARY KEY,
    run   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    probe TEXT NOT NULL,
    UNIQUE (run, name)
) STRICT;

CREATE TABLE fusion_step (
    id      INTEGER PRIMARY KEY,
    summary BLOB NOT NULL
) STRICT;

CREATE TABLE fusion_class (
    id      INTEGER PRIMARY KEY,
    weights BLOB NOT NULL
) STRICT;

CREATE TABLE fusion_token (
    id      INTEGER PRIMARY KEY,
    weights BLOB NOT NULL
) STRICT;

CREATE TRIGGER fusion_deleted AFTER DELETE ON fusion BEGIN
    DELETE FROM fusion_step WHERE id BETWEEN OLD.id << 32 AND ((OLD.id + 1) << 32) - 1;
    DELETE FROM fusion_class WHERE id BETWEEN OLD.id << 32 AND ((OLD.id + 1) << 32) - 1;
    DELETE FROM fusion_token WHERE id BETWEEN OLD.id << 32 AND ((OLD.id + 1) << 32) - 1;
END;

CREATE TABLE byte_order (
    bytes BLOB NOT NULL
) STRICT;
INSERT INTO byte_order VALUES (
    X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF'
);

CREATE VIEW fusion_weight AS
SELECT f.run AS run, f.name AS fusion, s.id & 4294967295 AS step,
       json_extract(p.value, '$.layer') AS layer, json_extract(p.value, '$.site') AS site,
       a.value AS adapter,
       (256 * (instr(b.bytes, substr(s.summary, 2 * (p.key * k.n + a.key) + 1, 1)) - 1) +
        instr(b.bytes, substr(s.summary, 2 * (p.key * k.n + a.key) + 2, 1)) - 1) / 65535.0 AS weight
FROM fusion f
JOIN (SELECT id, json_array_length(probe, '$.adapters') AS n FROM fusion) k ON k.id = f.id
JOIN fusion_step s ON s.id BETWEEN f.id << 32 AND ((f.id + 1) << 32) - 1
JOIN json_each(f.probe, '$.places') p
JOIN json_each(f.probe, '$.adapters') a
CROSS JOIN byte_order b;
)sql";

namespace {

void insertBlob(SQLite::Database& database, const char* sql, std::int64_t key,
                const std::vector<char>& blob) {
    SQLite::Statement insert(database, sql);
    insert.bind(1, key);
    insert.bindNoCopy(2, blob.data(), static_cast<int>(blob.size()));
    insert.exec();
}

} // namespace

Result<std::int64_t> fusionId(SQLite::Database& database, std::int64_t run, const std::string& name) {
    SQLite::Statement find(database, "SELECT id FROM fusion WHERE run = ? AND name = ?");
    find.bind(1, run);
    find.bind(2, name);
    if (!find.executeStep()) {
        return fail("Run " + std::to_string(run) + " has no recorded fusion of this name", name);
    }
    return find.getColumn(0).getInt64();
}

void insertProbe(SQLite::Database& database, std::int64_t run, const FusionProbe& probe) {
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO fusion (run, name, probe) VALUES (?, ?, ?)");
    insert.bind(1, run);
    insert.bind(2, probe.fusion);
    insert.bind(3, probeText(probe));
    insert.exec();
}

Result<void> insertFusionRecord(SQLite::Database& database, std::int64_t run, const FusionRecord& record) {
    const auto fusion = fusionId(database, run, record.fusion);
    if (!fusion) {
        return fail(fusion.error());
    }
    const std::int64_t key = fusionKey(*fusion, record.step);
    insertBlob(database, "INSERT OR REPLACE INTO fusion_step (id, summary) VALUES (?, ?)", key,
               encodeSummary(record));
    if (!record.byClass.empty()) {
        insertBlob(database, "INSERT OR REPLACE INTO fusion_class (id, weights) VALUES (?, ?)", key,
                   encodeShares(record.byClass));
    }
    if (!record.byToken.empty()) {
        insertBlob(database, "INSERT OR REPLACE INTO fusion_token (id, weights) VALUES (?, ?)", key,
                   encodeShares(record.byToken));
    }
    return {};
}

void deleteFusionRecordsAfter(SQLite::Database& database, std::int64_t run, std::int64_t step) {
    for (const char* table : {"fusion_step", "fusion_class", "fusion_token"}) {
        SQLite::Statement drop(database,
                               std::string("DELETE FROM ") + table +
                                   " WHERE id IN (SELECT t.id FROM fusion f JOIN " + table +
                                   " t ON t.id BETWEEN (f.id << 32) + ?2 + 1 AND ((f.id + 1) << 32) - 1 "
                                   "WHERE f.run = ?1)");
        drop.bind(1, run);
        drop.bind(2, step);
        drop.exec();
    }
}

} // namespace awb::storage
