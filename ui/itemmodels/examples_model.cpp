#include "ui/itemmodels/examples_model.h"

#include <utility>

#include <QLocale>

#include "ui/widgets/elided_text.h"

namespace awb::ui {

void ExamplesModel::setSplit(std::shared_ptr<const Dataset> dataset, int split) {
    beginResetModel();
    m_dataset = std::move(dataset);
    const bool exists = m_dataset && split >= 0 && split < static_cast<int>(m_dataset->splits.size());
    m_split = exists ? &m_dataset->splits[static_cast<std::size_t>(split)] : nullptr;
    endResetModel();
}

const Example* ExamplesModel::example(int row) const {
    if (m_split == nullptr || row < 0 || row >= static_cast<int>(m_split->examples.size())) {
        return nullptr;
    }
    return &m_split->examples[static_cast<std::size_t>(row)];
}

int ExamplesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || m_split == nullptr ? 0 : static_cast<int>(m_split->examples.size());
}

int ExamplesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_dataset ? 0 : m_dataset->pairs ? 3 : 2;
}

ExamplesModel::Column ExamplesModel::columnAt(int section) const {
    if (section == 0) {
        return Column::Text;
    }
    return m_dataset->pairs && section == 1 ? Column::Pair : Column::Label;
}

QString ExamplesModel::labelText(const Example& example) const {
    if (m_dataset->task == HeadType::Regression) {
        return QLocale().toString(static_cast<double>(example.value), 'g', 6);
    }
    if (example.label < 0 || example.label >= static_cast<int>(m_dataset->labels.size())) {
        return tr("not in train");
    }
    return elidedText(m_dataset->labels[static_cast<std::size_t>(example.label)], 80);
}

QVariant ExamplesModel::data(const QModelIndex& index, int role) const {
    const Example* row = index.isValid() ? example(index.row()) : nullptr;
    if (row == nullptr || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const int most = role == Qt::DisplayRole ? 240 : 1000;
    switch (columnAt(index.column())) {
    case Column::Text:
        return elidedText(row->text, most);
    case Column::Pair:
        return elidedText(row->textPair, most);
    case Column::Label:
        return labelText(*row);
    }
    return {};
}

QVariant ExamplesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (orientation == Qt::Vertical) {
        return QLocale().toString(section + 1);
    }
    switch (columnAt(section)) {
    case Column::Text:
        return m_dataset->pairs ? tr("First text") : tr("Text");
    case Column::Pair:
        return tr("Second text");
    case Column::Label:
        return m_dataset->task == HeadType::Regression ? tr("Value") : tr("Label");
    }
    return {};
}

} // namespace awb::ui
