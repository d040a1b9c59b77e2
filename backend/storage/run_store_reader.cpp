#include <map>

#include "backend/storage/encoding.h"
#include "backend/storage/run_store_impl.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr const char* kRowColumns = "SELECT id, name, state, base_model, base_hash, design_summary, dataset, "
                                    "dataset_hash, note, main_metric, "
                                    "trainable_parameters, base_parameters, step, total_steps, "
                                    "checkpoint_step, created_at, seconds, threads, "
                                    "error_what, error_where, error_advice FROM run ";

RunRow rowFrom(SQLite::Statement& query) {
    RunRow row;
    row.id = query.getColumn(0).getInt64();
    row.name = query.getColumn(1).getString();
    row.state = storage::stateFromText(query.getColumn(2).getString());
    row.baseModel = query.getColumn(3).getString();
    row.baseHash = query.getColumn(4).getString();
    row.designSummary = query.getColumn(5).getString();
    row.dataset = query.getColumn(6).getString();
    row.datasetHash = query.getColumn(7).getString();
    row.note = query.getColumn(8).getString();
    row.mainMetric = query.getColumn(9).getString();
    row.trainableParameters = query.getColumn(10).getInt64();
    row.baseParameters = query.getColumn(11).getInt64();
    row.step = query.getColumn(12).getInt64();
    row.totalSteps = query.getColumn(13).getInt64();
    row.checkpointStep = query.getColumn(14).getInt64();
    row.createdAt = query.getColumn(15).getDouble();
    row.seconds = query.getColumn(16).getDouble();
    row.threads = query.getColumn(17).getInt();
    if (!query.getColumn(18).isNull()) {
        row.error = Error{query.getColumn(18).getString(), query.getColumn(19).getString(),
                          query.getColumn(20).getString()};
    }
    return row;
}

tl::unexpected<Error> noSuchRun(std::int64_t run) {
    return fail("There is no run with the number " + std::to_string(run));
}

Result<StepRecord> stepFrom(SQLite::Statement& query) {
    StepRecord record;
    record.step = query.getColumn(0).getInt64();
    record.epoch = query.getColumn(1).getDouble();
    record.examples = query.getColumn(2).getInt64();
    record.tokens = query.getColumn(3).getInt64();
    record.seconds = query.getColumn(4).getDouble();
    record.loss = storage::numberFrom(query.getColumn(5));
    record.learningRate = storage::numberFrom(query.getColumn(6));
    record.gradNorm = storage::numberFrom(query.getColumn(7));
    const SQLite::Column blob = query.getColumn(8);
    Result<std::vector<ModuleStats>> modules = storage::decodeModules(
        {static_cast<const char*>(blob.getBlob()), static_cast<std::size_t>(blob.getBytes())});
    if (!modules) {
        return fail(Error{modules.error().what, "step " + std::to_string(record.step), {}});
    }
    record.modules = std::move(*modules);
    return record;
}

Result<std::vector<StepRecord>> readSteps(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement count(database, "SELECT count(*) FROM step WHERE run = ?");
    count.bind(1, run);
    count.executeStep();
    std::vector<StepRecord> steps;
    steps.reserve(static_cast<std::size_t>(count.getColumn(0).getInt64()));
    SQLite::Statement query(database, "SELECT step, epoch, examples, tokens, seconds, loss, learning_rate, "
                                      "grad_norm, modules FROM step WHERE run = ? ORDER BY step");
    query.bind(1, run);
    while (query.executeStep()) {
        Result<StepRecord> record = stepFrom(query);
        if (!record) {
            return fail(record.error());
        }
        steps.push_back(std::move(*record));
    }
    return steps;
}

std::vector<EvalRecord> readEvals(SQLite::Database& database, std::int64_t run) {
    std::vector<EvalRecord> evals;
    SQLite::Statement query(database, "SELECT step, split, epoch, seconds, loss FROM eval WHERE run = ? "
                                      "ORDER BY step, seconds, split");
    SQLite::Statement metrics(database,
                              "SELECT name, value FROM eval_metric WHERE run = ? AND step = ? AND split = ?");
    query.bind(1, run);
    while (query.executeStep()) {
        EvalRecord record;
        record.step = query.getColumn(0).getInt64();
        record.split = query.getColumn(1).getString();
        record.epoch = query.getColumn(2).getDouble();
        record.seconds = query.getColumn(3).getDouble();
        record.loss = storage::numberFrom(query.getColumn(4));
        metrics.bind(1, run);
        metrics.bind(2, record.step);
        metrics.bind(3, record.split);
        while (metrics.executeStep()) {
            record.metrics.emplace(metrics.getColumn(0).getString(),
                                   storage::numberFrom(metrics.getColumn(1)));
        }
        metrics.reset();
        evals.push_back(std::move(record));
    }
    return evals;
}

/// One text column of a run that must exist; null is given as an empty text.
Result<std::string> readText(SQLite::Database& database, const char* column, std::int64_t run) {
    SQLite::Statement query(database, std::string("SELECT ") + column + " FROM run WHERE id = ?");
    query.bind(1, run);
    if (!query.executeStep()) {
        return noSuchRun(run);
    }
    return query.getColumn(0).getString();
}

} // namespace

Result<std::vector<RunRow>> RunStore::runs() const {
    return m_impl->read("Reading the runs", [&]() -> Result<std::vector<RunRow>> {
        SQLite::Database& database = *m_impl->database;
        const storage::ReadTransaction view(database);
        std::vector<RunRow> rows;
        std::map<std::int64_t, std::size_t> index;
        SQLite::Statement query(database, std::string(kRowColumns) +
                                              "WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC");
        while (query.executeStep()) {
            rows.push_back(rowFrom(query));
            index.emplace(rows.back().id, rows.size() - 1);
        }
        SQLite::Statement metrics(database, "SELECT run, name, value FROM run_metric");
        while (metrics.executeStep()) {
            if (const auto found = index.find(metrics.getColumn(0).getInt64()); found != index.end()) {
                rows[found->second].metrics.emplace(metrics.getColumn(1).getString(),
                                                    storage::numberFrom(metrics.getColumn(2)));
            }
        }
        return rows;
    });
}

Result<RunRow> RunStore::run(std::int64_t run) const {
    return m_impl->read("Reading the run", [&]() -> Result<RunRow> {
        SQLite::Database& database = *m_impl->database;
        const storage::ReadTransaction view(database);
        SQLite::Statement query(database, std::string(kRowColumns) + "WHERE id = ?");
        query.bind(1, run);
        if (!query.executeStep()) {
            return noSuchRun(run);
        }
        RunRow row = rowFrom(query);
        SQLite::Statement metrics(database, "SELECT name, value FROM run_metric WHERE run = ?");
        metrics.bind(1, run);
        while (metrics.executeStep()) {
            row.metrics.emplace(metrics.getColumn(0).getString(), storage::numberFrom(metrics.getColumn(1)));
        }
        return row;
    });
}

Result<std::string> RunStore::experimentText(std::int64_t run) const {
    return m_impl->read("Reading the experiment",
                        [&] { return readText(*m_impl->database, "experiment", run); });
}

Result<Experiment> RunStore::experiment(std::int64_t run) const {
    const auto text = experimentText(run);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, "the experiment of run " + std::to_string(run));
    return json ? experimentFromJson(*json) : fail(json.error());
}

Result<RunSeries> RunStore::series(std::int64_t run) const {
    return m_impl->read("Reading the run's curve", [&]() -> Result<RunSeries> {
        SQLite::Database& database = *m_impl->database;
        const storage::ReadTransaction view(database);
        RunSeries series;
        const Result<std::string> planText = readText(database, "plan", run);
        if (!planText) {
            return fail(planText.error());
        }
        if (!planText->empty()) {
            Result<RunPlan> plan = storage::planFromText(*planText);
            if (!plan) {
                return fail(plan.error());
            }
            series.plan = std::move(*plan);
        }
        Result<std::vector<StepRecord>> steps = readSteps(database, run);
        if (!steps) {
            return fail(steps.error());
        }
        series.steps = std::move(*steps);
        series.evals = readEvals(database, run);
        return series;
    });
}

Result<std::vector<EvalRecord>> RunStore::evals(std::int64_t run) const {
    return m_impl->read("Reading the evaluations", [&]() -> Result<std::vector<EvalRecord>> {
        const storage::ReadTransaction view(*m_impl->database);
        return readEvals(*m_impl->database, run);
    });
}

} // namespace awb
