#include "ui/madx/madx_results.h"

#include <algorithm>
#include <map>
#include <utility>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

QString bulleted(const QStringList& sentences) {
    QStringList lines;
    for (const QString& sentence : sentences) {
        lines << QStringLiteral("• ") + sentence;
    }
    return lines.join(u'\n');
}

} // namespace

MadxResults::MadxResults(QWidget* parent)
    : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::M), 0, 0, 0);
    column->setSpacing(px(Space::S));
    column->addWidget(buildChoices());
    column->addWidget(new ToneLabel(tr("Rows: source language · columns: target language · a click or Enter "
                                       "opens the run"),
                                    Tone::MutedText, TextSize::Small, false, this));
    m_warning = new ToneLabel({}, Tone::Warning, TextSize::Body, true, this);
    m_warning->setObjectName(QStringLiteral("madxWarning"));
    m_warning->setWordWrap(true);
    column->addWidget(m_warning);
    m_matrices = new QWidget(this);
    auto* panels = new QVBoxLayout(m_matrices);
    panels->setContentsMargins(0, 0, 0, 0);
    panels->setSpacing(px(Space::Xs));
    for (const MadxOrder order : kMadxOrders) {
        Panel& panel = m_panels[static_cast<std::size_t>(order)];
        panel.title = new ToneLabel(madxOrderLongTitle(order), Tone::Text, TextSize::Body, true, m_matrices);
        panel.map = new ShareMap(m_matrices);
        panel.map->setObjectName(QStringLiteral("madxMap%1").arg(static_cast<int>(order)));
        panel.map->setAccessibleName(tr("Scores, %1").arg(madxOrderTitle(order)));
        panel.map->setMinimumHeight(110);
        panel.map->setDescription([this, order](ShareMap::Cell cell) { return describe(order, cell); });
        connect(panel.map, &ShareMap::activated, this,
                [this, order](ShareMap::Cell cell) { open(order, cell); });
        panels->addWidget(panel.title);
        panels->addWidget(panel.map, 1);
    }
    column->addWidget(m_matrices, 1);
    m_findings = new ToneLabel({}, Tone::Text, TextSize::Body, false, this);
    m_findings->setObjectName(QStringLiteral("madxFindings"));
    m_findings->setWordWrap(true);
    m_findings->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(m_findings);
}

QWidget* MadxResults::buildChoices() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    const auto choice = [&](const char* name, const QString& label, const QString& tip, QLabel*& text) {
        auto* made = new QComboBox(box);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        made->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        text = new QLabel(label, box);
        text->setBuddy(made);
        row->addWidget(text);
        row->addWidget(made);
        row->addSpacing(px(Space::M));
        connect(made, &QComboBox::currentIndexChanged, this, &MadxResults::chooseView);
        return made;
    };
    QLabel* valuesLabel = nullptr;
    m_values = choice("madxValues", tr("S&how:"),
                      tr("The scores, or by how many points they are above those of one order"), valuesLabel);
    m_dropped = choice("madxDropped", tr("Ada&pterDrop:"),
                       tr("How many of the lowest layers ran without adapters when the targets were scored"),
                       m_droppedLabel);
    row->addStretch(1);
    return box;
}

ShareMap* MadxResults::map(MadxOrder order) const {
    return m_panels[static_cast<std::size_t>(order)].map;
}

void MadxResults::show(const MadxExperiment& experiment, const MadxReport& report) {
    const bool isOther = experiment.orders != m_experiment.orders ||
                         experiment.dropLayers != m_experiment.dropLayers || m_values->count() == 0;
    m_experiment = experiment;
    m_report = report;
    if (isOther) {
        fillChoices();
    }
    refresh();
}

void MadxResults::fillChoices() {
    const QSignalBlocker quietValues(m_values);
    const QSignalBlocker quietDropped(m_dropped);
    m_values->clear();
    m_values->addItem(tr("scores"), -1);
    if (m_experiment.orders.size() > 1) {
        for (const MadxOrder order : m_experiment.orders) {
            m_values->addItem(tr("difference to “%1”").arg(madxOrderTitle(order)), static_cast<int>(order));
        }
    }
    m_dropped->clear();
    for (const int layers : m_experiment.dropLayers) {
        m_dropped->addItem(layers == 0 ? tr("all layers adapted") : tr("lowest %1 un-adapted").arg(layers),
                           layers);
    }
    const bool hasChoice = m_experiment.dropLayers.size() > 1;
    m_dropped->setVisible(hasChoice);
    m_droppedLabel->setVisible(hasChoice);
    m_view = {m_experiment.dropLayers.front(), std::nullopt};
}

void MadxResults::chooseView() {
    const int baseline = m_values->currentData().toInt();
    m_view.baseline = baseline < 0 ? std::nullopt : std::optional(static_cast<MadxOrder>(baseline));
    m_view.dropped = m_dropped->currentData().toInt();
    refresh();
}

void MadxResults::refresh() {
    std::map<MadxOrder, ShareMatrix> matrices;
    float range = 0;
    for (const MadxOrder order : m_experiment.orders) {
        if (m_view.baseline != order) {
            matrices[order] = madxMatrix(m_report, m_experiment, order, m_view);
            range = std::max(range, matrices[order].range);
        }
    }
    for (const MadxOrder order : kMadxOrders) {
        const Panel& panel = m_panels[static_cast<std::size_t>(order)];
        const auto found = matrices.find(order);
        panel.title->setVisible(found != matrices.end());
        panel.map->setVisible(found != matrices.end());
        if (found != matrices.end()) {
            found->second.range = range; // one scale, so that the panels can be compared
            panel.map->setMatrix(std::move(found->second));
        }
    }
    const QString warning = madxWarning(m_experiment);
    m_warning->setText(warning);
    m_warning->setVisible(!warning.isEmpty());
    const QStringList findings = madxFindings(m_report, m_experiment);
    m_findings->setText(bulleted(findings));
    m_findings->setVisible(!findings.isEmpty());
}

QString MadxResults::describe(MadxOrder order, ShareMap::Cell cell) const {
    const MadxCell shown = madxCellOf(m_report, m_experiment, order, m_view, cell);
    if (shown.scores.empty()) {
        return tr("Not trained yet: press Train");
    }
    QStringList lines;
    for (std::size_t i = 0; i < shown.scores.size(); ++i) {
        lines << tr("run %1: %2 %").arg(shown.runs[i]).arg(100 * shown.scores[i], 0, 'f', 1);
    }
    if (shown.scores.size() > 1) {
        lines << tr("standard deviation %1").arg(100 * shown.spread().deviation, 0, 'f', 1);
    }
    return lines.join(u'\n');
}

void MadxResults::open(MadxOrder order, ShareMap::Cell cell) {
    const MadxCell chosen = madxCellOf(m_report, m_experiment, order, m_view, cell);
    if (chosen.runs.size() == 1) {
        Q_EMIT openRun(chosen.runs.front());
        return;
    }
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("madxRunMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (std::size_t i = 0; i < chosen.runs.size(); ++i) {
        connect(menu->addAction(
                    tr("Open run %1 (%2 %)").arg(chosen.runs[i]).arg(100 * chosen.scores[i], 0, 'f', 1)),
                &QAction::triggered, this, [this, run = chosen.runs[i]] { Q_EMIT openRun(run); });
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("Not trained yet: press Train"))->setEnabled(false);
    }
    const ShareMap* at = map(order);
    menu->popup(at->mapToGlobal(at->cellRect(cell).center()));
}

QImage MadxResults::picture(int scale) const {
    QImage image(m_matrices->size() * scale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(Theme::instance().color(Tone::Window));
    QPainter painter(&image);
    m_matrices->render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
    return image;
}

} // namespace awb::ui
