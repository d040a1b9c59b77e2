#include "backend/jobs/training_worker.h"

#include <exception>
#include <string>
#include <utility>

#include "backend/run/export_run.h"
#include "backend/run/recorded_run.h"
#include "backend/train/heap.h"
#include "backend/train/rate_meter.h"

namespace awb {
namespace {

/// Turns what the trainer tells into updates for the window.
class LiveObserver : public TrainingObserver {
public:
    explicit LiveObserver(EventBuffer& events)
        : m_events(events) {}

    void onRecorded(std::int64_t run) override {
        m_run = run;
        m_events.beginRun(run);
    }
    void onState(RunState state, const std::string& detail) override {
        m_events.update(
            [&](LiveUpdate& update) {
                update.state = state;
                update.activity = QString::fromStdString(detail);
                update.activityFraction = -1;
            },
            true);
    }
    void onProgress(const std::string& activity, double fraction) override {
        m_events.update(
            [&](LiveUpdate& update) {
                update.activity = QString::fromStdString(activity);
                update.activityFraction = fraction;
            },
            false);
    }
    void onPlan(const RunPlan& plan) override {
        m_rate = RateMeter(plan.totalSteps);
        m_events.update([&](LiveUpdate& update) { update.plan = std::make_shared<const RunPlan>(plan); },
                        true);
    }
    void onStep(const StepRecord& record) override {
        m_rate.add(record);
        m_events.update(
            [&](LiveUpdate& update) {
                update.steps.push_back(record);
                update.activity = QStringLiteral("Training");
                update.activityFraction = -1;
                update.examplesPerSecond = m_rate.examplesPerSecond();
                update.secondsLeft = m_rate.secondsLeft().value_or(-1);
            },
            false);
    }
    void onEval(const EvalRecord& record) override {
        m_events.update([&](LiveUpdate& update) { update.evals.push_back(record); }, false);
    }

    std::int64_t run() const { return m_run; }

private:
    EventBuffer& m_events;
    RateMeter m_rate;
    std::int64_t m_run = 0;
};

RunOutcome failedOutcome(Error error) {
    RunOutcome outcome;
    outcome.state = RunState::Failed;
    outcome.error = std::move(error);
    return outcome;
}

/// What an exception says in its first line; LibTorch appends a backtrace.
std::string firstLine(const std::exception& exception) {
    const std::string text = exception.what();
    return text.substr(0, text.find('\n'));
}

} // namespace

TrainingWorker::TrainingWorker(std::filesystem::path workspace, EventBuffer& events)
    : m_workspace(std::move(workspace))
    , m_events(events)
    , m_thread([this] { main(); }) {}

TrainingWorker::~TrainingWorker() {
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
        m_jobs.clear();
        if (m_current) {
            m_current->control.requestStop();
        }
    }
    m_wake.notify_all();
    m_thread.join();
}

void TrainingWorker::add(std::shared_ptr<TrainingJob> job) {
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_all();
}

std::shared_ptr<TrainingJob> TrainingWorker::waitForJob() {
    std::unique_lock lock(m_mutex);
    m_current.reset();
    const auto hasWork = [this] { return m_quit || !m_jobs.empty(); };
    if (!hasWork()) {
        lock.unlock();
        returnFreedMemory();
        lock.lock();
    }
    m_wake.wait(lock, hasWork);
    if (m_quit) {
        return nullptr;
    }
    m_current = std::move(m_jobs.front());
    m_jobs.pop_front();
    return m_current;
}

void TrainingWorker::main() {
    measure();
    while (const std::shared_ptr<TrainingJob> job = waitForJob()) {
        if (const auto* toExport = std::get_if<ExportJob>(&job->what)) {
            carryOut(*toExport);
        } else if (const auto* task = std::get_if<WorkerTask>(&job->what)) {
            carryOut(*task, job->control);
        } else {
            carryOut(*job);
        }
    }
}

void TrainingWorker::measure() {
    try {
        m_events.push(measureMachine());
    } catch (const std::exception& exception) {
        MachineSpeed unknown;
        unknown.advice = "The speed of this machine can't be measured: " + firstLine(exception);
        m_events.push(std::move(unknown));
    }
}

Result<void> TrainingWorker::openStore() {
    if (m_store) {
        return {};
    }
    auto opened = RunStore::open(m_workspace);
    if (!opened) {
        return fail(opened.error());
    }
    m_store = std::move(*opened);
    return {};
}

void TrainingWorker::carryOut(const ExportJob& job) {
    ExportReport report{job.run, job.folder, {}, {}};
    try {
        auto opened = openStore();
        auto remarks = opened ? exportRun(*m_store, job.run, job.folder, job.form)
                              : Result<std::vector<std::string>>(fail(opened.error()));
        if (remarks) {
            report.remarks = std::move(*remarks);
        } else {
            report.error = remarks.error();
        }
    } catch (const std::exception& exception) {
        report.error = Error{"the export failed: " + firstLine(exception), job.folder.string(), {}};
    }
    m_events.push(std::move(report));
}

void TrainingWorker::carryOut(const WorkerTask& task, RunControl& control) {
    const auto opened = openStore();
    task(opened ? Result<RunStore*>(m_store.get()) : fail(opened.error()), control,
         [this](std::function<void()> what) { m_events.push(TaskMessage{std::move(what)}); });
}

void TrainingWorker::carryOut(TrainingJob& job) {
    LiveObserver observer(m_events);
    RunOutcome outcome;
    try {
        if (auto opened = openStore(); !opened) {
            m_events.push(RunEndedEvent{0, failedOutcome(opened.error())});
            return;
        }
        if (const auto* experiment = std::get_if<Experiment>(&job.what)) {
            outcome = runRecorded(*m_store, *experiment, job.control, observer).outcome;
        } else {
            outcome = resumeRecorded(*m_store, std::get<qint64>(job.what), job.control, observer).outcome;
        }
    } catch (const std::exception& exception) {
        outcome = failedOutcome({"the run failed: " + firstLine(exception), {}, {}});
    } catch (...) {
        outcome = failedOutcome({"the run failed for a reason that it does not tell", {}, {}});
    }
    m_events.push(RunEndedEvent{observer.run(), std::move(outcome)});
}

} // namespace awb
