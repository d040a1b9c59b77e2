// What the matrices of a MAD-X experiment say, in words.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <QCoreApplication>

#include "ui/madx/madx_matrices.h"

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MadxFindings", text);
}

/// One side of a comparison: an order with so many layers un-adapted.
struct Side {
    MadxOrder order;
    int dropped = 0;
};

/// Paired differences over all places where both sides have scores.
struct Comparison {
    std::vector<double> differences; ///< one for each source and target
    std::size_t fewestSeeds = 0;
    double noise = 0; ///< standard deviation over the seeds, mean of the places
};

Comparison compare(const MadxReport& report, const MadxExperiment& experiment, Side side, Side with) {
    Comparison comparison;
    for (const MadxLanguage& source : experiment.languages) {
        for (const MadxLanguage& target : experiment.languages) {
            const MadxCell a = report.cell(side.order, source.name, target.name, side.dropped);
            const MadxCell b = report.cell(with.order, source.name, target.name, with.dropped);
            if (a.scores.empty() || b.scores.empty()) {
                continue;
            }
            const std::size_t seeds = std::min(a.scores.size(), b.scores.size());
            comparison.fewestSeeds =
                comparison.differences.empty() ? seeds : std::min(comparison.fewestSeeds, seeds);
            comparison.differences.push_back(a.spread().mean - b.spread().mean);
            comparison.noise += std::hypot(a.spread().deviation, b.spread().deviation);
        }
    }
    comparison.noise /= std::max<double>(1, static_cast<double>(comparison.differences.size()));
    return comparison;
}

QString points(double difference) {
    return QString::number(100 * std::abs(difference), 'f', 1);
}

QString signedPoints(double difference) {
    return QString::number(100 * difference, 'f', 1)
        .prepend(difference > 0 ? QStringLiteral("+") : QString());
}

QString lowestLayers(int layers) {
    return layers == 1 ? tr("lowest layer") : tr("lowest %1 layers").arg(layers);
}

/// "Reversed order loses 4.2 points on average over 8 pairs of languages (-9.1 to +0.3) ...".
QString sentence(const QString& subject, const QString& against, const Comparison& comparison) {
    const double mean = spreadOf(comparison.differences).mean;
    const auto [least, most] = std::ranges::minmax(comparison.differences);
    const int pairs = static_cast<int>(comparison.differences.size());
    constexpr double kLeastShown = 0.0005; // 0.05 points
    QString text = std::abs(mean) < kLeastShown ? tr("%1 is on average as good as %2").arg(subject, against)
                                                : (mean < 0 ? tr("%1 loses %2 points on average against %3")
                                                            : tr("%1 gains %2 points on average against %3"))
                                                      .arg(subject, points(mean), against);
    text += pairs == 1 ? tr(", in the one pair of languages that is scored")
                       : tr(", over %1 pairs of languages (%2 to %3)")
                             .arg(pairs)
                             .arg(signedPoints(least), signedPoints(most));
    if (comparison.fewestSeeds < 2) {
        return text + tr(". One seed: a small difference may be chance.");
    }
    return text + (std::abs(mean) <= comparison.noise ? tr(". That is within the spread of the seeds (±%1).")
                                                      : tr(", more than the spread of the seeds (±%1)."))
                      .arg(points(comparison.noise));
}

} // namespace

QStringList madxFindings(const MadxReport& report, const MadxExperiment& experiment) {
    QStringList findings;
    const int fewest = *std::ranges::min_element(experiment.dropLayers);
    const QString reference = madxOrderTitle(MadxOrder::LanguageFirst).toLower();
    for (const MadxOrder order : {MadxOrder::TaskAlone, MadxOrder::TaskFirst}) {
        const Comparison comparison =
            compare(report, experiment, {order, fewest}, {MadxOrder::LanguageFirst, fewest});
        if (!comparison.differences.empty()) {
            findings << sentence(madxOrderTitle(order), reference, comparison);
        }
    }
    // The orders lose alike: one of them is enough to see what AdapterDrop costs.
    const MadxOrder first = experiment.orders.empty() ? MadxOrder::LanguageFirst : experiment.orders.front();
    for (const int dropped : experiment.dropLayers) {
        const Comparison comparison = compare(report, experiment, {first, dropped}, {first, fewest});
        if (dropped != fewest && !comparison.differences.empty()) {
            findings << sentence(
                tr("%1 with the %2 un-adapted").arg(madxOrderTitle(first), lowestLayers(dropped)),
                fewest == 0 ? tr("all layers adapted") : tr("the %1 un-adapted").arg(lowestLayers(fewest)),
                comparison);
        }
    }
    return findings;
}

QString madxWarning(const MadxExperiment& experiment) {
    const auto has = [&](MadxOrder order) {
        return std::ranges::find(experiment.orders, order) != experiment.orders.end();
    };
    if (has(MadxOrder::TaskFirst) && !has(MadxOrder::LanguageFirst)) {
        return tr(
            "This experiment trains the reversed order Stack(task, language) without MAD-X's own. In the "
            "reversed order the language adapter reads what the task adapter made of the states, which it "
            "never saw in its training, and its invertible part is unused. Tick “Language first” in step 4 "
            "to see the difference.");
    }
    return {};
}

} // namespace awb::ui
