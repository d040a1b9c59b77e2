#include "ui/fusion/study_words.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <QCoreApplication>
#include <QLocale>

#include "ui/plots/module_text.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
// Of the units: below and above these the words change.
constexpr double kFewDirections = 0.35;
constexpr double kMostDirections = 0.75;

QString tr(const char* text) {
    return QCoreApplication::translate("StudyWords", text);
}

ModuleInfo infoOf(const ModuleStudy& module) {
    return {module.adapter, module.layer, module.site, module.size, 0};
}

QString plus(double mean, double deviation) {
    return QStringLiteral("%1 ± %2").arg(valueText(mean), valueText(deviation));
}

/// Adds a point to the line of the module's adapter and site; makes the line where it is new. Sites of one
/// adapter get different styles.
void addPoint(std::vector<PointChart::Series>& all, const ModuleStudy& module, PointChart::Point point) {
    const QString adapter = QString::fromStdString(module.adapter);
    ModuleInfo place = infoOf(module);
    place.layer = kNoLayer;
    const QString name = QStringLiteral("%1 · %2").arg(adapter, moduleShortName(place));
    const auto found = std::ranges::find(all, name, &PointChart::Series::name);
    if (found != all.end()) {
        found->points.push_back(std::move(point));
        return;
    }
    const auto style = std::ranges::count(all, adapter, &PointChart::Series::adapter);
    all.push_back({name, adapter, static_cast<int>(style), {std::move(point)}});
}

} // namespace

QString moduleTitle(const ModuleStudy& module) {
    return moduleName(infoOf(module), true);
}

std::vector<PointChart::Series> changeSeries(const AdapterStudy& study) {
    std::vector<PointChart::Series> all;
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        const ModuleStudy& module = study.modules[i];
        if (module.change) {
            addPoint(all, module,
                     {static_cast<double>(module.layer), module.change->mean, module.change->deviation, i,
                      tr("%1: the change is %2 of the input")
                          .arg(moduleTitle(module), plus(module.change->mean, module.change->deviation))});
        }
    }
    return all;
}

std::vector<PointChart::Series> activitySeries(const AdapterStudy& study) {
    std::vector<PointChart::Series> all;
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        const ModuleStudy& module = study.modules[i];
        if (module.activity) {
            addPoint(all, module,
                     {static_cast<double>(module.layer), module.activity->activeShare, 0, i,
                      QStringLiteral("%1: %2").arg(moduleTitle(module), activityText(module))});
        }
    }
    return all;
}

std::vector<PointChart::Series> singularSeries(const ModuleStudy& module) {
    PointChart::Series series{moduleTitle(module), QString::fromStdString(module.adapter), 0, {}};
    for (std::size_t i = 0; i < module.singularValues.size(); ++i) {
        series.points.push_back(
            {static_cast<double>(i + 1), module.singularValues[i], 0, i,
             tr("singular value %1: %2").arg(i + 1).arg(valueText(module.singularValues[i]))});
    }
    return series.points.empty() ? std::vector<PointChart::Series>()
                                 : std::vector<PointChart::Series>{std::move(series)};
}

ShareMatrix similarityMatrix(const AdapterStudy& study) {
    ShareMatrix matrix;
    matrix.scaleTitle = tr("linear CKA; hatched: no change");
    for (const ModuleStudy& module : study.modules) {
        matrix.rows << moduleTitle(module);
        matrix.columns << moduleShortName(infoOf(module));
        matrix.adapters << QString::fromStdString(module.adapter);
    }
    matrix.values = study.similarity;
    return matrix;
}

ShareMatrix studyMatrix(const AdapterStudy& study) {
    ShareMatrix matrix;
    matrix.columns = {tr("size"),       tr("change mean"),    tr("change deviation"),      tr("active share"),
                      tr("dead units"), tr("effective rank"), tr("largest singular value")};
    for (const ModuleStudy& module : study.modules) {
        matrix.columns << tr("CKA with %1").arg(moduleTitle(module));
    }
    for (std::size_t i = 0; i < study.modules.size(); ++i) {
        const ModuleStudy& module = study.modules[i];
        const bool hasRank = !module.singularValues.empty();
        matrix.rows << moduleTitle(module);
        matrix.values.push_back(static_cast<float>(module.size));
        matrix.values.push_back(module.change ? static_cast<float>(module.change->mean) : kNothing);
        matrix.values.push_back(module.change ? static_cast<float>(module.change->deviation) : kNothing);
        matrix.values.push_back(module.activity ? static_cast<float>(module.activity->activeShare)
                                                : kNothing);
        matrix.values.push_back(module.activity ? static_cast<float>(module.activity->deadUnits) : kNothing);
        matrix.values.push_back(hasRank ? static_cast<float>(effectiveRank(module.singularValues))
                                        : kNothing);
        matrix.values.push_back(hasRank ? static_cast<float>(module.singularValues.front()) : kNothing);
        for (std::size_t other = 0; other < study.modules.size(); ++other) {
            matrix.values.push_back(study.similarityOf(i, other));
        }
    }
    return matrix;
}

QString rankText(const ModuleStudy& module) {
    const double rank = effectiveRank(module.singularValues);
    const auto count = static_cast<double>(module.singularValues.size());
    const QString number =
        tr("Effective rank %1 of %2").arg(QLocale().toString(rank, 'f', 1)).arg(module.singularValues.size());
    if (rank <= 0) {
        return tr("%1: the up-projection is still 0.").arg(number);
    }
    if (rank < kFewDirections * count) {
        return tr("%1: few directions carry nearly all, a smaller module may do.").arg(number);
    }
    return rank > kMostDirections * count ? tr("%1: nearly all directions are used alike.").arg(number)
                                          : tr("%1: some directions carry more than others.").arg(number);
}

QString activityText(const ModuleStudy& module) {
    return tr("%1 of %2 units are active at a token, %3 never are")
        .arg(percentText(module.activity->activeShare))
        .arg(module.size)
        .arg(module.activity->deadUnits);
}

QString findingText(const StudyFinding& finding, const AdapterStudy& study) {
    const ModuleStudy& module = study.modules[finding.module];
    const QString title = moduleTitle(module).toHtmlEscaped();
    switch (finding.kind) {
    case StudyFinding::Kind::AdapterNearIdentity:
        return tr("%1 is still close to the identity: at most %2 of its input is changed (%3). Train it "
                  "longer or with a higher learning rate.")
            .arg(QString::fromStdString(module.adapter).toHtmlEscaped(), percentText(finding.value), title);
    case StudyFinding::Kind::ModuleNearIdentity:
        return tr("%1 is still close to the identity: %2 of its input is changed.")
            .arg(title, percentText(finding.value));
    case StudyFinding::Kind::ManyDeadUnits:
        break;
    }
    return tr("%1: %2 of its units are never active on the sample. A larger reduction factor may do.")
        .arg(title, percentText(finding.value));
}

QString sampleText(const StudySample& sample) {
    return tr("On %L1 of %L2 examples of %3 (seed %4): %L5 tokens, padding left out; similarity on %L6 of "
              "them")
        .arg(sample.examples)
        .arg(sample.all)
        .arg(QString::fromStdString(sample.split))
        .arg(sample.seed)
        .arg(sample.tokens)
        .arg(sample.compared);
}

QString studySql(qint64 run) {
    return QStringLiteral(
               "SELECT module, adapter, layer, site, size, change_mean, change_deviation, "
               "active_share, dead_units\nFROM adapter_module\nWHERE run = %1\nORDER BY module;\n\n"
               "SELECT adapter, layer, site, other_adapter, other_layer, other_site, cka\n"
               "FROM adapter_similarity\nWHERE run = %1;\n\n"
               "SELECT module, place, value\nFROM adapter_singular_value\nWHERE run = %1\n"
               "ORDER BY module, place;\n\n"
               "SELECT u.module, u.unit, u.peak, t.token, t.activation, t.text_before, t.text_after\n"
               "FROM adapter_unit u\nJOIN adapter_unit_token t ON t.run = u.run AND t.module = "
               "u.module AND t.unit_place = u.place\nWHERE u.run = %1\n"
               "ORDER BY u.module, u.place, t.place;\n")
        .arg(run);
}

} // namespace awb::ui
