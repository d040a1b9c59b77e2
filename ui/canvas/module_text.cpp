#include "ui/canvas/module_text.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/canvas/canvas_text.h"
#include "ui/design/method_words.h"

using namespace Qt::StringLiterals;

namespace awb::ui::canvastext {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

const QString kDot = u" · "_s;

QString exactCount(std::int64_t count) {
    return QLocale().toString(static_cast<qlonglong>(count));
}

/// "q v"
QString letters(const ModulePicture& module) {
    QStringList all;
    for (const Site site : module.group) {
        all << mapLetter(site);
    }
    return all.join(u' ');
}

/// The forms of a chip whose parts are ordered by importance, the first always there.
QStringList forms(const QStringList& parts) {
    QStringList all;
    for (qsizetype count = parts.size(); count > 0; --count) {
        all << parts.first(count).join(kDot);
    }
    return all;
}

QStringList hourglassChip(const ModulePicture& module) {
    const QString rf = Words::tr("rf %1").arg(factor(module.reductionFactor));
    QStringList texts = forms({rf, Words::tr("m %1").arg(module.bottleneck), shortCount(module.parameters)});
    return texts << factor(module.reductionFactor);
}

QStringList mapChip(const ModulePicture& module) {
    const std::int64_t count = module.group.empty() ? module.parameters : module.groupParameters;
    const QString sites = letters(module);
    const QString numbers = shortCount(count);
    QString size;
    if (module.kind == ModuleKind::Factors) {
        size = Words::tr("factors");
    } else if (module.kind == ModuleKind::Bias) {
        size = Words::tr("biases");
    } else {
        size = Words::tr("r %1").arg(module.bottleneck);
    }
    if (sites.isEmpty()) {
        return forms({size, numbers});
    }
    return {sites + kDot + size + kDot + numbers, size + kDot + numbers, size};
}

QString sharedTitle(const ModulePicture& module) {
    if (module.method == "prefix_tuning") {
        return module.reparameterised ? Words::tr("prefix net") : Words::tr("prefix table");
    }
    return module.method == "bottleneck" ? Words::tr("shared rule") : Words::tr("shared");
}

QString sizeText(const ModulePicture& module, int hiddenSize) {
    const Method& method = *findMethod(module.method);
    const QString count = module.kind == ModuleKind::Bias || module.kind == ModuleKind::Factors
                              ? QString()
                              : QString::number(module.bottleneck);
    QString text = methodText(method.sizeTitle);
    if (isHourglass(module.kind)) {
        text = Words::tr("reduction factor %1").arg(factor(module.reductionFactor));
    } else if (module.kind == ModuleKind::Nice || module.kind == ModuleKind::Glow) {
        text = Words::tr("inner units %1").arg(count);
    } else {
        text += count.isEmpty() ? QString() : u' ' + count;
    }
    text[0] = text[0].toUpper();
    const QString inner = shape(module, hiddenSize);
    return inner.isEmpty() ? text : text + u": "_s + inner;
}

/// Options of a module that its glyph shows or that change what it does.
QString optionsOf(const ModulePicture& module) {
    QStringList options;
    if (!module.nonLinearity.empty() && module.nonLinearity != "none") {
        options << QString::fromStdString(module.nonLinearity);
    }
    if (module.lnBefore) {
        options << Words::tr("layer norm before");
    }
    if (module.lnAfter) {
        options << Words::tr("layer norm after");
    }
    if (module.gated) {
        options << Words::tr("gated");
    }
    if (module.scaling.kind == Scaling::Kind::Learned) {
        options << Words::tr("learned scaling");
    } else if (module.scaling.kind == Scaling::Kind::Channel) {
        options << Words::tr("learned scaling per channel");
    } else if (module.scaling.value != 1) {
        options << Words::tr("scaled by %1").arg(QLocale().toString(module.scaling.value));
    }
    if (module.kind == ModuleKind::Reft) {
        options << Words::tr("first %1, last %2 tokens").arg(module.firstTokens).arg(module.lastTokens);
    }
    return options.join(kDot);
}

QStringList stateOf(const ModulePicture& module) {
    QStringList lines;
    if (!module.active) {
        lines << Words::tr("Not in the composition: it does nothing in this design");
    } else if (!module.trained) {
        lines << Words::tr("Frozen: this run does not change it");
    }
    if (module.drop == DropState::Dropped) {
        lines << Words::tr("AdapterDrop leaves this module out");
    } else if (module.drop == DropState::Random) {
        lines << Words::tr("AdapterDrop leaves this module out in some batches");
    }
    return lines;
}

/// What parameters that all modules share belong to: of bottlenecks only Compacter has such.
ModuleKind ownerKind(const ModulePicture& module) {
    const bool isRule = module.kind == ModuleKind::Shared && module.method == "bottleneck";
    return isRule ? ModuleKind::Compacter : module.kind;
}

QString parametersOf(const ModulePicture& module) {
    QString text = Words::tr("%1 parameters").arg(exactCount(module.parameters));
    if (module.sharedParameters > 0) {
        text +=
            Words::tr(" of its own, %1 that all its modules share").arg(exactCount(module.sharedParameters));
    }
    return text;
}

} // namespace

QStringList chip(const ModulePicture& module, int hiddenSize) {
    QStringList texts;
    const QString size = QString::number(module.bottleneck);
    switch (module.kind) {
    case ModuleKind::Bottleneck:
    case ModuleKind::Compacter:
        texts = hourglassChip(module);
        break;
    case ModuleKind::Prefix:
        texts = forms({Words::tr("prefix %1").arg(size), shape(module, hiddenSize)}) << size;
        break;
    case ModuleKind::Prompt:
        texts = forms({Words::tr("prompt %1").arg(size), shortCount(module.parameters)});
        break;
    case ModuleKind::Nice:
    case ModuleKind::Glow:
        texts = forms({kindTitle(module), shortCount(module.parameters)});
        break;
    case ModuleKind::Reft:
        texts = forms({Words::tr("r %1").arg(size), shortCount(module.parameters)});
        break;
    case ModuleKind::Shared:
        texts = {sharedTitle(module) + kDot + shortCount(module.parameters), shortCount(module.parameters)};
        break;
    default:
        texts = mapChip(module);
    }
    if (module.drop == DropState::Dropped) {
        texts.prepend(
            Words::tr("dropped · %1").arg(texts.size() > 1 ? texts[texts.size() - 2] : texts.back()));
    }
    return texts;
}

QStringList nearChip(const ModulePicture& module, int hiddenSize) {
    QStringList texts = chip(module, hiddenSize);
    const QString inner = shape(module, hiddenSize);
    if (inner.isEmpty() || module.kind == ModuleKind::Prefix) {
        return texts; // a prefix's chip says its shape already
    }
    const QString numbers = shortCount(module.group.empty() ? module.parameters : module.groupParameters);
    const QString own = isHourglass(module.kind) ? inner : texts.back() + kDot + inner;
    const QString sites = letters(module);
    QStringList longer{own + kDot + numbers, own};
    if (!sites.isEmpty()) {
        longer.prepend(sites + kDot + own + kDot + numbers);
    }
    return longer + texts;
}

QString shape(const ModulePicture& module, int hiddenSize) {
    switch (module.kind) {
    case ModuleKind::Bottleneck:
    case ModuleKind::Compacter:
        return u"%1 → %2 → %1"_s.arg(hiddenSize).arg(module.bottleneck);
    case ModuleKind::Nice:
    case ModuleKind::Glow:
        return u"%1 → %2"_s.arg(hiddenSize / 2).arg(module.bottleneck);
    case ModuleKind::LowRank:
    case ModuleKind::Dora:
    case ModuleKind::Vera:
        return u"%1 → %2 → %3"_s.arg(module.inWidth).arg(module.bottleneck).arg(module.outWidth);
    case ModuleKind::Prefix:
        return u"2 × %1 × %2"_s.arg(module.bottleneck).arg(hiddenSize);
    case ModuleKind::Prompt:
        return u"%1 × %2"_s.arg(module.bottleneck).arg(hiddenSize);
    case ModuleKind::Reft:
        return u"%1 → %2 → %1"_s.arg(hiddenSize).arg(module.bottleneck);
    default:
        return {};
    }
}

QString kindTitle(const ModulePicture& module) {
    switch (ownerKind(module)) {
    case ModuleKind::Compacter:
        return Words::tr("Compacter");
    case ModuleKind::Nice:
        return Words::tr("NICE");
    case ModuleKind::Glow:
        return Words::tr("GLOW");
    default:
        return methodText(findMethod(module.method)->title);
    }
}

QString equation(const ModulePicture& module) {
    const QString plain = QString::fromStdString(findMethod(module.method)->equation);
    switch (ownerKind(module)) {
    case ModuleKind::Compacter:
        return plain + u",  W = Σᵢ Rᵢ ⊗ sᵢtᵢᵀ"_s;
    case ModuleKind::Nice:
        return u"y₁ = x₁ + F(x₂),  y₂ = x₂ + G(y₁)"_s;
    case ModuleKind::Glow:
        return u"y₁ = s(x₂) ⊙ x₁ + t(x₂),  y₂ = s′(y₁) ⊙ x₂ + t′(y₁)"_s;
    default:
        return plain;
    }
}

QStringList papers(const ModulePicture& module) {
    const QString own = QString::fromStdString(findMethod(module.method)->paper);
    if (module.presetPaper.empty()) {
        return {own};
    }
    QStringList all{QString::fromStdString(module.presetPaper)};
    // A bottleneck's presets have papers of their own; a union names its parts' as well.
    if (module.method != "bottleneck" && all.front() != own) {
        all << own;
    }
    return all;
}

QString moduleToolTip(const ModulePicture& module, int hiddenSize) {
    QString title = kindTitle(module);
    const QString preset = methodText(module.preset);
    if (!preset.isEmpty() && preset != title) {
        title += u" (%1)"_s.arg(preset);
    }
    QStringList lines{u"<b>%1</b>%2%3"_s.arg(QString::fromStdString(module.ref.adapter).toHtmlEscaped(), kDot,
                                             title.toHtmlEscaped()),
                      module.kind == ModuleKind::Shared
                          ? Words::tr("Serves all modules of this method")
                          : slotTitle({module.ref.layer, module.ref.site}).toHtmlEscaped(),
                      u"<i>%1</i>"_s.arg(equation(module).toHtmlEscaped())};
    if (module.kind != ModuleKind::Shared) {
        lines << sizeText(module, hiddenSize).toHtmlEscaped();
    }
    lines << parametersOf(module);
    if (const QString options = optionsOf(module); !options.isEmpty() && module.kind != ModuleKind::Shared) {
        lines << options.toHtmlEscaped();
    }
    lines << stateOf(module);
    for (const QString& paper : papers(module)) {
        lines << u"<small>%1</small>"_s.arg(paper.toHtmlEscaped());
    }
    if (isHourglass(module.kind)) {
        lines << u"<small><i>%1</i></small>"_s.arg(
            Words::tr("Wheel or waist handle: size. Shift: all selected. Alt: a ramp over the layers."));
    }
    return u"<p style='white-space:pre-wrap'>%1</p>"_s.arg(lines.join(u"<br>"_s));
}

QString accessibleModule(const ModulePicture& module, int hiddenSize) {
    QString text = u"%1, %2, %3"_s.arg(QString::fromStdString(module.ref.adapter), kindTitle(module),
                                       chip(module, hiddenSize).front());
    if (!module.trained) {
        text += u", "_s + Words::tr("frozen");
    }
    return text;
}

} // namespace awb::ui::canvastext
