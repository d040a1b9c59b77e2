#include "backend/jobs/run_inspector.h"

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "backend/jobs/teller.h"
#include "backend/run/ablation.h"
#include "backend/run/adapter_study.h"
#include "backend/run/pruning.h"

namespace awb {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenReports{50};

/// What the worker's thread keeps between the requests; used there alone.
struct Kept {
    std::unique_ptr<OpenedRun> run;
    std::optional<ModelScore> reference; ///< of the run as it was trained
};

/// Says how far a request is, not too often.
class Reporter {
public:
    Reporter(const Teller<RunInspector>& tell, quint64 token)
        : m_tell(tell)
        , m_token(token) {}

    void report(const QString& activity, double fraction) {
        const Clock::time_point now = Clock::now();
        if (now < m_next && activity == m_activity) {
            return;
        }
        m_next = now + kBetweenReports;
        m_activity = activity;
        m_tell([token = m_token, activity, fraction](RunInspector& inspector) {
            Q_EMIT inspector.progress(token, activity, fraction);
        });
    }

private:
    const Teller<RunInspector>& m_tell;
    quint64 m_token;
    QString m_activity;
    Clock::time_point m_next;
};

/// The run, opened now or before.
Result<OpenedRun*> open(Kept& kept, const RunStore& store, qint64 run, RunControl& control,
                        Reporter& reporter) {
    if (kept.run && kept.run->run() == run) {
        return kept.run.get();
    }
    kept = {};
    auto opened = OpenedRun::open(store, run, [&](const std::string& activity, double fraction) {
        reporter.report(QString::fromStdString(activity), fraction);
        control.safePoint();
    });
    if (!opened) {
        return fail(opened.error());
    }
    kept.run = std::move(*opened);
    return kept.run.get();
}

Result<RuleReport> compare(Kept& kept, const AdapterRules& rules, const std::vector<std::string>& texts,
                           RunControl& control, Reporter& reporter) {
    OpenedRun& run = *kept.run;
    const auto score = [&](const AdapterRules& under, const char* activity) {
        return run.score(under, control,
                         [&](double done) { reporter.report(QString::fromLatin1(activity), done); });
    };
    if (!kept.reference) {
        const auto reference = score({}, "Scoring the run as it was trained");
        if (!reference) {
            return fail(reference.error());
        }
        kept.reference = *reference;
    }
    RuleReport report;
    report.rules = rules;
    report.sample = run.sample();
    report.samples = run.texts();
    report.before = report.after = *kept.reference;
    report.texts = texts;
    if (!rules.empty()) {
        const auto after = score(rules, "Scoring the run with the changes");
        if (!after) {
            return fail(after.error());
        }
        report.after = *after;
        auto weights = run.weights(rules, control);
        if (!weights) {
            return fail(weights.error());
        }
        report.probes = run.probes();
        report.weights = std::move(*weights);
    }
    if (texts.empty()) {
        return report;
    }
    auto before = run.answer(texts, {}, control);
    if (!before) {
        report.remark = before.error().message();
        return report;
    }
    auto after = run.answer(texts, rules, control);
    if (!after) {
        return fail(after.error());
    }
    report.answersBefore = std::move(*before);
    report.answersAfter = std::move(*after);
    return report;
}

} // namespace

struct RunInspector::Private {
    Private(RunInspector* owner, RunController& controller)
        : q(owner)
        , runs(controller)
        , kept(std::make_shared<Kept>()) {}

    /// Does `work(run, reporter, control)` with the opened run; `answer(inspector, token, value)` tells its
    /// value.
    template<typename Work, typename Answer>
    quint64 request(qint64 run, Work work, Answer answer);
    /// `take(run, control, progress)` measures, `keep` stores it in the database, then `told` is emitted.
    template<typename Value, typename Take>
    quint64 measure(qint64 run, const char* activity, Take take,
                    Result<void> (RunStore::*keep)(std::int64_t, const Value&),
                    void (RunInspector::*told)(quint64, qint64, const Value&));
    void stopAll() {
        for (const auto& [token, control] : controls) {
            control->requestStop();
        }
    }

    QPointer<RunInspector> q; ///< its copies tell the worker's messages whether it is still there
    RunController& runs;
    std::shared_ptr<Kept> kept;
    std::map<quint64, std::shared_ptr<RunControl>> controls; ///< of requests without an answer yet
    quint64 lastToken = 0;
    quint64 lastTry = 0;
};

template<typename Work, typename Answer>
quint64 RunInspector::Private::request(qint64 run, Work work, Answer answer) {
    const quint64 token = ++lastToken;
    controls[token] =
        runs.post([inspector = q, kept = kept, token, run, work,
                   answer](const Result<RunStore*>& store, RunControl& control, const TaskTell& tellInOrder) {
            const Teller<RunInspector> tell(inspector, tellInOrder);
            const auto end = [&](std::function<void(RunInspector&)> what) {
                tell([token, what = std::move(what)](RunInspector& to) {
                    to.d->controls.erase(token);
                    what(to);
                });
            };
            const auto refuse = [&](const Error& error) {
                end([token, error](RunInspector& to) { Q_EMIT to.failed(token, error); });
            };
            Reporter reporter(tell, token);
            try {
                control.safePoint();
                if (!store) {
                    refuse(store.error());
                    return;
                }
                const auto opened = open(*kept, **store, run, control, reporter);
                auto value = opened ? work(*kept, **store, control, reporter) : fail(opened.error());
                if (!value) {
                    refuse(value.error());
                    return;
                }
                end([token, run, answer, value = std::move(*value)](RunInspector& to) {
                    answer(to, token, run, value);
                });
            } catch (const StopRequested&) {
                end([token](RunInspector& to) { Q_EMIT to.stopped(token); });
            } catch (const std::exception& exception) {
                const std::string text = exception.what();
                refuse({"looking into the run failed: " + text.substr(0, text.find('\n')), {}, {}});
            }
        });
    return token;
}

template<typename Value, typename Take>
quint64 RunInspector::Private::measure(qint64 run, const char* activity, Take take,
                                       Result<void> (RunStore::*keep)(std::int64_t, const Value&),
                                       void (RunInspector::*told)(quint64, qint64, const Value&)) {
    return request(
        run,
        [=](Kept& opened, RunStore& store, RunControl& control, Reporter& reporter) -> Result<Value> {
            Result<Value> value = take(*opened.run, control, [&](double done) {
                reporter.report(QString::fromLatin1(activity), done);
            });
            if (value) {
                if (const auto stored = (store.*keep)(run, *value); !stored) {
                    return fail(stored.error());
                }
            }
            return value;
        },
        [told](RunInspector& inspector, quint64 token, qint64 of, const Value& value) {
            Q_EMIT(inspector.*told)(token, of, value);
        });
}

RunInspector::RunInspector(RunController& runs, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, runs)) {}

RunInspector::~RunInspector() {
    d->stopAll();
    release();
}

quint64 RunInspector::tryRules(qint64 run, const AdapterRules& rules, const std::vector<std::string>& texts) {
    stop(d->lastTry);
    d->lastTry = d->request(
        run,
        [rules, texts](Kept& kept, RunStore&, RunControl& control, Reporter& reporter) {
            return compare(kept, rules, texts, control, reporter);
        },
        [](RunInspector& inspector, quint64 token, qint64, const RuleReport& report) {
            Q_EMIT inspector.tried(token, report);
        });
    return d->lastTry;
}

quint64 RunInspector::ablate(qint64 run) {
    return d->measure(run, "Leaving adapters out", &awb::ablate, &RunStore::setAblation,
                      &RunInspector::ablated);
}

quint64 RunInspector::prune(qint64 run) {
    const auto toTheLast = [](OpenedRun& opened, RunControl& control,
                              const std::function<void(double)>& progress) {
        return awb::prune(opened, 1, control, progress);
    };
    return d->measure(run, "Dropping adapters", toTheLast, &RunStore::setPruning, &RunInspector::pruned);
}

quint64 RunInspector::study(qint64 run) {
    return d->measure(run, "Watching the adapters", &studyAdapters, &RunStore::setAdapterStudy,
                      &RunInspector::studied);
}

void RunInspector::stop(quint64 token) {
    if (const auto found = d->controls.find(token); found != d->controls.end()) {
        found->second->requestStop();
    }
}

void RunInspector::release() {
    d->runs.post([kept = d->kept](const Result<RunStore*>&, RunControl&, const TaskTell&) { *kept = {}; });
}

} // namespace awb
