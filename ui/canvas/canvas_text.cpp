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
    case Site::EmbeddingOutput:
        return Words::tr("Embeddings");
    case Site::InputPrompt:
        return Words::tr("Prompt");
    case Site::KeyValuePrefix:
        return Words::tr("Keys and values");
    case Site::AttentionQuery:
        return Words::tr("Query map");
    case Site::AttentionKey:
        return Words::tr("Key map");
    case Site::AttentionValue:
        return Words::tr("Value map");
    case Site::AttentionDense:
        return Words::tr("Attention's output map");
    case Site::FfnIntermediate:
        return Words::tr("First FFN map");
    case Site::FfnDense:
        return Words::tr("Second FFN map");
    case Site::BlockOutput:
        return Words::tr("Block output");
    case Site::Pooler:
        return Words::tr("Pooler");
    }
    return {};
}

QString mapLetter(Site site) {
    switch (site) {
    case Site::AttentionQuery:
        return u"q"_s;
    case Site::AttentionKey:
        return u"k"_s;
    case Site::AttentionValue:
        return u"v"_s;
    case Site::AttentionDense:
        return u"o"_s;
    case Site::FfnIntermediate:
        return u"1"_s;
    case Site::FfnDense:
        return u"2"_s;
    case Site::AttentionOutput:
    case Site::FfnOutput:
        return Words::tr("LN");
    default:
        return {};
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
    case Site::EmbeddingOutput:
        return Words::tr(
            "After the embeddings, once for the whole network. Takes adapters with an invertible "
            "part.");
    case Site::InputPrompt:
        return Words::tr("In front of the text: extra vectors that all layers see. Takes prompt tuning.");
    case Site::KeyValuePrefix:
        return Words::tr("In front of the attention's keys and values: what each token can also attend to. "
                         "Takes prefix tuning.");
    case Site::AttentionQuery:
        return Words::tr("The weight matrix that makes queries. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::AttentionKey:
        return Words::tr("The weight matrix that makes keys. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::AttentionValue:
        return Words::tr("The weight matrix that makes values. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::AttentionDense:
        return Words::tr("The attention's output projection. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::FfnIntermediate:
        return Words::tr("The feed-forward matrix that widens. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::FfnDense:
        return Words::tr("The feed-forward matrix that narrows again. Takes LoRA, DoRA, VeRA and (IA)³.");
    case Site::BlockOutput:
        return Words::tr(
            "What leaves the whole block. Takes ReFT, which changes the states of a few tokens.");
    case Site::Pooler:
        return Words::tr(
            "The weight matrix of the pooler, which some heads read. Takes LoRA, DoRA and VeRA.");
    }
    return {};
}

QString slotTitle(Slot slot) {
    if (slot.layer == kNoLayer) {
        return siteTitle(slot.site);
    }
    return Words::tr("Layer %1 · %2").arg(slot.layer).arg(siteTitle(slot.site));
}

} // namespace awb::ui::canvastext
