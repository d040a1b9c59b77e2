#pragma once

#include <vector>

#include <QWidget>

#include "backend/jobs/playground_jobs.h"
#include "ui/playground/run_choice.h"

class QComboBox;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace awb::ui {

class ToneLabel;

/// Several texts for several runs in one batch, and what the cache of adapters did.
class BatchView : public QWidget {
    Q_OBJECT

public:
    explicit BatchView(PlaygroundJobs* jobs, QWidget* parent = nullptr);

    void setRuns(const std::vector<RunChoice>& runs);
    /// Adds a row; `run` 0: the first one.
    void addRow(const PlaygroundText& text, qint64 run = 0);
    QTableWidget* table() const { return m_table; }
    QSpinBox* cacheSize() const { return m_cacheSize; }
    /// Asks for all rows that have a text.
    void run();

private:
    void build();
    void removeRow();
    void showReport(const BatchReport& report);
    void showRow(int row, const BatchRowAnswer& answer);
    QComboBox* runBox(int row) const;
    QString runName(qint64 run) const;

    PlaygroundJobs* m_jobs;
    std::vector<RunChoice> m_runs;
    std::vector<int> m_asked; ///< the table's row of each of the batch
    QTableWidget* m_table = nullptr;
    QSpinBox* m_cacheSize = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_run = nullptr;
    ToneLabel* m_counts = nullptr;
    ToneLabel* m_loaded = nullptr;
};

} // namespace awb::ui
