#pragma once

#include <QWidget>

#include "backend/data/table_reader.h"
#include "backend/experiment/experiment.h"
#include "ui/itemmodels/tag_colors.h"

class QTableView;

namespace awb::ui {

class PreviewModel;
class ProblemModel;
class StateStack;
class ToneLabel;

/// The first rows of the train file, what was detected and why, and the rows that can't be read.
class PreviewPanel : public QWidget {
    Q_OBJECT

public:
    explicit PreviewPanel(QWidget* parent = nullptr);

    void setPreview(const TablePreview& preview);
    /// Colours the tags where `spec` says that they are.
    void setTags(const DataSpec& spec, const TagColors& colors);
    void showLoading(const QString& file);
    void showEmpty();
    void showError(const Error& error);

Q_SIGNALS:
    /// The person wants to choose a file.
    void browseRequested();

private:
    StateStack* m_state;
    ToneLabel* m_summary;
    ToneLabel* m_remarks;
    QTableView* m_table;
    QWidget* m_problemBox;
    ToneLabel* m_problemTitle;
    QTableView* m_problems;
    PreviewModel* m_model;
    ProblemModel* m_problemModel;
};

} // namespace awb::ui
