#include "backend/run/recorded_run.h"

#include <optional>
#include <utility>

#include "models/config/json_fields.h"

namespace awb {
namespace {

/// Passes what the trainer tells to the database, then to the caller's observer. Remembers the database's
/// first failure and goes on: a full disk must not cost the training.
class Recorder : public TrainingObserver {
public:
    Recorder(RunStore& store, std::int64_t run, TrainingObserver& next)
        : m_store(store)
        , m_run(run)
        , m_next(next) {}

    void onState(RunState state, const std::string& detail) override {
        // How a run ended is written by finishRun, together with its metrics.
        if (!isTerminal(state)) {
            note(m_store.setState(m_run, state));
        }
        m_next.onState(state, detail);
    }
    void onProgress(const std::string& activity, double fraction) override {
        // An evaluation may take long: the steps before it should not wait in memory meanwhile.
        note(m_store.flush());
        m_next.onProgress(activity, fraction);
    }
    void onPlan(const RunPlan& plan) override {
        note(m_store.setPlan(m_run, plan));
        m_next.onPlan(plan);
    }
    void onStep(const StepRecord& record) override {
        note(m_store.addStep(m_run, record));
        m_next.onStep(record);
    }
    void onEval(const EvalRecord& record) override {
        note(m_store.addEval(m_run, record));
        m_next.onEval(record);
    }
    void onFusionProbe(const FusionProbe& probe) override {
        note(m_store.addFusionProbe(m_run, probe));
        m_next.onFusionProbe(probe);
    }
    void onFusion(const FusionRecord& record) override {
        note(m_store.addFusion(m_run, record));
        m_next.onFusion(record);
    }
    void beforeCheckpoint(std::int64_t step) override {
        note(m_store.flush());
        m_next.beforeCheckpoint(step);
    }
    void onCheckpoint(std::int64_t step) override {
        note(m_store.setCheckpoint(m_run, step));
        m_next.onCheckpoint(step);
    }

    void note(const Result<void>& written) {
        if (!written && !m_failure) {
            m_failure = written.error();
        }
    }
    const std::optional<Error>& failure() const { return m_failure; }

private:
    RunStore& m_store;
    std::int64_t m_run;
    TrainingObserver& m_next;
    std::optional<Error> m_failure;
};

RecordedOutcome failedOutcome(std::int64_t run, Error error) {
    RecordedOutcome result;
    result.run = run;
    result.outcome.state = RunState::Failed;
    result.outcome.error = std::move(error);
    return result;
}

RecordedOutcome trainAndRecord(RunStore& store, std::int64_t run, const Experiment& experiment, bool resume,
                               RunControl& control, TrainingObserver& observer) {
    observer.onRecorded(run);
    Recorder recorder(store, run, observer);
    TrainRequest request;
    request.experiment = experiment;
    request.runFolder = store.runFolder(run);
    request.resume = resume;
    RecordedOutcome result;
    result.run = run;
    result.outcome = train(request, control, recorder);
    recorder.note(store.finishRun(run, result.outcome));
    recorder.note(store.flush());
    if (recorder.failure() && !result.outcome.error) {
        result.outcome.error = recorder.failure();
        result.outcome.error->what =
            "the run went well, but could not be recorded in full: " + result.outcome.error->what;
    }
    return result;
}

} // namespace

RecordedOutcome runRecorded(RunStore& store, const Experiment& experiment, RunControl& control,
                            TrainingObserver& observer) {
    const Result<std::int64_t> run = store.createRun(experiment, designSummary(experiment));
    if (!run) {
        return failedOutcome(0, run.error());
    }
    return trainAndRecord(store, *run, experiment, false, control, observer);
}

RecordedOutcome resumeRecorded(RunStore& store, std::int64_t run, RunControl& control,
                               TrainingObserver& observer) {
    const Result<Experiment> experiment = store.experiment(run);
    if (!experiment) {
        return failedOutcome(0, experiment.error());
    }
    // The file knows better than the row: the process may have been killed between writing the two.
    const std::optional<std::int64_t> step = checkpointStep(store.runFolder(run));
    if (!step) {
        return failedOutcome(0, {"this run has no checkpoint to continue from", "run " + std::to_string(run),
                                 "Open its design and start it anew"});
    }
    if (const auto truncated = store.truncateAfter(run, *step); !truncated) {
        return failedOutcome(0, truncated.error());
    }
    return trainAndRecord(store, run, *experiment, true, control, observer);
}

} // namespace awb
