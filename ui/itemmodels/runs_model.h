#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "backend/storage/run_store.h"

namespace awb::ui {

/// The value behind a cell's text, for sorting.
inline constexpr int kRawValueRole = Qt::UserRole + 1;

/// The runs of a workspace as a table. Names and notes can be edited: the model only tells what was typed,
/// the page writes it to the database and puts the row back.
class RunsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Status,
        Name,
        Base,
        Design,
        Data,
        Validation,
        Test,
        Parameters,
        Share,
        Time,
        Created,
        Note,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<RunRow> runs);
    /// Replaces the row with the same id, or adds it at the end.
    void putRun(const RunRow& run);
    void removeRun(qint64 run);
    const std::vector<RunRow>& runs() const { return m_runs; }
    const RunRow& at(int row) const { return m_runs[static_cast<std::size_t>(row)]; }
    /// Row of a run; -1 when it isn't here.
    int rowOf(qint64 run) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void renamed(qint64 run, const QString& name);
    void noteChanged(qint64 run, const QString& note);

private:
    QString text(const RunRow& run, int column) const;
    QVariant raw(const RunRow& run, int column) const;

    std::vector<RunRow> m_runs;
};

/// Filter by text (in name, base, design, data and note) and by state; sorting by value, equal values keep
/// the order in which they were before (so that sorting by one column after another sorts by both).
class RunsFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit RunsFilter(QObject* parent = nullptr);

    void setText(const QString& text);
    enum class States { All, Active, Finished, Resumable, Failed };
    void setStates(States states);
    void sort(int column, Qt::SortOrder order) override;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QString m_text;
    States m_states = States::All;
    std::vector<std::pair<int, Qt::SortOrder>> m_order; ///< columns sorted by, the latest first
};

} // namespace awb::ui
