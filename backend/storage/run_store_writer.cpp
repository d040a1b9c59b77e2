#include <chrono>

#include <sqlite3.h>

#include "backend/experiment/experiment.h"
#include "backend/storage/encoding.h"
#include "backend/storage/fusion_tables.h"
#include "backend/storage/process_identity.h"
#include "backend/storage/run_store_impl.h"

namespace awb {

namespace {

using storage::bindNumber;
using storage::changeRun;

constexpr std::size_t kFlushRecords = 500;
constexpr std::chrono::milliseconds kFlushInterval{500};
// After a failure the next try waits, so that a locked database does not hold up each training step.
constexpr std::chrono::seconds kRetryInterval{5};
constexpr std::size_t kMaxPending = 100'000;
constexpr int kPrimaryCode = 0xff;

constexpr const char* kInsertStep = "INSERT OR REPLACE INTO step (run, step, epoch, examples, tokens, "
                                    "seconds, loss, learning_rate, grad_norm, "
                                    "modules) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

void insertMetric(SQLite::Database& database, std::int64_t run, const std::string& name, double value) {
    SQLite::Statement insert(database,
                             "INSERT OR REPLACE INTO run_metric (run, name, value) VALUES (?, ?, ?)");
    insert.bind(1, run);
    insert.bind(2, name);
    bindNumber(insert, 3, value);
    insert.exec();
}

void deleteAfter(SQLite::Database& database, const char* table, std::int64_t run, std::int64_t step) {
    SQLite::Statement drop(database, std::string("DELETE FROM ") + table + " WHERE run = ? AND step > ?");
    drop.bind(1, run);
    drop.bind(2, step);
    drop.exec();
}

/// The run's metrics are those of the last evaluation of each split.
void rebuildMetrics(SQLite::Database& database, std::int64_t run) {
    SQLite::Statement drop(database, "DELETE FROM run_metric WHERE run = ?");
    drop.bind(1, run);
    drop.exec();
    SQLite::Statement insert(
        database,
        "INSERT INTO run_metric (run, name, value) "
        "WITH last AS (SELECT split, max(step) AS step FROM eval WHERE run = ?1 GROUP BY split) "
        "SELECT ?1, e.split || '.loss', e.loss FROM eval e JOIN last USING (split, step) WHERE e.run = ?1 "
        "UNION ALL "
        "SELECT ?1, m.split || '.' || m.name, m.value FROM eval_metric m JOIN last USING (split, step) "
        "WHERE m.run = ?1 AND m.name <> 'loss'");
    insert.bind(1, run);
    insert.exec();
}

} // namespace

double storage::now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<void> storage::changeRun(SQLite::Statement& statement, std::int64_t run) {
    const int changed = statement.exec();
    statement.reset();
    if (changed == 0) {
        return fail("There is no run with the number " + std::to_string(run));
    }
    return {};
}

void RunStore::Impl::writePendingSteps() {
    if (pendingSteps.empty()) {
        return;
    }
    if (!insertStep) {
        insertStep.emplace(*database, kInsertStep);
    }
    for (const auto& [run, record] : pendingSteps) {
        insertStep->tryReset();
        const std::vector<char> modules = storage::encodeModules(record.modules);
        insertStep->bind(1, run);
        insertStep->bind(2, record.step);
        insertStep->bind(3, record.epoch);
        insertStep->bind(4, record.examples);
        insertStep->bind(5, record.tokens);
        insertStep->bind(6, record.seconds);
        bindNumber(*insertStep, 7, record.loss);
        bindNumber(*insertStep, 8, record.learningRate);
        bindNumber(*insertStep, 9, record.gradNorm);
        insertStep->bindNoCopy(10, modules.data(), static_cast<int>(modules.size()));
        insertStep->exec();
    }
    insertStep->tryReset();
    const auto& [run, last] = pendingSteps.back();
    SQLite::Statement update(*database, "UPDATE run SET step = ?, seconds = ? WHERE id = ?");
    update.bind(1, last.step);
    update.bind(2, last.seconds);
    update.bind(3, run);
    update.exec();
}

void RunStore::Impl::writePendingFusions() {
    for (const auto& [run, record] : pendingFusions) {
        // A record without its probe can never be stored, and has nobody who could read it.
        (void)storage::insertFusionRecord(*database, run, record);
    }
}

Result<void> RunStore::Impl::write(std::string_view doing, const std::function<Result<void>()>& change) {
    nextFlush = Clock::now() + kRetryInterval;
    const Result<void> done = storage::attempt(doing, file, [&]() -> Result<void> {
        storage::WriteTransaction transaction(*database);
        try {
            writePendingSteps();
            writePendingFusions();
        } catch (const SQLite::Exception& exception) {
            if (insertStep) {
                insertStep->tryReset();
            }
            // Records that can never be stored must not stand in the way of all that follow.
            if ((exception.getErrorCode() & kPrimaryCode) == SQLITE_CONSTRAINT) {
                pendingSteps.clear();
                pendingFusions.clear();
            }
            throw;
        }
        if (const Result<void> changed = change(); !changed) {
            return changed;
        }
        transaction.commit();
        pendingSteps.clear();
        pendingFusions.clear();
        return {};
    });
    if (done) {
        nextFlush = Clock::now() + kFlushInterval;
    }
    return done;
}

Result<std::int64_t> RunStore::createRun(const Experiment& experiment, const std::string& designSummary) {
    std::int64_t id = 0;
    const Result<void> done = m_impl->write("Recording the run", [&]() -> Result<void> {
        SQLite::Statement insert(
            *m_impl->database,
            "INSERT INTO run (name, state, base_model, design_summary, dataset, created_at, "
            "experiment, process) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, experiment.name);
        insert.bind(2, std::string(storage::stateText(RunState::Preparing)));
        insert.bind(3, experiment.baseModel);
        insert.bind(4, designSummary);
        insert.bind(5, experiment.data.source);
        insert.bind(6, storage::now());
        insert.bind(7, toText(experiment));
        insert.bind(8, storage::ownProcess());
        insert.exec();
        id = m_impl->database->getLastInsertRowid();
        return {};
    });
    if (!done) {
        return fail(done.error());
    }
    return id;
}

Result<void> RunStore::setState(std::int64_t run, RunState state) {
    return m_impl->write("Recording the run's state", [&] {
        SQLite::Statement update(*m_impl->database,
                                 "UPDATE run SET state = ?, process = ?, error_what = NULL, "
                                 "error_where = NULL, error_advice = NULL WHERE id = ?");
        update.bind(1, std::string(storage::stateText(state)));
        if (isTerminal(state)) {
            update.bind(2);
        } else {
            update.bind(2, storage::ownProcess());
        }
        update.bind(3, run);
        return changeRun(update, run);
    });
}

Result<void> RunStore::setPlan(std::int64_t run, const RunPlan& plan) {
    return m_impl->write("Recording the run's plan", [&] {
        SQLite::Statement update(
            *m_impl->database,
            "UPDATE run SET plan = ?, base_hash = ?, dataset = ?, dataset_hash = ?, "
            "main_metric = ?, trainable_parameters = ?, base_parameters = ?, total_steps = ?, "
            "threads = ?, step = ? WHERE id = ?");
        update.bind(1, storage::planText(plan));
        update.bind(2, plan.baseHash);
        update.bind(3, plan.datasetName);
        update.bind(4, plan.datasetHash);
        update.bind(5, plan.mainMetric);
        update.bind(6, plan.trainableParameters);
        update.bind(7, plan.baseParameters);
        update.bind(8, plan.totalSteps);
        update.bind(9, plan.threads);
        update.bind(10, plan.startStep);
        update.bind(11, run);
        return changeRun(update, run);
    });
}

Result<void> RunStore::addStep(std::int64_t run, const StepRecord& record) {
    if (m_impl->pendingSteps.size() >= kMaxPending) {
        return fail("The curve of the run has gaps: its records could not be saved for too long",
                    m_impl->file.string());
    }
    m_impl->pendingSteps.emplace_back(run, record);
    const bool full = m_impl->pendingSteps.size() == kFlushRecords;
    return full || Impl::Clock::now() >= m_impl->nextFlush ? flush() : Result<void>();
}

Result<void> RunStore::addFusionProbe(std::int64_t run, const FusionProbe& probe) {
    return m_impl->write("Recording what a fusion is measured on", [&]() -> Result<void> {
        storage::insertProbe(*m_impl->database, run, probe);
        return {};
    });
}

Result<void> RunStore::addFusion(std::int64_t run, const FusionRecord& record) {
    m_impl->pendingFusions.emplace_back(run, record);
    return Impl::Clock::now() >= m_impl->nextFlush ? flush() : Result<void>();
}

Result<void> RunStore::addEval(std::int64_t run, const EvalRecord& record) {
    return m_impl->write("Saving an evaluation", [&]() -> Result<void> {
        SQLite::Database& database = *m_impl->database;
        SQLite::Statement drop(database, "DELETE FROM eval WHERE run = ? AND step = ? AND split = ?");
        drop.bind(1, run);
        drop.bind(2, record.step);
        drop.bind(3, record.split);
        drop.exec();
        SQLite::Statement insert(
            database, "INSERT INTO eval (run, step, split, epoch, seconds, loss) VALUES (?, ?, ?, ?, ?, ?)");
        insert.bind(1, run);
        insert.bind(2, record.step);
        insert.bind(3, record.split);
        insert.bind(4, record.epoch);
        insert.bind(5, record.seconds);
        bindNumber(insert, 6, record.loss);
        insert.exec();
        insertMetric(database, run, record.split + ".loss", record.loss);
        SQLite::Statement metric(
            database, "INSERT INTO eval_metric (run, step, split, name, value) VALUES (?, ?, ?, ?, ?)");
        for (const auto& [name, value] : record.metrics) {
            metric.bind(1, run);
            metric.bind(2, record.step);
            metric.bind(3, record.split);
            metric.bind(4, name);
            bindNumber(metric, 5, value);
            metric.exec();
            metric.reset();
            insertMetric(database, run, record.split + "." + name, value);
        }
        return {};
    });
}

Result<void> RunStore::setCheckpoint(std::int64_t run, std::int64_t step) {
    return m_impl->write("Recording a checkpoint", [&] {
        SQLite::Statement update(*m_impl->database, "UPDATE run SET checkpoint_step = ? WHERE id = ?");
        update.bind(1, step);
        update.bind(2, run);
        return changeRun(update, run);
    });
}

Result<void> RunStore::finishRun(std::int64_t run, const RunOutcome& outcome) {
    return m_impl->write("Recording the end of the run", [&]() -> Result<void> {
        SQLite::Statement update(
            *m_impl->database, "UPDATE run SET state = ?1, process = NULL, step = ?2, seconds = ?3, "
                               "base_hash_after = ?4, error_what = ?5, error_where = ?6, error_advice = ?7, "
                               "checkpoint_step = iif(?8, checkpoint_step, 0) WHERE id = ?9");
        update.bind(1, std::string(storage::stateText(outcome.state)));
        update.bind(2, outcome.step);
        update.bind(3, outcome.seconds);
        update.bind(4, outcome.baseHashAfter);
        if (outcome.error) {
            update.bind(5, outcome.error->what);
            update.bind(6, outcome.error->where);
            update.bind(7, outcome.error->advice);
        }
        update.bind(8, outcome.resumable ? 1 : 0);
        update.bind(9, run);
        if (const Result<void> changed = changeRun(update, run); !changed) {
            return changed;
        }
        for (const auto& [split, metrics] : outcome.metrics) {
            for (const auto& [name, value] : metrics) {
                insertMetric(*m_impl->database, run, split + "." + name, value);
            }
        }
        return {};
    });
}

Result<void> RunStore::truncateAfter(std::int64_t run, std::int64_t step) {
    return m_impl->write("Going back to the checkpoint", [&] {
        SQLite::Database& database = *m_impl->database;
        deleteAfter(database, "step", run, step);
        deleteAfter(database, "eval", run, step);
        storage::deleteFusionRecordsAfter(database, run, step);
        rebuildMetrics(database, run);
        SQLite::Statement update(database, "UPDATE run SET step = ? WHERE id = ?");
        update.bind(1, step);
        update.bind(2, run);
        return changeRun(update, run);
    });
}

Result<void> RunStore::flush() {
    if (m_impl->pendingSteps.empty() && m_impl->pendingFusions.empty()) {
        return {};
    }
    return m_impl->write("Saving the run's curve", [] { return Result<void>(); });
}

} // namespace awb
