#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "backend/playground/answer.h"
#include "backend/playground/error_report.h"

namespace awb {

/// An answer, or why there is none.
struct AnswerOutcome {
    std::optional<Answer> answer;
    std::optional<Error> error;
};

/// A run's report on a split and, where two runs are compared, the other one's on the same examples.
struct JudgedSplit {
    std::shared_ptr<const ErrorReport> report;
    std::shared_ptr<const ErrorReport> other; ///< null: no second run
    std::vector<PredictionChange> changes;    ///< of which the two say something different
};

/// Asks the models of finished runs off the window's thread. Lives in the window's thread; its functions
/// return at once. A newer request of a kind cancels an older one, whose answer then never comes. Answers to
/// texts have a thread of their own, so that an evaluation of a whole split does not delay them.
class PlaygroundJobs : public QObject {
    Q_OBJECT

public:
    explicit PlaygroundJobs(const std::filesystem::path& workspace, QObject* parent = nullptr);
    /// Stops what runs, and waits for it: a pass at most.
    ~PlaygroundJobs() override;

    /// Opens runs: one answer for each, in their order of `runs`.
    void openRuns(const std::vector<qint64>& runs);
    /// Asks after a short pause, in which newer questions replace it: for use while a person types.
    void ask(const std::vector<Question>& questions, const PlaygroundText& text);
    void measure(const std::vector<Question>& questions, const PlaygroundText& text, int repeats);
    void askBatch(const std::vector<BatchRow>& rows, int cacheSize);
    /// The first texts of a run's data.
    void readExamples(qint64 run, int most);
    /// `other`: a second run that is asked for the same examples; 0: none.
    void judge(qint64 run, const QString& split, qint64 other);
    void cancelMeasure();
    void cancelJudge();

Q_SIGNALS:
    void runOpened(qint64 run, const std::optional<awb::RunInfo>& info,
                   const std::optional<awb::Error>& error);
    void answered(const std::vector<awb::AnswerOutcome>& answers);
    void measured(const std::vector<awb::Latency>& latencies);
    void measureFailed(const awb::Error& error);
    void measureProgress(double fraction);
    void batchAnswered(const awb::BatchReport& report);
    void batchFailed(const awb::Error& error);
    void examplesRead(qint64 run, const std::vector<awb::PlaygroundText>& texts);
    void examplesFailed(qint64 run, const awb::Error& error);
    void judged(const awb::JudgedSplit& result);
    void judgeFailed(const awb::Error& error);
    void judgeProgress(double fraction);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace awb
