#include "ui/madx/madx_matrices.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MadxMatrices", text);
}

std::vector<std::string> namesOf(const MadxExperiment& experiment, bool (MadxLanguage::*is)() const) {
    std::vector<std::string> names;
    for (const MadxLanguage& language : experiment.languages) {
        if ((language.*is)()) {
            names.push_back(language.name);
        }
    }
    return names;
}

QString percent(double value) {
    return QString::number(100 * value, 'f', 1);
}

QString spreadText(const MadxCell& cell) {
    const Spread spread = cell.spread();
    return cell.scores.size() < 2
               ? percent(spread.mean)
               : QStringLiteral("%1 ± %2").arg(percent(spread.mean), percent(spread.deviation));
}

/// Rows stand from the bottom up in a ShareMatrix.
std::vector<std::string> rowsOf(const MadxExperiment& experiment) {
    std::vector<std::string> sources = namesOf(experiment, &MadxLanguage::isSource);
    std::ranges::reverse(sources);
    return sources;
}

} // namespace

QString madxOrderTitle(MadxOrder order) {
    switch (order) {
    case MadxOrder::LanguageFirst:
        return tr("Language first");
    case MadxOrder::TaskAlone:
        return tr("Task alone");
    case MadxOrder::TaskFirst:
        break;
    }
    return tr("Reversed order");
}

QString madxOrderLongTitle(MadxOrder order) {
    switch (order) {
    case MadxOrder::LanguageFirst:
        return tr("Language first: Stack(language, task), as in MAD-X");
    case MadxOrder::TaskAlone:
        return tr("Task alone: no language adapter");
    case MadxOrder::TaskFirst:
        break;
    }
    return tr("Reversed order: Stack(task, language)");
}

ShareMatrix madxMatrix(const MadxReport& report, const MadxExperiment& experiment, MadxOrder order,
                       const MadxView& view) {
    constexpr float kLeastRange = 0.01F;
    ShareMatrix matrix;
    matrix.inPercent = true;
    matrix.isDifference = view.baseline.has_value();
    const std::string& metric = report.metric;
    matrix.scaleTitle =
        matrix.isDifference
            ? tr("test %1, points above %2")
                  .arg(QString::fromStdString(metric), madxOrderTitle(*view.baseline))
            : tr("test %1 in per cent").arg(metric.empty() ? tr("score") : QString::fromStdString(metric));
    float widest = 0;
    for (const std::string& source : rowsOf(experiment)) {
        matrix.rows << QString::fromStdString(source);
        for (const std::string& target : namesOf(experiment, &MadxLanguage::isTarget)) {
            if (matrix.rows.size() == 1) {
                matrix.columns << QString::fromStdString(target);
            }
            const MadxCell cell = report.cell(order, source, target, view.dropped);
            const MadxCell base =
                view.baseline ? report.cell(*view.baseline, source, target, view.dropped) : cell;
            if (cell.scores.empty() || base.scores.empty()) {
                matrix.values.push_back(std::numeric_limits<float>::quiet_NaN());
                matrix.texts.emplace_back();
                continue;
            }
            const double shift = view.baseline ? base.spread().mean : 0;
            matrix.values.push_back(static_cast<float>(cell.spread().mean - shift));
            widest = std::max(widest, std::abs(matrix.values.back()));
            if (!view.baseline) {
                matrix.texts.push_back(spreadText(cell));
            }
        }
    }
    if (view.baseline) {
        matrix.texts.clear();
        matrix.range = std::max(widest, kLeastRange);
    }
    return matrix;
}

MadxCell madxCellOf(const MadxReport& report, const MadxExperiment& experiment, MadxOrder order,
                    const MadxView& view, ShareMap::Cell cell) {
    const std::vector<std::string> rows = rowsOf(experiment);
    const std::vector<std::string> columns = namesOf(experiment, &MadxLanguage::isTarget);
    const auto row = static_cast<std::size_t>(cell.row);
    const auto column = static_cast<std::size_t>(cell.column);
    return row < rows.size() && column < columns.size()
               ? report.cell(order, rows[row], columns[column], view.dropped)
               : MadxCell();
}

QString madxCsv(const MadxReport& report, const MadxExperiment& experiment) {
    QString text = QStringLiteral("order,dropped_layers,source,target,%1,deviation,seeds,runs\n")
                       .arg(QString::fromStdString(report.metric));
    for (const MadxOrder order : experiment.orders) {
        for (const int dropped : experiment.dropLayers) {
            for (const std::string& source : namesOf(experiment, &MadxLanguage::isSource)) {
                for (const std::string& target : namesOf(experiment, &MadxLanguage::isTarget)) {
                    const MadxCell cell = report.cell(order, source, target, dropped);
                    if (cell.scores.empty()) {
                        continue;
                    }
                    QStringList runs;
                    for (const std::int64_t run : cell.runs) {
                        runs << QString::number(run);
                    }
                    const Spread spread = cell.spread();
                    const std::string_view key = madxOrderKey(order);
                    text += QStringList{QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())),
                                        QString::number(dropped),
                                        QString::fromStdString(source),
                                        QString::fromStdString(target),
                                        QString::number(spread.mean, 'g', 6),
                                        cell.scores.size() < 2 ? QString()
                                                               : QString::number(spread.deviation, 'g', 6),
                                        QString::number(cell.scores.size()),
                                        runs.join(u' ')}
                                .join(u',') +
                            u'\n';
                }
            }
        }
    }
    return text;
}

} // namespace awb::ui
