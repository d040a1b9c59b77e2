// FusionPage: the finished model, changed by hand and measured.
#include <filesystem>
#include <system_error>

#include <QTabWidget>

#include "backend/jobs/run_controller.h"
#include "backend/jobs/run_inspector.h"
#include "ui/fusion/ablation_view.h"
#include "ui/fusion/ablation_words.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/hand_rules.h"
#include "ui/fusion/pruning_view.h"
#include "ui/fusion/pruning_words.h"
#include "ui/fusion/rule_gestures.h"
#include "ui/fusion/study_view.h"
#include "ui/fusion/study_words.h"
#include "ui/fusion/width_check.h"

namespace awb::ui {

namespace {

/// A paragraph a finding; empty where nothing was measured.
template<typename Measured>
QString findingsHtml(const std::optional<Measured>& measured) {
    QString html;
    if (measured) {
        for (const auto& finding : findingsIn(*measured)) {
            html += QStringLiteral("<p style='margin-top:0px;margin-bottom:4px'>%1</p>")
                        .arg(findingText(finding, *measured));
        }
    }
    return html;
}

} // namespace

void FusionPage::buildTrials() {
    if (m_context.runs) {
        m_inspector = new RunInspector(*m_context.runs, this);
    }
    m_hand = new HandPanel(m_inspector, this);
    m_hand->setObjectName(QStringLiteral("fusionHand"));
    m_ablation = new AblationView(m_inspector, this);
    m_ablation->setObjectName(QStringLiteral("fusionAblationView"));
    m_pruning = new PruningView(m_inspector, this);
    m_pruning->setObjectName(QStringLiteral("fusionPruningView"));
    m_study = new StudyView(m_inspector, this);
    m_study->setObjectName(QStringLiteral("fusionStudyView"));
    m_width = new WidthCheck(m_context, this);
}

void FusionPage::connectTrials() {
    addActions({m_hand->undoAction(), m_hand->redoAction()});
    connect(m_gestures, &RuleGestures::used, this, [this](int row) {
        m_side->setCurrentWidget(m_hand);
        if (row >= 0) {
            m_hand->editValue(row);
        }
    });
    connect(m_ablation, &AblationView::failed, this, &FusionPage::report);
    connect(m_ablation, &AblationView::measured, this, [this](qint64 measured) {
        if (run() == measured) {
            showAblation();
            showDetails();
        }
    });
    connect(m_pruning, &PruningView::failed, this, &FusionPage::report);
    connect(m_pruning, &PruningView::measured, this, [this](qint64 measured) {
        if (run() == measured) {
            showPruning();
            showDetails();
        }
    });
    connect(m_study, &StudyView::failed, this, &FusionPage::report);
    connect(m_study, &StudyView::measured, this, [this](qint64 measured) {
        if (run() == measured) {
            showStudy();
            showDetails();
        }
    });
}

QString FusionPage::trialObstacle() const {
    const auto row = m_context.store->run(*run());
    if (!row) {
        return QString::fromStdString(row.error().message());
    }
    if (row->state != RunState::Finished) {
        return tr("Run %1 is not finished: only a finished model can be changed by hand.").arg(*run());
    }
    std::error_code unreadable;
    return std::filesystem::exists(m_context.store->runFolder(*run()), unreadable)
               ? QString()
               : tr("The files of run %1 are gone: its model can't be opened again.").arg(*run());
}

void FusionPage::chooseTrials() {
    const QString obstacle = trialObstacle();
    if (probe()) {
        m_hand->setRun(*run(), *probe(), obstacle);
    } else {
        m_hand->setRun(*run(), {}, tr("Run %1 has no fusion whose weights could be changed.").arg(*run()));
    }
    m_gestures->setUsable(m_hand->isUsable());
    showAblation();
    showPruning();
    showStudy();
    if (const auto found = m_width->setRun(*run()); !found) {
        report(found.error());
    }
}

void FusionPage::showAblation() {
    auto map = m_context.store->ablation(*run());
    if (!map) {
        report(map.error());
        return;
    }
    m_ablation->setRun(*run(), std::move(*map), trialObstacle());
}

void FusionPage::showPruning() {
    auto pruned = m_context.store->pruning(*run());
    if (!pruned) {
        report(pruned.error());
        return;
    }
    m_pruning->setRun(*run(), std::move(*pruned),
                      probe() ? trialObstacle()
                              : tr("Run %1 has no fusion that could lose an adapter.").arg(*run()));
}

void FusionPage::showStudy() {
    auto study = m_context.store->adapterStudy(*run());
    if (!study) {
        report(study.error());
        return;
    }
    m_study->setRun(*run(), std::move(*study), trialObstacle());
}

QString FusionPage::changedWeight(ShareMap::Cell cell) const {
    const auto& report = m_hand->report();
    if (!report || report->rules != m_hand->rules()->rules()) {
        return {};
    }
    for (std::size_t i = 0; i < report->weights.size(); ++i) {
        if (report->probes[i].fusion == probe()->fusion && report->probes[i].places == probe()->places) {
            const auto at = static_cast<std::size_t>(cell.row) * probe()->adapters.size() +
                            static_cast<std::size_t>(cell.column);
            return u'\n' +
                   tr("at the run's end with the changes by hand: %1")
                       .arg(QString::number(static_cast<double>(report->weights[i].mean[at]), 'f', 3));
        }
    }
    return {};
}

QString FusionPage::measuredHtml() const {
    return findingsHtml(m_ablation->result()) + findingsHtml(m_pruning->result()) +
           findingsHtml(m_study->result());
}

} // namespace awb::ui
