#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include "backend/jobs/run_inspector.h"

namespace awb::ui {

/// What the model says to one text, without and with the rules: a row a label, the likeliest before first.
class AnswersModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Label, Before, After, ColumnCount };
    /// A share of 0..1 to be drawn as a bar behind the number; invalid: none.
    static constexpr int kShareRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;

    /// The answers to the first text.
    void setAnswers(const TextAnswers& before, const TextAnswers& after);
    /// "food (0.83)": the likeliest label with its probability, the labels above one half, or the number.
    QString verdict(Column column) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString label;
        double before = 0;
        double after = 0;
    };
    static double valueOf(const Row& row, Column column) { return column == Before ? row.before : row.after; }

    HeadType m_type = HeadType::Classification;
    std::vector<Row> m_rows;
};

/// Draws the share of a cell as a bar behind its number.
class ShareBarDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace awb::ui
