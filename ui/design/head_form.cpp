#include "ui/design/head_form.h"

#include <nlohmann/json.hpp>

#include <QComboBox>
#include <QLabel>
#include <QStandardItemModel>

#include "models/config/bottleneck_config.h"
#include "ui/design/design_edits.h"
#include "ui/design/head_words.h"
#include "ui/design/number_field.h"
#include "ui/design/problem_note.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

QString nameOf(HeadType type) {
    const std::string_view name = headTypeName(type);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

OptionForm::Choices typeChoices() {
    OptionForm::Choices choices;
    for (const HeadType type : kHeadTypes) {
        choices.emplace_back(headTitle(type), nameOf(type));
    }
    return choices;
}

/// Why the number of labels can't be chosen; empty where it can.
QString fixedOutputs(HeadType type) {
    switch (type) {
    case HeadType::Regression:
        return HeadForm::tr("A regression head has one output.");
    case HeadType::QuestionAnswering:
        return HeadForm::tr("The head has two outputs: first and last token.");
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        return HeadForm::tr("The head's outputs are the base's vocabulary.");
    default:
        return {};
    }
}

} // namespace

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
        tr("What is predicted, and by which loss. Another type takes its own usual layers and activation."),
        tr("classification")};
    QComboBox* types = m_form->addChoice(
        type, typeChoices(), [this]() -> std::optional<QString> { return nameOf(head().type); },
        [this, type](const QString& value) {
            m_document->edit(withHead(m_document->experiment(), *headTypeFromName(value.toStdString())),
                             tr("Change head: %1").arg(type.label.toLower()), mergeIdOf(type.objectName));
        });
    for (int row = 0; row < types->count(); ++row) {
        const HeadType each = *headTypeFromName(types->itemData(row).toString().toStdString());
        types->setItemData(row, headExplanation(each) + QLatin1Char('\n') + headData(each), Qt::ToolTipRole);
        if (!isTrainableHead(each)) {
            qobject_cast<QStandardItemModel*>(types->model())->item(row)->setEnabled(false);
        }
    }
    m_explanation = new QLabel(m_form);
    m_explanation->setObjectName(QStringLiteral("headExplanation"));
    m_explanation->setWordWrap(true);
    m_explanation->setForegroundRole(QPalette::PlaceholderText);
    m_form->addWide(m_explanation);
    auto* problem = new ProblemNote(m_document, ProblemNote::Scope::HeadAndData, m_form);
    connect(problem, &ProblemNote::dataRequested, this, &HeadForm::dataRequested);
    m_form->addWide(problem);

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
        [this, pooler](bool on) { change(pooler, [&](HeadConfig& config) { config.usePooler = on; }); },
        [this] {
            return isPerToken(head().type) ? tr("The head reads every token's own state.") : QString();
        });

    const OptionText bias{QStringLiteral("headBias"), tr("Bias in the last layer"),
                          QStringLiteral("head.bias"), tr("A bias for each output of the head."), tr("on")};
    m_form->addCheck(
        bias, [this]() -> std::optional<bool> { return head().bias; },
        [this, bias](bool on) { change(bias, [&](HeadConfig& config) { config.bias = on; }); });

    const OptionText norm{QStringLiteral("headLayerNorm"), tr("LayerNorm"), QStringLiteral("head.layer_norm"),
                          tr("A LayerNorm behind each hidden layer of the head."), tr("on")};
    const auto languageOnly = [this] {
        return isLanguageModel(head().type) ? QString() : tr("Only language-model heads have it.");
    };
    m_form->addCheck(
        norm, [this]() -> std::optional<bool> { return head().layerNorm; },
        [this, norm](bool on) { change(norm, [&](HeadConfig& config) { config.layerNorm = on; }); },
        languageOnly);

    const OptionText shift{QStringLiteral("headShiftLabels"), tr("Predict the next token"),
                           QStringLiteral("head.shift_labels"),
                           tr("The label of a token is the token behind it; otherwise the token itself."),
                           tr("on for causal language models")};
    m_form->addCheck(
        shift, [this]() -> std::optional<bool> { return head().shiftLabels; },
        [this, shift](bool on) { change(shift, [&](HeadConfig& config) { config.shiftLabels = on; }); },
        [this] {
            return head().type == HeadType::CausalLm
                       ? QString()
                       : tr("Only causal language models predict the next token.");
        });

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
                            tr("Number of classes, or of choices; 0 takes it from the training data."),
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
        [this] { return fixedOutputs(head().type); });

    connect(document, &DesignDocument::changed, this, &HeadForm::refresh);
    refresh();
}

void HeadForm::refresh() {
    m_form->refresh();
    const int branches = static_cast<int>(headBranches(m_document->experiment().composition).size());
    const QString each =
        tr("The composition ends in %n branches: each has such a head of its own, named like its "
           "last adapter.",
           nullptr, branches);
    const QString text = headExplanation(head().type) + QLatin1Char('\n') + headData(head().type);
    m_explanation->setText(branches > 0 ? text + QLatin1Char('\n') + each : text);
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
