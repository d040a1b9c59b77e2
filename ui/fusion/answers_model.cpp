#include "ui/fusion/answers_model.h"

#include <algorithm>
#include <array>
#include <functional>

#include <QPainter>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kBarAlpha = 70;

QString number(double value) {
    return QString::number(value, 'f', 3);
}

} // namespace

void AnswersModel::setAnswers(const TextAnswers& before, const TextAnswers& after) {
    beginResetModel();
    m_rows.clear();
    m_type = before.type;
    if (!before.values.empty() && !after.values.empty()) {
        const std::vector<double>& old = before.values.front();
        const std::vector<double>& now = after.values.front();
        for (std::size_t i = 0; i < std::min(old.size(), now.size()); ++i) {
            const bool isNamed = i < before.labels.size();
            m_rows.push_back(
                {isNamed ? QString::fromStdString(before.labels[i]) : tr("value"), old[i], now[i]});
        }
        std::ranges::stable_sort(m_rows, std::greater(), &Row::before);
    }
    endResetModel();
}

QString AnswersModel::verdict(Column column) const {
    if (m_rows.empty()) {
        return {};
    }
    if (m_type == HeadType::Regression) {
        return number(valueOf(m_rows.front(), column));
    }
    if (m_type == HeadType::MultiLabel) {
        QStringList labels;
        for (const Row& row : m_rows) {
            if (valueOf(row, column) > 0.5) {
                labels << row.label;
            }
        }
        return labels.isEmpty() ? tr("none") : labels.join(QStringLiteral(", "));
    }
    const Row& best =
        *std::ranges::max_element(m_rows, {}, [column](const Row& row) { return valueOf(row, column); });
    return tr("%1 (%2)").arg(best.label, number(valueOf(best, column)));
}

int AnswersModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AnswersModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant AnswersModel::data(const QModelIndex& index, int role) const {
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<Column>(index.column());
    if (column == Label) {
        return role == Qt::DisplayRole ? QVariant(row.label) : QVariant();
    }
    switch (role) {
    case Qt::DisplayRole:
        return number(valueOf(row, column));
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return tr("%1: %2 before, %3 with the changes").arg(row.label, number(row.before), number(row.after));
    case kShareRole:
        return m_type == HeadType::Regression ? QVariant() : QVariant(valueOf(row, column));
    default:
        return {};
    }
}

QVariant AnswersModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> titles{tr("Answer"), tr("Before"), tr("Changed")};
    return titles[static_cast<std::size_t>(section)];
}

void ShareBarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    const QVariant share = index.data(AnswersModel::kShareRole);
    if (share.isValid()) {
        QColor fill =
            Theme::instance().color(index.column() == AnswersModel::Before ? Tone::Frozen : Tone::Accent);
        fill.setAlpha(kBarAlpha);
        QRect bar = option.rect.adjusted(1, 2, -1, -2);
        bar.setWidth(static_cast<int>(share.toDouble() * bar.width()));
        painter->fillRect(bar, fill);
    }
    QStyledItemDelegate::paint(painter, option, index);
}

} // namespace awb::ui
