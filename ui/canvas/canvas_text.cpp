#include "ui/canvas/canvas_text.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace awb::ui::canvastext {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

QString optionsOf(const ModulePicture& module) {
    QStringList options{QString::fromStdString(module.nonLinearity)};
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
    return options.join(u" · "_s);
}

} // namespace

QString shortCount(std::int64_t count) {
    const QLocale locale;
    if (count < 1000) {
        return locale.toString(static_cast<qlonglong>(count));
    }
    const double value = static_cast<double>(count);
    if (value < 999'950) {
        return u"%1 k"_s.arg(locale.toString(value / 1e3, 'f', 1));
    }
    return u"%1 M"_s.arg(locale.toString(value / 1e6, 'f', 2));
}

QString factor(double value) {
    const double rounded = std::round(value * 100) / 100;
    return QLocale().toString(rounded, 'g', 6);
}

QStringList chip(const ModulePicture& module) {
    const QString rf = Words::tr("rf %1").arg(factor(module.reductionFactor));
    const QString m = Words::tr("m %1").arg(module.bottleneck);
    QStringList texts{u"%1 · %2 · %3"_s.arg(rf, m, shortCount(module.parameters)), u"%1 · %2"_s.arg(rf, m),
                      rf, factor(module.reductionFactor)};
    if (module.drop == DropState::Dropped) {
        texts.prepend(Words::tr("dropped · %1").arg(rf));
    }
    return texts;
}

QString shape(const ModulePicture& module, int hiddenSize) {
    return u"%1 → %2 → %1"_s.arg(hiddenSize).arg(module.bottleneck);
}

QString siteTitle(Site site) {
    switch (site) {
    case Site::AttentionOutput:
        return Words::tr("Attention output");
    case Site::AttentionParallel:
        return Words::tr("Attention parallel");
    case Site::FfnOutput:
        return Words::tr("FFN output");
    case Site::FfnParallel:
        return Words::tr("FFN parallel");
    default:
        return QString::fromUtf8(siteName(site).data(), static_cast<qsizetype>(siteName(site).size()));
    }
}

QString siteExplanation(Site site) {
    switch (site) {
    case Site::AttentionOutput:
        return Words::tr(
            "After self-attention, before its sum with the residual path. Takes sequential adapters.");
    case Site::AttentionParallel:
        return Words::tr("Beside self-attention: reads what attention reads. Takes parallel adapters.");
    case Site::FfnOutput:
        return Words::tr(
            "After the feed-forward part, before its sum with the residual path. Takes sequential adapters.");
    case Site::FfnParallel:
        return Words::tr("Beside the feed-forward part: reads what it reads. Takes parallel adapters.");
    default:
        return {};
    }
}

QString slotTitle(Slot slot) {
    return Words::tr("Layer %1 · %2").arg(slot.layer).arg(siteTitle(slot.site));
}

QString moduleToolTip(const ModulePicture& module, int hiddenSize) {
    const QLocale locale;
    QString text = u"<b>%1</b><br>%2<br>"_s.arg(QString::fromStdString(module.ref.adapter).toHtmlEscaped(),
                                                slotTitle({module.ref.layer, module.ref.site}));
    text += Words::tr("Reduction factor %1: %2, %3 parameters")
                .arg(factor(module.reductionFactor), shape(module, hiddenSize),
                     locale.toString(static_cast<qlonglong>(module.parameters)));
    text += u"<br>"_s + optionsOf(module);
    if (module.drop == DropState::Dropped) {
        text += u"<br>"_s + Words::tr("AdapterDrop leaves this module out");
    } else if (module.drop == DropState::Random) {
        text += u"<br>"_s + Words::tr("AdapterDrop leaves this module out in some batches");
    }
    text += u"<br><i>"_s +
            Words::tr("Wheel or waist handle: size. Shift: all selected. Alt: a ramp over the layers.") +
            u"</i>"_s;
    return text;
}

} // namespace awb::ui::canvastext
