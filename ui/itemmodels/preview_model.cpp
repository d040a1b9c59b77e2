#include "ui/itemmodels/preview_model.h"

#include <utility>

#include <QGuiApplication>
#include <QLocale>
#include <QPalette>

#include "ui/widgets/elided_text.h"

namespace awb::ui {

namespace {

constexpr int kCellCharacters = 160;
constexpr int kTipCharacters = 1000;

} // namespace

void PreviewModel::setPreview(TablePreview preview) {
    beginResetModel();
    m_preview = std::move(preview);
    m_tagColumn = -1;
    endResetModel();
}

void PreviewModel::setTags(int column, const TagColors& colors) {
    m_tagColumn = column;
    m_colors = colors;
    if (rowCount() > 0 && columnCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::BackgroundRole});
    }
}

QVariant PreviewModel::background(const TableRow& row, std::size_t column) const {
    if (std::cmp_equal(column, m_tagColumn) && column < row.fields.size()) {
        if (const auto tint = m_colors.tint(row.fields[column])) {
            return *tint;
        }
    }
    return row.group > 0 && row.group % 2 == 0 ? QVariant(QGuiApplication::palette().alternateBase())
                                               : QVariant();
}

int PreviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_preview.rows.size());
}

int PreviewModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_preview.dialect.columns.size());
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const TableRow& row = m_preview.rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::BackgroundRole) {
        return background(row, static_cast<std::size_t>(index.column()));
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) {
        return {};
    }
    const auto column = static_cast<std::size_t>(index.column());
    if (column >= row.fields.size()) {
        return {};
    }
    return elidedText(row.fields[column], role == Qt::DisplayRole ? kCellCharacters : kTipCharacters);
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (orientation == Qt::Horizontal) {
        return elidedText(m_preview.dialect.columns[static_cast<std::size_t>(section)], 60);
    }
    return QLocale().toString(qlonglong{m_preview.rows[static_cast<std::size_t>(section)].line});
}

void ProblemModel::setProblems(std::vector<RowProblem> problems) {
    beginResetModel();
    m_problems = std::move(problems);
    endResetModel();
}

int ProblemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_problems.size());
}

int ProblemModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 3;
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const RowProblem& problem = m_problems[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case 0:
        return QLocale().toString(qlonglong{problem.line});
    case 1:
        return problem.column ? elidedText(*problem.column, 60) : QString();
    default: {
        QString what = elidedText(problem.what, role == Qt::DisplayRole ? 300 : kTipCharacters);
        if (!what.isEmpty()) {
            what[0] = what[0].toUpper();
        }
        return what;
    }
    }
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == 0 ? tr("Line") : section == 1 ? tr("Column") : tr("What is wrong");
}

} // namespace awb::ui
