#pragma once

#include <vector>

#include <QWidget>

#include "backend/jobs/playground_jobs.h"
#include "ui/playground/run_choice.h"

class QComboBox;
class QPushButton;
class QTableWidget;
class QTabWidget;

namespace awb::ui {

class ConfusionMap;
class StateStack;
class ToneLabel;

/// What a run gets wrong: its confusion matrix, its hardest examples, and where another run says something
/// different.
class ErrorsView : public QWidget {
    Q_OBJECT

public:
    enum Table { Hardest, Changes };

    explicit ErrorsView(PlaygroundJobs* jobs, QWidget* parent = nullptr);

    void setRuns(const std::vector<RunChoice>& runs);
    void evaluate();
    ConfusionMap* map() const { return m_map; }
    QTableWidget* table(Table table) const { return table == Changes ? m_changes : m_hardest; }

Q_SIGNALS:
    /// An example was chosen to be looked at closely.
    void textChosen(const awb::PlaygroundText& text);

private:
    void build();
    QWidget* buildChoices();
    QWidget* buildContent();
    void cancel();
    void showIdle();
    void showResult(const JudgedSplit& result);
    void showHardest();
    void showChanges();
    void chooseRow(const QTableWidget* table, int row);

    PlaygroundJobs* m_jobs;
    JudgedSplit m_result;
    QComboBox* m_run = nullptr;
    QComboBox* m_split = nullptr;
    QComboBox* m_other = nullptr;
    QPushButton* m_evaluate = nullptr;
    QPushButton* m_cancel = nullptr;
    StateStack* m_stack = nullptr;
    ToneLabel* m_summary = nullptr;
    ConfusionMap* m_map = nullptr;
    ToneLabel* m_noMap = nullptr;
    ToneLabel* m_shown = nullptr;
    QTabWidget* m_tables = nullptr;
    QTableWidget* m_hardest = nullptr;
    QTableWidget* m_changes = nullptr;
};

} // namespace awb::ui
