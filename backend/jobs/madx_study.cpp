#include "backend/jobs/madx_study.h"

#include <chrono>
#include <exception>
#include <utility>

#include "backend/jobs/task_thread.h"
#include "backend/jobs/teller.h"
#include "backend/train/rate_meter.h"

namespace awb {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenReports{50};

Error errorOf(const std::exception& exception) {
    const std::string text = exception.what(); // LibTorch appends a backtrace
    return {"the MAD-X study failed: " + text.substr(0, text.find('\n')), {}, {}};
}

/// Turns what the runs tell into the study's progress, not too often.
class ProgressObserver : public TrainingObserver {
public:
    ProgressObserver(const Teller<MadxStudy>& tell, int allRuns)
        : m_tell(tell) {
        m_progress.allRuns = allRuns;
    }

    void begin(const Experiment& design) {
        m_progress.name = QString::fromStdString(design.name);
        m_progress.activity.clear();
        m_progress.fraction = m_progress.secondsLeft = -1;
        m_progress.examplesPerSecond = 0;
        tell(true);
    }
    void count(int runs) { m_progress.runs = runs; }

    void onProgress(const std::string& activity, double fraction) override {
        m_progress.activity = QString::fromStdString(activity);
        m_progress.fraction = fraction;
        tell(false);
    }
    void onPlan(const RunPlan& plan) override {
        m_steps = plan.totalSteps;
        m_rate = RateMeter(plan.totalSteps);
    }
    void onStep(const StepRecord& record) override {
        m_rate.add(record);
        m_progress.activity = QStringLiteral("Training");
        m_progress.fraction =
            m_steps > 0 ? static_cast<double>(record.step) / static_cast<double>(m_steps) : -1;
        m_progress.examplesPerSecond = m_rate.examplesPerSecond();
        m_progress.secondsLeft = m_rate.secondsLeft().value_or(-1);
        tell(false);
    }

private:
    void tell(bool atOnce) {
        const Clock::time_point now = Clock::now();
        if (!atOnce && now < m_next) {
            return;
        }
        m_next = now + kBetweenReports;
        m_tell([progress = m_progress](MadxStudy& study) { Q_EMIT study.progressed(progress); });
    }

    const Teller<MadxStudy>& m_tell;
    MadxProgress m_progress;
    std::int64_t m_steps = 0;
    RateMeter m_rate;
    Clock::time_point m_next;
};

Result<MadxReport> train(const Result<RunStore*>& store, const MadxExperiment& experiment,
                         RunControl& control, const Teller<MadxStudy>& tell) {
    if (!store) {
        return fail(store.error());
    }
    ProgressObserver observer(tell, madxRunCount(experiment));
    const MadxEvents events{[&](const Experiment& design) { observer.begin(design); },
                            [&](const MadxReport& report) {
                                observer.count(report.runs);
                                tell([report](MadxStudy& study) { Q_EMIT study.completedRun(report); });
                            }};
    try {
        return runMadx(**store, experiment, control, observer, events);
    } catch (const std::exception& exception) {
        return fail(errorOf(exception));
    }
}

Result<MadxReport> find(const std::filesystem::path& workspace, const MadxExperiment& experiment) {
    try {
        const auto store = RunStore::open(workspace);
        return store ? recordedMadx(**store, experiment) : fail(store.error());
    } catch (const std::exception& exception) {
        return fail(errorOf(exception));
    }
}

} // namespace

struct MadxStudy::Private {
    Private(RunController& controller, std::filesystem::path folder)
        : runs(controller)
        , workspace(std::move(folder)) {}

    void end(MadxStudy& study, const Result<MadxReport>& report) {
        control.reset();
        runs.setSeries({}, nullptr);
        if (report) {
            Q_EMIT study.ended(*report);
        } else {
            Q_EMIT study.failed(report.error());
        }
    }

    RunController& runs;
    std::filesystem::path workspace;
    std::shared_ptr<RunControl> control; ///< of the active study
    quint64 lastLookUp = 0;
    TaskThread reader; ///< last: it tells the study
};

MadxStudy::MadxStudy(RunController& runs, const std::filesystem::path& workspace, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(runs, workspace)) {}

MadxStudy::~MadxStudy() {
    if (isActive()) {
        stop();
        d->runs.setSeries({}, nullptr);
    }
}

void MadxStudy::start(const MadxExperiment& experiment) {
    if (isActive()) {
        return;
    }
    d->control =
        d->runs.post([self = QPointer(this), experiment](const Result<RunStore*>& store, RunControl& control,
                                                         const TaskTell& tellInOrder) {
            const Teller<MadxStudy> tell(self, tellInOrder);
            tell([report = train(store, experiment, control, tell)](MadxStudy& study) {
                study.d->end(study, report);
            });
        });
    d->runs.setSeries(QString::fromStdString(experiment.name), d->control);
}

void MadxStudy::stop() {
    if (isActive()) {
        d->control->requestStop();
    }
}

bool MadxStudy::isActive() const {
    return d->control != nullptr;
}

bool MadxStudy::isStopping() const {
    return isActive() && d->control->stopRequested();
}

void MadxStudy::lookUp(const MadxExperiment& experiment) {
    const quint64 number = ++d->lastLookUp;
    d->reader.post([this, workspace = d->workspace, experiment, number](const std::stop_token& stop) {
        if (stop.stop_requested()) {
            return;
        }
        const auto tell = [this, number, report = find(workspace, experiment)] {
            if (number != d->lastLookUp) {
                return;
            }
            if (report) {
                Q_EMIT lookedUp(*report);
            } else {
                Q_EMIT lookUpFailed(report.error());
            }
        };
        QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
    });
}

} // namespace awb
