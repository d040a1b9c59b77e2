#include "ui/itemmodels/examples_model.h"

#include <algorithm>
#include <utility>

#include <QLocale>
#include <QStringList>

#include "ui/widgets/elided_text.h"

namespace awb::ui {

namespace {

constexpr std::size_t kMostTags = 60; ///< of a sentence in a cell

} // namespace

void ExamplesModel::setSplit(std::shared_ptr<const Dataset> dataset, int split) {
    beginResetModel();
    m_dataset = std::move(dataset);
    m_colors = m_dataset ? tagColorsOf(*m_dataset) : TagColors();
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
    if (parent.isValid() || !m_dataset) {
        return 0;
    }
    return 1 + (m_dataset->pairs ? 1 : 0) + (isLanguageModel(m_dataset->task) ? 0 : 1);
}

ExamplesModel::Column ExamplesModel::columnAt(int section) const {
    if (section == 0) {
        return Column::Text;
    }
    return m_dataset->pairs && section == 1 ? Column::Pair : Column::Label;
}

QString ExamplesModel::labelText(const Example& example) const {
    switch (m_dataset->task) {
    case HeadType::Regression:
        return QLocale().toString(static_cast<double>(example.value), 'g', 6);
    case HeadType::MultiLabel:
        return labelsText(example);
    case HeadType::Tagging:
        return tagsText(example);
    default:
        break;
    }
    if (example.label < 0 || example.label >= static_cast<int>(m_dataset->labels.size())) {
        return tr("not in train");
    }
    return elidedText(m_dataset->labels[static_cast<std::size_t>(example.label)], 80);
}

QString ExamplesModel::labelsText(const Example& example) const {
    QStringList names;
    for (const int label : example.labels) {
        names << elidedText(m_dataset->labels[static_cast<std::size_t>(label)], 80);
    }
    if (example.unknownLabels > 0) {
        names << tr("%1 not in train").arg(example.unknownLabels);
    }
    return names.isEmpty() ? tr("none") : names.join(QStringLiteral(", "));
}

/// The entities where tags mark some, else the tags in a row.
QString ExamplesModel::tagsText(const Example& example) const {
    const auto tagText = [this](int tag) {
        const std::string_view name = m_dataset->tagName(tag);
        return name.empty() ? QStringLiteral("–")
                            : QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    };
    QStringList parts;
    if (m_dataset->tagScheme == TagScheme::None) {
        for (std::size_t i = 0; i < std::min(example.tags.size(), kMostTags); ++i) {
            parts << tagText(example.tags[i]);
        }
        return parts.join(u' ') + (example.tags.size() > kMostTags ? QStringLiteral(" …") : QString());
    }
    std::vector<std::string> names;
    for (const int tag : example.tags) {
        names.emplace_back(tag < 0 ? "O" : m_dataset->tagName(tag));
    }
    const ChunkTags tags(names);
    std::vector<ChunkTag> sentence;
    for (std::size_t i = 0; i < names.size(); ++i) {
        sentence.push_back(tags[i]);
    }
    for (const Chunk& chunk : chunksOf(sentence)) {
        QStringList words;
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) {
            words << elidedText(example.words[i], 40);
        }
        parts << tr("%1: %2").arg(QString::fromStdString(tags.types()[static_cast<std::size_t>(chunk.type)]),
                                  words.join(u' '));
    }
    return parts.isEmpty() ? tr("none") : parts.join(QStringLiteral("; "));
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

QString ExamplesModel::labelTitle() const {
    switch (m_dataset->task) {
    case HeadType::Regression:
        return tr("Value");
    case HeadType::MultiLabel:
        return tr("Labels");
    case HeadType::Tagging:
        return m_dataset->tagScheme == TagScheme::None ? tr("Tags") : tr("Entities");
    default:
        return tr("Label");
    }
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
        return labelTitle();
    }
    return {};
}

} // namespace awb::ui
