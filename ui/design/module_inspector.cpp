#include "ui/design/module_inspector.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/canvas/canvas_text.h"
#include "ui/design/design_edits.h"
#include "ui/design/non_linearity_view.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

ModuleInspector::ModuleInspector(DesignDocument* document, QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_form(new OptionForm(this)) {
    setObjectName(QStringLiteral("moduleInspector"));
    setWidget(m_form);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    buildIdentity();
    buildSize();
    buildPlacement();
    buildFunction();
    buildNorms();
    buildScaling();
    connect(document, &DesignDocument::changed, this, &ModuleInspector::refresh);
    connect(document, &DesignDocument::selectionChanged, this, &ModuleInspector::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &ModuleInspector::refresh);
    refresh();
}

void ModuleInspector::focusFirst() {
    m_factor->setFocus(Qt::ShortcutFocusReason);
    ensureWidgetVisible(m_factor);
}

std::vector<design::Module> ModuleInspector::targets() const {
    auto modules = design::modules(m_document->experiment(), m_document->model());
    const auto& selection = m_document->selection();
    if (!selection.empty()) {
        std::erase_if(modules, [&](const design::Module& module) { return !selection.contains(module.ref); });
    }
    return modules;
}

std::vector<design::Module> ModuleInspector::bottlenecks() const {
    auto modules = targets();
    std::erase_if(modules, [](const design::Module& module) { return module.place.reductionFactor <= 0; });
    return modules;
}

std::vector<const AdapterSpec*> ModuleInspector::adapters() const {
    std::set<std::string> names;
    for (const design::ModuleRef& ref : m_document->selection()) {
        names.insert(ref.adapter);
    }
    std::vector<const AdapterSpec*> found;
    for (const AdapterSpec& adapter : m_document->experiment().adapters) {
        if (names.empty() || names.contains(adapter.name)) {
            found.push_back(&adapter);
        }
    }
    return found;
}

template<typename T>
std::optional<T> ModuleInspector::shared(const Read<T>& read) const {
    std::optional<T> value;
    for (const AdapterSpec* adapter : adapters()) {
        const BottleneckConfig* config = adapter->config.bottleneck();
        if (config == nullptr) {
            continue;
        }
        const T own = read(*config);
        if (value && *value != own) {
            return std::nullopt;
        }
        value = own;
    }
    return value;
}

OptionForm::Reason ModuleInspector::reason(Why why) const {
    return [this, each = std::move(why)]() -> QString {
        const auto all = adapters();
        if (all.empty()) {
            return tr("The design has no adapter. Place one first.");
        }
        QString text = tr("The adapter has no bottleneck.");
        for (const AdapterSpec* adapter : all) {
            if (const BottleneckConfig* config = adapter->config.bottleneck()) {
                text = each ? each(*config) : QString();
                if (text.isEmpty()) {
                    return {};
                }
            }
        }
        return text;
    };
}

void ModuleInspector::change(const OptionText& text, const Change& change) {
    Experiment experiment = m_document->experiment();
    for (const AdapterSpec* adapter : adapters()) {
        AdapterConfig config = adapter->config;
        if (config.bottleneck() == nullptr) {
            continue;
        }
        change(*config.bottleneck());
        auto result = design::setConfig(std::move(experiment), m_document->model(), adapter->name, config);
        if (!result) {
            Q_EMIT m_document->refused(result.error());
            refresh();
            return;
        }
        experiment = std::move(*result);
    }
    m_document->edit(std::move(experiment), tr("Change %1").arg(text.label.toLower()),
                     mergeIdOf(text.objectName));
}

void ModuleInspector::addFlag(const OptionText& text, Read<bool> read,
                              std::function<void(BottleneckConfig&, bool)> write, Why why) {
    m_form->addCheck(
        text, [this, read] { return shared(read); },
        [this, text, write](bool on) { change(text, [&](BottleneckConfig& config) { write(config, on); }); },
        reason(std::move(why)));
}

void ModuleInspector::addOption(const OptionText& text, const OptionForm::Choices& choices,
                                Read<QString> read,
                                std::function<void(BottleneckConfig&, const QString&)> write, Why why) {
    m_form->addChoice(
        text, choices, [this, read] { return shared(read); },
        [this, text, write](const QString& value) {
            change(text, [&](BottleneckConfig& config) { write(config, value); });
        },
        reason(std::move(why)));
}

void ModuleInspector::addValue(const OptionText& text, const OptionForm::Range& range, Read<double> read,
                               std::function<void(BottleneckConfig&, double)> write, Why why) {
    m_form->addNumber(
        text, range, [this, read] { return shared(read); },
        [this, text, write](double value) {
            change(text, [&](BottleneckConfig& config) { write(config, value); });
        },
        reason(std::move(why)));
}

void ModuleInspector::buildIdentity() {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, px(Space::Xs), 0, px(Space::Xs));
    layout->setSpacing(px(Space::Xs));
    m_title = new QLabel(box);
    m_title->setFont(Theme::instance().font(TextSize::Title, true));
    m_title->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("inspectorTitle"));
    m_summary = new QLabel(box);
    m_summary->setWordWrap(true);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setObjectName(QStringLiteral("inspectorSummary"));
    layout->addWidget(m_title);
    layout->addWidget(m_summary);
    m_form->addWide(box);

    m_form->addText(
        {QStringLiteral("adapterName"), tr("Adapter"), QStringLiteral("adapters[].name"),
         tr("The adapter's name: letters, digits, - and _. Modules of one adapter share all options."),
         tr("the preset's name")},
        [this]() -> std::optional<QString> {
            const auto all = adapters();
            return all.size() == 1 ? std::optional(QString::fromStdString(all.front()->name)) : std::nullopt;
        },
        [this](const QString& name) -> QString {
            const auto all = adapters();
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
        [this]() -> QString {
            const auto all = adapters();
            if (all.empty()) {
                return tr("The design has no adapter. Place one first.");
            }
            return all.size() > 1 ? tr("Several adapters are concerned. Select modules of one.") : QString();
        });
}

void ModuleInspector::buildSize() {
    const auto needsModule = reason({});
    auto* factor = m_form->addNumber(
        {QStringLiteral("reductionFactor"), tr("Reduction factor"),
         QStringLiteral("reduction_factor, per_layer"),
         tr("Hidden size divided by bottleneck size, of the selected layers. Both sites of a layer share it. "
            "Arrows "
            "go through the powers of two; any number above 0 can be typed."),
         QStringLiteral("16")},
        {1.0 / kLargestWidening, 1e6, 1, false, {}},
        [this]() -> std::optional<double> {
            std::optional<double> value;
            for (const design::Module& module : bottlenecks()) {
                if (value && *value != module.place.reductionFactor) {
                    return std::nullopt;
                }
                value = module.place.reductionFactor;
            }
            return value;
        },
        [this](double value) { setFactor(value); }, needsModule);
    factor->setStepper(
        [this](double value, int steps) { return stepFactor(value, steps, m_document->model().hiddenSize); });
    m_factor = factor;

    m_form->addNumber(
        {QStringLiteral("bottleneckSize"), tr("Bottleneck size"), QStringLiteral("reduction_factor"),
         tr("Exact number of units between down and up projection: int(hidden size / reduction factor), at "
            "least 1."),
         tr("hidden size / 16")},
        {1, 1e6, 1, true, {}},
        [this]() -> std::optional<double> {
            std::optional<double> value;
            for (const design::Module& module : bottlenecks()) {
                if (value && *value != module.place.bottleneck) {
                    return std::nullopt;
                }
                value = module.place.bottleneck;
            }
            return value;
        },
        [this](double value) { setSize(static_cast<int>(value)); }, needsModule);

    m_everywhere = new QToolButton(this);
    m_everywhere->setObjectName(QStringLiteral("factorEverywhere"));
    m_everywhere->setText(tr("Use in all layers"));
    m_everywhere->setToolTip(tr("Gives every layer of the adapter this reduction factor"));
    connect(m_everywhere, &QToolButton::clicked, this, &ModuleInspector::useInAllLayers);
    m_form->addWide(m_everywhere);
}

void ModuleInspector::buildPlacement() {
    m_form->addHeading(tr("Placement"));
    addFlag(
        {QStringLiteral("mhAdapter"), tr("At attention"), QStringLiteral("mh_adapter"),
         tr("A module at self-attention in each layer. Houlsby uses both sites, Pfeiffer the feed-forward "
            "one only."),
         tr("off")},
        [](const BottleneckConfig& config) { return config.mhAdapter; },
        [](BottleneckConfig& config, bool on) {
            config.mhAdapter = on;
            for (auto& [layer, sites] : config.layerSites) {
                sites.mhAdapter.reset();
            }
            std::erase_if(config.layerSites, [](const auto& entry) { return entry.second == LayerSites{}; });
        });
    addFlag(
        {QStringLiteral("outputAdapter"), tr("At feed-forward"), QStringLiteral("output_adapter"),
         tr("A module at the feed-forward part in each layer."), tr("on")},
        [](const BottleneckConfig& config) { return config.outputAdapter; },
        [](BottleneckConfig& config, bool on) {
            config.outputAdapter = on;
            for (auto& [layer, sites] : config.layerSites) {
                sites.outputAdapter.reset();
            }
            std::erase_if(config.layerSites, [](const auto& entry) { return entry.second == LayerSites{}; });
        });
    addFlag(
        {QStringLiteral("isParallel"), tr("Parallel"), QStringLiteral("is_parallel"),
         tr("Beside the sublayer instead of after it: the module reads the sublayer's residual input and its "
            "output is added to the sublayer's."),
         tr("off")},
        [](const BottleneckConfig& config) { return config.isParallel; },
        [](BottleneckConfig& config, bool on) { config.isParallel = on; });
    const OptionText leaveOut{QStringLiteral("leaveOut"), tr("Leave out layers"), QStringLiteral("leave_out"),
                              tr("Layers without modules, as numbers and ranges: 0, 2-4."), tr("none")};
    m_form->addText(
        leaveOut,
        [this] {
            return shared<QString>(
                [](const BottleneckConfig& config) { return layersToText(config.leaveOut); });
        },
        [this, leaveOut](const QString& text) -> QString {
            const auto layers = layersFromText(text, m_document->model().numLayers);
            if (!layers) {
                return errorText(layers.error());
            }
            change(leaveOut, [&](BottleneckConfig& config) { config.leaveOut = *layers; });
            return {};
        },
        reason({}));
}

void ModuleInspector::setFactor(double factor) {
    std::vector<design::ModuleRef> refs;
    for (const design::Module& module : bottlenecks()) {
        refs.push_back(module.ref);
    }
    m_document->apply(design::setReductionFactor(m_document->experiment(), m_document->model(), refs, factor),
                      tr("Set reduction factor %1").arg(factor),
                      mergeIdOf(QStringLiteral("reductionFactor")));
    refresh();
}

void ModuleInspector::setSize(int size) {
    std::vector<design::ModuleRef> refs;
    for (const design::Module& module : bottlenecks()) {
        refs.push_back(module.ref);
    }
    m_document->apply(design::setBottleneck(m_document->experiment(), m_document->model(), refs, size),
                      tr("Set bottleneck %1").arg(size), mergeIdOf(QStringLiteral("bottleneckSize")));
    refresh();
}

void ModuleInspector::useInAllLayers() {
    const auto selected = bottlenecks();
    if (selected.empty()) {
        return;
    }
    const double factor = selected.front().place.reductionFactor;
    std::vector<design::ModuleRef> refs;
    for (const design::Module& module : design::modules(m_document->experiment(), m_document->model())) {
        if (std::ranges::any_of(selected, [&](const design::Module& each) {
                return each.ref.adapter == module.ref.adapter;
            })) {
            refs.push_back(module.ref);
        }
    }
    m_document->apply(design::setReductionFactor(m_document->experiment(), m_document->model(), refs, factor),
                      tr("Set reduction factor %1 in all layers").arg(factor));
}

void ModuleInspector::refresh() {
    refreshSummary();
    m_form->refresh();
    const auto name = shared<QString>(
        [](const BottleneckConfig& config) { return QString::fromStdString(config.nonLinearity); });
    m_curve->setFunction(name.value_or(QString()));
}

void ModuleInspector::refreshSummary() {
    const auto modules = targets();
    const bool selected = !m_document->selection().empty();
    const QLocale locale;
    std::int64_t parameters = 0;
    std::set<int> layers;
    std::set<int> sizes;
    std::set<Site> sites;
    for (const design::Module& module : modules) {
        parameters += module.place.parameters;
        if (module.place.layer != kNoLayer) {
            layers.insert(module.place.layer);
        }
        sizes.insert(module.place.bottleneck);
        sites.insert(module.place.site);
    }
    if (modules.empty()) {
        m_title->setText(tr("No module"));
    } else if (!selected) {
        m_title->setText(modules.size() == 1 ? tr("The module") : tr("All %1 modules").arg(modules.size()));
    } else if (modules.size() == 1) {
        m_title->setText(tr("Layer %1, %2")
                             .arg(modules.front().place.layer)
                             .arg(canvastext::siteTitle(*sites.begin()).toLower()));
    } else {
        m_title->setText(tr("%1 modules selected").arg(modules.size()));
    }

    if (modules.empty()) {
        m_summary->setText(
            tr("Drag a preset from the palette onto the canvas, or press Enter in the palette to "
               "place it in all layers."));
    } else {
        const int hidden = m_document->model().hiddenSize;
        const QString width = sizes.size() == 1 ? locale.toString(*sizes.begin()) : tr("mixed");
        m_summary->setText(tr("layers %1 · %4 parameters\n%2 → %3 → %2")
                               .arg(layersToText(layers), locale.toString(hidden), width,
                                    locale.toString(static_cast<qlonglong>(parameters))));
    }
    m_everywhere->setEnabled(!modules.empty());
}

} // namespace awb::ui
