// MadxPage: training and the scores of the past.
#include <algorithm>

#include <QAction>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

#include "backend/jobs/run_controller.h"
#include "ui/madx/madx_document.h"
#include "ui/madx/madx_language_step.h"
#include "ui/madx/madx_page.h"
#include "ui/madx/madx_results.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

void MadxPage::connectAll() {
    connect(m_document, &MadxDocument::changed, this, &MadxPage::takeDocument);
    connect(m_results, &MadxResults::openRun, this, [this](qint64 run) {
        Q_EMIT openRun(run);
        Q_EMIT pageRequested(QStringLiteral("runs"));
    });
    connect(&m_lookUpLater, &QTimer::timeout, this, &MadxPage::lookUp);
    if (m_study == nullptr) {
        return;
    }
    connect(m_study, &MadxStudy::progressed, this, &MadxPage::showProgress);
    connect(m_study, &MadxStudy::completedRun, this, &MadxPage::takeRun);
    connect(m_study, &MadxStudy::ended, this, &MadxPage::showEnd);
    connect(m_study, &MadxStudy::failed, this, [this](const Error& error) {
        fail(error);
        lookUp(); // what was reached stays in the workspace
    });
    connect(m_study, &MadxStudy::lookedUp, this, [this](const MadxReport& report) {
        m_isLooking = false;
        if (!isTraining()) {
            setReport(report);
        }
        refresh();
    });
    connect(m_study, &MadxStudy::lookUpFailed, this, [this](const Error& error) {
        m_isLooking = false;
        fail(error);
    });
    RunController* runs = m_context.runs;
    connect(runs, &RunController::runStarted, this, &MadxPage::refresh);
    connect(runs, &RunController::runEnded, this, &MadxPage::refresh);
    connect(runs, &RunController::failed, this, &MadxPage::refresh);
}

void MadxPage::takeDocument() {
    m_past = {};
    m_isLooking = m_document->obstacle().isEmpty() && m_study != nullptr;
    setReport({});
    m_lookUpLater.start();
    refresh();
}

void MadxPage::lookUp() {
    if (m_study == nullptr || isTraining() || !m_document->isOpen() || !m_document->obstacle().isEmpty()) {
        return;
    }
    m_isLooking = true;
    m_study->lookUp(m_document->experiment());
}

void MadxPage::setReport(const MadxReport& report) {
    m_report = report;
    m_languages->setReport(report);
    if (m_document->isOpen()) {
        m_results->show(m_document->experiment(), report);
    }
    refresh();
}

/// Scores that come later in the study's sequence, but are there already, stay in sight.
void MadxPage::takeRun(MadxReport report) {
    report.absorb(m_past);
    setReport(report);
}

void MadxPage::primaryAction() {
    if (isTraining()) {
        m_study->stop();
        m_progress->setText(tr("Stopping: the run leaves a checkpoint"));
    } else if (obstacle().isEmpty()) {
        m_messages->dismiss(QStringLiteral("madx"));
        m_past = m_report;
        m_study->start(m_document->experiment());
        m_progress->setText(tr("Preparing"));
    }
    refresh();
}

QString MadxPage::obstacle() const {
    if (m_study == nullptr) {
        return tr("This window has no worker to train with.");
    }
    if (const QString problem = m_document->obstacle(); !problem.isEmpty()) {
        return problem;
    }
    if (m_context.runs->isActive()) {
        return tr(
            "A run is training: one training at a time. The experiment can begin when it has ended; see the "
            "Train page.");
    }
    return m_report.allRuns > 0 && m_report.isComplete() ? tr("All %1 runs are there.").arg(m_report.allRuns)
                                                         : QString();
}

void MadxPage::showProgress(const MadxProgress& progress) {
    const QLocale locale;
    QStringList parts{tr("Run %1 of %2: %3").arg(progress.runs + 1).arg(progress.allRuns).arg(progress.name)};
    if (!progress.activity.isEmpty()) {
        parts << (progress.fraction < 0
                      ? progress.activity
                      : tr("%1 %2 %").arg(progress.activity).arg(static_cast<int>(100 * progress.fraction)));
    }
    if (progress.examplesPerSecond > 0) {
        parts << tr("%1 examples/s").arg(locale.toString(progress.examplesPerSecond, 'f', 0));
    }
    if (progress.secondsLeft >= 0) {
        parts << tr("%1 left of this run").arg(durationText(progress.secondsLeft));
    }
    if (!m_study->isStopping()) {
        m_progress->setText(parts.join(QStringLiteral(" · ")));
    }
}

void MadxPage::showEnd(const MadxReport& report) {
    takeRun(report);
    m_past = {};
    lookUp();
    Q_EMIT statusMessage(report.isComplete()
                             ? tr("MAD-X: all %1 runs are there").arg(report.allRuns)
                             : tr("MAD-X: stopped after %1 of %2 runs").arg(report.runs).arg(report.allRuns));
}

void MadxPage::fail(const Error& error) {
    m_messages->postError(QStringLiteral("madx"), error);
    refresh();
}

void MadxPage::showFileActions() {
    const auto keys = [](const QAction* action) {
        return tr("%1 (%2)").arg(action->text(), action->shortcut().toString(QKeySequence::NativeText));
    };
    const bool trains = isTraining();
    m_openAction->setEnabled(!trains);
    m_templateAction->setEnabled(!trains);
    m_openButton->setEnabled(!trains);
    m_openButton->setToolTip(trains ? tr("An experiment is training: stop it before another is opened")
                                    : keys(m_openAction));
    const bool isOpen = m_document->isOpen();
    m_saveAction->setEnabled(isOpen);
    m_saveButton->setEnabled(isOpen);
    m_saveButton->setToolTip(isOpen ? keys(m_saveAction) : tr("There is no experiment to save yet"));
    const bool hasScores = !m_report.scores.empty();
    for (QAction* action : m_exports) {
        action->setEnabled(hasScores);
    }
    m_exportButton->setEnabled(hasScores);
    m_exportButton->setToolTip(hasScores ? tr("The scores as a table or a picture")
                                         : tr("There are no scores yet"));
}

void MadxPage::refresh() {
    const bool isOpen = m_document->isOpen();
    const bool trains = isTraining();
    m_stack->setCurrentIndex(isOpen ? 1 : 0);
    const QString name = QString::fromStdString(m_document->experiment().name);
    m_name->setText(isOpen ? m_document->isModified() ? tr("%1 (not saved)").arg(name) : name : QString());
    m_name->setToolTip(QString::fromStdString(m_document->file().string()));
    showFileActions();
    m_steps->setEnabled(!trains);
    m_steps->setToolTip(trains ? tr("The experiment is training: stop it to change it") : QString());

    const QString why = trains ? QString() : obstacle();
    const bool isStopping = trains && m_study->isStopping();
    const QString text = trains                                        ? tr("Stop")
                         : m_report.runs > 0 && !m_report.isComplete() ? tr("Go on")
                                                                       : tr("Train");
    m_primaryAction->setText(text);
    m_primaryAction->setEnabled(why.isEmpty() && !isStopping);
    m_primary->setText(text);
    m_primary->setEnabled(m_primaryAction->isEnabled());
    m_primary->setToolTip(isStopping       ? tr("The run is stopping and leaves a checkpoint")
                          : !why.isEmpty() ? why
                          : trains
                              ? tr("Stop and keep a checkpoint to go on from (%1)")
                                    .arg(m_primaryAction->shortcut().toString(QKeySequence::NativeText))
                              : tr("Train what is not there yet (%1)")
                                    .arg(m_primaryAction->shortcut().toString(QKeySequence::NativeText)));
    m_bar->setVisible(isOpen && m_report.allRuns > 0);
    m_bar->setRange(0, std::max(1, m_report.allRuns));
    m_bar->setValue(m_report.runs);
    m_progress->setVisible(isOpen);
    if (trains) {
        return;
    }
    m_progress->setText(!why.isEmpty() ? why
                        : m_isLooking  ? tr("Reading past scores")
                        : m_report.runs == 0
                            ? tr("Nothing is trained yet")
                            : tr("%1 of %2 runs are there").arg(m_report.runs).arg(m_report.allRuns));
}

} // namespace awb::ui
