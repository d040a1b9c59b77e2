#include "ui/design/head_form.h"

#include <nlohmann/json.hpp>

#include <QComboBox>

#include "models/config/bottleneck_config.h"
#include "ui/design/design_edits.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"

namespace awb::ui {

HeadForm::HeadForm(DesignDocument* document, QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_form(new OptionForm(this)) {
    setObjectName(QStringLiteral("headForm"));
    setWidget(m_form);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    const OptionText type{
        QStringLiteral("headType"), tr("Type"), QStringLiteral("head.type"),
        tr("Classification: one class for each text, cross-entropy. Regression: one number, mean "
           "squared error."),
        tr("classification")};
    m_form->addChoice(
        type,
        {{tr("Classification"), QStringLiteral("classification")},
         {tr("Regression"), QStringLiteral("regression")}},
        [this]() -> std::optional<QString> {
            return head().type == HeadType::Regression ? QStringLiteral("regression")
                                                       : QStringLiteral("classification");
        },
        [this, type](const QString& value) {
            change(type, [&](HeadConfig& config) {
                config.type =
                    value == QLatin1String("regression") ? HeadType::Regression : HeadType::Classification;
            });
        });

    const OptionText layers{
        QStringLiteral("headLayers"), tr("Layers"), QStringLiteral("head.layers"),
        tr("Linear layers of the head. With 1 it is a plain linear classifier; each further one "
           "adds dropout, a hidden layer of the model's width and the activation."),
        QStringLiteral("2")};
    m_form->addNumber(
        layers, {1, 16, 1, true, {}}, [this]() -> std::optional<double> { return head().layers; },
        [this, layers](double value) {
            change(layers, [&](HeadConfig& config) { config.layers = static_cast<int>(value); });
        });

    const OptionText activation{QStringLiteral("headActivation"), tr("Activation"),
                                QStringLiteral("head.activation_function"),
                                tr("Between the head's linear layers."), QStringLiteral("tanh")};
    OptionForm::Choices functions{{tr("none"), QString()}};
    for (const std::string& name : nonLinearityNames()) {
        functions.emplace_back(QString::fromStdString(name), QString::fromStdString(name));
    }
    m_form->addChoice(
        activation, functions,
        [this]() -> std::optional<QString> { return QString::fromStdString(head().activation); },
        [this, activation](const QString& value) {
            change(activation, [&](HeadConfig& config) { config.activation = value.toStdString(); });
        },
        [this] { return head().layers > 1 ? QString() : tr("A head of one layer has no activation."); });

    const OptionText pooler{
        QStringLiteral("headPooler"), tr("Use pooler"), QStringLiteral("head.use_pooler"),
        tr("Read the pooler's output (a dense layer with tanh on the first token) instead of the "
           "first token's own state."),
        tr("off")};
    m_form->addCheck(
        pooler, [this]() -> std::optional<bool> { return head().usePooler; },
        [this, pooler](bool on) { change(pooler, [&](HeadConfig& config) { config.usePooler = on; }); });

    const OptionText bias{QStringLiteral("headBias"), tr("Bias in the last layer"),
                          QStringLiteral("head.bias"), tr("A bias for each output of the head."), tr("on")};
    m_form->addCheck(
        bias, [this]() -> std::optional<bool> { return head().bias; },
        [this, bias](bool on) { change(bias, [&](HeadConfig& config) { config.bias = on; }); });

    const OptionText name{QStringLiteral("headName"), tr("Name"), QStringLiteral("head.name"),
                          tr("The folder that the trained head is saved to, and its name in it."),
                          QStringLiteral("task")};
    m_form->addText(
        name, [this]() -> std::optional<QString> { return QString::fromStdString(head().name); },
        [this, name](const QString& value) -> QString {
            Experiment renamed = m_document->experiment();
            renamed.head.name = value.trimmed().toStdString();
            if (const auto checked = experimentFromJson(toJson(renamed)); !checked) {
                return errorText(checked.error());
            }
            change(name, [&](HeadConfig& config) { config.name = renamed.head.name; });
            return {};
        });

    const OptionText labels{QStringLiteral("headLabels"), tr("Labels"), QStringLiteral("head.num_labels"),
                            tr("Number of classes; 0 takes it from the training data."),
                            tr("0 (from the data)")};
    m_form->addNumber(
        labels, {0, 100000, 1, true, {}, tr("from the data")},
        [this]() -> std::optional<double> { return head().numLabels; },
        [this, labels](double value) {
            change(labels, [&](HeadConfig& config) {
                config.numLabels = static_cast<int>(value);
                if (config.labels.size() != static_cast<std::size_t>(config.numLabels)) {
                    config.labels.clear();
                }
            });
        },
        [this] {
            return head().type == HeadType::Classification ? QString()
                                                           : tr("A regression head has one output.");
        });

    connect(document, &DesignDocument::changed, m_form, &OptionForm::refresh);
    m_form->refresh();
}

const HeadConfig& HeadForm::head() const {
    return m_document->experiment().head;
}

void HeadForm::change(const OptionText& text, const std::function<void(HeadConfig&)>& change) {
    Experiment experiment = m_document->experiment();
    change(experiment.head);
    m_document->edit(std::move(experiment), tr("Change head: %1").arg(text.label.toLower()),
                     mergeIdOf(text.objectName));
}

} // namespace awb::ui
