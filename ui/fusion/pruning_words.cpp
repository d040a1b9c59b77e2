#include "ui/fusion/pruning_words.h"

#include <limits>

#include <QCoreApplication>
#include <QStringList>

#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

QString tr(const char* text) {
    return QCoreApplication::translate("PruningWords", text);
}

QString number(double value, int digits) {
    return QString::number(value, 'f', digits);
}

QString metricOf(const PruningReport& report) {
    return QString::fromStdString(report.sample.metric);
}

/// "a (mean weight 0.210)", in rich text.
QString droppedText(const PruningStep& step) {
    return tr("%1 (mean weight %2)")
        .arg(QString::fromStdString(step.dropped).toHtmlEscaped(), number(step.weight, 3));
}

QString doesWithoutText(const PruningFinding& finding, const PruningReport& report) {
    QStringList dropped;
    for (std::size_t step = 1; step <= finding.step; ++step) {
        dropped << droppedText(report.steps[step]);
    }
    QString names = dropped.takeLast();
    if (!dropped.isEmpty()) {
        names = tr("%1 and %2").arg(dropped.join(QStringLiteral(", ")), names);
    }
    const std::vector<std::string>& kept = report.steps[finding.step].kept;
    const QString verdict =
        kept.size() == 1
            ? tr("%1 alone does as well").arg(QString::fromStdString(kept.front()).toHtmlEscaped())
        : finding.step == 1 ? tr("the fusion does without it")
                            : tr("the fusion does without them");
    return tr("Dropping %1 changes %2 by %3 and the loss by %4: %5.")
        .arg(names, metricOf(report).toHtmlEscaped(), signedText(finding.change.metric, 3),
             signedText(finding.change.loss, 3), verdict);
}

} // namespace

std::vector<PointChart::Series> pruningSeries(const PruningReport& report, PruningQuantity quantity) {
    PointChart::Series series;
    for (std::size_t step = report.steps.size(); step-- > 0;) {
        const PruningStep& at = report.steps[step];
        series.points.push_back({static_cast<double>(at.kept.size()),
                                 quantity == PruningQuantity::Loss ? at.score.loss : at.score.metric, 0, step,
                                 stepText(report, step)});
    }
    return {std::move(series)};
}

ShareMatrix pruningMatrix(const PruningReport& report) {
    const QString metric = metricOf(report);
    ShareMatrix matrix;
    matrix.columns = {tr("adapters"), tr("mean weight"),        tr("loss"),
                      metric,         tr("change of the loss"), tr("change of %1").arg(metric)};
    for (const PruningStep& step : report.steps) {
        const bool isWhole = step.dropped.empty();
        const ModelScore change = report.change(step);
        matrix.rows << (isWhole ? tr("all kept")
                                : tr("%1 dropped").arg(QString::fromStdString(step.dropped)));
        matrix.values.push_back(static_cast<float>(step.kept.size()));
        matrix.values.push_back(isWhole ? kNothing : static_cast<float>(step.weight));
        for (const double value : {step.score.loss, step.score.metric, change.loss, change.metric}) {
            matrix.values.push_back(static_cast<float>(value));
        }
    }
    return matrix;
}

QString stepText(const PruningReport& report, std::size_t step) {
    const PruningStep& at = report.steps[step];
    const QString which = at.dropped.empty()
                              ? tr("all %1 adapters").arg(at.kept.size())
                              : tr("%1 left, %2 dropped (mean weight %3)")
                                    .arg(at.kept.size())
                                    .arg(QString::fromStdString(at.dropped), number(at.weight, 3));
    return tr("%1: loss %2, %3 %4")
        .arg(which, number(at.score.loss, 4), metricOf(report), number(at.score.metric, 4));
}

QString findingText(const PruningFinding& finding, const PruningReport& report) {
    if (finding.kind == PruningFinding::Kind::DoesWithout) {
        return doesWithoutText(finding, report);
    }
    return tr("Of all drops that of %1 costs most: loss %2, %3 %4 against the step before.")
        .arg(droppedText(report.steps[finding.step]), signedText(finding.change.loss, 3),
             metricOf(report).toHtmlEscaped(), signedText(finding.change.metric, 3));
}

QString pruningSql(qint64 run) {
    return QStringLiteral("SELECT adapters, dropped, dropped_weight, metric, loss, score, loss_change, "
                          "score_change\nFROM pruning_cost\nWHERE run = %1\nORDER BY adapters DESC;\n")
        .arg(run);
}

} // namespace awb::ui
