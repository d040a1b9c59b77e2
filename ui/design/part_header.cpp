#include "ui/design/part_header.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "backend/experiment/method_edit.h"
#include "backend/experiment/part_edit.h"
#include "ui/design/inspector_targets.h"
#include "ui/design/layer_toggles.h"
#include "ui/design/method_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

/// The preset whose options these are, apart from places and sizes; null where there is none.
const MethodPreset* presetLike(const MethodConfig& part) {
    const auto& presets = methodPresets();
    const auto found = std::ranges::find_if(presets, [&](const MethodPreset& preset) {
        return preset.parts.size() == 1 && design::hasSameOptions(preset.parts.front(), part);
    });
    return found == presets.end() ? nullptr : &*found;
}

} // namespace

PartHeader::PartHeader(DesignDocument* document, const std::string& method, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_method(method)
    , m_title(new ToneLabel({}, Tone::Text, TextSize::Title, true, this))
    , m_paper(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this))
    , m_counts(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this))
    , m_layersLabel(new QLabel(tr("Layers"), this))
    , m_layers(new LayerToggles(this))
    , m_remove(new QToolButton(this)) {
    setObjectName(QStringLiteral("partHeader_") + QString::fromStdString(method));
    const Method& known = *findMethod(method);
    m_title->setObjectName(QStringLiteral("partTitle"));
    m_title->setWordWrap(true);
    m_remove->setObjectName(QStringLiteral("removePart_") + QString::fromStdString(method));
    m_remove->setIcon(Theme::instance().icon(QStringLiteral("remove")));
    m_remove->setAutoRaise(true);
    m_remove->setToolTip(tr("Take this method out of the adapter"));
    m_remove->setAccessibleName(tr("Take %1 out of the adapter").arg(methodText(known.title)));
    auto* summary = new ToneLabel(methodText(known.summary), Tone::Text, TextSize::Body, false, this);
    summary->setWordWrap(true);
    auto* equation = new QLabel(QString::fromStdString(known.equation), this);
    equation->setObjectName(QStringLiteral("partEquation"));
    equation->setFont(Theme::instance().monospace(TextSize::Small));
    equation->setWordWrap(true);
    equation->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_paper->setObjectName(QStringLiteral("partPaper"));
    m_paper->setWordWrap(true);
    m_paper->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_counts->setObjectName(QStringLiteral("partCounts"));
    m_counts->setWordWrap(true);

    auto* title = new QHBoxLayout;
    title->addWidget(m_title, 1);
    title->addWidget(m_remove, 0, Qt::AlignTop);
    auto* layers = new QHBoxLayout;
    layers->setSpacing(px(Space::S));
    layers->addWidget(m_layersLabel, 0, Qt::AlignTop);
    layers->addWidget(m_layers, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::Xs), 0, px(Space::Xs));
    column->setSpacing(px(Space::Xs));
    column->addLayout(title);
    for (QWidget* each : std::initializer_list<QWidget*>{summary, equation, m_paper, m_counts}) {
        column->addWidget(each);
    }
    column->addSpacing(px(Space::Xs));
    column->addLayout(layers);
    connect(m_layers, &LayerToggles::toggled, this, &PartHeader::setLayer);
    connect(m_remove, &QToolButton::clicked, this, &PartHeader::remove);
}

void PartHeader::setParts(std::vector<PartRef> parts) {
    m_parts = std::move(parts);
    refresh();
}

void PartHeader::refresh() {
    const Method& method = *findMethod(m_method);
    const MethodPreset* preset = nullptr;
    bool isOne = !m_parts.empty();
    for (const PartRef& ref : m_parts) {
        const MethodConfig* part = partAt(*m_document, ref, m_method);
        const MethodPreset* own = part == nullptr ? nullptr : presetLike(*part);
        isOne = isOne && own != nullptr && (preset == nullptr || preset == own);
        preset = own;
    }
    m_title->setText(methodText(isOne ? preset->title : method.title));
    m_paper->setText(QString::fromStdString(isOne ? preset->paper : method.paper));
    const AdapterSpec* adapter =
        m_parts.size() == 1 ? m_document->experiment().findAdapter(m_parts.front().adapter) : nullptr;
    m_remove->setVisible(adapter != nullptr && adapter->config.isUnion());
    showCounts();
    showLayers();
}

void PartHeader::showCounts() {
    int modules = 0;
    bool isSharing = false; // modules that use the numbers of another one
    std::set<std::int64_t> own;
    std::int64_t shared = 0;
    std::int64_t total = 0;
    for (const PartRef& ref : m_parts) {
        const MethodConfig* part = partAt(*m_document, ref, m_method);
        const auto places = part == nullptr ? Result<std::vector<ModulePlace>>()
                                            : modulesOf(AdapterConfig::of(*part), m_document->model());
        for (const ModulePlace& place : places.value_or(std::vector<ModulePlace>())) {
            total += place.parameters;
            if (place.bottleneck == 0) {
                shared += place.parameters;
                continue;
            }
            ++modules;
            isSharing = isSharing || place.parameters == 0;
            if (place.parameters > 0) {
                own.insert(place.parameters);
            }
        }
    }
    const QString count = modules == 1 ? tr("1 module") : tr("%1 modules").arg(modules);
    if (isSharing) {
        m_counts->setText(tr("%1 that share %2 parameters").arg(count, fullCount(total)));
        return;
    }
    QString text =
        own.size() == 1 ? tr("%1 of %2 parameters").arg(count, fullCount(*own.begin()))
        : own.size() > 1
            ? tr("%1 of %2 to %3 parameters").arg(count, fullCount(*own.begin()), fullCount(*own.rbegin()))
            : count;
    if (shared > 0) {
        text = tr("%1 and %2 that all share").arg(text, fullCount(shared));
    }
    m_counts->setText(modules == 1 && shared == 0 ? text : tr("%1: %2 in all").arg(text, fullCount(total)));
}

void PartHeader::showLayers() {
    const int numLayers = m_document->model().numLayers;
    std::vector<int> counts(static_cast<std::size_t>(std::max(0, numLayers)));
    int parts = 0;
    for (const PartRef& ref : m_parts) {
        const MethodConfig* part = partAt(*m_document, ref, m_method);
        if (part == nullptr || !design::canChooseLayers(*part)) {
            continue;
        }
        ++parts;
        for (const int layer : design::layersOf(*part, m_document->model())) {
            ++counts[static_cast<std::size_t>(layer)];
        }
    }
    std::set<int> all;
    std::set<int> some;
    for (int layer = 0; layer < numLayers; ++layer) {
        const int count = counts[static_cast<std::size_t>(layer)];
        if (count > 0) {
            (count == parts ? all : some).insert(layer);
        }
    }
    m_layers->setLayers(numLayers, all, some);
    m_layers->setVisible(parts > 0);
    m_layersLabel->setVisible(parts > 0);
}

void PartHeader::setLayer(int layer, bool isOn) {
    Result<Experiment> result = m_document->experiment();
    for (const PartRef& ref : m_parts) {
        const MethodConfig* part = partAt(*m_document, ref, m_method);
        if (!result || part == nullptr || !design::canChooseLayers(*part)) {
            continue;
        }
        std::set<int> layers = design::layersOf(*part, m_document->model());
        if (isOn) {
            layers.insert(layer);
        } else {
            layers.erase(layer);
        }
        result =
            design::setPartLayers(std::move(*result), m_document->model(), ref.adapter, ref.part, layers);
    }
    m_document->apply(std::move(result),
                      isOn ? tr("Act in layer %1").arg(layer) : tr("Leave layer %1 out").arg(layer));
}

void PartHeader::remove() {
    if (m_parts.size() == 1) {
        const PartRef part = m_parts.front();
        m_document->apply(
            design::removePart(m_document->experiment(), part.adapter, part.part),
            tr("Take %1 out of %2")
                .arg(methodText(findMethod(m_method)->title), QString::fromStdString(part.adapter)));
    }
}

} // namespace awb::ui
