#include "backend/jobs/playground_jobs.h"

#include <array>
#include <atomic>
#include <chrono>
#include <utility>

#include <QTimer>

#include "backend/jobs/task_thread.h"
#include "backend/playground/playground.h"

namespace awb {

namespace {

constexpr int kTypingPause = 150; // milliseconds
constexpr std::chrono::milliseconds kBetweenReports{50};

} // namespace

struct PlaygroundJobs::Private {
    enum class Kind : std::size_t { Open, Ask, Measure, Batch, Examples, Judge };
    static constexpr std::size_t kKinds = 6;

    /// A thread with the models it asks, which are its alone.
    struct Worker {
        explicit Worker(const std::filesystem::path& workspace)
            : playground(workspace) {}

        Playground playground;
        TaskThread thread; ///< last: it uses the playground
    };

    Private(PlaygroundJobs& owner, const std::filesystem::path& workspace)
        : q(owner)
        , texts(workspace)
        , splits(workspace) {
        pause.setSingleShot(true);
        pause.setInterval(kTypingPause);
    }

    std::atomic<quint64>& newest(Kind kind) { return newestRequests[static_cast<std::size_t>(kind)]; }

    /// Emits in the window's thread, unless a newer request of the kind has come meanwhile.
    template<typename Emission>
    void tell(Kind kind, quint64 request, Emission emission) {
        QMetaObject::invokeMethod(
            &q,
            [this, kind, request, emission = std::move(emission)] {
                if (newest(kind) == request) {
                    emission();
                }
            },
            Qt::QueuedConnection);
    }

    /// What a task knows of its request.
    struct Ticket {
        Private* d;
        Kind kind;
        quint64 request;
        std::stop_token stop;

        bool isCurrent() const { return !stop.stop_requested() && d->newest(kind) == request; }
        template<typename Emission>
        void tell(Emission emission) const {
            d->tell(kind, request, std::move(emission));
        }
        /// A progress that stops with the request, and tells `emission(fraction)` now and then.
        template<typename Emission>
        Playground::Progress progress(Emission emission) const {
            return [ticket = *this, emission,
                    next = std::chrono::steady_clock::time_point()](double fraction) mutable {
                const auto now = std::chrono::steady_clock::now();
                if (now >= next) {
                    next = now + kBetweenReports;
                    ticket.tell([emission, fraction] { emission(fraction); });
                }
                return ticket.isCurrent();
            };
        }
    };

    /// Queues `work(playground, ticket)`, which tells its answers itself.
    template<typename Work>
    void post(Kind kind, Worker& worker, Work work) {
        const quint64 request = ++newest(kind);
        worker.thread.post(
            [this, kind, request, &worker, work = std::move(work)](const std::stop_token& stop) {
                const Ticket ticket{this, kind, request, stop};
                if (ticket.isCurrent()) {
                    work(worker.playground, ticket);
                }
            });
    }

    PlaygroundJobs& q;
    std::array<std::atomic<quint64>, kKinds> newestRequests{};
    QTimer pause;
    std::vector<Question> questions; ///< that wait for the end of the pause
    PlaygroundText text;
    Worker texts;  ///< answers, latency, batches: quick
    Worker splits; ///< data sets and whole splits: seconds to minutes
};

PlaygroundJobs::PlaygroundJobs(const std::filesystem::path& workspace, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, workspace)) {
    connect(&d->pause, &QTimer::timeout, this, [this] {
        d->post(Private::Kind::Ask, d->texts,
                [this, questions = d->questions, text = d->text](Playground& playground, const auto& ticket) {
                    std::vector<AnswerOutcome> answers;
                    for (const Question& question : questions) {
                        if (!ticket.isCurrent()) {
                            return;
                        }
                        auto answer = playground.answer(question, text);
                        answers.push_back(answer ? AnswerOutcome{std::move(*answer), {}}
                                                 : AnswerOutcome{{}, answer.error()});
                    }
                    ticket.tell([this, answers = std::move(answers)] { Q_EMIT answered(answers); });
                });
    });
}

PlaygroundJobs::~PlaygroundJobs() = default;

void PlaygroundJobs::openRuns(const std::vector<qint64>& runs) {
    d->post(Private::Kind::Open, d->texts, [this, runs](Playground& playground, const auto& ticket) {
        for (const qint64 run : runs) {
            if (!ticket.isCurrent()) {
                return;
            }
            const auto info = playground.open(run);
            ticket.tell([this, run, info] {
                Q_EMIT runOpened(run, info ? std::optional(*info) : std::nullopt,
                                 info ? std::nullopt : std::optional(info.error()));
            });
        }
    });
}

void PlaygroundJobs::ask(const std::vector<Question>& questions, const PlaygroundText& text) {
    // What is asked now is out of date already.
    ++d->newest(Private::Kind::Ask);
    d->questions = questions;
    d->text = text;
    d->pause.start();
}

void PlaygroundJobs::measure(const std::vector<Question>& questions, const PlaygroundText& text,
                             int repeats) {
    d->post(Private::Kind::Measure, d->texts,
            [this, questions, text, repeats](Playground& playground, const auto& ticket) {
                const auto report = [this](double fraction) { Q_EMIT measureProgress(fraction); };
                const auto result = playground.measure(questions, text, repeats, ticket.progress(report));
                ticket.tell([this, result] {
                    if (result) {
                        Q_EMIT measured(*result);
                    } else {
                        Q_EMIT measureFailed(result.error());
                    }
                });
            });
}

void PlaygroundJobs::askBatch(const std::vector<BatchRow>& rows, int cacheSize) {
    d->post(Private::Kind::Batch, d->texts,
            [this, rows, cacheSize](Playground& playground, const auto& ticket) {
                const auto result = playground.batch(rows, static_cast<std::size_t>(cacheSize));
                ticket.tell([this, result] {
                    if (result) {
                        Q_EMIT batchAnswered(*result);
                    } else {
                        Q_EMIT batchFailed(result.error());
                    }
                });
            });
}

void PlaygroundJobs::readExamples(qint64 run, int most) {
    d->post(Private::Kind::Examples, d->splits,
            [this, run, most](Playground& playground, const auto& ticket) {
                const auto result = playground.examples(run, static_cast<std::size_t>(most),
                                                        [&](double) { return ticket.isCurrent(); });
                ticket.tell([this, run, result] {
                    if (result) {
                        Q_EMIT examplesRead(run, *result);
                    } else {
                        Q_EMIT examplesFailed(run, result.error());
                    }
                });
            });
}

void PlaygroundJobs::judge(qint64 run, const QString& split, qint64 other) {
    const auto work = [this, run, part = split.toStdString(), other](Playground& playground,
                                                                     const auto& ticket) {
        const double share = other == 0 ? 1.0 : 0.5;
        const auto reportFrom = [&](double begin) {
            return ticket.progress(
                [this, begin, share](double fraction) { Q_EMIT judgeProgress(begin + share * fraction); });
        };
        const auto refuse = [&](const Error& error) {
            ticket.tell([this, error] { Q_EMIT judgeFailed(error); });
        };
        auto report = playground.judge(run, run, part, reportFrom(0));
        if (!report) {
            refuse(report.error());
            return;
        }
        JudgedSplit result{std::make_shared<const ErrorReport>(std::move(*report)), {}, {}};
        if (other != 0) {
            auto second = playground.judge(other, run, part, reportFrom(share));
            auto changes = second ? compareReports(*result.report, *second) : fail(second.error());
            if (!changes) {
                refuse(changes.error());
                return;
            }
            result.other = std::make_shared<const ErrorReport>(std::move(*second));
            result.changes = std::move(*changes);
        }
        ticket.tell([this, result] { Q_EMIT judged(result); });
    };
    d->post(Private::Kind::Judge, d->splits, work);
}

void PlaygroundJobs::cancelMeasure() {
    ++d->newest(Private::Kind::Measure);
}

void PlaygroundJobs::cancelJudge() {
    ++d->newest(Private::Kind::Judge);
}

} // namespace awb
