#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "backend/analysis/adapter_study.h"

namespace awb::ui {

/// The units of one module that fire most: a row a token, the strongest unit and its strongest token first.
class FiringModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Unit, Token, Activation, Text, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setUnits(const std::vector<FiringUnit>& units);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString unit;         ///< with its peak and mean
        bool isFirst = false; ///< of its unit, which only then is written
        FiringToken token;
    };
    QString textOf(const Row& row, int column) const;

    std::vector<Row> m_rows;
};

} // namespace awb::ui
