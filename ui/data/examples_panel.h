#pragma once

#include <memory>

#include <QWidget>

#include "backend/data/dataset.h"
#include "ui/data/token_request.h"

class QComboBox;
class QTableView;

namespace awb::ui {

class ExamplesModel;
class StateStack;

/// All examples of one split in a table. An activated example goes to the token panel.
class ExamplesPanel : public QWidget {
    Q_OBJECT

public:
    explicit ExamplesPanel(QWidget* parent = nullptr);

    void setDataset(const std::shared_ptr<const Dataset>& dataset);
    StateStack& state() { return *m_state; }

Q_SIGNALS:
    void exampleActivated(const awb::ui::TokenRequest& request);

private:
    void showSplit(int index);
    TokenRequest requestOf(const Example& example) const;

    std::shared_ptr<const Dataset> m_dataset;
    StateStack* m_state;
    QComboBox* m_split;
    QTableView* m_table;
    ExamplesModel* m_model;
};

} // namespace awb::ui
