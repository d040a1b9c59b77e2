#include "ui/design/method_form.h"

#include <set>
#include <utility>
#include <variant>

#include <QLocale>
#include <QRegularExpression>

#include "backend/experiment/design.h"
#include "ui/design/design_edits.h"
#include "ui/design/inspector_targets.h"
#include "ui/design/method_words.h"
#include "ui/design/number_field.h"
#include "ui/design/part_header.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

QString layersText(const std::vector<int>& layers) {
    return layersToText(std::set<int>(layers.begin(), layers.end()));
}

/// A value as people read it.
QString valueText(const OptionValue& value) {
    struct Visitor {
        QString operator()(std::monostate) const { return MethodForm::tr("none"); }
        QString operator()(bool on) const { return on ? MethodForm::tr("on") : MethodForm::tr("off"); }
        QString operator()(std::int64_t number) const { return QString::number(number); }
        QString operator()(double number) const { return QLocale().toString(number, 'g', 6); }
        QString operator()(const std::string& text) const { return QString::fromStdString(text); }
        QString operator()(const std::vector<std::string>& texts) const {
            QStringList list;
            for (const std::string& text : texts) {
                list << QString::fromStdString(text);
            }
            return list.isEmpty() ? MethodForm::tr("none") : list.join(QStringLiteral(", "));
        }
        QString operator()(const std::vector<int>& layers) const {
            return layers.empty() ? MethodForm::tr("none") : layersText(layers);
        }
    };
    return std::visit(Visitor{}, value);
}

OptionText textOf(const Method& method, const OptionSpec& option) {
    return {QStringLiteral("option_%1_%2")
                .arg(QString::fromStdString(method.id), QString::fromStdString(option.key)),
            methodText(option.title), QString::fromStdString(option.key), methodText(option.explanation),
            valueText(option.fallback)};
}

} // namespace

MethodForm::MethodForm(DesignDocument* document, const std::string& method, std::vector<PartRef> parts,
                       QWidget* parent)
    : OptionForm(parent)
    , m_document(document)
    , m_method(*findMethod(method))
    , m_parts(std::move(parts)) {
    setObjectName(QStringLiteral("methodForm_") + QString::fromStdString(m_method.id));
    m_header = new PartHeader(document, method, this);
    m_header->setParts(m_parts);
    addWide(m_header);
    for (const OptionSpec& option : m_method.options) {
        if (!option.isInert) {
            addOption(option);
        }
    }
    refresh();
}

void MethodForm::refreshAll() {
    m_header->refresh();
    refresh();
}

QWidget* MethodForm::firstField() const {
    const auto all = findChildren<QWidget*>(QRegularExpression(QStringLiteral("^option_")));
    return all.isEmpty() ? const_cast<MethodForm*>(this) : all.front();
}

void MethodForm::addOption(const OptionSpec& option) {
    const OptionText text = textOf(m_method, option);
    switch (option.kind) {
    case OptionKind::Boolean:
        addCheck(
            text,
            [this, key = option.key]() -> std::optional<bool> {
                const auto value = shared(key);
                return value ? std::optional(std::get<bool>(*value)) : std::nullopt;
            },
            [this, &option](bool on) { setOrRefuse(option, on); }, reason(option));
        break;
    case OptionKind::Integer:
    case OptionKind::Number: {
        const bool isInteger = option.kind == OptionKind::Integer;
        NumberField* field = addNumber(
            text, {option.lowest, option.highest, isInteger ? 1.0 : 0.05, isInteger, {}},
            [this, key = option.key, isInteger]() -> std::optional<double> {
                const auto value = shared(key);
                if (!value) {
                    return std::nullopt;
                }
                return isInteger ? static_cast<double>(std::get<std::int64_t>(*value))
                                 : std::get<double>(*value);
            },
            [this, &option, isInteger](double number) {
                setOrRefuse(option,
                            isInteger ? OptionValue(static_cast<std::int64_t>(number)) : OptionValue(number));
            },
            reason(option));
        if (option.key == m_method.sizeKey || option.key == "bottleneck_size") {
            field->setStepper([largest = static_cast<int>(option.highest)](double value, int steps) {
                return stepSize(value, steps, largest);
            });
        } else if (option.key == "alpha") {
            field->setSingleStep(1);
        }
        break;
    }
    case OptionKind::Choice:
    case OptionKind::Choices:
        addChosen(option, text);
        break;
    case OptionKind::Text:
        addText(
            text,
            [this, key = option.key]() -> std::optional<QString> {
                const auto value = shared(key);
                if (!value) {
                    return std::nullopt;
                }
                const auto* words = std::get_if<std::string>(&*value);
                return words == nullptr ? QString() : QString::fromStdString(*words);
            },
            [this, &option](const QString& words) {
                return set(option, words.isEmpty() ? OptionValue() : OptionValue(words.toStdString()));
            },
            reason(option));
        break;
    case OptionKind::Layers:
        addLayers(option, text);
        break;
    }
}

void MethodForm::addChosen(const OptionSpec& option, const OptionText& text) {
    Choices choices;
    for (const std::string& choice : option.choices) {
        choices.emplace_back(QString::fromStdString(choice), QString::fromStdString(choice));
    }
    if (option.kind == OptionKind::Choice) {
        addChoice(
            text, choices,
            [this, key = option.key]() -> std::optional<QString> {
                const auto value = shared(key);
                return value ? std::optional(QString::fromStdString(std::get<std::string>(*value)))
                             : std::nullopt;
            },
            [this, &option](const QString& choice) { setOrRefuse(option, choice.toStdString()); },
            reason(option));
        return;
    }
    addFlags(
        text, choices,
        [this, key = option.key]() -> std::optional<QStringList> {
            const auto value = shared(key);
            if (!value) {
                return std::nullopt;
            }
            QStringList chosen;
            for (const std::string& each : std::get<std::vector<std::string>>(*value)) {
                chosen << QString::fromStdString(each);
            }
            return chosen;
        },
        [this, &option](const QStringList& chosen) {
            std::vector<std::string> values;
            for (const QString& each : chosen) {
                values.push_back(each.toStdString());
            }
            setOrRefuse(option, std::move(values));
        },
        reason(option));
}

void MethodForm::addLayers(const OptionSpec& option, const OptionText& text) {
    addText(
        text,
        [this, key = option.key]() -> std::optional<QString> {
            const auto value = shared(key);
            return value ? std::optional(layersText(std::get<std::vector<int>>(*value))) : std::nullopt;
        },
        [this, &option](const QString& words) -> QString {
            const auto layers = layersFromText(words, m_document->model().numLayers);
            return layers ? set(option, std::vector<int>(layers->begin(), layers->end()))
                          : errorText(layers.error());
        },
        reason(option));
}

const OptionValues* MethodForm::optionsOf(const PartRef& part) const {
    const MethodConfig* config = partAt(*m_document, part, m_method.id);
    return config == nullptr ? nullptr : &config->options;
}

std::optional<OptionValue> MethodForm::shared(const std::string& key) const {
    std::optional<OptionValue> common;
    for (const PartRef& part : m_parts) {
        const OptionValues* options = optionsOf(part);
        if (options == nullptr || (common && *common != options->value(key))) {
            return std::nullopt;
        }
        common = options->value(key);
    }
    return common;
}

OptionForm::Reason MethodForm::reason(const OptionSpec& option) const {
    if (option.needsKey.empty()) {
        return {};
    }
    return [this, &option]() -> QString {
        for (const PartRef& part : m_parts) {
            const OptionValues* options = optionsOf(part);
            if (options != nullptr && options->value(option.needsKey) == option.needed) {
                return {};
            }
        }
        for (const OptionSpec& other : m_method.options) {
            if (other.key == option.needsKey) {
                return tr("It needs \u201c%1\u201d: %2.")
                    .arg(methodText(other.title), valueText(option.needed));
            }
        }
        return {};
    };
}

QString MethodForm::set(const OptionSpec& option, const OptionValue& value) {
    Experiment experiment = m_document->experiment();
    for (const PartRef& part : m_parts) {
        auto result = design::setOption(std::move(experiment), m_document->model(), part.adapter, part.part,
                                        option.key, value);
        if (!result) {
            return errorText(result.error());
        }
        experiment = std::move(*result);
    }
    m_document->edit(std::move(experiment), tr("Change %1").arg(methodText(option.title).toLower()),
                     mergeIdOf(textOf(m_method, option).objectName));
    return {};
}

void MethodForm::setOrRefuse(const OptionSpec& option, const OptionValue& value) {
    const QString why = set(option, value);
    if (!why.isEmpty()) {
        Q_EMIT m_document->refused({why.toStdString(), {}, {}});
        refresh();
    }
}

} // namespace awb::ui
