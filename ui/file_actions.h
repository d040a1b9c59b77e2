#pragma once

#include <filesystem>
#include <functional>

#include <QObject>

#include "backend/experiment/experiment.h"
#include "models/config/result.h"

class QAction;
class QMenu;
class QWidget;

namespace awb::ui {

class DesignDocument;

/// New, open, save, save as, recent files; asks before unsaved changes are lost. No dialog blocks: each goes
/// on in a continuation.
class FileActions : public QObject {
    Q_OBJECT

public:
    FileActions(DesignDocument* document, QWidget* window);

    /// Adds the actions to the File menu.
    void fillMenu(QMenu* menu);

    void newExperiment();
    void open();
    void openFile(const std::filesystem::path& file);
    /// Takes over an experiment that has no file (the design of a past run), named as it is.
    void openExperiment(const Experiment& experiment);
    void save();
    void saveAs();
    /// Calls `next` when there is nothing unsaved: at once, or after the person saved or gave up the changes.
    /// Never calls it when the person cancels.
    void whenSaved(std::function<void()> next);

Q_SIGNALS:
    void opened();
    void saved(const QString& file);
    void failed(const awb::Error& error);

private:
    void saveTo(const std::filesystem::path& file, const std::function<void()>& next);
    void askWhereToSave(const std::function<void()>& next);
    void remember(const std::filesystem::path& file);
    void fillRecent();
    void loadNow(const std::filesystem::path& file);

    DesignDocument* m_document;
    QWidget* m_window;
    QMenu* m_recent = nullptr;
};

} // namespace awb::ui
