// The options of a bottleneck adapter that act on the whole adapter: their words, values and effects.
#include "ui/design/module_inspector.h"
#include "ui/design/non_linearity_view.h"

namespace awb::ui {

void ModuleInspector::buildFunction() {
    m_form->addHeading(tr("Function"));
    OptionForm::Choices functions;
    for (const std::string& name : nonLinearityNames()) {
        functions.emplace_back(QString::fromStdString(name), QString::fromStdString(name));
    }
    addOption(
        {QStringLiteral("nonLinearity"), tr("Non-linearity"), QStringLiteral("non_linearity"),
         tr("Applied to the bottleneck's units. linear makes the adapter a low-rank linear map."),
         QStringLiteral("relu")},
        functions, [](const BottleneckConfig& config) { return QString::fromStdString(config.nonLinearity); },
        [](BottleneckConfig& config, const QString& name) { config.nonLinearity = name.toStdString(); });
    m_curve = new NonLinearityView(this);
    m_form->addWide(m_curve);
    addOption(
        {QStringLiteral("initWeights"), tr("Initialisation"), QStringLiteral("init_weights"),
         tr("bert: normal, deviation 0.02; the adapter starts near identity. mam_adapter: up projection "
            "zero; "
            "exactly identity. houlsby: truncated normal, deviation 0.01."),
         QStringLiteral("bert")},
        {{QStringLiteral("bert"), QStringLiteral("bert")},
         {QStringLiteral("mam_adapter"), QStringLiteral("mam_adapter")},
         {QStringLiteral("houlsby"), QStringLiteral("houlsby")}},
        [](const BottleneckConfig& config) { return QString::fromStdString(config.initWeights); },
        [](BottleneckConfig& config, const QString& name) { config.initWeights = name.toStdString(); });
    addValue(
        {QStringLiteral("dropout"), tr("Dropout"), QStringLiteral("dropout"),
         tr("Share of the up projection's outputs that is set to zero in training."), QStringLiteral("0")},
        {0, 0.95, 0.05, false, {}}, [](const BottleneckConfig& config) { return config.dropout; },
        [](BottleneckConfig& config, double value) { config.dropout = value; });
}

void ModuleInspector::buildNorms() {
    m_form->addHeading(tr("Norms and residual"));
    addFlag(
        {QStringLiteral("originalLnBefore"), tr("Block's LayerNorm before"),
         QStringLiteral("original_ln_before"),
         tr("The adapter reads the block's residual sum after its LayerNorm instead of the sublayer's raw "
            "output."),
         tr("on (Pfeiffer), off (Houlsby)")},
        [](const BottleneckConfig& config) { return config.originalLnBefore; },
        [](BottleneckConfig& config, bool on) { config.originalLnBefore = on; },
        [](const BottleneckConfig& config) {
            return config.isParallel ? tr("A parallel adapter reads the sublayer's input.") : QString();
        });
    addFlag(
        {QStringLiteral("originalLnAfter"), tr("Block's residual and LayerNorm after"),
         QStringLiteral("original_ln_after"),
         tr("After the adapter the block adds its residual and applies its LayerNorm. Without it the "
            "residual "
            "stream is cut at this site."),
         tr("on")},
        [](const BottleneckConfig& config) { return config.originalLnAfter; },
        [](BottleneckConfig& config, bool on) { config.originalLnAfter = on; });
    addOption(
        {QStringLiteral("residualBeforeLn"), tr("Inner residual"), QStringLiteral("residual_before_ln"),
         tr("What the adapter adds back to its own output: the sublayer's raw output, the adapter's own "
            "input, "
            "or the block's sum before its LayerNorm."),
         tr("raw output (true)")},
        {{tr("Raw output"), QStringLiteral("true")},
         {tr("Own input"), QStringLiteral("false")},
         {tr("Sum before LayerNorm"), QStringLiteral("post_add")}},
        [](const BottleneckConfig& config) {
            switch (config.residualBeforeLn) {
            case ResidualMode::AfterLn:
                return QStringLiteral("false");
            case ResidualMode::PostAdd:
                return QStringLiteral("post_add");
            case ResidualMode::BeforeLn:
                break;
            }
            return QStringLiteral("true");
        },
        [](BottleneckConfig& config, const QString& value) {
            config.residualBeforeLn = value == QLatin1String("true")    ? ResidualMode::BeforeLn
                                      : value == QLatin1String("false") ? ResidualMode::AfterLn
                                                                        : ResidualMode::PostAdd;
        },
        [](const BottleneckConfig& config) {
            if (config.isParallel) {
                return tr("A parallel adapter has no inner residual.");
            }
            if (!config.originalLnBefore && config.residualBeforeLn != ResidualMode::PostAdd) {
                return tr("Without the block's LayerNorm before it, the adapter's input is the raw output.");
            }
            return QString();
        });
    addFlag(
        {QStringLiteral("lnBefore"), tr("Own LayerNorm before"), QStringLiteral("ln_before"),
         tr("A new LayerNorm in front of the down projection: 2H more parameters a module."), tr("off")},
        [](const BottleneckConfig& config) { return config.lnBefore; },
        [](BottleneckConfig& config, bool on) { config.lnBefore = on; });
    addFlag(
        {QStringLiteral("lnAfter"), tr("Own LayerNorm after"), QStringLiteral("ln_after"),
         tr("A new LayerNorm behind the up projection: 2H more parameters a module."), tr("off")},
        [](const BottleneckConfig& config) { return config.lnAfter; },
        [](BottleneckConfig& config, bool on) { config.lnAfter = on; });
    addFlag(
        {QStringLiteral("adapterResidualBeforeLn"), tr("Add residual before own LayerNorm"),
         QStringLiteral("adapter_residual_before_ln"),
         tr("The inner residual is added in front of the adapter's own LayerNorm instead of behind it."),
         tr("off")},
        [](const BottleneckConfig& config) { return config.adapterResidualBeforeLn; },
        [](BottleneckConfig& config, bool on) { config.adapterResidualBeforeLn = on; },
        [](const BottleneckConfig& config) {
            if (config.isParallel) {
                return tr("A parallel adapter has no inner residual.");
            }
            return config.lnAfter ? QString() : tr("The adapter has no LayerNorm of its own after it.");
        });
}

void ModuleInspector::buildScaling() {
    m_form->addHeading(tr("Scaling and gate"));
    addOption(
        {QStringLiteral("scalingKind"), tr("Scaling"), QStringLiteral("scaling"),
         tr("Factor on the up projection's output: a constant, one learned number, or one learned number a "
            "channel. Learned ones start at 1."),
         tr("constant 1.0")},
        {{tr("Constant"), QStringLiteral("constant")},
         {tr("Learned"), QStringLiteral("learned")},
         {tr("Learned per channel"), QStringLiteral("channel")}},
        [](const BottleneckConfig& config) {
            switch (config.scaling.kind) {
            case Scaling::Kind::Learned:
                return QStringLiteral("learned");
            case Scaling::Kind::Channel:
                return QStringLiteral("channel");
            case Scaling::Kind::Constant:
                break;
            }
            return QStringLiteral("constant");
        },
        [](BottleneckConfig& config, const QString& value) {
            config.scaling = {value == QLatin1String("learned")   ? Scaling::Kind::Learned
                              : value == QLatin1String("channel") ? Scaling::Kind::Channel
                                                                  : Scaling::Kind::Constant,
                              1.0};
        });
    addValue(
        {QStringLiteral("scalingValue"), tr("Factor"), QStringLiteral("scaling"),
         tr("The constant that the up projection's output is multiplied with."),
         tr("1.0 (4.0 for Parallel)")},
        {-1000, 1000, 0.5, false, {}}, [](const BottleneckConfig& config) { return config.scaling.value; },
        [](BottleneckConfig& config, double value) { config.scaling.value = value; },
        [](const BottleneckConfig& config) {
            return config.scaling.kind == Scaling::Kind::Constant ? QString()
                                                                  : tr("A learned scaling starts at 1.");
        });
    addFlag(
        {QStringLiteral("useGating"), tr("Gate"), QStringLiteral("use_gating"),
         tr("One learned number between 0 and 1 for each sequence scales the adapter's output: H + 1 more "
            "parameters a module."),
         tr("off")},
        [](const BottleneckConfig& config) { return config.useGating; },
        [](BottleneckConfig& config, bool on) { config.useGating = on; });
}

} // namespace awb::ui
