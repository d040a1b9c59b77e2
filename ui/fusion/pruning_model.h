#pragma once

#include <QAbstractTableModel>

#include "backend/analysis/pruning_report.h"

namespace awb::ui {

/// A fusion that loses its adapters: a row a step, all adapters first.
class PruningModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Adapters, Dropped, Weight, Loss, Metric, Change, Kept, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(const PruningReport& report);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString textOf(const PruningStep& step, int column) const;

    PruningReport m_report;
};

} // namespace awb::ui
