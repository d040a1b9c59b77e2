#pragma once

#include <filesystem>
#include <optional>
#include <set>

#include <QObject>
#include <QString>
#include <QUndoStack>

#include "backend/experiment/design.h"
#include "backend/experiment/experiment.h"
#include "models/config/model_config.h"

namespace awb::ui {

/// The experiment being designed: the truth that canvas, table twin, inspector and forms show and edit. Every edit is
/// one command on the undo stack; drags of one handle merge into one. Lives in the window's thread.
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

    /// Replaces the experiment as one undoable edit. `text` names it in the undo list; edits with the same non-zero
    /// `mergeId` that follow each other become one.
    void edit(Experiment experiment, const QString& text, int mergeId = 0);
    /// Applies the result of a design:: function, or emits `refused`. True when it was applied.
    bool apply(Result<Experiment> result, const QString& text, int mergeId = 0);

    /// Opens another experiment; not undoable, clears the stack. Error: the base model can't be read.
    Result<void> open(const Experiment& experiment, std::optional<std::filesystem::path> file = {});
    Result<void> openFile(const std::filesystem::path& file);
    Result<void> save(const std::filesystem::path& file);

    /// Autosaved copy of unsaved work (in the workspace), kept up to date 1 s after each edit.
    void setAutosaveFile(const std::filesystem::path& file);
    /// Restores newer unsaved work, if there is any. True when something was restored.
    bool restoreAutosave();

    // The selection, shared by canvas, table twin and inspector.
    const std::set<design::ModuleRef>& selection() const { return m_selection; }
    void setSelection(std::set<design::ModuleRef> selection);
    std::vector<design::ModuleRef> selectedRefs() const;

Q_SIGNALS:
    void changed();           ///< the experiment or the base is another
    void selectionChanged();
    void refused(const awb::Error& error); ///< an edit that can't be done, with the reason
    void fileChanged();       ///< name or modified state

private:
    class EditCommand;
    void replace(const Experiment& experiment);
    void writeAutosave();

    Experiment m_experiment;
    ModelConfig m_model;
    QUndoStack m_undo;
    std::optional<std::filesystem::path> m_file;
    std::filesystem::path m_autosave;
    std::set<design::ModuleRef> m_selection;
    class QTimer* m_autosaveTimer = nullptr;
};

} // namespace awb::ui
