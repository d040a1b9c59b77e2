#include "ui/design/composition_words.h"

#include <algorithm>
#include <numeric>

#include <QCoreApplication>
#include <QLocale>

#include "ui/design/method_words.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

/// "16", "5.33", "0.25".
QString shortNumber(double value) {
    return QLocale().toString(value, 'g', 4);
}

QString paragraph(const QString& html) {
    return QStringLiteral("<p style='white-space:normal'>%1</p>").arg(html);
}

QString tokensText(const Composition& split, std::size_t child) {
    const auto at = split.sizes.begin() + static_cast<std::ptrdiff_t>(child);
    const auto first = std::accumulate(split.sizes.begin(), at, std::int64_t{0});
    return *at == 0 ? Words::tr("tokens from %1").arg(first)
                    : Words::tr("tokens %1–%2").arg(first).arg(first + *at - 1);
}

} // namespace

QString kindTitle(Kind kind) {
    return QString::fromLatin1(compositionKindName(kind).data(),
                               static_cast<qsizetype>(compositionKindName(kind).size()));
}

QString kindHelp(Kind kind) {
    switch (kind) {
    case Kind::Stack:
        return Words::tr("One after the other: each child works on what the one before it gave.");
    case Kind::Fuse:
        return Words::tr("AdapterFusion: attention weighs what several adapters say, anew for each token.");
    case Kind::Split:
        return Words::tr("Cuts every text by token positions: each child gets a part of it.");
    case Kind::BatchSplit:
        return Words::tr("Cuts the batch: each child gets some of its texts. For inference only.");
    case Kind::Parallel:
        return Words::tr("Repeats the batch for each child, so that all run at once, with a head each.");
    case Kind::Average:
        return Words::tr("Mixes what the children give with fixed weights.");
    case Kind::Name:
    case Kind::None:
        break;
    }
    return {};
}

QString kindFlow(Kind kind) {
    switch (kind) {
    case Kind::Stack:
        return Words::tr("[B, T, H] → first child → … → last child → [B, T, H]");
    case Kind::Fuse:
        return Words::tr("N outputs [B, T, N, H] → softmax(query · key) over N → weighted sum of values → "
                         "[B, T, H]");
    case Kind::Split:
        return Words::tr("[B, T, H] → slices [B, tᵢ, H], one a child → joined to [B, T, H]; attention still "
                         "sees the whole text");
    case Kind::BatchSplit:
        return Words::tr("[B, T, H] → rows [bᵢ, T, H], one part a child → joined to [B, T, H]");
    case Kind::Parallel:
        return Words::tr("[B, T, H] → [N·B, T, H] from here on, chunk i to child i → N outputs");
    case Kind::Average:
        return Words::tr("N outputs [B, T, H] → Σ wᵢ · output i → [B, T, H]");
    case Kind::Name:
    case Kind::None:
        break;
    }
    return {};
}

QString kindPaper(Kind kind) {
    switch (kind) {
    case Kind::Stack:
        return Words::tr("MAD-X: Pfeiffer et al. 2020, arXiv 2005.00052");
    case Kind::Fuse:
        return Words::tr("AdapterFusion: Pfeiffer et al. 2021, arXiv 2005.00247");
    case Kind::Split:
        return Words::tr("AdapterHub: Pfeiffer et al. 2020, arXiv 2007.07779");
    case Kind::BatchSplit:
        return Words::tr("Adapters: Poth et al. 2023, arXiv 2311.11077");
    case Kind::Parallel:
        return Words::tr("AdapterDrop: Rücklé et al. 2021, arXiv 2010.11918");
    case Kind::Average:
        return Words::tr("Ensembles of adapters: Wang et al. 2021, arXiv 2109.04877");
    case Kind::Name:
    case Kind::None:
        break;
    }
    return {};
}

QString kindToolTip(Kind kind) {
    return paragraph(QStringLiteral("<b>%1</b><br>%2")
                         .arg(kindTitle(kind).toHtmlEscaped(), kindHelp(kind).toHtmlEscaped())) +
           paragraph(kindFlow(kind).toHtmlEscaped()) + paragraph(kindPaper(kind).toHtmlEscaped());
}

QString adapterLine(const AdapterSpec& adapter) {
    if (adapter.isUnread()) {
        return Words::tr("saved adapter");
    }
    const MethodConfig& part = adapter.config.parts.front();
    if (part.isBottleneck() && !adapter.config.isUnion()) {
        const auto& factor = part.bottleneck.reductionFactor;
        const QString method = adapter.preset.empty() ? QString::fromStdString(methodTitle(adapter.config))
                                                      : QString::fromStdString(adapter.preset);
        return factor.perLayer.empty() && factor.fallback
                   ? Words::tr("%1 · rf %2").arg(method, shortNumber(*factor.fallback))
                   : Words::tr("%1 · rf by layer").arg(method);
    }
    const Method& method = *findMethod(part.method);
    QString line = methodText(methodTitle(adapter.config));
    if (!adapter.config.isUnion() && !method.sizeKey.empty()) {
        line += QStringLiteral(" · %1 %2")
                    .arg(methodText(method.sizeTitle).toLower())
                    .arg(part.options.integer(method.sizeKey));
    }
    return line;
}

QString adapterToolTip(const Experiment& experiment, const AdapterSpec& adapter) {
    const QString name = QString::fromStdString(adapter.name).toHtmlEscaped();
    const std::vector<std::string> leaves = experiment.composition.leaves();
    const bool isUsed = std::ranges::find(leaves, adapter.name) != leaves.end();
    QString html =
        paragraph(QStringLiteral("<b>%1</b><br>%2").arg(name, adapterLine(adapter).toHtmlEscaped()));
    if (!adapter.from.empty()) {
        html += paragraph(Words::tr("Saved in %1").arg(QString::fromStdString(adapter.from)).toHtmlEscaped());
    }
    html +=
        paragraph(!isUsed ? Words::tr("Not in the composition: drag it into the tree below, or press Enter.")
                  : experiment.trainsAdapter(adapter.name) ? Words::tr("Trained.")
                                                           : Words::tr("Frozen."));
    return html;
}

QString nodeDescription(const Experiment& experiment, const Composition& node) {
    const QString state = isTrainedNode(experiment, node) ? Words::tr("trained") : Words::tr("frozen");
    if (node.kind == Kind::None) {
        return Words::tr("No adapter in use");
    }
    if (node.kind != Kind::Name) {
        const QString text =
            Words::tr("%1 of %2").arg(kindTitle(node.kind)).arg(static_cast<int>(node.children.size()));
        return node.kind == Kind::Fuse ? text + QStringLiteral(", ") + state : text;
    }
    const AdapterSpec* adapter = experiment.findAdapter(node.name);
    return Words::tr("Adapter %1, %2, %3")
        .arg(QString::fromStdString(node.name), adapter != nullptr ? adapterLine(*adapter) : QString(),
             state);
}

QString branchText(const Composition& block, std::size_t child) {
    const bool isOneForAll = block.kind == Kind::BatchSplit && block.sizes.size() == 1;
    if (block.kind == Kind::Split && child < block.sizes.size()) {
        return tokensText(block, child);
    }
    if (block.kind == Kind::BatchSplit && (isOneForAll || child < block.sizes.size())) {
        return Words::tr("%n text(s)", nullptr, static_cast<int>(block.sizes[isOneForAll ? 0 : child]));
    }
    if (block.kind == Kind::Average) {
        const std::vector<double> factors = block.childFactors();
        return child < factors.size() ? QStringLiteral("× ") + shortNumber(factors[child]) : QString();
    }
    return {};
}

std::string trainName(const Composition& node) {
    if (node.kind == Kind::Name) {
        return node.name;
    }
    return node.kind == Kind::Fuse ? std::string(kFusePrefix).append(fusionName(node)) : std::string();
}

bool isTrainedNode(const Experiment& experiment, const Composition& node) {
    if (node.kind == Kind::Name) {
        return experiment.trainsAdapter(node.name);
    }
    return node.kind == Kind::Fuse && experiment.trainsFusion(fusionName(node));
}

} // namespace awb::ui
