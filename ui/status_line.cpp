#include "ui/status_line.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLocale>

#include "ui/runs/run_state_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kMessageMs = 8000;
const auto kDot = QStringLiteral(" · ");

QWidget* withIcon(ToneIcon* icon, ToneLabel* label, const QString& objectName) {
    auto* box = new QWidget;
    box->setObjectName(objectName);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(px(Space::S), 0, px(Space::S), 0);
    row->setSpacing(px(Space::Xs));
    row->addWidget(icon);
    row->addWidget(label);
    return box;
}

} // namespace

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent)
    , m_runIcon(new ToneIcon(QStringLiteral("clock"), Tone::MutedText, 16))
    , m_run(new ToneLabel(tr("No run"), Tone::MutedText))
    , m_machine(new ToneLabel(tr("CPU · measuring"), Tone::MutedText)) {
    setSizeGripEnabled(false);
    m_run->setObjectName(QStringLiteral("statusRun"));
    m_machine->setObjectName(QStringLiteral("statusMachine"));
    addPermanentWidget(withIcon(m_runIcon, m_run, QStringLiteral("statusRunBox")));
    addPermanentWidget(withIcon(new ToneIcon(QStringLiteral("cpu"), Tone::MutedText, 16), m_machine,
                                QStringLiteral("statusMachineBox")));
}

void StatusLine::say(const QString& text) {
    showMessage(text, kMessageMs);
}

void StatusLine::setRun(const LiveUpdate& update) {
    if (update.run != m_shownRun) {
        m_shownRun = update.run;
        m_step = 0;
        m_totalSteps = 0;
    }
    if (update.plan) {
        m_totalSteps = update.plan->totalSteps;
    }
    if (!update.steps.empty()) {
        m_step = update.steps.back().step;
    }
    QStringList parts{update.activity.isEmpty() ? runStateText(update.state) : update.activity};
    if (update.state == RunState::Preparing && update.activityFraction >= 0) {
        parts << tr("%1 %").arg(qRound(update.activityFraction * 100));
    }
    if (m_totalSteps > 0 && update.state != RunState::Preparing) {
        parts << tr("step %1 of %2")
                     .arg(QLocale().toString(qlonglong{m_step}), QLocale().toString(qlonglong{m_totalSteps}));
    }
    if (update.state == RunState::Running && update.secondsLeft >= 0) {
        parts << tr("%1 left").arg(durationText(update.secondsLeft));
    }
    showRun(runStateIcon(update.state), parts.join(kDot));
}

void StatusLine::setRunEnded(qint64 run, const RunOutcome& outcome) {
    m_shownRun = run;
    QString text =
        runStateText(outcome.state) + kDot + tr("step %1").arg(QLocale().toString(qlonglong{outcome.step}));
    if (outcome.state == RunState::Stopped && outcome.resumable) {
        text += kDot + tr("checkpoint saved");
    }
    showRun(runStateIcon(outcome.state), text);
}

void StatusLine::showRun(const QString& iconName, const QString& text) {
    m_runIcon->setIcon(iconName, Tone::MutedText);
    m_run->setText(text);
    m_run->setAccessibleName(tr("Run: %1").arg(text));
}

void StatusLine::setMachine(const MachineSpeed& speed) {
    const QString threads = tr("%n thread(s)", nullptr, speed.threads);
    m_machine->setText(tr("CPU · %1 · %2 GFLOP/s")
                           .arg(threads, QLocale().toString(speed.gflops, 'f', speed.gflops < 10 ? 1 : 0)));
    m_machine->setToolTip(tr("Speed of a product of two 512 × 512 matrices of 32-bit numbers.\n%1")
                              .arg(QString::fromStdString(speed.configuration)));
}

} // namespace awb::ui
