#include "ui/fusion/pruning_model.h"

#include <array>

#include <QStringList>

#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

QString number(double value, int digits) {
    return QString::number(value, 'f', digits);
}

bool isText(int column) {
    return column == PruningModel::Dropped || column == PruningModel::Kept;
}

int alignmentOf(int column) {
    return static_cast<int>(Qt::AlignVCenter | (isText(column) ? Qt::AlignLeft : Qt::AlignRight));
}

} // namespace

void PruningModel::setReport(const PruningReport& report) {
    beginResetModel();
    m_report = report;
    endResetModel();
}

int PruningModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_report.steps.size());
}

int PruningModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int{ColumnCount};
}

QString PruningModel::textOf(const PruningStep& step, int column) const {
    const bool isWhole = step.dropped.empty();
    switch (column) {
    case Adapters:
        return QString::number(step.kept.size());
    case Dropped:
        return isWhole ? QStringLiteral("–") : QString::fromStdString(step.dropped);
    case Weight:
        return isWhole ? QStringLiteral("–") : number(step.weight, 3);
    case Loss:
        return number(step.score.loss, 4);
    case Metric:
        return number(step.score.metric, 4);
    case Change:
        return isWhole ? QStringLiteral("–") : signedText(m_report.change(step).metric, 4);
    default:
        break;
    }
    QStringList kept;
    for (const std::string& name : step.kept) {
        kept << QString::fromStdString(name);
    }
    return kept.join(QStringLiteral(", "));
}

QVariant PruningModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const PruningStep& step = m_report.steps[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return textOf(step, index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case Qt::FontRole:
        return isText(index.column()) ? QVariant() : Theme::instance().figures(TextSize::Body);
    case Qt::DecorationRole:
        return index.column() == Dropped && !step.dropped.empty()
                   ? QVariant(Theme::instance().adapterColor(QString::fromStdString(step.dropped)))
                   : QVariant();
    default:
        return {};
    }
}

QVariant PruningModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    const QString metric = QString::fromStdString(m_report.sample.metric);
    const std::array<QString, ColumnCount> titles{
        tr("Adapters"), tr("Dropped"), tr("Mean weight"), tr("Loss"), metric, tr("Change"), tr("Kept")};
    const std::array<QString, ColumnCount> meanings{
        tr("How many adapters are left"),
        tr("The adapter that went last"),
        tr("Of the dropped adapter before it went, over all layers"),
        tr("Loss with the adapters that are left"),
        tr("%1 with the adapters that are left").arg(metric),
        tr("Change of %1 against all adapters").arg(metric),
        tr("The adapters that are left")};
    switch (role) {
    case Qt::DisplayRole:
        return titles[static_cast<std::size_t>(section)];
    case Qt::ToolTipRole:
        return meanings[static_cast<std::size_t>(section)];
    case Qt::TextAlignmentRole:
        return alignmentOf(section);
    default:
        return {};
    }
}

} // namespace awb::ui
