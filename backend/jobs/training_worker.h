#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

#include "backend/jobs/event_buffer.h"
#include "backend/storage/run_store.h"
#include "backend/train/run_control.h"

namespace awb {

/// A finished run to be written in AdapterHub's format.
struct ExportJob {
    qint64 run = 0;
    std::filesystem::path folder;
    WeightsForm form = WeightsForm::Safetensors;
};

/// Something for the worker to do, with the switch that pauses or stops it.
struct TrainingJob {
    /// A new run, the one to go on with, an export, a task.
    std::variant<Experiment, qint64, ExportJob, WorkerTask> what;
    RunControl control;
};

/// The one thread that owns all torch objects, from construction to destruction: a thread a run would leak
/// memory. Jobs are done one after another; everything it has to tell goes into the buffer.
class TrainingWorker {
public:
    TrainingWorker(std::filesystem::path workspace, EventBuffer& events);
    /// Stops what runs, drops what waits, and waits for the thread.
    ~TrainingWorker();
    TrainingWorker(const TrainingWorker&) = delete;
    TrainingWorker& operator=(const TrainingWorker&) = delete;

    void add(std::shared_ptr<TrainingJob> job);

private:
    void main();
    std::shared_ptr<TrainingJob> waitForJob();
    void measure();
    Result<void> openStore();
    void carryOut(TrainingJob& job);
    void carryOut(const ExportJob& job);
    void carryOut(const WorkerTask& task, RunControl& control);

    std::filesystem::path m_workspace;
    EventBuffer& m_events;
    std::unique_ptr<RunStore> m_store; ///< of this thread alone
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::shared_ptr<TrainingJob>> m_jobs;
    std::shared_ptr<TrainingJob> m_current;
    bool m_quit = false;
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace awb
