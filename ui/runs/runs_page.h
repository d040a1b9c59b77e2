#pragma once

#include <QTimer>
#include <QUndoStack>

#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "ui/app_context.h"
#include "ui/page.h"

class QAction;
class QComboBox;
class QLineEdit;
class QSplitter;
class QStackedWidget;
class QTableView;
class QTextBrowser;

namespace awb::ui {

class ChartDeck;
class EmptyState;
class MessageBar;
class RunExport;
class RunsFilter;
class RunsModel;

/// All runs of the workspace: sort, filter, rename, note, delete with undo, resume, open the design again;
/// beneath, the selected run's charts, exactly as when it was live, and its details.
class RunsPage : public Page {
    Q_OBJECT

public:
    explicit RunsPage(const AppContext& context, QWidget* parent = nullptr);
    ~RunsPage() override;

    QString title() const override;
    QString iconName() const override { return QStringLiteral("runs"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;

    QUndoStack* undoStack() { return &m_undo; }
    RunsModel* model() const { return m_model; }
    RunsFilter* filter() const { return m_filter; }
    RunExport* exporter() const { return m_export; }
    ChartDeck* charts() const { return m_deck; }
    std::optional<qint64> currentRun() const;

public Q_SLOTS:
    /// Reads all rows again.
    void reload();
    void selectRun(qint64 run);

Q_SIGNALS:
    /// The design of a past run, to be opened as the document.
    void openDesign(const awb::Experiment& experiment);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    class DeleteCommand;
    void buildActions();
    QWidget* buildFilterRow();
    void buildTable();
    void connectBackend();
    void refreshRun(qint64 run);
    void refreshDirty();
    void currentChanged();
    void showDetails(const RunRow& run);
    void updateActions();
    void updateEmptyState();
    void report(const Result<void>& result);
    void deleteSelected();
    void setDeleted(const std::vector<std::int64_t>& runs, bool deleted);
    void resumeCurrent();
    void exportCurrent();
    void openCurrentDesign(bool asCopy);
    std::vector<std::int64_t> selectedRuns() const;
    void saveLayout() const;
    void restoreLayout();

    AppContext m_context;
    QUndoStack m_undo;
    RunsModel* m_model = nullptr;
    RunsFilter* m_filter = nullptr;
    QTableView* m_table = nullptr;
    QLineEdit* m_search = nullptr;
    QComboBox* m_states = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    MessageBar* m_messages = nullptr;
    RunExport* m_export = nullptr;
    QSplitter* m_splitter = nullptr;
    QSplitter* m_lower = nullptr;
    QTextBrowser* m_details = nullptr;
    ChartDeck* m_deck = nullptr;
    std::optional<qint64> m_shown; ///< whose charts are shown
    quint64 m_seriesToken = 0;
    std::vector<qint64> m_dirty; ///< runs whose rows are to be read again
    QTimer m_refresh;
    QAction* m_openAction = nullptr;
    QAction* m_copyAction = nullptr;
    QAction* m_resumeAction = nullptr;
    QAction* m_exportAction = nullptr;
    QAction* m_renameAction = nullptr;
    QAction* m_noteAction = nullptr;
    QAction* m_deleteAction = nullptr;
    QAction* m_undoAction = nullptr;
    QAction* m_redoAction = nullptr;
    QAction* m_filterAction = nullptr;
};

} // namespace awb::ui
