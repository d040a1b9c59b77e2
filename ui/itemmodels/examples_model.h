#pragma once

#include <memory>

#include <QAbstractTableModel>

#include "backend/data/dataset.h"
#include "ui/itemmodels/tag_colors.h"

namespace awb::ui {

/// The examples of one split of a data set: number, text, second text (of pairs), and what is predicted:
/// label, value, labels, tags or entities. Plain text has only the text.
class ExamplesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// `split`: index into the data set's splits.
    void setSplit(std::shared_ptr<const Dataset> dataset, int split);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// The whole example, for the token panel; null outside the rows.
    const Example* example(int row) const;
    /// Of the data set's tags; empty for other tasks.
    const TagColors& colors() const { return m_colors; }
    /// The tag of a word, empty without one.
    std::string_view tagName(int tag) const { return m_dataset->tagName(tag); }

private:
    enum class Column { Text, Pair, Label };
    Column columnAt(int section) const;
    QString labelText(const Example& example) const;
    QString labelsText(const Example& example) const;
    QString tagsText(const Example& example) const;
    QString labelTitle() const;

    std::shared_ptr<const Dataset> m_dataset;
    const Split* m_split = nullptr;
    TagColors m_colors;
};

} // namespace awb::ui
