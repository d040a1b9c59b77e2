#pragma once

#include <optional>

#include <QElapsedTimer>
#include <QStringList>

#include "backend/jobs/run_controller.h"
#include "ui/app_context.h"
#include "ui/page.h"

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace awb {
struct RunSeries;
}

namespace awb::ui {

class ChartDeck;
class EmptyState;
class LabelledNumber;
class MessageBar;
class ToneIcon;
class ToneLabel;

/// The live run: what it is doing in words, how far it is, its curves as they grow, and the one action that
/// makes sense now (start, pause, resume).
class TrainPage : public Page {
    Q_OBJECT

public:
    explicit TrainPage(const AppContext& context, QWidget* parent = nullptr);
    ~TrainPage() override;

    QString title() const override;
    QString iconName() const override { return QStringLiteral("train"); }
    void fillMenu(QMenu* menu) override;

    RunState runState() const { return m_state; }
    ChartDeck* charts() const { return m_deck; }

public Q_SLOTS:
    /// The run's row exists now: the page shows it from here on.
    void beginRun(qint64 run);
    void apply(const awb::LiveUpdate& update);
    void endRun(qint64 run, const awb::RunOutcome& outcome);
    void showError(const awb::Error& error);

    /// Start, pause or resume, whichever fits the state.
    void primaryAction();
    void startDesign();
    void stop();

Q_SIGNALS:
    /// Show this run in the table of runs.
    void openRun(qint64 run);
    /// Show the live run's modules on the canvas.
    void showOnCanvas(qint64 run);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildHeader();
    QWidget* buildNumbers();
    QWidget* buildMetrics();
    void buildActions();
    void connectBackend();
    void showState();
    void showProgress();
    void showQueue();
    void showMetrics(const RunOutcome& outcome);
    void showEmptyState();
    QString stateSentence() const;
    /// The series of runs that holds the worker; empty: none.
    QString waitsFor() const;
    bool isActive() const { return m_run && !isTerminal(m_state); }
    bool canResume() const { return m_run && m_resumable && isTerminal(m_state); }

    AppContext m_context;
    std::optional<qint64> m_run;
    RunState m_state = RunState::Preparing;
    QString m_name;
    QString m_activity;
    double m_fraction = -1;
    std::optional<RunPlan> m_plan;
    std::optional<StepRecord> m_lastStep;
    std::optional<EvalRecord> m_lastEval;
    double m_rate = 0;
    double m_secondsLeft = -1;
    bool m_resumable = false;
    QStringList m_queue;                      ///< names of runs that wait
    quint64 m_seriesToken = 0;                ///< of the past of a resumed run; 0: none is awaited
    std::vector<StepRecord> m_meanwhileSteps; ///< live records while its past is being read
    std::vector<EvalRecord> m_meanwhileEvals;

    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    MessageBar* m_messages = nullptr;
    QWidget* m_header = nullptr;
    QWidget* m_numbers = nullptr;
    ToneLabel* m_nameLabel = nullptr;
    ToneIcon* m_stateIcon = nullptr;
    ToneLabel* m_stateLabel = nullptr;
    ToneLabel* m_queueLabel = nullptr;
    QPushButton* m_primary = nullptr;
    QPushButton* m_stopButton = nullptr;
    QPushButton* m_openRunButton = nullptr;
    QPushButton* m_canvasButton = nullptr;
    QProgressBar* m_progress = nullptr;
    LabelledNumber* m_speed = nullptr;
    LabelledNumber* m_left = nullptr;
    LabelledNumber* m_elapsed = nullptr;
    LabelledNumber* m_epoch = nullptr;
    LabelledNumber* m_loss = nullptr;
    LabelledNumber* m_metric = nullptr;
    QTableWidget* m_metrics = nullptr;
    ChartDeck* m_deck = nullptr;
    QAction* m_primaryAction = nullptr;
    QAction* m_stopAction = nullptr;
    QAction* m_newRunAction = nullptr;
    QAction* m_openRunAction = nullptr;
    QAction* m_canvasAction = nullptr;
};

} // namespace awb::ui
