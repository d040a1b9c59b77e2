// The options of a bottleneck adapter that act on the whole adapter: their words, values and effects.
#include <utility>

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
    addValue(
        {QStringLiteral("stochasticDepth"), tr("Stochastic depth"), QStringLiteral("stochastic_depth"),
         tr("Chance that a text passes the module by in training (Adapter+)."), tr("0 (0.1 for Adapter+)")},
        {0, 0.95, 0.05, false, {}}, [](const BottleneckConfig& config) { return config.stochasticDepth; },
        [](BottleneckConfig& config, double value) { config.stochasticDepth = value; });
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

void ModuleInspector::buildProjections() {
    m_form->addHeading(tr("Kronecker products (Compacter)"));
    const Why notUsed = [](const BottleneckConfig& config) {
        return config.phm ? QString() : tr("The projections are plain matrices.");
    };
    addFlag(
        {QStringLiteral("phmLayer"), tr("Use Kronecker products"), QStringLiteral("phm_layer"),
         tr("Both projections are sums of Kronecker products of small matrices, of which all layers share "
            "one "
            "factor: far fewer parameters at the same widths."),
         tr("off (on for Compacter)")},
        [](const BottleneckConfig& config) { return config.phm.has_value(); },
        [](BottleneckConfig& config, bool on) {
            config.phm = on ? std::optional(config.phm.value_or(PhmOptions{})) : std::nullopt;
        });
    addPhmNumber(
        {QStringLiteral("phmDim"), tr("Products"), QStringLiteral("phm_dim"),
         tr("How many products are summed. It must divide the hidden size and every bottleneck size."),
         QStringLiteral("4")},
        {1, 64, 1, true, {}}, &PhmOptions::dim, notUsed);
    addPhmFlag({QStringLiteral("phmFactorizedW"), tr("Low-rank large factors"),
                QStringLiteral("factorized_phm_W"),
                tr("The large factor of each product is itself a product of two thin matrices."), tr("on")},
               &PhmOptions::factorizedW, notUsed);
    addPhmNumber({QStringLiteral("phmRank"), tr("Their rank"), QStringLiteral("phm_rank"),
                  tr("Inner width of the thin matrices."), QStringLiteral("1")},
                 {1, 4096, 1, true, {}}, &PhmOptions::rank, [notUsed](const BottleneckConfig& config) {
                     return config.phm && !config.phm->factorizedW
                                ? tr("The large factors are whole matrices.")
                                : notUsed(config);
                 });
    addPhmFlag(
        {QStringLiteral("phmSharedRule"), tr("One small factor for all layers"),
         QStringLiteral("shared_phm_rule"),
         tr("All layers and both projections share the small factors; otherwise each projection has its "
            "own."),
         tr("on")},
        &PhmOptions::sharedRule, notUsed);
    addPhmFlag({QStringLiteral("phmFactorizedRule"), tr("Rank-one small factors"),
                QStringLiteral("factorized_phm_rule"), tr("Each small factor is a column times a row."),
                tr("off")},
               &PhmOptions::factorizedRule, notUsed);
    addPhmFlag({QStringLiteral("phmLearn"), tr("Train the small factors"), QStringLiteral("learn_phm"),
                tr("Otherwise they stay as they were drawn."), tr("on")},
               &PhmOptions::learn, notUsed);
    addPhmFlag({QStringLiteral("phmSharedW"), tr("One large factor for all layers"),
                QStringLiteral("shared_W_phm"), tr("Needs low-rank large factors and one bottleneck size."),
                tr("off")},
               &PhmOptions::sharedW, [notUsed](const BottleneckConfig& config) {
                   return config.phm && !config.phm->factorizedW ? tr("A shared factor must be of low rank.")
                                                                 : notUsed(config);
               });
    addPhmFlag({QStringLiteral("phmBias"), tr("Biases"), QStringLiteral("phm_bias"),
                tr("A bias behind each projection."), tr("on")},
               &PhmOptions::bias, notUsed);
    addOption(
        {QStringLiteral("phmCInit"), tr("Small factors begin"), QStringLiteral("phm_c_init"),
         tr("Normal numbers of the deviation below, or uniform ones between -1 and 1."),
         QStringLiteral("normal")},
        {{tr("Normal"), QStringLiteral("normal")}, {tr("Uniform"), QStringLiteral("uniform")}},
        [](const BottleneckConfig& config) {
            return QString::fromStdString(config.phm.value_or(PhmOptions{}).cInit);
        },
        [](BottleneckConfig& config, const QString& name) {
            if (config.phm) {
                config.phm->cInit = name.toStdString();
            }
        },
        notUsed);
    addValue(
        {QStringLiteral("phmInitRange"), tr("Deviation"), QStringLiteral("phm_init_range"),
         tr("Standard deviation of shared small factors at the beginning."), QStringLiteral("0.0001")},
        {0, 10, 0.0001, false, {}},
        [](const BottleneckConfig& config) { return config.phm.value_or(PhmOptions{}).initRange; },
        [](BottleneckConfig& config, double value) {
            if (config.phm) {
                config.phm->initRange = value;
            }
        },
        notUsed);
}

void ModuleInspector::addPhmFlag(const OptionText& text, bool PhmOptions::*option, Why why) {
    addFlag(
        text, [option](const BottleneckConfig& config) { return config.phm.value_or(PhmOptions{}).*option; },
        [option](BottleneckConfig& config, bool on) {
            if (config.phm) {
                (*config.phm).*option = on;
                config.phm->sharedW = config.phm->sharedW && config.phm->factorizedW;
            }
        },
        std::move(why));
}

void ModuleInspector::addPhmNumber(const OptionText& text, const OptionForm::Range& range,
                                   int PhmOptions::*option, Why why) {
    addValue(
        text, range,
        [option](const BottleneckConfig& config) {
            return static_cast<double>(config.phm.value_or(PhmOptions{}).*option);
        },
        [option](BottleneckConfig& config, double value) {
            if (config.phm) {
                (*config.phm).*option = static_cast<int>(value);
            }
        },
        std::move(why));
}

void ModuleInspector::buildInvertible() {
    m_form->addHeading(tr("Embeddings and sharing"));
    addOption(
        {QStringLiteral("invAdapter"), tr("Invertible adapter"), QStringLiteral("inv_adapter"),
         tr("Once, after the embeddings; language-model heads undo it in front of their output matrix "
            "(MAD-X). "
            "Only that of the composition's first adapter acts. NICE adds, GLOW also scales."),
         tr("none")},
        {{tr("None"), QString()},
         {QStringLiteral("NICE"), QStringLiteral("nice")},
         {QStringLiteral("GLOW"), QStringLiteral("glow")}},
        [](const BottleneckConfig& config) {
            switch (config.invertible) {
            case InvertibleKind::Nice:
                return QStringLiteral("nice");
            case InvertibleKind::Glow:
                return QStringLiteral("glow");
            case InvertibleKind::None:
                break;
            }
            return QStringLiteral("");
        },
        [](BottleneckConfig& config, const QString& value) {
            config.invertible = value == QLatin1String("nice")   ? InvertibleKind::Nice
                                : value == QLatin1String("glow") ? InvertibleKind::Glow
                                                                 : InvertibleKind::None;
        });
    addValue(
        {QStringLiteral("invReductionFactor"), tr("Its reduction factor"),
         QStringLiteral("inv_adapter_reduction_factor"),
         tr("Half of the hidden size divided by the width inside the invertible adapter."),
         QStringLiteral("2")},
        {1.0 / 16, 1e6, 1, false, {}},
        [](const BottleneckConfig& config) { return config.invReductionFactor; },
        [](BottleneckConfig& config, double value) { config.invReductionFactor = value; },
        [](const BottleneckConfig& config) {
            return config.invertible == InvertibleKind::None ? tr("There is no invertible adapter.")
                                                             : QString();
        });
    addFlag(
        {QStringLiteral("sharedAcrossLayers"), tr("Share modules across layers"),
         QStringLiteral("shared_across_layers"),
         tr("One module a site serves all layers of the same bottleneck size: its parameters count once. "
            "Saved "
            "folders hold a copy for each layer."),
         tr("off")},
        [](const BottleneckConfig& config) { return config.sharedAcrossLayers; },
        [](BottleneckConfig& config, bool on) { config.sharedAcrossLayers = on; });
}

} // namespace awb::ui
