// MadxPage: its files.
#include <utility>

#include <QAbstractButton>
#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

#include "ui/madx/madx_document.h"
#include "ui/madx/madx_page.h"
#include "ui/madx/madx_results.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

constexpr int kPictureScale = 2;

QString fileKey() {
    return QStringLiteral("madx/file");
}

QString lastFolder() {
    return QFileInfo(QSettings().value(fileKey()).toString()).absolutePath();
}

} // namespace

void MadxPage::setActive(bool active) {
    if (!active) {
        return;
    }
    const QString last = QSettings().value(fileKey()).toString();
    if (m_isFirstShow && !m_document->isOpen() && QFileInfo::exists(last)) {
        openFile(last);
    }
    m_isFirstShow = false;
    lookUp();
    refresh();
}

bool MadxPage::openFile(const QString& file) {
    if (isTraining()) {
        m_messages->post(QStringLiteral("madx"), {Severity::Info,
                                                  tr("An experiment is training"),
                                                  {},
                                                  tr("Stop it before another is opened"),
                                                  {},
                                                  {}});
        return false;
    }
    if (const auto opened = m_document->open(file.toStdString()); !opened) {
        fail(opened.error());
        return false;
    }
    m_messages->dismiss(QStringLiteral("madx"));
    QSettings().setValue(fileKey(), QFileInfo(file).absoluteFilePath());
    return true;
}

void MadxPage::openTemplate() {
    if (const auto opened = m_document->openTemplate(); !opened) {
        fail(opened.error());
    }
}

bool MadxPage::hasUnsavedWork() const {
    return m_document->isModified();
}

void MadxPage::whenNothingIsLost(std::function<void()> next) {
    if (!m_document->isModified()) {
        next();
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unsaved Changes"),
                                tr("The MAD-X experiment “%1” has unsaved changes.")
                                    .arg(QString::fromStdString(m_document->experiment().name)),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("madxUnsavedDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Save them, or go on without them?"));
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::buttonClicked, this,
            [this, box, next = std::move(next)](QAbstractButton* button) {
                const std::filesystem::path& file = m_document->file();
                switch (box->standardButton(button)) {
                case QMessageBox::Save:
                    if (file.empty()) {
                        chooseFileToSave();
                    } else if (saveFile(QString::fromStdString(file.string()))) {
                        next();
                    }
                    break;
                case QMessageBox::Discard:
                    m_document->giveUpChanges();
                    next();
                    break;
                default:
                    break;
                }
            });
    box->open();
}

bool MadxPage::saveFile(const QString& file) {
    if (const auto saved = m_document->save(file.toStdString()); !saved) {
        fail(saved.error());
        return false;
    }
    QSettings().setValue(fileKey(), QFileInfo(file).absoluteFilePath());
    Q_EMIT statusMessage(tr("Saved %1").arg(file));
    return true;
}

void MadxPage::chooseFileToOpen() {
    auto* dialog = new QFileDialog(this, tr("Open MAD-X Experiment"), lastFolder(),
                                   tr("MAD-X experiments (*.json);;All files (*)"));
    dialog->setObjectName(QStringLiteral("madxOpenDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &MadxPage::openFile);
    dialog->open();
}

void MadxPage::chooseFileToSave() {
    auto* dialog = new QFileDialog(this, tr("Save MAD-X Experiment"), lastFolder(),
                                   tr("MAD-X experiments (*.json);;All files (*)"));
    dialog->setObjectName(QStringLiteral("madxSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(QString::fromStdString(m_document->experiment().name) + QStringLiteral(".json"));
    connect(dialog, &QFileDialog::fileSelected, this, &MadxPage::saveFile);
    dialog->open();
}

void MadxPage::chooseExport(const QString& suffix, bool (MadxPage::*save)(const QString&)) {
    auto* dialog = new QFileDialog(this, tr("Export the Scores"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                   QStringLiteral("*.") + suffix);
    dialog->setObjectName(QStringLiteral("madxExportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QString::fromStdString(m_document->experiment().name) + u'.' + suffix);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, save](const QString& file) { (this->*save)(file); });
    dialog->open();
}

bool MadxPage::savePicture(const QString& file) {
    const bool done = m_results->picture(kPictureScale).save(file);
    tellSaved(done, file);
    return done;
}

bool MadxPage::saveTable(const QString& file) {
    QSaveFile out(file);
    const bool done = out.open(QIODevice::WriteOnly) &&
                      out.write(madxCsv(m_report, m_document->experiment()).toUtf8()) >= 0 && out.commit();
    tellSaved(done, file);
    return done;
}

void MadxPage::tellSaved(bool done, const QString& file) {
    if (done) {
        Q_EMIT statusMessage(tr("Saved %1").arg(file));
        return;
    }
    fail({tr("The file can't be written").toStdString(), file.toStdString(),
          tr("Choose another folder").toStdString()});
}

} // namespace awb::ui
