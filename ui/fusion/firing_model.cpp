#include "ui/fusion/firing_model.h"

#include "backend/text/token_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

void FiringModel::setUnits(const std::vector<FiringUnit>& units) {
    beginResetModel();
    m_rows.clear();
    for (const FiringUnit& unit : units) {
        const QString name =
            tr("%1 · peak %2, mean %3").arg(unit.unit).arg(valueText(unit.peak), valueText(unit.mean));
        for (std::size_t i = 0; i < unit.tokens.size(); ++i) {
            m_rows.push_back({name, i == 0, unit.tokens[i]});
        }
    }
    endResetModel();
}

int FiringModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FiringModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int{ColumnCount};
}

QString FiringModel::textOf(const Row& row, int column) const {
    switch (column) {
    case Unit:
        return row.unit;
    case Token:
        return QString::fromStdString(row.token.token);
    case Activation:
        return valueText(row.token.activation);
    default:
        break;
    }
    const std::string plain = textOfTokens({&row.token.token, 1});
    return QStringLiteral("%1‹%2›%3")
        .arg(QString::fromStdString(row.token.before), QString::fromStdString(plain),
             QString::fromStdString(row.token.after));
}

QVariant FiringModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Unit && !row.isFirst ? QString() : textOf(row, index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return textOf(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (index.column() == Activation ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return index.column() == Token ? Theme::instance().monospace(TextSize::Body) : QVariant();
    default:
        return {};
    }
}

QVariant FiringModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Unit:
        return tr("Unit");
    case Token:
        return tr("Token");
    case Activation:
        return tr("Activation");
    default:
        return tr("Where it stands");
    }
}

} // namespace awb::ui
