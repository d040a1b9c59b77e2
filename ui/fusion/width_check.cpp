#include "ui/fusion/width_check.h"

#include <QAction>

#include "backend/jobs/run_controller.h"

namespace awb::ui {

namespace {

QString points(double score) {
    return QString::number(100 * score, 'f', 1);
}

} // namespace

WidthCheck::WidthCheck(const AppContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
    , m_action(new QAction(tr("Train with &Reduction Factor 2"), this)) {
    m_action->setObjectName(QStringLiteral("fusionWider"));
    m_action->setEnabled(false);
    connect(m_action, &QAction::triggered, this, &WidthCheck::train);
}

Result<void> WidthCheck::setRun(qint64 run) {
    m_run = run;
    m_design.reset();
    m_wider.reset();
    const auto row = m_context.store->run(run);
    if (!row) {
        return fail(row.error());
    }
    m_isFinished = row->state == RunState::Finished;
    if (m_isFinished) {
        auto design = m_context.store->experiment(run);
        if (!design) {
            return fail(design.error());
        }
        m_design = widerDesign(*design);
        auto wider = findWiderRun(*m_context.store, run);
        if (!wider) {
            return fail(wider.error());
        }
        m_wider = *wider;
    }
    const QString reason = obstacle();
    m_action->setEnabled(reason.isEmpty());
    m_action->setToolTip(reason.isEmpty()
                             ? tr("Trains the design of run %1 again with wider bottlenecks, to see whether "
                                  "its own are too narrow")
                                   .arg(m_run)
                             : reason);
    return {};
}

QString WidthCheck::obstacle() const {
    if (m_context.runs == nullptr) {
        return tr("Nothing can be trained without the program's worker.");
    }
    if (!m_isFinished) {
        return tr("Run %1 is not finished.").arg(m_run);
    }
    if (!m_design) {
        return tr("Run %1 has trained no bottleneck narrower than reduction factor 2.").arg(m_run);
    }
    return m_wider ? tr("Run %1 is that already.").arg(m_wider->run) : QString();
}

QString WidthCheck::text() const {
    if (!m_wider) {
        return {};
    }
    const QString scores = tr("With reduction factor 2 (run %1) the validation score is %2 instead of %3")
                               .arg(m_wider->run)
                               .arg(points(m_wider->score), points(m_wider->own));
    return m_wider->isBetter() ? tr("%1: the bottleneck is too narrow for this task.").arg(scores)
                               : tr("%1: the bottleneck is wide enough.").arg(scores);
}

void WidthCheck::train() {
    m_context.runs->start(*m_design);
    m_action->setEnabled(false);
    m_action->setToolTip(tr("Its training is under way or in the queue."));
}

} // namespace awb::ui
