#pragma once

#include <QAbstractTableModel>

#include "backend/data/table_reader.h"
#include "ui/itemmodels/tag_colors.h"

namespace awb::ui {

/// The first rows of a file; long fields are cut here, before the view measures them. Every second sentence
/// or document has the other shade, and tags have their colours.
class PreviewModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setPreview(TablePreview preview);
    const TablePreview& preview() const { return m_preview; }
    /// Colours the tags of a column; -1: none.
    void setTags(int column, const TagColors& colors);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant background(const TableRow& row, std::size_t column) const;

    TablePreview m_preview;
    int m_tagColumn = -1;
    TagColors m_colors;
};

/// Rows that could not be read: line, column, what.
class ProblemModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setProblems(std::vector<RowProblem> problems);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RowProblem> m_problems;
};

} // namespace awb::ui
