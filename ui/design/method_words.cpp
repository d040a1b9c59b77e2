#include "ui/design/method_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "backend/experiment/design_place.h"
#include "models/config/adapter_config.h"
#include "ui/widgets/number_text.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(MethodWords)
};

QString bottleneckLine(const BottleneckConfig& config) {
    const QString place = config.isParallel                          ? Words::tr("beside feed-forward")
                          : config.mhAdapter && config.outputAdapter ? Words::tr("after both sublayers")
                          : config.mhAdapter                         ? Words::tr("after attention")
                                                                     : Words::tr("after feed-forward");
    QStringList words{place, QString::fromStdString(config.nonLinearity),
                      Words::tr("rf %1").arg(config.reductionFactor.fallback.value_or(16))};
    if (config.phm) {
        words << Words::tr("Kronecker");
    }
    if (config.invertible != InvertibleKind::None) {
        words << Words::tr("invertible");
    }
    if (config.scaling.kind != Scaling::Kind::Constant) {
        words << Words::tr("learned scale");
    } else if (config.scaling.value != 1.0) {
        words << u"×%1"_s.arg(config.scaling.value);
    }
    return words.join(u" · "_s);
}

/// "queries, values, first feed-forward"
QString matricesText(const OptionValues& options) {
    QStringList places;
    if (options.flag("selfattn_lora")) {
        for (const auto& [letter, name] :
             {std::pair("q", Words::tr("queries")), std::pair("k", Words::tr("keys")),
              std::pair("v", Words::tr("values")), std::pair("o", Words::tr("attention output"))}) {
            if (options.hasText("attn_matrices", letter)) {
                places << name;
            }
        }
    }
    if (options.flag("intermediate_lora") && options.flag("output_lora")) {
        places << Words::tr("feed-forward");
    } else if (options.flag("intermediate_lora")) {
        places << Words::tr("first feed-forward");
    } else if (options.flag("output_lora")) {
        places << Words::tr("second feed-forward");
    }
    if (options.flag("pooler_lora")) {
        places << Words::tr("pooler");
    }
    return places.join(u", "_s);
}

QString reftLine(const OptionValues& options) {
    const qlonglong first = options.integer("prefix_positions");
    const qlonglong last = options.integer("suffix_positions");
    QStringList words{Words::tr("rank %1").arg(options.integer("r"))};
    if (first > 0) {
        words << Words::tr("first %1 tokens").arg(first);
    }
    if (last > 0) {
        words << Words::tr("last %1 tokens").arg(last);
    }
    return words.join(u" · "_s);
}

QString paragraph(const QString& text) {
    return u"<p style='white-space:normal'>%1</p>"_s.arg(text);
}

} // namespace

MethodGroup groupOf(const MethodPreset& preset) {
    if (preset.parts.size() > 1) {
        return MethodGroup::Unions;
    }
    const MethodConfig& part = preset.parts.front();
    if (part.isBottleneck()) {
        return part.bottleneck.invertible != InvertibleKind::None ? MethodGroup::Invertible
               : part.bottleneck.phm                              ? MethodGroup::Compacter
                                                                  : MethodGroup::Bottleneck;
    }
    if (part.method == "ia3") {
        return MethodGroup::Scaling;
    }
    if (part.method == "prefix_tuning" || part.method == "prompt_tuning") {
        return MethodGroup::PrefixAndPrompt;
    }
    if (part.method == "reft") {
        return MethodGroup::Representation;
    }
    return part.method == "bitfit" ? MethodGroup::Biases : MethodGroup::LowRank;
}

QString groupTitle(MethodGroup group) {
    switch (group) {
    case MethodGroup::Bottleneck:
        return Words::tr("Bottleneck");
    case MethodGroup::Invertible:
        return Words::tr("Bottleneck with invertible");
    case MethodGroup::Compacter:
        return Words::tr("Compacter");
    case MethodGroup::LowRank:
        return Words::tr("Low rank");
    case MethodGroup::Scaling:
        return Words::tr("Scaling");
    case MethodGroup::PrefixAndPrompt:
        return Words::tr("Prefix and prompt");
    case MethodGroup::Unions:
        return Words::tr("Unions");
    case MethodGroup::Representation:
        return Words::tr("Representation");
    case MethodGroup::Biases:
        return Words::tr("Biases");
    case MethodGroup::Yardsticks:
        return Words::tr("To compare with");
    }
    return {};
}

QString yardstickTitle(TrainTarget target) {
    return target == TrainTarget::HeadOnly ? Words::tr("No adapter: head only")
                                           : Words::tr("Full fine-tuning");
}

QString yardstickLine(TrainTarget target) {
    return target == TrainTarget::HeadOnly ? Words::tr("linear probe of the frozen base")
                                           : Words::tr("every parameter of the base");
}

QString yardstickToolTip(TrainTarget target, const ModelConfig& model) {
    const QString title = u"<p><b>%1</b></p>"_s.arg(yardstickTitle(target));
    if (target == TrainTarget::HeadOnly) {
        return title +
               paragraph(Words::tr("Trains the head on the frozen base: what a method must beat. Adapters "
                                   "stay in the design, switched off."));
    }
    QString html =
        title + paragraph(Words::tr("Trains the whole base: what a method is measured against. It wants a "
                                    "learning rate of about 0.00005."));
    if (model.numLayers > 0) {
        html += paragraph(Words::tr("%1 parameters").arg(fullCount(baseParameterCount(model))));
    }
    return html;
}

QString methodText(const std::string& text) {
    return text.empty() ? QString() : QCoreApplication::translate("Methods", text.c_str());
}

QString partLine(const MethodConfig& part) {
    if (part.isBottleneck()) {
        return bottleneckLine(part.bottleneck);
    }
    const OptionValues& options = part.options;
    if (part.method == "ia3") {
        return matricesText(options);
    }
    if (part.method == "lora" || part.method == "dora" || part.method == "vera") {
        return Words::tr("rank %1 · %2").arg(options.integer("r")).arg(matricesText(options));
    }
    if (part.method == "prefix_tuning") {
        const QString length = Words::tr("%1 keys and values").arg(options.integer("prefix_length"));
        return options.flag("flat") ? length + u" · "_s + Words::tr("trained directly") : length;
    }
    if (part.method == "prompt_tuning") {
        return Words::tr("%1 vectors in front of the text").arg(options.integer("prompt_length"));
    }
    if (part.method == "reft") {
        return reftLine(options);
    }
    return Words::tr("of all maps and norms");
}

QString presetLine(const MethodPreset& preset) {
    if (preset.parts.size() == 1) {
        return partLine(preset.parts.front());
    }
    QStringList titles;
    for (const MethodConfig& part : preset.parts) {
        titles << (part.isBottleneck() ? Words::tr("bottleneck")
                                       : methodText(findMethod(part.method)->title));
    }
    return titles.join(u" + "_s);
}

QString presetToolTip(const MethodPreset& preset, const ModelConfig& model) {
    QString html = u"<p><b>%1</b></p>"_s.arg(methodText(preset.title).toHtmlEscaped());
    for (const MethodConfig& part : preset.parts) {
        const Method& method = *findMethod(part.method);
        html += paragraph(methodText(method.summary).toHtmlEscaped() + u"<br><code>"_s +
                          QString::fromStdString(method.equation).toHtmlEscaped() + u"</code><br>"_s +
                          partLine(part).toHtmlEscaped());
    }
    AdapterConfig config;
    config.parts = preset.parts;
    if (model.numLayers > 0) {
        if (const auto count = parameterCount(config, model)) {
            const double share =
                100.0 * static_cast<double>(*count) / static_cast<double>(baseParameterCount(model));
            html += paragraph(Words::tr("%1 parameters in all layers of this base, %2 % of it")
                                  .arg(fullCount(*count), QLocale().toString(share, 'f', 3)));
            html += paragraph(
                Words::tr("Can be dropped %1.")
                    .arg(QString::fromStdString(design::sitesText(design::sitesFor(preset, model)))));
        } else {
            html += paragraph(Words::tr("Not for this base: %1.")
                                  .arg(QString::fromStdString(count.error().what).toHtmlEscaped()));
        }
    }
    for (const std::string& note : notExpressibleInAdapterHub(config)) {
        html += paragraph(Words::tr("AdapterHub: %1").arg(QString::fromStdString(note).toHtmlEscaped()));
    }
    QStringList names{QString::fromStdString(preset.name)};
    if (!preset.newName.empty() && preset.newName != preset.name) {
        names << QString::fromStdString(preset.newName);
    }
    html += paragraph(QString::fromStdString(preset.paper).toHtmlEscaped());
    html += u"<p><code>%1</code></p>"_s.arg(names.join(u"</code>, <code>"_s));
    return html;
}

} // namespace awb::ui
