#include "backend/jobs/run_controller.h"

#include <deque>
#include <utility>

#include <QElapsedTimer>
#include <QTimer>

#include "backend/jobs/event_buffer.h"
#include "backend/jobs/training_worker.h"

namespace awb {
namespace {

constexpr int kMillisecondsBetweenUpdates = 50;

} // namespace

struct RunController::Private {
    Private(RunController& controller, const std::filesystem::path& workspace)
        : q(controller)
        , events([this](bool urgent) {
            QMetaObject::invokeMethod(
                &q, [this, urgent] { announced(urgent); }, Qt::QueuedConnection);
        })
        , worker(std::make_unique<TrainingWorker>(workspace, events)) {
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &q, [this] { deliver(); });
    }

    void enqueue(decltype(TrainingJob::what) what);
    void announced(bool urgent);
    void deliver();
    void handle(const MachineSpeed& speed);
    void handle(const RunStartedEvent& event);
    void handle(LiveUpdate& update);
    void handle(const RunEndedEvent& event);
    void handle(const ExportReport& report);
    void handle(const TaskMessage& message);

    RunController& q;
    std::deque<std::shared_ptr<TrainingJob>> jobs; ///< the active one first; those behind it wait
    QString series;                                ///< that a task trains
    std::shared_ptr<RunControl> seriesControl;
    std::optional<qint64> run;
    RunState state = RunState::Stopped;
    LiveUpdate latest; ///< without points
    QTimer timer;
    QElapsedTimer sinceDelivery;
    EventBuffer events;
    std::unique_ptr<TrainingWorker> worker; ///< last: its thread uses the buffer
};

void RunController::Private::enqueue(decltype(TrainingJob::what) what) {
    auto job = std::make_shared<TrainingJob>();
    job->what = std::move(what);
    if (jobs.empty()) {
        state = RunState::Preparing;
        run.reset();
    }
    jobs.push_back(job);
    worker->add(std::move(job));
}

void RunController::Private::announced(bool urgent) {
    const qint64 elapsed =
        sinceDelivery.isValid() ? sinceDelivery.elapsed() : qint64{kMillisecondsBetweenUpdates};
    if (urgent || elapsed >= kMillisecondsBetweenUpdates) {
        deliver();
    } else if (!timer.isActive()) {
        timer.start(kMillisecondsBetweenUpdates - static_cast<int>(elapsed));
    }
}

void RunController::Private::deliver() {
    timer.stop();
    sinceDelivery.start();
    for (WorkerEvent& event : events.take()) {
        std::visit([this](auto& what) { handle(what); }, event);
    }
}

void RunController::Private::handle(const MachineSpeed& speed) {
    Q_EMIT q.machineMeasured(speed);
}

void RunController::Private::handle(const RunStartedEvent& event) {
    run = event.run;
    Q_EMIT q.runStarted(event.run);
}

void RunController::Private::handle(LiveUpdate& update) {
    // A stop that was asked for is the truth from then on, also while the worker still reports its way there.
    const bool stopping = !jobs.empty() && jobs.front()->control.stopRequested();
    if (stopping && !isTerminal(update.state)) {
        update.state = RunState::Stopping;
    }
    state = update.state;
    latest = update;
    latest.steps.clear();
    latest.evals.clear();
    Q_EMIT q.updated(update);
}

void RunController::Private::handle(const RunEndedEvent& event) {
    if (!jobs.empty()) {
        jobs.pop_front();
    }
    state = jobs.empty() ? event.outcome.state : RunState::Preparing;
    if (event.run == 0) {
        Q_EMIT q.failed(event.outcome.error.value_or(Error{"the run could not be started", {}, {}}));
        return;
    }
    run.reset();
    Q_EMIT q.runEnded(event.run, event.outcome);
}

void RunController::Private::handle(const ExportReport& report) {
    Q_EMIT q.exported(report);
}

void RunController::Private::handle(const TaskMessage& message) {
    message.tell();
}

RunController::RunController(const std::filesystem::path& workspace, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, workspace)) {}

RunController::~RunController() = default;

void RunController::start(const Experiment& experiment) {
    d->enqueue(experiment);
}

void RunController::resumeRun(qint64 run) {
    d->enqueue(run);
}

void RunController::exportRun(qint64 run, const std::filesystem::path& folder, WeightsForm form) {
    auto job = std::make_shared<TrainingJob>();
    job->what = ExportJob{run, folder, form};
    d->worker->add(std::move(job));
}

std::shared_ptr<RunControl> RunController::post(WorkerTask task) {
    auto job = std::make_shared<TrainingJob>();
    job->what = std::move(task);
    std::shared_ptr<RunControl> control(job, &job->control);
    d->worker->add(std::move(job));
    return control;
}

void RunController::setSeries(const QString& name, std::shared_ptr<RunControl> control) {
    d->seriesControl = std::move(control);
    if (d->series != name) {
        d->series = name;
        Q_EMIT seriesChanged();
    }
}

const QString& RunController::series() const {
    return d->series;
}

void RunController::pause() {
    if (!d->jobs.empty()) {
        d->jobs.front()->control.requestPause();
    }
}

void RunController::unpause() {
    if (!d->jobs.empty()) {
        d->jobs.front()->control.resume();
    }
}

void RunController::stop() {
    if (d->seriesControl && !d->run) { // runs that wait for a series have not begun
        d->seriesControl->requestStop();
        return;
    }
    if (d->jobs.empty() || d->jobs.front()->control.stopRequested()) {
        return;
    }
    d->jobs.front()->control.requestStop();
    if (isTerminal(d->state)) {
        return;
    }
    d->state = RunState::Stopping;
    if (!d->run) {
        return; // nothing was told of it yet; its first update will say so
    }
    d->latest.state = RunState::Stopping;
    d->latest.activity = QStringLiteral("Stopping");
    Q_EMIT updated(d->latest);
}

std::optional<qint64> RunController::activeRun() const {
    return d->run;
}

RunState RunController::state() const {
    return d->state;
}

bool RunController::isActive() const {
    return !d->jobs.empty();
}

} // namespace awb
