#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

#include "ui/canvas/module_text.h"

using namespace Qt::StringLiterals;

namespace awb::ui::canvastext {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

QString explanation(Composition::Kind kind) {
    switch (kind) {
    case Composition::Kind::Fuse:
        return Words::tr("Attention chooses for each token how much of each adapter's output it takes.");
    case Composition::Kind::Average:
        return Words::tr("The outputs of all branches are averaged.");
    case Composition::Kind::Parallel:
        return Words::tr("The batch is copied: each branch computes its own states from here on.");
    case Composition::Kind::Split:
        return Words::tr("Each branch takes its own part of the tokens.");
    case Composition::Kind::BatchSplit:
        return Words::tr("Each branch takes its own texts of the batch.");
    default:
        return {};
    }
}

QString equationOf(Composition::Kind kind) {
    switch (kind) {
    case Composition::Kind::Fuse:
        return u"o = softmax(qᵀ K) V,  q = Q h,  kₙ = K zₙ,  vₙ = V zₙ"_s;
    case Composition::Kind::Average:
        return u"o = Σₙ wₙ zₙ"_s;
    case Composition::Kind::Parallel:
        return u"oₙ = zₙ(hₙ)"_s;
    case Composition::Kind::Split:
        return u"o = [z₁(h[:n₁]); z₂(h[n₁:]); …]"_s;
    case Composition::Kind::BatchSplit:
        return u"o = [z₁(B₁); z₂(B₂); …]"_s;
    default:
        return {};
    }
}

/// What belongs to each branch: a weight, tokens, texts.
QString shareOf(const SiteArrangement::Join& join, std::size_t child, const std::vector<float>& weights) {
    const QLocale locale;
    if (join.kind == Composition::Kind::Fuse) {
        return child < weights.size() ? locale.toString(static_cast<double>(weights[child]), 'f', 3)
                                      : QString();
    }
    if (join.shares.empty()) {
        return {};
    }
    const double share = join.shares[std::min(child, join.shares.size() - 1)];
    switch (join.kind) {
    case Composition::Kind::Average:
        return locale.toString(share, 'g', 3);
    case Composition::Kind::Split:
        return share > 0 ? Words::tr("%1 tokens").arg(locale.toString(share, 'g', 6)) : Words::tr("the rest");
    case Composition::Kind::BatchSplit:
        return Words::tr("%1 texts").arg(locale.toString(share, 'g', 6));
    default:
        return {};
    }
}

} // namespace

QString joinTitle(Composition::Kind kind) {
    switch (kind) {
    case Composition::Kind::Fuse:
        return Words::tr("AdapterFusion");
    case Composition::Kind::Stack:
        return Words::tr("Stack");
    case Composition::Kind::Average:
        return Words::tr("Average");
    case Composition::Kind::Parallel:
        return Words::tr("Parallel");
    case Composition::Kind::Split:
        return Words::tr("Split");
    case Composition::Kind::BatchSplit:
        return Words::tr("BatchSplit");
    default:
        return {};
    }
}

QString joinToolTip(const SiteArrangement::Join& join, bool trained, std::int64_t parameters,
                    const std::vector<float>& weights) {
    QStringList lines{u"<b>%1</b>"_s.arg(joinTitle(join.kind)), explanation(join.kind),
                      u"<i>%1</i>"_s.arg(equationOf(join.kind).toHtmlEscaped())};
    QStringList branches;
    for (std::size_t i = 0; i < join.adapters.size(); ++i) {
        const QString share = shareOf(join, i, weights);
        const QString name = QString::fromStdString(join.adapters[i]).toHtmlEscaped();
        branches << (share.isEmpty() ? name : u"%1: %2"_s.arg(name, share));
    }
    lines << branches.join(u" · "_s);
    if (join.kind == Composition::Kind::Fuse) {
        lines << Words::tr("%1 parameters").arg(QLocale().toString(static_cast<qlonglong>(parameters)));
        lines << (trained ? Words::tr("Trained") : Words::tr("Frozen: this run does not change it"));
        if (weights.empty()) {
            lines << Words::tr("No weights yet: the spokes are alike until a run has some");
        }
        lines << u"<small>%1</small>"_s.arg(
            Words::tr("Pfeiffer et al. 2021, AdapterFusion: Non-Destructive Task Composition for Transfer "
                      "Learning, arXiv:2005.00247"));
    }
    return lines.join(u"<br>"_s);
}

} // namespace awb::ui::canvastext
