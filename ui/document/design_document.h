#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <QUndoStack>

#include "backend/experiment/design.h"
#include "backend/experiment/experiment.h"
#include "models/config/model_config.h"

namespace awb::ui {

/// The experiment being designed: the truth that canvas, table twin, inspector and forms show and edit. Every
/// edit is one command on the undo stack; drags of one handle merge into one. Lives in the window's thread.
class DesignDocument : public QObject {
    Q_OBJECT

public:
    explicit DesignDocument(QObject* parent = nullptr);
    ~DesignDocument() override;

    const Experiment& experiment() const { return m_experiment; }
    const ModelConfig& model() const { return m_model; }
    QUndoStack* undoStack() { return &m_undo; }
    std::optional<std::filesystem::path> file() const { return m_file; }
    bool isModified() const { return !m_undo.isClean(); }

    /// Replaces the experiment as one undoable edit. `text` names it in the undo list; edits with the same
    /// non-zero `mergeId` that follow each other become one.
    void edit(Experiment experiment, const QString& text, int mergeId = 0);
    /// Applies the result of a design:: function, or emits `refused`. True when it was applied.
    bool apply(Result<Experiment> result, const QString& text, int mergeId = 0);

    /// A merge id that no edit has had yet, for one drag or one stay in a field.
    int newMergeId() { return ++m_lastMergeId; }

    /// Opens another experiment; not undoable, clears the stack. Error: the base model can't be read.
    Result<void> open(const Experiment& experiment, std::optional<std::filesystem::path> file = {});
    Result<void> openFile(const std::filesystem::path& file);
    Result<void> save(const std::filesystem::path& file);

    /// Autosaved copy of unsaved work (in the workspace), kept up to date 1 s after each edit, written on a
    /// thread of its own. The file exists only while there is unsaved work.
    void setAutosaveFile(const std::filesystem::path& file);
    /// Restores newer unsaved work, if there is any, as one edit of the file that it was made from: undo goes
    /// back to what was saved. True when something was restored. A copy that can't be read is kept aside as
    /// "NAME.damaged" and reported through `autosaveFailed`.
    bool restoreAutosave();
    /// Writes what is unsaved now and waits until it is on disk; for the end of the program.
    void flushAutosave();

    // The selection, shared by canvas, table twin and inspector.
    const std::set<design::ModuleRef>& selection() const { return m_selection; }
    void setSelection(std::set<design::ModuleRef> selection);
    std::vector<design::ModuleRef> selectedRefs() const;

Q_SIGNALS:
    void changed(); ///< the experiment or the base is another
    void selectionChanged();
    void refused(const awb::Error& error); ///< an edit that can't be done, with the reason
    void fileChanged();                    ///< name or modified state
    void autosaveFailed(const awb::Error& error);

private:
    class EditCommand;

    Result<void> load(const Experiment& experiment, std::optional<std::filesystem::path> file);
    void replace(const Experiment& experiment, const ModelConfig& model);
    /// Keeps of a selection what exists; modules of a renamed or replaced adapter are found again by their
    /// place.
    std::set<design::ModuleRef> existing(const std::set<design::ModuleRef>& refs) const;
    void scheduleAutosave();
    void writeAutosave();
    void removeAutosave();
    void inBackground(std::function<Result<void>()> work);

    Experiment m_experiment;
    ModelConfig m_model;
    QUndoStack m_undo;
    std::optional<std::filesystem::path> m_file;
    std::filesystem::path m_autosave;
    bool m_ownsAutosave =
        false; ///< written or looked at by this document: what an earlier program left stays
    std::set<design::ModuleRef> m_selection;
    int m_lastMergeId = 0x10000; ///< fixed ids of gestures are smaller
    QTimer m_autosaveTimer;
    QThreadPool m_writer; ///< one thread: writes stay in order
};

} // namespace awb::ui
