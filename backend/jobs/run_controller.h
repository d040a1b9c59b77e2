#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QObject>
#include <QString>

#include "backend/checkpoint/weights_form.h"
#include "backend/experiment/experiment.h"
#include "backend/train/machine.h"
#include "backend/train/records.h"
#include "models/config/result.h"

namespace awb {

class RunControl;
class RunStore;

/// Has `what` called in the controller's thread, in order with the controller's signals.
using TaskTell = std::function<void(std::function<void()> what)>;

/// Something to be done on the worker's thread, with the workspace's database or why it can't be opened. Must
/// not throw; looks at the control, which asks it to stop at the latest when the worker ends.
using WorkerTask =
    std::function<void(const Result<RunStore*>& store, RunControl& control, const TaskTell& tell)>;

/// What a live run has told since the last update. Plain values: shares nothing with the worker.
struct LiveUpdate {
    qint64 run = 0;
    RunState state = RunState::Preparing;
    QString activity;                    ///< "Tokenising", "Running", "Stopping at step 120", ...
    double activityFraction = -1;        ///< 0..1 while preparing; -1 when unknown
    std::shared_ptr<const RunPlan> plan; ///< null until known
    std::vector<StepRecord> steps;       ///< new since the last update
    std::vector<EvalRecord> evals;       ///< new since the last update
    double examplesPerSecond = 0;
    double secondsLeft = -1; ///< -1: not known yet
};

/// How an export ended.
struct ExportReport {
    qint64 run = 0;
    std::filesystem::path folder;
    std::vector<std::string> remarks; ///< what the format can't say, and the like
    std::optional<Error> error;
};

/// Owns the one long-lived worker thread that holds all torch objects. Lives in the window's thread; its
/// functions return at once. At most one run is active; further ones wait in a queue.
class RunController : public QObject {
    Q_OBJECT

public:
    explicit RunController(const std::filesystem::path& workspace, QObject* parent = nullptr);
    /// Stops an active run (leaving a checkpoint) and waits for the worker.
    ~RunController() override;

    void start(const Experiment& experiment); ///< with absolute paths
    void resumeRun(qint64 run);               ///< a stopped or interrupted one, from its checkpoint
    /// Writes a finished run's adapters, fusions, heads and composition (`awb::exportRun`) after what is
    /// queued before; told by `exported`.
    void exportRun(qint64 run, const std::filesystem::path& folder, WeightsForm form);
    /// Does `task` after what is queued before. The control stops it; a task that has not begun is still
    /// called.
    std::shared_ptr<RunControl> post(WorkerTask task);
    /// Says that a task trains a series of runs by itself under this name, and what stops it; empty and null:
    /// no more. Runs that are started meanwhile wait for its end.
    void setSeries(const QString& name, std::shared_ptr<RunControl> control);
    const QString& series() const;
    void pause();
    void unpause();
    void stop(); ///< what the worker trains: the series, or else the active run

    /// The active run; none when idle.
    std::optional<qint64> activeRun() const;
    RunState state() const; ///< of the active or the last run
    bool isActive() const;

Q_SIGNALS:
    /// A run has its row in the database now.
    void runStarted(qint64 run);
    /// At most 20 a second, and at once on each change of state.
    void updated(const awb::LiveUpdate& update);
    void runEnded(qint64 run, const awb::RunOutcome& outcome);
    void exported(const awb::ExportReport& report);
    /// Something failed before a run existed (a bad experiment, the database).
    void failed(const awb::Error& error);
    void machineMeasured(const awb::MachineSpeed& speed);
    void seriesChanged();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb
