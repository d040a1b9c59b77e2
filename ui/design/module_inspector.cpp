#include "ui/design/module_inspector.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/canvas/canvas_text.h"
#include "ui/design/design_edits.h"
#include "ui/design/method_form.h"
#include "ui/design/method_words.h"
#include "ui/design/non_linearity_view.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

ModuleInspector::ModuleInspector(DesignDocument* document, QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_identity(new OptionForm(this))
    , m_form(new OptionForm(this)) {
    setObjectName(QStringLiteral("moduleInspector"));
    auto* content = new QWidget(this);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_identity);
    m_column->addWidget(m_form);
    m_column->addStretch(1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    buildIdentity();
    buildSize();
    buildPlacement();
    buildFunction();
    buildNorms();
    buildScaling();
    buildProjections();
    buildInvertible();
    connect(document, &DesignDocument::changed, this, &ModuleInspector::refresh);
    connect(document, &DesignDocument::selectionChanged, this, &ModuleInspector::refresh);
    connect(&Theme::instance(), &Theme::changed, this, &ModuleInspector::refresh);
    refresh();
}

void ModuleInspector::focusFirst() {
    QWidget* first = m_form->isHidden() && !m_methods.empty() ? m_methods.front()->firstField() : m_factor;
    first->setFocus(Qt::ShortcutFocusReason);
    ensureWidgetVisible(first);
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
    m_identity->addWide(box);

    m_identity->addText(
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

/// One form for each method of the adapters, in the order of their parts; made anew only where others are
/// concerned, so that a field keeps its focus while it edits.
void ModuleInspector::showMethods() {
    std::vector<std::pair<std::string, std::vector<PartRef>>> wanted;
    bool hasBottleneck = false;
    const auto all = adapters();
    for (const AdapterSpec* adapter : all) {
        for (std::size_t i = 0; i < adapter->config.parts.size(); ++i) {
            const MethodConfig& part = adapter->config.parts[i];
            if (part.isBottleneck()) {
                hasBottleneck = true;
                continue;
            }
            auto group = std::ranges::find(wanted, part.method, &decltype(wanted)::value_type::first);
            if (group == wanted.end()) {
                group = wanted.insert(wanted.end(), {part.method, {}});
            }
            group->second.push_back({adapter->name, i});
        }
    }
    m_form->setVisible(hasBottleneck || all.empty());
    if (wanted == m_shown) {
        for (MethodForm* form : m_methods) {
            form->refresh();
        }
        return;
    }
    for (MethodForm* form : m_methods) {
        m_column->removeWidget(form);
        form->hide();
        form->deleteLater(); // it may be the sender
    }
    m_methods.clear();
    for (const auto& [method, parts] : wanted) {
        auto* form = new MethodForm(m_document, method, parts, widget());
        m_column->insertWidget(m_column->count() - 1, form);
        form->show();
        m_methods.push_back(form);
    }
    m_shown = std::move(wanted);
}

void ModuleInspector::refresh() {
    refreshSummary();
    showMethods();
    m_identity->refresh();
    m_form->refresh();
    const auto name = shared<QString>(
        [](const BottleneckConfig& config) { return QString::fromStdString(config.nonLinearity); });
    m_curve->setFunction(name.value_or(QString()));
}

QString ModuleInspector::shapeText(const std::set<int>& sizes) const {
    const QLocale locale;
    return QStringLiteral("%1 → %2 → %1")
        .arg(locale.toString(m_document->model().hiddenSize),
             sizes.size() == 1 ? locale.toString(*sizes.begin()) : tr("mixed"));
}

QString ModuleInspector::methodsText() const {
    QStringList titles;
    for (const AdapterSpec* adapter : adapters()) {
        titles << methodText(methodTitle(adapter->config));
    }
    titles.removeDuplicates();
    return titles.join(QStringLiteral(", "));
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
        const int layer = modules.front().place.layer;
        const QString site = canvastext::siteTitle(*sites.begin());
        m_title->setText(layer == kNoLayer ? site : tr("Layer %1, %2").arg(layer).arg(site.toLower()));
    } else {
        m_title->setText(tr("%1 modules selected").arg(modules.size()));
    }

    if (modules.empty()) {
        m_summary->setText(
            tr("Drag a preset from the palette onto the canvas, or press Enter in the palette to "
               "place it in all layers."));
    } else {
        const QString place = layers.empty() ? tr("outside the layers") : tr("layers %1").arg(layersToText(layers));
        m_summary->setText(tr("%1 · %2 parameters\n%3")
                               .arg(place, locale.toString(static_cast<qlonglong>(parameters)),
                                    bottlenecks().size() == modules.size() ? shapeText(sizes) : methodsText()));
    }
    m_everywhere->setEnabled(!modules.empty());
}

} // namespace awb::ui
