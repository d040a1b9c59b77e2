#include "ui/runs/run_export.h"

#include <system_error>

#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QUrl>

#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

namespace fs = std::filesystem;

QString messageId(qint64 run) {
    return QStringLiteral("export-%1").arg(run);
}

/// A name that a folder can have.
QString folderName(QString name) {
    for (QChar& c : name) {
        if (!c.isLetterOrNumber() && c != u'-' && c != u'_' && c != u'.') {
            c = u'-';
        }
    }
    return name.isEmpty() ? QStringLiteral("adapters") : name;
}

} // namespace

RunExport::RunExport(RunController* runs, MessageBar* messages, QWidget* window)
    : QObject(window)
    , m_runs(runs)
    , m_messages(messages)
    , m_window(window) {
    if (m_runs != nullptr) {
        connect(m_runs, &RunController::exported, this, &RunExport::report);
    }
}

void RunExport::choose(qint64 run, const QString& runName) {
    auto* dialog = new QFileDialog(m_window, tr("Export run %1 into a new folder").arg(run));
    dialog->setObjectName(QStringLiteral("exportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    dialog->setLabelText(QFileDialog::FileName, tr("New folder:"));
    const QString pickled = tr("Weights as PyTorch .bin files (older libraries) (*)");
    dialog->setNameFilters({tr("Weights as safetensors (*)"), pickled});
    dialog->setDirectory(QDir::home());
    dialog->selectFile(folderName(runName));
    connect(dialog, &QFileDialog::fileSelected, this, [this, run, dialog, pickled](const QString& folder) {
        exportTo(run, folder.toStdString(),
                 dialog->selectedNameFilter() == pickled ? WeightsForm::Pickle : WeightsForm::Safetensors);
    });
    dialog->open();
}

void RunExport::exportTo(qint64 run, const fs::path& folder, WeightsForm form) {
    std::error_code code;
    if (fs::exists(folder, code) && !(fs::is_directory(folder, code) && fs::is_empty(folder, code))) {
        m_messages->postError(messageId(run),
                              {tr("There is something of this name already").toStdString(), folder.string(),
                               tr("Choose a new or an empty folder").toStdString()});
        return;
    }
    const bool mustWait = m_runs->isActive();
    m_messages->post(messageId(run), {Severity::Info,
                                      tr("Exporting run %1 …").arg(run),
                                      QString::fromStdString(folder.string()),
                                      mustWait ? tr("It begins when the active run has ended") : QString(),
                                      {},
                                      {}});
    m_runs->exportRun(run, folder, form);
}

void RunExport::report(const ExportReport& report) {
    const QString id = messageId(report.run);
    if (report.error) {
        m_messages->postError(id, *report.error);
        return;
    }
    QStringList remarks;
    for (const std::string& remark : report.remarks) {
        remarks << QString::fromStdString(remark);
    }
    const QString folder = QString::fromStdString(report.folder.string());
    m_messages->post(id, {remarks.isEmpty() ? Severity::Success : Severity::Warning,
                          tr("Run %1 is exported").arg(report.run), folder,
                          remarks.join(QStringLiteral(". ")), tr("Show folder"),
                          [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); }});
}

} // namespace awb::ui
