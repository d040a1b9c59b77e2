
#include <QApplication>
#include <QMessageBox>

#include "app/commands.h"
#include "app/console.h"
#include "backend/jobs/background_reader.h"
#include "backend/jobs/run_controller.h"
#include "backend/storage/run_store.h"
#include "ui/app_context.h"
#include "ui/document/design_document.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

namespace awb::app {

namespace {

/// Tells on the terminal and, where there is a screen, in a dialog.
int showFailure(const Error& error) {
    complain(error);
    QMessageBox box(QMessageBox::Critical, QCoreApplication::translate("Start", "Adapter Workbench"),
                    QString::fromStdString(error.what));
    box.setInformativeText(
        QString::fromStdString(error.where + (error.where.empty() ? "" : "\n\n") + error.advice));
    box.exec();
    return kFailed;
}

/// The file that was named, else unsaved work, else the default design.
Result<void> openDesign(ui::DesignDocument& document, const std::string& file,
                        const std::filesystem::path& workspace) {
    document.setAutosaveFile(workspace / "unsaved-design.json");
    if (!file.empty()) {
        return document.openFile(file);
    }
    const Result<void> opened = document.open(defaultExperiment());
    if (opened) {
        document.restoreAutosave();
    }
    return opened;
}

} // namespace

int runWindow(int& argc, char** argv, const WindowOptions& options) {
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("adapter-workbench"));
    QCoreApplication::setOrganizationName(QStringLiteral("adapter-workbench"));
    QCoreApplication::setApplicationVersion(QStringLiteral(AWB_VERSION));
    QGuiApplication::setApplicationDisplayName(QCoreApplication::translate("Start", "Adapter Workbench"));
    QGuiApplication::setDesktopFileName(QStringLiteral("adapter-workbench"));
    ui::Theme::instance().apply(application);

    const Result<std::unique_ptr<RunStore>> store = RunStore::open(workspaceFolder(options.workspace));
    if (!store) {
        return showFailure(store.error());
    }
    const std::filesystem::path workspace = (*store)->workspace();
    if (const auto marked = (*store)->markInterrupted(); !marked) {
        return showFailure(marked.error());
    }
    RunController runs(workspace);
    BackgroundReader reader(workspace);
    ui::DesignDocument document;
    if (const Result<void> opened = openDesign(document, options.experiment, workspace); !opened) {
        return showFailure(opened.error());
    }
    const ui::AppContext context{workspace, &runs, &reader, store->get(), &document};
    ui::MainWindow window(context);
    window.show();
    return QApplication::exec();
}

} // namespace awb::app
