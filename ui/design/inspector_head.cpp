#include "ui/design/inspector_head.h"

#include <algorithm>
#include <set>
#include <utility>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>

#include "backend/experiment/composition_edit.h"
#include "ui/canvas/canvas_text.h"
#include "ui/design/design_edits.h"
#include "ui/design/inspector_targets.h"
#include "ui/design/method_words.h"
#include "ui/document/design_document.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

InspectorHead::InspectorHead(DesignDocument* document, QWidget* parent)
    : OptionForm(parent)
    , m_document(document)
    , m_title(new ToneLabel({}, Tone::Text, TextSize::Title, true, this))
    , m_summary(new ToneLabel({}, Tone::MutedText, TextSize::Body, false, this))
    , m_hub(new QWidget(this))
    , m_hubText(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, m_hub)) {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, px(Space::Xs), 0, px(Space::Xs));
    column->setSpacing(px(Space::Xs));
    m_title->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("inspectorTitle"));
    m_summary->setWordWrap(true);
    m_summary->setObjectName(QStringLiteral("inspectorSummary"));
    column->addWidget(m_title);
    column->addWidget(m_summary);
    addWide(box);
    addName();
    addTrained();

    auto* note = new QHBoxLayout(m_hub);
    note->setContentsMargins(0, 0, 0, 0);
    note->setSpacing(px(Space::S));
    note->addWidget(new ToneIcon(QStringLiteral("info"), Tone::MutedText, 16, m_hub), 0, Qt::AlignTop);
    note->addWidget(m_hubText, 1);
    m_hubText->setWordWrap(true);
    m_hubText->setObjectName(QStringLiteral("adapterHubNote"));
    m_hub->setToolTip(tr("Runs and saved folders of this program keep it all the same"));
    addWide(m_hub);
}

QString InspectorHead::whyNotOne() const {
    const auto all = concernedAdapters(*m_document);
    if (all.empty()) {
        return tr("The design has no adapter. Place one first.");
    }
    return all.size() > 1 ? tr("Several adapters are concerned. Select modules of one.") : QString();
}

void InspectorHead::addName() {
    addText(
        {QStringLiteral("adapterName"), tr("Adapter"), QStringLiteral("adapters[].name"),
         tr("The adapter's name: letters, digits, - and _. Modules of one adapter share all options."),
         tr("the preset's name")},
        [this]() -> std::optional<QString> {
            const auto all = concernedAdapters(*m_document);
            return all.size() == 1 ? std::optional(QString::fromStdString(all.front()->name)) : std::nullopt;
        },
        [this](const QString& name) -> QString {
            const auto all = concernedAdapters(*m_document);
            if (all.size() != 1) {
                return {};
            }
            const std::string from = all.front()->name;
            auto result = design::renameAdapter(m_document->experiment(), from, name.trimmed().toStdString());
            if (!result) {
                return errorText(result.error());
            }
            m_document->edit(std::move(*result), tr("Rename adapter"));
            return {};
        },
        [this] { return whyNotOne(); });
}

void InspectorHead::addTrained() {
    addCheck(
        {QStringLiteral("adapterTrained"), tr("Trained"), QStringLiteral("train"),
         tr("The adapter's numbers change in training; otherwise they stay as they are, as those of the base "
            "do."),
         tr("on, off for saved adapters")},
        [this]() -> std::optional<bool> {
            std::optional<bool> common;
            for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
                const bool isTrained = m_document->experiment().trainsAdapter(adapter->name);
                if (common && *common != isTrained) {
                    return std::nullopt;
                }
                common = isTrained;
            }
            return common.value_or(false);
        },
        [this](bool isTrained) { setTrained(isTrained); },
        [this]() -> QString {
            const Experiment& experiment = m_document->experiment();
            if (experiment.adapters.empty()) {
                return tr("The design has no adapter. Place one first.");
            }
            if (experiment.trainsBase()) {
                return tr("Full fine-tuning trains everything.");
            }
            return experiment.composition.leaves().empty()
                       ? tr("The adapters are switched off: only the head is trained.")
                       : QString();
        });
}

void InspectorHead::setTrained(bool isTrained) {
    Result<Experiment> result = m_document->experiment();
    for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
        if (result) {
            result = design::setTrained(std::move(*result), adapter->name, isTrained);
        }
    }
    m_document->apply(std::move(result), isTrained ? tr("Train the adapter") : tr("Freeze the adapter"));
    showAll();
}

QString InspectorHead::title() const {
    auto modules = concernedModules(*m_document);
    if (modules.empty()) {
        return tr("No module");
    }
    // Parameters that modules share are no module of their own, unless they alone are selected.
    const auto isShared = [](const design::MethodModule& each) { return each.module.isShared(); };
    if (!std::all_of(modules.begin(), modules.end(), isShared)) {
        std::erase_if(modules, isShared);
    }
    if (modules.size() == 1) {
        const design::ModuleRef& ref = modules.front().module.ref;
        const QString site = canvastext::siteTitle(ref.site);
        return ref.layer == kNoLayer ? site : tr("Layer %1, %2").arg(ref.layer).arg(site.toLower());
    }
    return m_document->selection().empty() ? tr("All %1 modules").arg(modules.size())
                                           : tr("%1 modules selected").arg(modules.size());
}

QString InspectorHead::summary() const {
    const auto modules = concernedModules(*m_document);
    if (modules.empty()) {
        return tr("Drag a method from the palette onto the canvas, or press Enter in the palette to place it "
                  "in all "
                  "layers.");
    }
    std::int64_t parameters = 0;
    std::set<int> layers;
    std::set<int> sizes;
    bool isBottleneck = true;
    for (const design::MethodModule& each : modules) {
        const ModulePlace& place = each.module.place;
        parameters += place.parameters;
        if (place.layer != kNoLayer) {
            layers.insert(place.layer);
        }
        sizes.insert(place.bottleneck);
        isBottleneck = isBottleneck && each.hasFactor();
    }
    QString text =
        tr("%1 · %2 parameters")
            .arg(layers.empty() ? tr("outside the layers") : tr("layers %1").arg(layersToText(layers)),
                 fullCount(parameters));
    if (isBottleneck) {
        const QLocale locale;
        text += QStringLiteral("\n%1 → %2 → %1")
                    .arg(locale.toString(m_document->model().hiddenSize),
                         sizes.size() == 1 ? locale.toString(*sizes.begin()) : tr("mixed"));
    }
    return text + QLatin1Char('\n') + origin();
}

QString InspectorHead::origin() const {
    QStringList lines;
    const std::vector<std::string> active = m_document->experiment().composition.leaves();
    for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
        const QString folder = QString::fromStdString(adapter->from);
        QString line = folder.isEmpty()      ? tr("fresh weights")
                       : adapter->isUnread() ? tr("weights and options from %1").arg(folder)
                                             : tr("weights from %1").arg(folder);
        if (std::find(active.begin(), active.end(), adapter->name) == active.end()) {
            line += tr(", switched off");
        }
        lines << line;
    }
    lines.removeDuplicates();
    // Folders of several adapters would not fit here; each stands with its adapter.
    return lines.size() > 2 ? tr("weights of several adapters, saved or fresh")
                            : lines.join(QStringLiteral("; "));
}

QString InspectorHead::adapterHubNote() const {
    QStringList notes;
    for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
        for (const std::string& note : notExpressibleInAdapterHub(adapter->config)) {
            notes << methodText(note);
        }
    }
    notes.removeDuplicates();
    return notes.isEmpty() ? QString()
                           : tr("Not in AdapterHub's format: %1.").arg(notes.join(QStringLiteral("; ")));
}

void InspectorHead::showAll() {
    m_title->setText(title());
    m_summary->setText(summary());
    const QString note = adapterHubNote();
    m_hubText->setText(note);
    m_hub->setVisible(!note.isEmpty());
    refresh();
}

} // namespace awb::ui
