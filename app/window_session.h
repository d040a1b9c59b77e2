#pragma once

#include <filesystem>
#include <memory>

#include "backend/jobs/background_reader.h"
#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "models/config/result.h"
#include "ui/app_context.h"
#include "ui/document/design_document.h"
#include "ui/main_window.h"

class QApplication;

namespace awb::app {

/// Names, catalogues and look of the application; before anything else that is seen.
void prepareApplication(QApplication& application);

/// Everything behind one window, in the order in which it must be made and taken down: the workspace's
/// database, the worker, the reader, the document, the window.
class WindowSession {
public:
    /// Opens the workspace and the experiment in `file` (empty: unsaved work, else the default design).
    /// Errors: the workspace or the file can't be opened.
    static Result<std::unique_ptr<WindowSession>> open(const std::filesystem::path& workspace,
                                                       const std::filesystem::path& file);

    RunStore& store() { return *m_store; }
    RunController& runs() { return m_runs; }
    ui::DesignDocument& document() { return m_document; }
    /// Made on first use, so that a failure to open needs no window.
    ui::MainWindow& window();

private:
    explicit WindowSession(std::unique_ptr<RunStore> store);

    std::unique_ptr<RunStore> m_store;
    RunController m_runs;
    BackgroundReader m_reader;
    ui::DesignDocument m_document;
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace awb::app
