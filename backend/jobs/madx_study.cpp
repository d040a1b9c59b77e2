#include "backend/jobs/madx_study.h"

#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>

#include "backend/jobs/run_controller.h"
#include "backend/jobs/task_thread.h"
#include "backend/train/rate_meter.h"

namespace awb {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenReports{50};

Error errorOf(const std::exception& exception) {
    const std::string text = exception.what(); // LibTorch appends a backtrace
    return {"the MAD-X study failed: " + text.substr(0, text.find('\n')), {}, {}};
}

/// The way back into the study's thread, cut when the study is gone.
class Link {
public:
    explicit Link(MadxStudy* study)
        : m_study(study) {}

    void cut() {
        const std::scoped_lock lock(m_mutex);
        m_study = nullptr;
    }
    void tell(std::function<void(MadxStudy&)> what) {
        const std::scoped_lock lock(m_mutex);
        if (m_study != nullptr) {
            QMetaObject::invokeMethod(
                m_study, [study = m_study, what = std::move(what)] { what(*study); }, Qt::QueuedConnection);
        }
    }

private:
    std::mutex m_mutex;
    MadxStudy* m_study;
};

/// Turns what the runs tell into the study's progress, not too often.
class ProgressObserver : public TrainingObserver {
public:
    ProgressObserver(Link& link, int allRuns)
        : m_link(link) {
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
        m_link.tell([progress = m_progress](MadxStudy& study) { Q_EMIT study.progressed(progress); });
    }

    Link& m_link;
    MadxProgress m_progress;
    std::int64_t m_steps = 0;
    RateMeter m_rate;
    Clock::time_point m_next;
};

Result<MadxReport> train(const Result<RunStore*>& store, const MadxExperiment& experiment,
                         RunControl& control, Link& link) {
    if (!store) {
        return fail(store.error());
    }
    ProgressObserver observer(link, madxRunCount(experiment));
    const MadxEvents events{[&](const Experiment& design) { observer.begin(design); },
                            [&](const MadxReport& report) {
                                observer.count(report.runs);
                                link.tell([report](MadxStudy& study) { Q_EMIT study.completedRun(report); });
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
    Private(MadxStudy* owner, RunController& controller, std::filesystem::path folder)
        : runs(controller)
        , workspace(std::move(folder))
        , link(std::make_shared<Link>(owner)) {}

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
    std::shared_ptr<Link> link;
    std::shared_ptr<RunControl> control; ///< of the active study
    quint64 lastLookUp = 0;
    TaskThread reader; ///< last: it uses the link
};

MadxStudy::MadxStudy(RunController& runs, const std::filesystem::path& workspace, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, runs, workspace)) {}

MadxStudy::~MadxStudy() {
    d->link->cut();
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
        d->runs.post([link = d->link, experiment](const Result<RunStore*>& store, RunControl& control) {
            link->tell([report = train(store, experiment, control, *link)](MadxStudy& study) {
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
    d->reader.post(
        [link = d->link, workspace = d->workspace, experiment, number](const std::stop_token& stop) {
            if (stop.stop_requested()) {
                return;
            }
            link->tell([number, report = find(workspace, experiment)](MadxStudy& study) {
                if (number != study.d->lastLookUp) {
                    return;
                }
                if (report) {
                    Q_EMIT study.lookedUp(*report);
                } else {
                    Q_EMIT study.lookUpFailed(report.error());
                }
            });
        });
}

} // namespace awb
