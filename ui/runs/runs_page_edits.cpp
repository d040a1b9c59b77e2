// RunsPage: what can be done with runs.
#include <algorithm>

#include <nlohmann/json.hpp>

#include <QAction>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTextBrowser>

#include "backend/jobs/background_reader.h"
#include "ui/itemmodels/runs_model.h"
#include "ui/plots/chart_deck.h"
#include "ui/runs/run_details.h"
#include "ui/runs/run_export.h"
#include "ui/runs/runs_page.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

/// Hides runs from the table; undone, they come back.
class RunsPage::DeleteCommand : public QUndoCommand {
public:
    DeleteCommand(RunsPage* page, std::vector<std::int64_t> runs)
        : QUndoCommand(tr("Delete %n run(s)", nullptr, static_cast<int>(runs.size())))
        , m_page(page)
        , m_runs(std::move(runs)) {}
    void redo() override { m_page->setDeleted(m_runs, true); }
    void undo() override { m_page->setDeleted(m_runs, false); }

private:
    RunsPage* m_page;
    std::vector<std::int64_t> m_runs;
};

void RunsPage::buildActions() {
    const auto action = [this](const QString& name, const QString& icon, const QString& text,
                               const QString& tip, const QKeySequence& keys) {
        auto* made = new QAction(Theme::instance().icon(icon), text, this);
        made->setObjectName(name);
        made->setToolTip(keys.isEmpty() ? tip
                                        : tr("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(made);
        connect(&Theme::instance(), &Theme::changed, made,
                [made, icon] { made->setIcon(Theme::instance().icon(icon)); });
        return made;
    };
    m_openAction =
        action(QStringLiteral("openDesign"), QStringLiteral("open"), tr("Open design"),
               tr("Open the run's design on the Design page"), QKeySequence(Qt::CTRL | Qt::Key_Return));
    m_copyAction =
        action(QStringLiteral("duplicateRun"), QStringLiteral("duplicate"), tr("Duplicate as new design"),
               tr("Open a copy of the run's design under a new name"),
               QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return));
    m_resumeAction = action(QStringLiteral("resumeRun"), QStringLiteral("resume"), tr("Resume"),
                            tr("Continue the run from its checkpoint"), QKeySequence(Qt::CTRL | Qt::Key_R));
    m_exportAction = action(QStringLiteral("exportRun"), QStringLiteral("export"), tr("Export …"),
                            tr("Write adapters, fusions, heads and composition in AdapterHub's format"),
                            QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E));
    m_renameAction = action(QStringLiteral("renameRun"), QStringLiteral("rename"), tr("Rename"),
                            tr("Rename the run"), QKeySequence(Qt::Key_F2));
    m_noteAction = action(QStringLiteral("editNote"), QStringLiteral("note"), tr("Edit note"),
                          tr("Edit the run's note"), QKeySequence(Qt::SHIFT | Qt::Key_F2));
    m_deleteAction = action(QStringLiteral("deleteRuns"), QStringLiteral("delete"), tr("Delete"),
                            tr("Delete the selected runs; can be undone"), QKeySequence(Qt::Key_Delete));
    m_filterAction = action(QStringLiteral("filterRuns"), QStringLiteral("filter"), tr("Filter"),
                            tr("Type into the filter"), QKeySequence(Qt::CTRL | Qt::Key_F));
    m_undoAction = m_undo.createUndoAction(this, tr("Undo"));
    m_redoAction = m_undo.createRedoAction(this, tr("Redo"));
    m_undoAction->setObjectName(QStringLiteral("undoRuns"));
    m_redoAction->setObjectName(QStringLiteral("redoRuns"));

    const auto edit = [this](int column) {
        const QModelIndex current = m_table->currentIndex();
        if (!current.isValid()) {
            return;
        }
        m_table->setColumnHidden(column, false);
        const QModelIndex cell = current.siblingAtColumn(column);
        m_table->scrollTo(cell);
        m_table->edit(cell);
    };
    connect(m_openAction, &QAction::triggered, this, [this] { openCurrentDesign(false); });
    connect(m_copyAction, &QAction::triggered, this, [this] { openCurrentDesign(true); });
    connect(m_resumeAction, &QAction::triggered, this, &RunsPage::resumeCurrent);
    connect(m_exportAction, &QAction::triggered, this, &RunsPage::exportCurrent);
    connect(m_renameAction, &QAction::triggered, this, [edit] { edit(RunsModel::Name); });
    connect(m_noteAction, &QAction::triggered, this, [edit] { edit(RunsModel::Note); });
    connect(m_deleteAction, &QAction::triggered, this, &RunsPage::deleteSelected);
    connect(m_filterAction, &QAction::triggered, this,
            [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    connect(m_model, &RunsModel::renamed, this, [this](qint64 run, const QString& name) {
        report(m_context.store->rename(run, name.toStdString()));
        refreshRun(run);
        refreshDirty();
    });
    connect(m_model, &RunsModel::noteChanged, this, [this](qint64 run, const QString& note) {
        report(m_context.store->setNote(run, note.toStdString()));
        refreshRun(run);
        refreshDirty();
    });
}

bool RunsPage::event(QEvent* event) {
    // Ctrl+Z belongs to the window's document; while this page has something to undo, it goes first.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->matches(QKeySequence::Undo) && m_undo.canUndo()) ||
            (key->matches(QKeySequence::Redo) && m_undo.canRedo())) {
            event->accept();
            return true;
        }
    }
    return Page::event(event);
}

void RunsPage::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Undo) && m_undo.canUndo()) {
        m_undo.undo();
    } else if (event->matches(QKeySequence::Redo) && m_undo.canRedo()) {
        m_undo.redo();
    } else {
        Page::keyPressEvent(event);
    }
}

void RunsPage::report(const Result<void>& result) {
    if (!result) {
        m_messages->postError(QStringLiteral("runs"), result.error());
    }
}

void RunsPage::reload() {
    if (!m_context.store) {
        return;
    }
    const auto current = currentRun();
    Result<std::vector<RunRow>> rows = m_context.store->runs();
    if (!rows) {
        report(fail(rows.error()));
        return;
    }
    m_model->setRuns(std::move(*rows));
    if (current) {
        selectRun(*current);
    } else if (m_filter->rowCount() > 0) {
        m_table->selectRow(0);
    }
    updateEmptyState();
    updateActions();
}

void RunsPage::refreshRun(qint64 run) {
    if (std::find(m_dirty.begin(), m_dirty.end(), run) == m_dirty.end()) {
        m_dirty.push_back(run);
    }
    if (!m_refresh.isActive()) {
        m_refresh.start();
    }
}

void RunsPage::refreshDirty() {
    m_refresh.stop();
    if (!m_context.store) {
        return;
    }
    const std::vector<qint64> runs = std::exchange(m_dirty, {});
    for (const qint64 run : runs) {
        const Result<RunRow> row = m_context.store->run(run);
        if (!row) {
            continue; // deleted meanwhile
        }
        m_model->putRun(*row);
        if (m_shown == run) {
            showDetails(*row);
        }
    }
    if (!runs.empty()) {
        updateEmptyState();
        updateActions();
    }
}

std::optional<qint64> RunsPage::currentRun() const {
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    return current.isValid() ? std::optional<qint64>(m_model->at(current.row()).id) : std::nullopt;
}

void RunsPage::selectRun(qint64 run) {
    if (m_model->rowOf(run) < 0) {
        refreshRun(run);
        refreshDirty();
    }
    const int row = m_model->rowOf(run);
    if (row < 0) {
        return;
    }
    QModelIndex index = m_filter->mapFromSource(m_model->index(row, 0));
    if (!index.isValid()) {
        // The filter hides it, but it was asked for.
        m_search->clear();
        m_states->setCurrentIndex(0);
        index = m_filter->mapFromSource(m_model->index(row, 0));
    }
    m_table->selectRow(index.row());
    m_table->scrollTo(index);
}

void RunsPage::currentChanged() {
    updateActions();
    const auto run = currentRun();
    if (run == m_shown) {
        return;
    }
    m_shown = run;
    m_deck->clear();
    m_details->clear();
    if (!run) {
        return;
    }
    showDetails(m_model->at(m_model->rowOf(*run)));
    if (m_context.reader) {
        m_seriesToken = m_context.reader->loadSeries(*run);
    }
}

void RunsPage::showDetails(const RunRow& run) {
    const auto& plan = m_deck->data().plan();
    std::optional<std::int64_t> seed;
    if (const auto experiment = m_context.store->experiment(run.id)) {
        seed = experiment->training.seed;
    }
    m_details->setHtml(runDetailsHtml(run, plan ? &*plan : nullptr, seed));
}

std::vector<std::int64_t> RunsPage::selectedRuns() const {
    std::vector<std::int64_t> runs;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        runs.push_back(m_model->at(m_filter->mapToSource(index).row()).id);
    }
    return runs;
}

void RunsPage::updateActions() {
    const auto run = currentRun();
    const RunRow* row = run ? &m_model->at(m_model->rowOf(*run)) : nullptr;
    for (QAction* action : {m_openAction, m_copyAction, m_renameAction, m_noteAction}) {
        action->setEnabled(row != nullptr);
    }
    const bool resumable = row && row->resumable();
    m_resumeAction->setEnabled(resumable);
    m_resumeAction->setToolTip(
        resumable ? tr("Continue the run from step %1 (%2)")
                        .arg(row->checkpointStep)
                        .arg(m_resumeAction->shortcut().toString(QKeySequence::NativeText))
                  : tr("Only a stopped or interrupted run with a checkpoint can be resumed"));
    const bool finished = row && row->state == RunState::Finished && m_context.runs;
    m_exportAction->setEnabled(finished);
    m_exportAction->setToolTip(
        finished ? tr("Write adapters, fusions, heads and composition in AdapterHub's format (%1)")
                       .arg(m_exportAction->shortcut().toString(QKeySequence::NativeText))
                 : tr("Only a finished run can be exported"));
    const std::vector<std::int64_t> selected = selectedRuns();
    const bool active = std::any_of(selected.begin(), selected.end(), [this](std::int64_t id) {
        return !isTerminal(m_model->at(m_model->rowOf(id)).state);
    });
    m_deleteAction->setEnabled(!selected.empty() && !active);
    m_deleteAction->setToolTip(active ? tr("A run that is active can't be deleted: stop it first")
                                      : tr("Delete the selected runs; can be undone (Del)"));
}

void RunsPage::updateEmptyState() {
    const bool none = m_model->rowCount() == 0;
    const bool hidden = !none && m_filter->rowCount() == 0;
    m_stack->setCurrentIndex(none || hidden ? 0 : 1);
    m_lower->setVisible(!none);
    if (none) {
        m_empty->setState(QStringLiteral("runs"), tr("No runs yet"),
                          tr("Every training run is kept here with its curves, its metrics and its design."),
                          tr("Go to Train"));
    } else if (hidden) {
        m_empty->setState(QStringLiteral("filter"), tr("No run matches the filter"),
                          tr("%n run(s) hidden.", nullptr, m_model->rowCount()), tr("Show all"));
    }
}

void RunsPage::deleteSelected() {
    std::vector<std::int64_t> runs = selectedRuns();
    if (runs.empty() || !m_context.store) {
        return;
    }
    m_undo.push(new DeleteCommand(this, std::move(runs)));
}

void RunsPage::setDeleted(const std::vector<std::int64_t>& runs, bool deleted) {
    const Result<void> done = deleted ? m_context.store->remove(runs) : m_context.store->restore(runs);
    if (!done) {
        report(done);
        return;
    }
    const QString id = QStringLiteral("deleted");
    if (!deleted) {
        m_messages->dismiss(id);
        for (const std::int64_t run : runs) {
            if (const Result<RunRow> row = m_context.store->run(run)) {
                m_model->putRun(*row);
            }
        }
        updateEmptyState();
        selectRun(runs.front());
        return;
    }
    for (const std::int64_t run : runs) {
        m_model->removeRun(run);
    }
    MessageBar::Message message;
    message.what = tr("%n run(s) deleted", nullptr, static_cast<int>(runs.size()));
    message.action = tr("Undo");
    message.run = [this] { m_undo.undo(); };
    m_messages->post(id, message);
    updateEmptyState();
    currentChanged();
}

void RunsPage::resumeCurrent() {
    const auto run = currentRun();
    if (!run || !m_context.runs) {
        return;
    }
    m_context.runs->resumeRun(*run);
    Q_EMIT pageRequested(QStringLiteral("train"));
}

void RunsPage::exportCurrent() {
    if (const auto run = currentRun()) {
        m_export->choose(*run, QString::fromStdString(m_model->at(m_model->rowOf(*run)).name));
    }
}

void RunsPage::openCurrentDesign(bool asCopy) {
    const auto run = currentRun();
    if (!run || !m_context.store) {
        return;
    }
    Result<Experiment> experiment = m_context.store->experiment(*run);
    if (!experiment) {
        report(fail(experiment.error()));
        return;
    }
    if (asCopy) {
        experiment->name += "-copy";
    }
    Q_EMIT openDesign(*experiment);
    Q_EMIT pageRequested(QStringLiteral("design"));
}

} // namespace awb::ui
