#pragma once

#include <QAbstractTableModel>
#include <QUndoStack>

#include "models/config/adapter_rules.h"

namespace awb::ui {

/// The rules of the panel "By hand" as a table that can be edited, every edit with undo. What `checkRules`
/// refuses changes nothing and is told.
class HandRules : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Adapter, Place, Change, Value, ColumnCount };

    explicit HandRules(QObject* parent = nullptr);

    /// What the rules are checked against. Forgets the rules and their history.
    void setFusion(const Composition& composition, int layers);
    const AdapterRules& rules() const { return m_rules; }
    QUndoStack* undoStack() { return &m_undo; }

    /// Adds a rule; one for the same adapter and place is replaced. Gives its row, -1: refused.
    int put(const AdapterRule& rule);
    /// The row of the rule for exactly this adapter and place; -1: none.
    int find(const AdapterRule& like) const;
    void remove(int row);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void changed();
    void refused(const awb::Error& error);

private:
    class Edit;
    /// True where the rules are allowed.
    bool edit(AdapterRules rules, const QString& text);
    void adopt(const AdapterRules& rules);

    Composition m_composition;
    int m_layers = 0;
    AdapterRules m_rules;
    QUndoStack m_undo;
};

} // namespace awb::ui
