#include "ui/fusion/fusion_matrices.h"

#include <QCoreApplication>

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("FusionMatrices", text);
}

QStringList namesOf(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names) {
        list << QString::fromStdString(name);
    }
    return list;
}

ShareMatrix emptyLayers(const FusionProbe& probe) {
    ShareMatrix matrix;
    for (const FusionPlace& place : probe.places) {
        matrix.rows << placeText(place);
    }
    matrix.columns = matrix.adapters = namesOf(probe.adapters);
    return matrix;
}

ShareMatrix withEntropy(const FusionProbe& probe, const std::vector<float>& weights,
                        const std::vector<float>& entropy) {
    ShareMatrix matrix = emptyLayers(probe);
    matrix.columns << tr("entropy");
    matrix.scaleTitle = tr("mean weight; entropy: 1 = equal weights");
    const std::size_t adapters = probe.adapters.size();
    for (std::size_t place = 0; place < probe.places.size(); ++place) {
        for (std::size_t k = 0; k < adapters; ++k) {
            matrix.values.push_back(weights[place * adapters + k]);
        }
        matrix.values.push_back(entropy[place]);
    }
    return matrix;
}

QString quoted(QString text) {
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

} // namespace

QString placeText(const FusionPlace& place) {
    const bool isAttention = isAttentionSite(place.site);
    return (isAttention ? tr("layer %1, attention") : tr("layer %1, feed-forward")).arg(place.layer);
}

ShareMatrix layerMatrix(const FusionProbe& probe, const FusionRecord& record) {
    return withEntropy(probe, record.mean, record.entropy);
}

ShareMatrix seedMatrix(const FusionProbe& probe, const SeedSpread& seeds) {
    ShareMatrix matrix = withEntropy(probe, seeds.mean, seeds.entropy);
    matrix.scaleTitle = tr("mean weight over seeds; entropy: 1 = equal weights");
    return matrix;
}

ShareMatrix differenceMatrix(const FusionProbe& probe, const FusionRecord& record,
                             const FusionRecord& other) {
    ShareMatrix matrix = emptyLayers(probe);
    matrix.isDifference = true;
    matrix.scaleTitle = tr("difference of the mean weights");
    for (std::size_t cell = 0; cell < record.mean.size(); ++cell) {
        matrix.values.push_back(other.mean[cell] - record.mean[cell]);
    }
    return matrix;
}

ShareMatrix classMatrix(const FusionProbe& probe, const FusionRecord& record, std::size_t place) {
    ShareMatrix matrix;
    if (record.byClass.empty()) {
        return matrix;
    }
    matrix.rows = namesOf(probe.classes);
    matrix.columns = matrix.adapters = namesOf(probe.adapters);
    matrix.scaleTitle = tr("mean weight");
    const std::size_t adapters = probe.adapters.size();
    const std::size_t cells = probe.places.size() * adapters;
    for (std::size_t of = 0; of < probe.classes.size(); ++of) {
        for (std::size_t k = 0; k < adapters; ++k) {
            matrix.values.push_back(record.byClass[of * cells + place * adapters + k]);
        }
    }
    return matrix;
}

QString toCsv(const ShareMatrix& matrix) {
    QStringList lines;
    QStringList heading{QString()};
    for (const QString& column : matrix.columns) {
        heading << quoted(column);
    }
    lines << heading.join(u',');
    for (int row = 0; row < matrix.rowCount(); ++row) {
        QStringList cells{quoted(matrix.rows[row])};
        for (int column = 0; column < matrix.columnCount(); ++column) {
            cells << QString::number(static_cast<double>(matrix.at(row, column)), 'g', 6);
        }
        lines << cells.join(u',');
    }
    return lines.join(u'\n') + u'\n';
}

QString layerSql(qint64 run, const QString& fusion, qint64 step) {
    QString name = fusion;
    name.replace(u'\'', QStringLiteral("''"));
    return QStringLiteral(
               "SELECT layer, site, adapter, weight\nFROM fusion_weight\nWHERE run = %1 AND fusion = '%2' "
               "AND step = %3\nORDER BY layer, site, adapter;\n")
        .arg(run)
        .arg(name)
        .arg(step);
}

} // namespace awb::ui
