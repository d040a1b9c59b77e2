#include "ui/design/composition_fusion_form.h"

#include <QCoreApplication>

#include "backend/experiment/composition_edit.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Fusion)
};

void change(DesignDocument* document, const OptionText& text, const std::function<void(FusionSpec&)>& set) {
    FusionSpec fusion = document->experiment().fusion;
    set(fusion);
    document->apply(design::setFusion(document->experiment(), fusion),
                    Words::tr("Change fusion: %1").arg(text.label.toLower()), mergeIdOf(text.objectName));
}

class FusionOptions {
public:
    FusionOptions(OptionForm& form, DesignDocument* document)
        : m_form(form)
        , m_document(document) {}

    void add() {
        m_form.addHeading(Words::tr("Fusion"));
        addPreset();
        addFlag("fusionQuery", "query", Words::tr("Query"), &FusionConfig::query,
                Words::tr("A trained matrix makes the query of the state that enters the block. Off: the "
                          "state itself."),
                Words::tr("on"));
        addFlag("fusionKey", "key", Words::tr("Key"), &FusionConfig::key,
                Words::tr("A trained matrix makes a key of each adapter's output. Off: the output itself."),
                Words::tr("on"));
        addFlag("fusionValue", "value", Words::tr("Value"), &FusionConfig::value,
                Words::tr(
                    "A trained matrix turns each output before the weighted sum. Off: the outputs are mixed "
                    "as they are (static)."),
                Words::tr("on"));
        addFlag(
            "fusionValueInitialized", "value_initialized", Words::tr("Value starts as identity"),
            &FusionConfig::valueInitialized,
            Words::tr("At first the value matrix changes nothing, so training begins with the adapters' own "
                      "outputs."),
            Words::tr("on"), needsValue());
        addFlag(
            "fusionValueBeforeSoftmax", "value_before_softmax", Words::tr("Value before the sum"),
            &FusionConfig::valueBeforeSoftmax,
            Words::tr("Applies the value matrix to each output, then weighs. Off: weighs first, then applies "
                      "it once."),
            Words::tr("on"), needsValue());
        addFlag("fusionRegularization", "regularization", Words::tr("Keep value near identity"),
                &FusionConfig::regularization,
                Words::tr(
                    "Adds 0.01 · Σ ‖I − W‖² over all places to the loss. The factor is AdapterFusion's own."),
                Words::tr("on"), needsValue());
        addFlag("fusionTemperature", "temperature", Words::tr("Temperature"), &FusionConfig::temperature,
                Words::tr(
                    "Softens the attention at first: scores are divided by 50, by 0.05 less after each pass, "
                    "down to 1."),
                Words::tr("off"));
        addFlag("fusionQueryBeforeLn", "query_before_ln", Words::tr("Query before LayerNorm"),
                &FusionConfig::queryBeforeLn,
                Words::tr("Takes the query from in front of the block's LayerNorm, not from behind it."),
                Words::tr("off"));
        addFlag("fusionResidualBefore", "residual_before", Words::tr("Residual in the values"),
                &FusionConfig::residualBefore,
                Words::tr("Adds the residual to every output before the attention weighs them. Off: once, to "
                          "the sum."),
                Words::tr("off"));
        addDropout();
    }

private:
    const FusionSpec& fusion() const { return m_document->experiment().fusion; }

    OptionForm::Reason needsValue() const {
        return [document = m_document] {
            return document->experiment().fusion.config.value ? QString()
                                                              : Words::tr("There is no value matrix.");
        };
    }

    void addPreset() {
        const OptionText text{
            QStringLiteral("fusionPreset"), Words::tr("Preset"), QStringLiteral("fusion.preset"),
            Words::tr("Dynamic: query, key and value are trained (AdapterFusion's paper). Static: "
                      "no value matrix. Choosing one sets all options beneath."),
            Words::tr("dynamic")};
        m_form.addChoice(
            text,
            {{Words::tr("Dynamic"), QStringLiteral("dynamic")},
             {Words::tr("Static"), QStringLiteral("static")}},
            [document = m_document]() -> std::optional<QString> {
                return QString::fromStdString(document->experiment().fusion.preset);
            },
            [document = m_document, text](const QString& value) {
                change(document, text, [&](FusionSpec& spec) {
                    spec.preset = value.toStdString();
                    spec.config = fusionPreset(spec.preset).value_or(FusionConfig{});
                });
            });
    }

    void addFlag(const char* objectName, const char* key, const QString& label, bool FusionConfig::*member,
                 const QString& help, const QString& fallback, OptionForm::Reason reason = {}) {
        const OptionText text{QLatin1String(objectName), label,
                              QStringLiteral("fusion.") + QLatin1String(key), help, fallback};
        m_form.addCheck(
            text,
            [document = m_document, member]() -> std::optional<bool> {
                return document->experiment().fusion.config.*member;
            },
            [document = m_document, text, member](bool on) {
                change(document, text, [&](FusionSpec& spec) { spec.config.*member = on; });
            },
            std::move(reason));
    }

    void addDropout() {
        const OptionText text{
            QStringLiteral("fusionDropout"), Words::tr("Dropout"), QStringLiteral("fusion.dropout_prob"),
            Words::tr("Share of the attention scores that are dropped in training. Below 0: the "
                      "base's own attention dropout."),
            Words::tr("the base's")};
        m_form.addNumber(
            text, {-0.05, 0.95, 0.05, false, {}, Words::tr("as the base")},
            [document = m_document]() -> std::optional<double> {
                const double dropout = document->experiment().fusion.config.dropout;
                return dropout < 0 ? -0.05 : dropout;
            },
            [document = m_document, text](double value) {
                change(document, text,
                       [&](FusionSpec& spec) { spec.config.dropout = value < 0 ? -1 : value; });
            });
    }

    OptionForm& m_form;
    DesignDocument* m_document;
};

} // namespace

void addFusionOptions(OptionForm& form, DesignDocument* document) {
    FusionOptions(form, document).add();
}

} // namespace awb::ui
