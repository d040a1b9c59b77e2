#include "ui/design/module_inspector.h"

#include <algorithm>
#include <string>
#include <utility>

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/design/design_edits.h"
#include "ui/design/inspector_head.h"
#include "ui/design/method_form.h"
#include "ui/design/non_linearity_view.h"
#include "ui/design/number_field.h"
#include "ui/design/part_header.h"
#include "ui/design/part_menu.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

ModuleInspector::ModuleInspector(DesignDocument* document, QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_head(new InspectorHead(document, this))
    , m_form(new OptionForm(this))
    , m_bottleneck(new PartHeader(document, "bottleneck", m_form))
    , m_add(new PartMenu(document, this)) {
    setObjectName(QStringLiteral("moduleInspector"));
    auto* content = new QWidget(this);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(0, 0, 0, px(Space::M));
    m_column->setSpacing(0);
    auto* add = new QHBoxLayout;
    add->setContentsMargins(px(Space::M), 0, px(Space::M), 0);
    add->addWidget(m_add);
    add->addStretch(1);
    m_column->addWidget(m_head);
    m_column->addWidget(m_form);
    m_column->addLayout(add);
    m_column->addStretch(1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_form->addWide(m_bottleneck);
    buildSize();
    buildPlacement();
    buildFunction();
    buildNorms();
    buildScaling();
    buildProjections();
    buildInvertible();
    connect(document, &DesignDocument::changed, this, &ModuleInspector::refresh);
    connect(document, &DesignDocument::selectionChanged, this, [this] {
        refresh();
        if (QWidget* section = sectionOfSelection()) {
            ensureWidgetVisible(section, 0, 0);
        }
    });
    connect(&Theme::instance(), &Theme::changed, this, &ModuleInspector::refresh);
    refresh();
}

QWidget* ModuleInspector::sectionOfSelection() const {
    if (m_document->selection().empty()) {
        return nullptr;
    }
    const auto modules = concernedModules(*m_document);
    const std::string method = modules.empty() ? std::string() : modules.front().method->id;
    if (method == "bottleneck") {
        return m_form;
    }
    for (std::size_t i = 0; i < m_methods.size(); ++i) {
        if (m_shown[i].first == method) {
            return m_methods[i];
        }
    }
    return nullptr;
}

void ModuleInspector::focusFirst() {
    QWidget* section = sectionOfSelection();
    if (section == nullptr) {
        section =
            m_form->isHidden() && !m_methods.empty() ? m_methods.front() : static_cast<QWidget*>(m_form);
    }
    auto* form = qobject_cast<MethodForm*>(section);
    QWidget* first = form != nullptr ? form->firstField() : m_factor;
    first->setFocus(Qt::ShortcutFocusReason);
    ensureWidgetVisible(first);
}

std::vector<design::Module> ModuleInspector::bottlenecks() const {
    std::vector<design::Module> found;
    for (const design::MethodModule& each : concernedModules(*m_document)) {
        if (each.hasFactor()) {
            found.push_back(each.module);
        }
    }
    return found;
}

OptionForm::Reason ModuleInspector::reason(Why why) const {
    return [this, each = std::move(why)]() -> QString {
        const auto all = concernedAdapters(*m_document);
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
    for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
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

/// One form for each method of the adapters, in the order of their parts; made anew only where others are
/// concerned, so that a field keeps its focus while it edits.
void ModuleInspector::showMethods() {
    PartsByMethod wanted = partsOf(concernedAdapters(*m_document));
    const auto bottleneck = std::ranges::find(wanted, "bottleneck", &PartsByMethod::value_type::first);
    const bool hasBottleneck = bottleneck != wanted.end();
    m_bottleneck->setParts(hasBottleneck ? bottleneck->second : std::vector<PartRef>());
    m_form->setVisible(hasBottleneck);
    if (hasBottleneck) {
        wanted.erase(bottleneck);
    }
    if (wanted == m_shown) {
        for (MethodForm* form : m_methods) {
            form->refreshAll();
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
        m_column->insertWidget(m_column->count() - 2, form); // before the button and the stretch
        form->show();
        m_methods.push_back(form);
    }
    m_shown = std::move(wanted);
}

void ModuleInspector::refresh() {
    m_head->showAll();
    showMethods();
    m_form->refresh();
    m_add->refresh();
    const auto name = shared<QString>(
        [](const BottleneckConfig& config) { return QString::fromStdString(config.nonLinearity); });
    m_curve->setFunction(name.value_or(QString()));
    m_everywhere->setEnabled(!bottlenecks().empty());
}

} // namespace awb::ui
