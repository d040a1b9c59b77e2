#pragma once

#include <vector>

#include <QDialog>

#include "backend/run/trained_adapters.h"

class QComboBox;
class QDialogButtonBox;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace awb::ui {

/// The beginning of an AdapterFusion: which trained adapters, for which task, fresh or from an earlier
/// fusion. Adapters that don't fit the first chosen one can't be chosen, and say why.
class FuseDialog : public QDialog {
    Q_OBJECT

public:
    /// `current`: the open design, whose data, head and training arguments are offered as the target.
    FuseDialog(std::vector<TrainedAdapter> adapters, std::vector<TrainedFusion> fusions,
               const Experiment& current, QWidget* parent = nullptr);

    /// The design that the choices make. Call it when two adapters are chosen at least.
    Experiment design() const;

private:
    enum Column { Adapter, Score, HeadAlone, Data, Kind, Parameters, Base, Run, ColumnCount };

    void fillAdapters();
    void fillTargets();
    void fillFusions();
    /// Which adapters can be chosen beside those that are; what is to be said of the choice.
    void refresh();
    std::vector<std::size_t> chosen() const;
    QString remarks(const std::vector<std::size_t>& chosen) const;

    std::vector<TrainedAdapter> m_adapters;
    std::vector<TrainedFusion> m_fusions;
    Experiment m_current;
    QTreeWidget* m_list = nullptr;
    QComboBox* m_target = nullptr;
    QComboBox* m_from = nullptr;
    QLabel* m_remarks = nullptr;
    QDialogButtonBox* m_buttons = nullptr;
};

} // namespace awb::ui
