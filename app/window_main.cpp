#include <QApplication>
#include <QMessageBox>

#include "app/commands.h"
#include "app/console.h"
#include "app/window_session.h"

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

} // namespace

int runWindow(int& argc, char** argv, const WindowOptions& options) {
    QApplication application(argc, argv);
    prepareApplication(application);
    const auto session = WindowSession::open(workspaceFolder(options.workspace), options.experiment);
    if (!session) {
        return showFailure(session.error());
    }
    (*session)->window().show();
    return QApplication::exec();
}

} // namespace awb::app
