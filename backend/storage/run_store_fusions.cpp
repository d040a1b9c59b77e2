// RunStore: recorded fusion weights.
#include <utility>

#include "backend/analysis/fusion_findings.h"
#include "backend/storage/encoding.h"
#include "backend/storage/fusion_encoding.h"
#include "backend/storage/fusion_tables.h"
#include "backend/storage/run_store_impl.h"

namespace awb {

namespace {

std::span<const char> bytesOf(const SQLite::Column& column) {
    return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

/// The weights of classes or tokens; empty where the step has none.
Result<std::vector<float>> detailAt(SQLite::Database& database, const char* table, std::int64_t key) {
    SQLite::Statement query(database, std::string("SELECT weights FROM ") + table + " WHERE id = ?");
    query.bind(1, key);
    return query.executeStep() ? storage::decodeShares(bytesOf(query.getColumn(0)))
                               : Result<std::vector<float>>(std::vector<float>());
}

} // namespace

Result<std::vector<AdapterRun>> RunStore::adapterRuns() const {
    return m_impl->read("Reading the runs with adapters", [&]() -> Result<std::vector<AdapterRun>> {
        SQLite::Statement query(
            *m_impl->database,
            "SELECT r.id, r.name, EXISTS (SELECT 1 FROM fusion f WHERE f.run = r.id) AS fused FROM run r "
            "WHERE r.deleted_at IS NULL AND (fused OR (r.state = ? AND CASE WHEN json_valid(r.experiment) "
            "THEN json_array_length(r.experiment, '$.adapters') END > 0)) ORDER BY r.id DESC");
        query.bind(1, std::string(storage::stateText(RunState::Finished)));
        std::vector<AdapterRun> runs;
        while (query.executeStep()) {
            runs.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                            query.getColumn(2).getInt() != 0});
        }
        return runs;
    });
}

Result<std::vector<FusionOverview>> RunStore::fusionOverviews() const {
    return m_impl->read("Reading the fusions of all runs", [&]() -> Result<std::vector<FusionOverview>> {
        // Of the probe only what decodes the last record: the texts of 500 runs would take too long.
        SQLite::Statement query(
            *m_impl->database,
            "SELECT f.run, f.name, json_array_length(f.probe, '$.places'), "
            "(SELECT s.summary FROM fusion_step s WHERE s.id BETWEEN f.id << 32 AND ((f.id + 1) << 32) - 1 "
            "ORDER BY s.id DESC LIMIT 1) AS summary "
            "FROM fusion f JOIN run r ON r.id = f.run "
            "WHERE r.deleted_at IS NULL AND summary IS NOT NULL ORDER BY f.run DESC, f.id");
        std::vector<FusionOverview> overviews;
        while (query.executeStep()) {
            FusionProbe probe;
            probe.fusion = query.getColumn(1).getString();
            probe.adapters = fusedAdapters(probe.fusion);
            probe.places.resize(static_cast<std::size_t>(query.getColumn(2).getInt()));
            FusionRecord last;
            if (auto decoded = storage::decodeSummary(bytesOf(query.getColumn(3)), probe.places.size(),
                                                      probe.adapters.size(), last);
                !decoded) {
                return fail(decoded.error());
            }
            overviews.push_back({query.getColumn(0).getInt64(), probe.adapters, overallWeights(probe, last)});
        }
        return overviews;
    });
}

Result<std::vector<FusionProbe>> RunStore::fusions(std::int64_t run) const {
    return m_impl->read("Reading the run's fusions", [&]() -> Result<std::vector<FusionProbe>> {
        SQLite::Statement query(*m_impl->database, "SELECT probe FROM fusion WHERE run = ? ORDER BY id");
        query.bind(1, run);
        std::vector<FusionProbe> probes;
        while (query.executeStep()) {
            auto probe = storage::probeFromText(query.getColumn(0).getString());
            if (!probe) {
                return fail(probe.error());
            }
            probes.push_back(std::move(*probe));
        }
        return probes;
    });
}

Result<std::vector<FusionStep>> RunStore::fusionSteps(std::int64_t run, const std::string& fusion) const {
    return m_impl->read("Reading the fusion's steps", [&]() -> Result<std::vector<FusionStep>> {
        const auto id = storage::fusionId(*m_impl->database, run, fusion);
        if (!id) {
            return fail(id.error());
        }
        SQLite::Statement query(*m_impl->database,
                                "SELECT s.id, t.id IS NOT NULL FROM fusion_step s LEFT JOIN fusion_token t "
                                "ON t.id = s.id WHERE s.id BETWEEN ? AND ? ORDER BY s.id");
        query.bind(1, storage::fusionKey(*id, 0));
        query.bind(2, storage::fusionKey(*id, storage::kFusionStepMask));
        std::vector<FusionStep> steps;
        while (query.executeStep()) {
            steps.push_back(
                {query.getColumn(0).getInt64() & storage::kFusionStepMask, query.getColumn(1).getInt() != 0});
        }
        return steps;
    });
}

Result<FusionRecord> RunStore::fusionAt(std::int64_t run, const FusionProbe& probe, std::int64_t step,
                                        FusionDetail detail) const {
    return m_impl->read("Reading fusion weights", [&]() -> Result<FusionRecord> {
        SQLite::Database& database = *m_impl->database;
        const auto id = storage::fusionId(database, run, probe.fusion);
        if (!id) {
            return fail(id.error());
        }
        const std::int64_t key = storage::fusionKey(*id, step);
        SQLite::Statement query(database, "SELECT summary FROM fusion_step WHERE id = ?");
        query.bind(1, key);
        if (!query.executeStep()) {
            return fail("Nothing was recorded at step " + std::to_string(step), probe.fusion);
        }
        FusionRecord record;
        record.fusion = probe.fusion;
        record.step = step;
        if (auto decoded = storage::decodeSummary(bytesOf(query.getColumn(0)), probe.places.size(),
                                                  probe.adapters.size(), record);
            !decoded) {
            return fail(decoded.error());
        }
        if (detail == FusionDetail::Summary) {
            return record;
        }
        const bool isTokens = detail == FusionDetail::Tokens;
        auto weights = detailAt(database, isTokens ? "fusion_token" : "fusion_class", key);
        if (!weights) {
            return fail(weights.error());
        }
        const std::size_t rows = isTokens ? probe.tokens() : probe.classes.size();
        if (!weights->empty() && weights->size() != rows * probe.places.size() * probe.adapters.size()) {
            return fail("recorded fusion weights have another size than what they were measured on",
                        probe.fusion, "The database is damaged");
        }
        (isTokens ? record.byToken : record.byClass) = std::move(*weights);
        return record;
    });
}

Result<std::vector<FusionRecord>> RunStore::fusionHistory(std::int64_t run, const FusionProbe& probe) const {
    return m_impl->read("Reading a fusion's history", [&]() -> Result<std::vector<FusionRecord>> {
        const auto id = storage::fusionId(*m_impl->database, run, probe.fusion);
        if (!id) {
            return fail(id.error());
        }
        SQLite::Statement query(*m_impl->database,
                                "SELECT id, summary FROM fusion_step WHERE id BETWEEN ? AND ? ORDER BY id");
        query.bind(1, storage::fusionKey(*id, 0));
        query.bind(2, storage::fusionKey(*id, storage::kFusionStepMask));
        std::vector<FusionRecord> history;
        while (query.executeStep()) {
            FusionRecord record;
            record.fusion = probe.fusion;
            record.step = query.getColumn(0).getInt64() & storage::kFusionStepMask;
            if (auto decoded = storage::decodeSummary(bytesOf(query.getColumn(1)), probe.places.size(),
                                                      probe.adapters.size(), record);
                !decoded) {
                return fail(decoded.error());
            }
            history.push_back(std::move(record));
        }
        return history;
    });
}

} // namespace awb
