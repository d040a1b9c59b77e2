#pragma once

#include <functional>
#include <mutex>
#include <variant>
#include <vector>

#include "backend/jobs/run_controller.h"

namespace awb {

struct RunStartedEvent {
    qint64 run = 0;
};
struct RunEndedEvent {
    qint64 run = 0; ///< 0: failed before it had a row in the database
    RunOutcome outcome;
};
/// What a task has to tell, to be called by the one who takes it.
struct TaskMessage {
    std::function<void()> tell;
};
using WorkerEvent =
    std::variant<MachineSpeed, RunStartedEvent, LiveUpdate, RunEndedEvent, ExportReport, TaskMessage>;

/// What the worker has to tell, in order, until the window's thread takes it. Updates of one run in a row are
/// merged into one, so the buffer grows with the numbers told, not with how often they are told.
class EventBuffer {
public:
    /// `notify` is called on the worker's thread: once until take(), and once more where something urgent
    /// follows.
    explicit EventBuffer(std::function<void(bool urgent)> notify);

    /// Adds an event; always urgent.
    void push(WorkerEvent event);
    /// Changes the update that goes out next. It starts as a copy of the last one, without its points.
    void update(const std::function<void(LiveUpdate&)>& change, bool urgent);
    /// Updates that follow are of this run.
    void beginRun(qint64 run);
    std::vector<WorkerEvent> take();

private:
    void announce(bool urgent);

    std::function<void(bool)> m_notify;
    std::mutex m_mutex;
    std::vector<WorkerEvent> m_events;
    LiveUpdate m_latest; ///< without points
    bool m_announced = false;
    bool m_announcedUrgent = false;
};

} // namespace awb
