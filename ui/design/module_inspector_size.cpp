// Sizes and places of bottleneck modules: what acts on the selected layers, and where modules stand.
#include <algorithm>

#include <QToolButton>

#include "ui/design/design_edits.h"
#include "ui/design/module_inspector.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"

namespace awb::ui {

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

} // namespace awb::ui
