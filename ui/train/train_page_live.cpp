// TrainPage and the run: commands, updates, numbers.
#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include <QAction>
#include <QHeaderView>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>

#include "backend/jobs/background_reader.h"
#include "backend/storage/run_store.h"
#include "ui/document/design_document.h"
#include "ui/plots/chart_deck.h"
#include "ui/runs/run_state_text.h"
#include "ui/theme/theme.h"
#include "ui/train/train_page.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/labelled_number.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

void TrainPage::showEmptyState() {
    m_stack->setCurrentIndex(m_run ? 1 : 0);
    if (m_run) {
        return;
    }
    const QString name =
        m_context.document ? QString::fromStdString(m_context.document->experiment().name) : QString();
    if (m_queue.isEmpty()) {
        m_empty->setState(
            QStringLiteral("train"), tr("Nothing is training"),
            tr("Start the current design, or change it on the Design page first. Curves appear here "
               "with the first step."),
            m_context.document ? tr("Start “%1”").arg(name) : QString());
    } else if (const QString series = waitsFor(); !series.isEmpty()) {
        m_empty->setState(
            QStringLiteral("clock"), tr("“%1” waits").arg(m_queue.front()),
            tr("The MAD-X experiment “%1” is training, and one thing trains at a time. This run "
               "begins when it has ended or is stopped on the MAD-X page.")
                .arg(series));
    } else {
        m_empty->setState(QStringLiteral("clock"), tr("Starting “%1”").arg(m_queue.front()),
                          tr("The worker reads the experiment."));
    }
}

QString TrainPage::waitsFor() const {
    return m_context.runs ? m_context.runs->series() : QString();
}

void TrainPage::startDesign() {
    if (!m_context.document || !m_context.runs) {
        return;
    }
    const DesignDocument& document = *m_context.document;
    const auto folder = document.file() ? document.file()->parent_path() : m_context.workspace;
    m_queue << QString::fromStdString(document.experiment().name);
    m_messages->dismiss(QStringLiteral("run"));
    showQueue();
    showEmptyState();
    m_context.runs->start(resolvePaths(document.experiment(), folder));
}

void TrainPage::primaryAction() {
    if (!m_run) {
        startDesign();
    } else if (m_state == RunState::Running && m_context.runs) {
        m_context.runs->pause();
    } else if (m_state == RunState::Paused && m_context.runs) {
        m_context.runs->unpause();
    } else if (canResume() && m_context.runs) {
        m_context.runs->resumeRun(*m_run);
    } else if (isTerminal(m_state)) {
        startDesign();
    }
}

void TrainPage::stop() {
    if (m_context.runs && isActive()) {
        m_context.runs->stop();
    }
}

void TrainPage::beginRun(qint64 run) {
    if (!m_queue.isEmpty()) {
        m_queue.removeFirst();
    }
    m_run = run;
    m_state = RunState::Preparing;
    m_activity.clear();
    m_fraction = -1;
    m_plan.reset();
    m_lastStep.reset();
    m_lastEval.reset();
    m_rate = 0;
    m_secondsLeft = -1;
    m_resumable = false;
    m_seriesToken = 0;
    m_meanwhileSteps.clear();
    m_meanwhileEvals.clear();
    m_metrics->setRowCount(0);
    m_metrics->setVisible(false);
    m_messages->dismiss(QStringLiteral("run"));
    m_deck->clear();
    m_name = tr("Run %1").arg(run);
    if (m_context.store) {
        const Result<RunRow> row = m_context.store->run(run);
        if (row) {
            m_name = QString::fromStdString(row->name);
        }
        // A resumed run has a past: its curves up to the checkpoint.
        if (row && row->checkpointStep > 0 && m_context.reader) {
            m_seriesToken = m_context.reader->loadSeries(run);
        }
        const Result<std::string> text = m_context.store->experimentText(run);
        const auto json = nlohmann::json::parse(text.value_or(std::string()), nullptr, false);
        const auto training = json.is_object() ? json.find("training") : json.end();
        if (json.is_object() && training != json.end() && training->is_object() &&
            training->contains("eval_steps") && training->at("eval_steps").is_number_integer()) {
            m_deck->setFirstEvaluation(training->at("eval_steps").get<std::int64_t>());
        }
    }
    showEmptyState();
    showQueue();
    showState();
    showProgress();
}

void TrainPage::apply(const awb::LiveUpdate& update) {
    if (m_run != update.run) {
        beginRun(update.run);
    }
    const bool stateChanged = m_state != update.state || m_activity != update.activity;
    m_state = update.state;
    m_activity = update.activity;
    m_fraction = update.activityFraction;
    if (update.plan && (!m_plan || m_plan->totalSteps != update.plan->totalSteps ||
                        m_plan->modules != update.plan->modules)) {
        m_plan = *update.plan;
        m_deck->setPlan(*m_plan);
    }
    m_rate = update.examplesPerSecond;
    m_secondsLeft = update.secondsLeft;
    if (!update.steps.empty()) {
        m_lastStep = update.steps.back();
    }
    for (const EvalRecord& eval : update.evals) {
        if (eval.split == "validation") {
            m_lastEval = eval;
        }
    }
    if (m_seriesToken != 0) {
        m_meanwhileSteps.insert(m_meanwhileSteps.end(), update.steps.begin(), update.steps.end());
        m_meanwhileEvals.insert(m_meanwhileEvals.end(), update.evals.begin(), update.evals.end());
    }
    if (!update.steps.empty() || !update.evals.empty()) {
        m_deck->append(update.steps, update.evals);
    }
    if (stateChanged) {
        showState();
    }
    showProgress();
}

void TrainPage::endRun(qint64 run, const awb::RunOutcome& outcome) {
    if (m_run != run) {
        return;
    }
    m_state = outcome.state;
    m_resumable = outcome.resumable;
    m_secondsLeft = -1;
    m_activity.clear();
    m_fraction = -1;
    showState();
    showProgress();
    showMetrics(outcome);
    if (outcome.error) {
        m_messages->postError(QStringLiteral("run"), *outcome.error);
    }
    Q_EMIT statusMessage(tr("%1: %2").arg(m_name, stateSentence()));
}

void TrainPage::showError(const awb::Error& error) {
    m_messages->postError(QStringLiteral("run"), error);
    showEmptyState();
}

QString TrainPage::stateSentence() const {
    switch (m_state) {
    case RunState::Preparing: {
        QString text = m_activity.isEmpty() ? tr("Preparing") : tr("Preparing: %1").arg(m_activity);
        if (m_fraction >= 0) {
            text += QStringLiteral(" %1 %").arg(static_cast<int>(100 * m_fraction));
        }
        return text;
    }
    case RunState::Stopping:
        return !m_activity.isEmpty() ? m_activity
               : m_lastStep          ? tr("Stopping at step %1").arg(m_lastStep->step)
                                     : tr("Stopping");
    case RunState::Stopped:
        return m_resumable ? tr("Stopped (checkpoint saved)") : tr("Stopped");
    case RunState::Running:
        return m_activity.isEmpty() || m_activity == runStateText(RunState::Running) ? tr("Running")
                                                                                     : m_activity;
    default:
        return runStateText(m_state);
    }
}

void TrainPage::showState() {
    m_nameLabel->setText(m_name);
    m_stateIcon->setIcon(runStateIcon(m_state), runStateTone(m_state));
    m_stateLabel->setText(stateSentence());
    m_stateLabel->setTone(m_state == RunState::Failed ? Tone::Error : Tone::Text);

    struct Primary {
        QString text;
        QString icon;
        bool enabled;
        QString reason;
    };
    const Primary primary =
        !m_run                           ? Primary{tr("Start"), QStringLiteral("play"), true, {}}
        : m_state == RunState::Running   ? Primary{tr("Pause"), QStringLiteral("pause"), true, {}}
        : m_state == RunState::Paused    ? Primary{tr("Resume"), QStringLiteral("resume"), true, {}}
        : m_state == RunState::Preparing ? Primary{tr("Pause"), QStringLiteral("pause"), false,
                                                   tr("The run can be paused once its first step has begun")}
        : m_state == RunState::Stopping  ? Primary{tr("Pause"), QStringLiteral("pause"), false,
                                                  tr("The run is stopping and writes its checkpoint")}
        : canResume()                    ? Primary{tr("Resume"), QStringLiteral("resume"), true, {}}
                                         : Primary{tr("Start again"), QStringLiteral("play"), true, {}};
    m_primaryAction->setText(primary.text);
    m_primaryAction->setIcon(Theme::instance().icon(primary.icon));
    m_primaryAction->setEnabled(primary.enabled);
    m_primary->setText(primary.text);
    m_primary->setEnabled(primary.enabled);
    const QString keys = m_primaryAction->shortcut().toString(QKeySequence::NativeText);
    m_primary->setToolTip(primary.enabled ? tr("%1 (%2)").arg(primary.text, keys) : primary.reason);

    const bool stoppable = isActive() && m_state != RunState::Stopping;
    m_stopAction->setEnabled(stoppable);
    m_stopButton->setEnabled(stoppable);
    m_stopButton->setToolTip(stoppable ? tr("Stop and keep a checkpoint to resume from (%1)")
                                             .arg(m_stopAction->shortcut().toString(QKeySequence::NativeText))
                                       : tr("No run is active that could be stopped"));
    for (QAction* action : {m_openRunAction, m_canvasAction}) {
        action->setEnabled(m_run.has_value());
    }
}

void TrainPage::showProgress() {
    const QLocale locale;
    const std::int64_t step = m_lastStep ? m_lastStep->step : m_plan ? m_plan->startStep : 0;
    const std::int64_t total = m_plan ? m_plan->totalSteps : 0;
    if (m_state == RunState::Preparing) {
        m_progress->setRange(0, m_fraction >= 0 ? 1000 : 0);
        m_progress->setValue(static_cast<int>(1000 * std::max(0.0, m_fraction)));
        m_progress->setFormat(stateSentence());
        m_stateLabel->setText(stateSentence());
    } else {
        m_progress->setRange(0, 1000);
        const double share = total > 0 ? static_cast<double>(step) / static_cast<double>(total) : 0.0;
        m_progress->setValue(static_cast<int>(1000 * share));
        m_progress->setFormat(
            tr("step %1 of %2 · %3 %")
                .arg(fullCount(step), fullCount(total), locale.toString(100 * share, 'f', 1)));
    }
    m_speed->setValue(m_rate > 0 && isActive() ? tr("%1 examples/s").arg(locale.toString(m_rate, 'f', 1))
                                               : QStringLiteral("—"));
    m_left->setValue(m_secondsLeft >= 0 ? durationText(m_secondsLeft) : QStringLiteral("—"));
    if (!m_lastStep) {
        for (LabelledNumber* number : {m_elapsed, m_epoch, m_loss}) {
            number->setValue(QStringLiteral("—"));
        }
    } else {
        m_elapsed->setValue(durationText(m_lastStep->seconds));
        m_epoch->setValue(locale.toString(m_lastStep->epoch, 'f', 2));
        m_loss->setValue(valueText(m_lastStep->loss), tr("Of the last batch, step %1").arg(m_lastStep->step));
    }
    if (!m_lastEval) {
        m_metric->setValue(QStringLiteral("—"), tr("No evaluation yet"));
        return;
    }
    const std::string main = m_plan ? m_plan->mainMetric : std::string();
    const auto metric = m_lastEval->metrics.find(main);
    m_metric->setValue(
        metric != m_lastEval->metrics.end() ? tr("%1 %2").arg(metricText(main), valueText(metric->second))
                                            : tr("loss %1").arg(valueText(m_lastEval->loss)),
        tr("At step %1, validation loss %2").arg(m_lastEval->step).arg(valueText(m_lastEval->loss)));
}

void TrainPage::showQueue() {
    const QString names = m_queue.join(QStringLiteral(", "));
    const QString series = waitsFor();
    m_queueLabel->setText(m_queue.isEmpty()  ? QString()
                          : series.isEmpty() ? tr("Waiting: %1").arg(names)
                                             : tr("Waiting for MAD-X “%1”: %2").arg(series, names));
}

void TrainPage::showMetrics(const RunOutcome& outcome) {
    std::set<std::string> names;
    for (const auto& [split, metrics] : outcome.metrics) {
        for (const auto& [metric, value] : metrics) {
            names.insert(metric);
        }
    }
    m_metrics->clear();
    m_metrics->setRowCount(static_cast<int>(outcome.metrics.size()));
    m_metrics->setColumnCount(static_cast<int>(names.size()));
    int column = 0;
    for (const std::string& name : names) {
        m_metrics->setHorizontalHeaderItem(column++, new QTableWidgetItem(metricText(name)));
    }
    int row = 0;
    for (const auto& [split, metrics] : outcome.metrics) {
        m_metrics->setVerticalHeaderItem(row, new QTableWidgetItem(QString::fromStdString(split)));
        column = 0;
        for (const std::string& name : names) {
            const auto found = metrics.find(name);
            auto* item =
                new QTableWidgetItem(found == metrics.end() ? QStringLiteral("—") : valueText(found->second));
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_metrics->setItem(row, column++, item);
        }
        ++row;
    }
    m_metrics->setFixedSize(
        m_metrics->verticalHeader()->sizeHint().width() + m_metrics->horizontalHeader()->length() + 2,
        m_metrics->horizontalHeader()->sizeHint().height() + m_metrics->verticalHeader()->length() + 2);
    m_metrics->setVisible(row > 0);
}

} // namespace awb::ui
