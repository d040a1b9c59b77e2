// FusionPage: what it shows.
#include <algorithm>
#include <limits>
#include <utility>

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QStackedWidget>

#include "backend/analysis/fusion_findings.h"
#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/hand_panel.h"
#include "ui/fusion/rule_gestures.h"
#include "ui/fusion/share_curves.h"
#include "ui/fusion/token_map.h"
#include "ui/fusion/width_check.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

QString number(double value) {
    return QString::number(value, 'f', 3);
}

QString findingText(const FusionFinding& finding) {
    const QString adapter = QString::fromStdString(finding.adapter).toHtmlEscaped();
    const QString range = FusionPage::tr("%1 to %2").arg(number(finding.lowest), number(finding.highest));
    switch (finding.kind) {
    case FusionFinding::Kind::NearUniform:
        return FusionPage::tr(
                   "The weights are nearly equal everywhere (entropy %1 of 1): the fusion averages "
                   "its adapters. Train it longer or with a higher learning rate.")
            .arg(range);
    case FusionFinding::Kind::OneForAll:
        return FusionPage::tr("%1 has nearly all the weight everywhere (%2): alone it may do as well.")
            .arg(adapter, range);
    case FusionFinding::Kind::NeverUsed:
        return FusionPage::tr("%1 has nearly no weight anywhere (%2): the fusion may do without it.")
            .arg(adapter, range);
    }
    return {};
}

QString heading(const QString& text) {
    return QStringLiteral("<p style='margin-top:8px;margin-bottom:2px'><b>%1</b></p>").arg(text);
}

QString lineOf(const QString& text) {
    return QStringLiteral("<p style='margin-top:0px;margin-bottom:4px'>%1</p>").arg(text);
}

/// 0 where no run has a fusion.
std::int64_t newestFusion(const std::vector<AdapterRun>& runs) {
    const auto found = std::ranges::find(runs, true, &AdapterRun::hasFusion); // the newest stands first
    return found == runs.end() ? 0 : found->run;
}

void fillPlaces(QComboBox* box, const FusionProbe& probe, const QString& first = {}) {
    const QSignalBlocker quiet(box);
    const QString chosen = box->currentText();
    box->clear();
    if (!first.isEmpty()) {
        box->addItem(first);
    }
    for (const FusionPlace& place : probe.places) {
        box->addItem(placeText(place));
    }
    box->setCurrentIndex(std::max(0, box->findText(chosen)));
}

} // namespace

std::optional<qint64> FusionPage::run() const {
    return m_runBox->currentIndex() < 0 ? std::nullopt
                                        : std::optional<qint64>(m_runBox->currentData().toLongLong());
}

const FusionProbe* FusionPage::probe() const {
    const int index = m_fusionBox->currentIndex();
    return index < 0 || index >= static_cast<int>(m_probes.size())
               ? nullptr
               : &m_probes[static_cast<std::size_t>(index)];
}

void FusionPage::report(const Error& error) {
    m_messages->postError(QStringLiteral("fusion"), error);
}

void FusionPage::reload() {
    if (!m_context.store) {
        return;
    }
    auto runs = m_context.store->adapterRuns();
    if (!runs) {
        report(runs.error());
        return;
    }
    if (*runs == m_runs && run()) {
        if (m_inspector && probe() && !m_hand->isUsable() && trialObstacle().isEmpty()) {
            chooseTrials(); // the run has just finished
        }
        if (probe()) {
            readSteps(); // of a live run; the boxes, which may be open, stay as they are
        }
        return;
    }
    const auto before = newestFusion(m_runs);
    m_runs = std::move(*runs);
    fillRuns();
    const auto now = newestFusion(m_runs);
    const bool showsNone = run() && !m_runs[static_cast<std::size_t>(m_runBox->currentIndex())].hasFusion;
    if (now > before && showsNone) {
        // Who looks at a run without a fusion while one is trained comes back for that one.
        const QSignalBlocker quiet(m_runBox);
        m_runBox->setCurrentIndex(m_runBox->findData(static_cast<qlonglong>(now)));
    }
    updateEmptyState();
    chooseRun();
}

/// Keeps the chosen runs where they are still there.
void FusionPage::fillRuns() {
    const QVariant chosen = m_runBox->currentData();
    const QVariant compared = m_compareBox->currentData();
    const QSignalBlocker quietRuns(m_runBox);
    const QSignalBlocker quietCompare(m_compareBox);
    m_runBox->clear();
    m_compareBox->clear();
    m_compareBox->addItem(tr("Compare with …"));
    for (const AdapterRun& each : m_runs) {
        const auto id = static_cast<qlonglong>(each.run);
        const QString text = tr("%1 · run %2").arg(QString::fromStdString(each.name)).arg(id);
        m_runBox->addItem(text, id);
        if (each.hasFusion) {
            m_compareBox->addItem(text, id);
        }
    }
    if (m_compareBox->count() > 2) {
        m_compareBox->addItem(tr("All seeds of this run"), kAllSeeds);
    }
    const int index = chosen.isValid() ? m_runBox->findData(chosen) : -1;
    // At first the newest run with a fusion, else the newest of all.
    const int first = std::max(0, m_runBox->findData(static_cast<qlonglong>(newestFusion(m_runs))));
    m_runBox->setCurrentIndex(m_runs.empty() ? -1 : index < 0 ? first : index);
    m_compareBox->setCurrentIndex(compared.isValid() ? std::max(0, m_compareBox->findData(compared)) : 0);
}

void FusionPage::selectRun(qint64 run) {
    reload();
    if (const int index = m_runBox->findData(static_cast<qlonglong>(run)); index >= 0) {
        m_runBox->setCurrentIndex(index);
    }
}

void FusionPage::updateEmptyState() {
    const bool isEmpty = m_runBox->count() == 0;
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
    for (QComboBox* box : {m_runBox, m_fusionBox, m_compareBox}) {
        box->setVisible(!isEmpty);
    }
    for (QAction* action : m_actions) {
        action->setEnabled(!isEmpty);
    }
    if (isEmpty) {
        m_empty->setState(
            QStringLiteral("fusion"), tr("No adapter has been trained yet"),
            tr("Finished runs with adapters are looked into here. Of two or more adapters a fusion can be "
               "trained: its weights are recorded while it learns."),
            tr("New fusion …"));
    }
}

void FusionPage::chooseRun() {
    m_probes.clear();
    if (const auto id = run()) {
        auto probes = m_context.store->fusions(*id);
        if (!probes) {
            report(probes.error());
        } else {
            m_probes = std::move(*probes);
        }
    }
    {
        const QSignalBlocker quiet(m_fusionBox);
        const QString chosen = m_fusionBox->currentText();
        m_fusionBox->clear();
        for (const FusionProbe& each : m_probes) {
            m_fusionBox->addItem(QString::fromStdString(each.fusion).replace(u',', QStringLiteral(" + ")));
        }
        m_fusionBox->setCurrentIndex(m_probes.empty() ? -1 : std::max(0, m_fusionBox->findText(chosen)));
    }
    chooseFusion();
}

void FusionPage::chooseFusion() {
    const FusionProbe* shown = probe();
    for (QStackedWidget* view : std::as_const(m_fusionViews)) {
        view->setCurrentIndex(shown ? 0 : 1);
    }
    m_timeline->setVisible(shown != nullptr);
    m_fusionBox->setEnabled(shown != nullptr);
    m_compareBox->setEnabled(shown != nullptr);
    readSeeds();
    if (!shown) {
        m_fusionBox->setToolTip(tr("This run has no fusion"));
        m_timeline->setSteps({});
        if (run()) {
            chooseTrials();
        }
        showStep();
        return;
    }
    fillFusion(*shown);
    chooseTrials();
    readSteps();
}

/// The choices of a fusion's views.
void FusionPage::fillFusion(const FusionProbe& shown) {
    m_fusionBox->setToolTip(tr("The fused adapters: %1").arg(m_fusionBox->currentText()));
    fillPlaces(m_placeBox, shown);
    fillPlaces(m_curvePlaceBox, shown, tr("all layers"));
    {
        const QSignalBlocker quiet(m_textBox);
        const int chosen = m_textBox->currentIndex();
        m_textBox->clear();
        for (const ProbeText& text : shown.texts) {
            QStringList words;
            for (std::size_t i = 0; i < std::min<std::size_t>(text.tokens.size(), 9); ++i) {
                words << QString::fromStdString(text.tokens[i]);
            }
            const QString label = text.label.empty()
                                      ? QString()
                                      : QStringLiteral("[%1] ").arg(QString::fromStdString(text.label));
            m_textBox->addItem(label + words.join(u' ') + QStringLiteral(" …"));
        }
        m_textBox->setCurrentIndex(std::clamp(chosen, 0, std::max(0, m_textBox->count() - 1)));
    }
    m_views->setTabEnabled(Classes, !shown.classes.empty());
    m_views->setTabToolTip(Classes, shown.classes.empty() ? tr("This task has no classes") : QString());
}

void FusionPage::readSteps() {
    auto steps = m_context.store->fusionSteps(*run(), probe()->fusion);
    if (!steps) {
        report(steps.error());
        return;
    }
    m_timeline->setSteps(std::move(*steps));
    showStep();
}

std::optional<FusionRecord> FusionPage::read(FusionDetail detail) {
    qint64 step = m_timeline->step();
    if (detail == FusionDetail::Tokens) {
        for (const FusionStep& each : m_timeline->steps()) {
            if (each.hasTokens && each.step <= m_timeline->step()) {
                step = each.step;
            }
        }
    }
    auto record = m_context.store->fusionAt(*run(), *probe(), step, detail);
    if (!record) {
        report(record.error());
        return std::nullopt;
    }
    return std::move(*record);
}

void FusionPage::showStep() {
    if (!probe() || m_timeline->isEmpty()) {
        if (view() == Runs) {
            showRuns();
        }
        showDetails();
        return;
    }
    if (auto record = read(FusionDetail::Summary)) {
        m_record = std::move(*record);
        Q_EMIT weightsShown(*probe(), m_record);
    }
    switch (view()) {
    case Layers:
        showLayers();
        break;
    case Classes:
        showClasses();
        break;
    case Text:
        showText();
        break;
    case OverTime:
        showOverTime();
        break;
    case Runs:
        showRuns();
        break;
    case Ablation:
    case Pruning:
    case Adapters:
        break;
    }
    showDetails();
}

void FusionPage::showClasses() {
    if (!probe() || view() != Classes || m_timeline->isEmpty()) {
        return;
    }
    if (const auto record = read(FusionDetail::Classes)) {
        m_classes->setMatrix(classMatrix(*probe(), *record,
                                         static_cast<std::size_t>(std::max(0, m_placeBox->currentIndex()))));
    }
}

void FusionPage::showText() {
    if (!probe() || view() != Text || m_timeline->isEmpty()) {
        return;
    }
    const FusionProbe& shown = *probe();
    const auto record = read(FusionDetail::Tokens);
    const int index = m_textBox->currentIndex();
    if (!record || record->byToken.empty() || index < 0) {
        m_tokens->clear();
        m_textNote->setText(tr("No single tokens were recorded up to this step."));
        return;
    }
    std::size_t begin = 0;
    for (int i = 0; i < index; ++i) {
        begin += shown.texts[static_cast<std::size_t>(i)].tokens.size();
    }
    const ProbeText& text = shown.texts[static_cast<std::size_t>(index)];
    const std::size_t cells = shown.places.size() * shown.adapters.size();
    const auto first = record->byToken.begin() + static_cast<std::ptrdiff_t>(begin * cells);
    m_tokens->setText(shown, text, {first, first + static_cast<std::ptrdiff_t>(text.tokens.size() * cells)});
    QStringList legend;
    for (const std::string& adapter : shown.adapters) {
        const QString name = QString::fromStdString(adapter);
        legend << QStringLiteral("<span style='color:%1'>■</span> %2")
                      .arg(Theme::instance().adapterColor(name).name(), name.toHtmlEscaped());
    }
    m_textNote->setText(tr("Recorded at step %L1. Stronger colour: closer to one adapter alone.")
                            .arg(static_cast<qlonglong>(record->step)) +
                        QStringLiteral("&nbsp;&nbsp; ") + legend.join(QStringLiteral("&nbsp;&nbsp; ")));
}

void FusionPage::showOverTime() {
    if (!probe() || view() != OverTime) {
        return;
    }
    const FusionProbe& shown = *probe();
    const auto history = m_context.store->fusionHistory(*run(), shown);
    if (!history) {
        report(history.error());
        return;
    }
    const std::size_t adapters = shown.adapters.size();
    const int chosen = m_curvePlaceBox->currentIndex() - 1; // -1: all layers
    std::vector<qint64> steps;
    std::vector<ShareCurves::Curve> curves;
    for (const std::string& adapter : shown.adapters) {
        const QString name = QString::fromStdString(adapter);
        curves.push_back({name, name, {}});
    }
    curves.push_back({tr("entropy"), {}, {}});
    for (const FusionRecord& record : *history) {
        steps.push_back(record.step);
        const std::vector<float> overall = overallWeights(shown, record);
        for (std::size_t k = 0; k < adapters; ++k) {
            curves[k].values.push_back(
                chosen < 0 ? overall[k] : record.mean[static_cast<std::size_t>(chosen) * adapters + k]);
        }
        float entropy = 0;
        for (const float value : record.entropy) {
            entropy += value / static_cast<float>(record.entropy.size());
        }
        curves.back().values.push_back(chosen < 0 ? entropy
                                                  : record.entropy[static_cast<std::size_t>(chosen)]);
    }
    m_curves->setCurves(std::move(steps), std::move(curves),
                        tr("Mean weight, %1").arg(m_curvePlaceBox->currentText()));
    m_curves->setStep(m_timeline->step());
}

/// Target tasks against source adapters, as in figure 5 of the AdapterFusion paper: the last step of each
/// run.
void FusionPage::showRuns() {
    const auto overviews = m_context.store->fusionOverviews();
    if (!overviews) {
        report(overviews.error());
        return;
    }
    ShareMatrix matrix;
    matrix.scaleTitle = tr("mean weight over all layers, last step");
    for (const FusionOverview& each : *overviews) {
        for (const std::string& adapter : each.adapters) {
            if (const QString name = QString::fromStdString(adapter); !matrix.columns.contains(name)) {
                matrix.columns << name;
            }
        }
    }
    matrix.adapters = matrix.columns;
    // A row a run with a fusion, named as in the run box, so that a click can choose it; its first fusion.
    for (std::size_t row = 0; row < m_runs.size(); ++row) {
        if (!m_runs[row].hasFusion) {
            continue;
        }
        matrix.rows << m_runBox->itemText(static_cast<int>(row));
        const auto found =
            std::find_if(overviews->begin(), overviews->end(),
                         [&](const FusionOverview& each) { return each.run == m_runs[row].run; });
        for (const QString& column : std::as_const(matrix.columns)) {
            float weight = std::numeric_limits<float>::quiet_NaN();
            for (std::size_t k = 0; found != overviews->end() && k < found->adapters.size(); ++k) {
                if (QString::fromStdString(found->adapters[k]) == column) {
                    weight = found->weights[k];
                }
            }
            matrix.values.push_back(weight);
        }
    }
    m_runMap->setMatrix(std::move(matrix));
}

QString FusionPage::detailsHtml() const {
    QString html;
    QString findings;
    if (const FusionProbe* shown = probe(); shown && !m_timeline->isEmpty()) {
        html = fusionHtml(*shown);
        for (const FusionFinding& finding : findingsIn(*shown, m_record)) {
            findings += lineOf(findingText(finding));
        }
    }
    findings += measuredHtml();
    if (const QString width = m_width->text(); !width.isEmpty()) {
        findings += lineOf(width);
    }
    if (!findings.isEmpty()) {
        return html + heading(tr("Worth a look")) + findings;
    }
    return !probe() && run()
               ? lineOf(tr("Run %1 has no fusion. What its adapters do and what each is worth stands under "
                           "Adapters and Ablation.")
                            .arg(*run()))
               : html;
}

QString FusionPage::fusionHtml(const FusionProbe& shown) const {
    QString html = heading(tr("Measured on"));
    html +=
        lineOf(tr("%n example(s) of %1, drawn with seed %2", nullptr, static_cast<int>(shown.examples.size()))
                   .arg(QString::fromStdString(shown.split))
                   .arg(shown.seed));
    html += lineOf(tr("every %n step(s)", nullptr, static_cast<int>(shown.interval)));
    html += heading(tr("At step %L1").arg(static_cast<qlonglong>(m_record.step)));
    const std::vector<float> overall = overallWeights(shown, m_record);
    for (std::size_t k = 0; k < overall.size(); ++k) {
        const QString name = QString::fromStdString(shown.adapters[k]);
        html += lineOf(QStringLiteral("<span style='color:%1'>■</span> %2: %3")
                           .arg(Theme::instance().adapterColor(name).name(), name.toHtmlEscaped(),
                                number(static_cast<double>(overall[k]))));
    }
    if (m_seeds && view() == Layers) {
        html += heading(tr("Over %n seed(s), last step", nullptr, static_cast<int>(m_seeds->runs)));
        html += lineOf(seedText());
    }
    if (const auto cell = m_layers->current(); cell && view() == Layers) {
        html += heading(m_layers->matrix().rows[cell->row].toHtmlEscaped());
        html += lineOf(
            tr("%1: %2").arg(m_layers->matrix().columns[cell->column].toHtmlEscaped(),
                             number(static_cast<double>(m_layers->matrix().at(cell->row, cell->column)))));
    }
    return html;
}

void FusionPage::showDetails() {
    m_details->setText(detailsHtml());
}

} // namespace awb::ui
