#include "ui/fusion/ablation_words.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

#include "ui/fusion/rule_words.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

// A map of nothing but noise keeps pale colours.
constexpr float kSmallestRange = 0.02F;

QString tr(const char* text) {
    return QCoreApplication::translate("AblationWords", text);
}

QString placeText(const AblationPlace& place) {
    AdapterRule rule;
    rule.layer = place.layer;
    rule.part = place.part;
    return rulePlace(rule);
}

QString signedNumber(double value) {
    return signedText(value, 3);
}

} // namespace

ShareMatrix ablationMatrix(const AblationMap& map, AblationQuantity quantity) {
    ShareMatrix matrix;
    matrix.isDifference = true;
    const QString metric = QString::fromStdString(map.sample.metric);
    matrix.scaleTitle = quantity == AblationQuantity::Loss
                            ? tr("change of the loss without the adapter (+: it helps)")
                            : tr("change of %1 without the adapter (−: it helps)").arg(metric);
    for (const std::string& adapter : map.adapters) {
        matrix.columns << QString::fromStdString(adapter);
    }
    matrix.adapters = matrix.columns;
    const auto add = [&](const ModelScore& score) {
        const ModelScore change = map.change(score);
        matrix.values.push_back(
            static_cast<float>(quantity == AblationQuantity::Loss ? change.loss : change.metric));
    };
    for (std::size_t place = 0; place < map.places.size(); ++place) {
        matrix.rows << placeText(map.places[place]);
        for (std::size_t k = 0; k < map.adapters.size(); ++k) {
            add(map.at(place, k));
        }
    }
    matrix.rows << tr("everywhere");
    for (const ModelScore& score : map.everywhere) {
        add(score);
    }
    matrix.range = kSmallestRange;
    for (const float value : matrix.values) {
        matrix.range = std::isfinite(value) ? std::max(matrix.range, std::abs(value)) : matrix.range;
    }
    return matrix;
}

QString findingText(const AblationFinding& finding, const AblationMap& map) {
    using Kind = AblationFinding::Kind;
    const QString name = QString::fromStdString(finding.adapter).toHtmlEscaped();
    const QString changes =
        tr("loss %1, %2 %3")
            .arg(signedNumber(finding.change.loss), QString::fromStdString(map.sample.metric).toHtmlEscaped(),
                 signedNumber(finding.change.metric));
    switch (finding.kind) {
    case Kind::NeverHelps:
        return tr("%1 never helps: leaving it out costs nothing, at no place (loss at most %2) and not "
                  "everywhere (%3).")
            .arg(name, signedNumber(finding.highestLoss), changes);
    case Kind::Hurts:
        return tr("%1 does harm: without it the model is better (%2).").arg(name, changes);
    case Kind::CostsMost:
        return tr("Without %1 the model loses most (%2).").arg(name, changes);
    case Kind::BestPlace:
        break;
    }
    return tr("At a single place most depends on %1 at %2 (%3).")
        .arg(name, finding.place ? placeText(*finding.place) : QString(), changes);
}

QString ablationSql(qint64 run) {
    return QStringLiteral("SELECT layer, part, adapter, metric, loss_change, metric_change\n"
                          "FROM ablation_change\nWHERE run = %1\nORDER BY layer, part, adapter;\n")
        .arg(run);
}

} // namespace awb::ui
