#include "ui/file_actions.h"

#include <utility>

#include <QAbstractButton>
#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>

#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kMostRecent = 8;

QString toQString(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

std::filesystem::path toPath(const QString& text) {
    return std::filesystem::path(text.toStdString());
}

QString recentKey() {
    return QStringLiteral("files/recent");
}

QString folderKey() {
    return QStringLiteral("files/folder");
}

QString lastFolder() {
    return QSettings()
        .value(folderKey(), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
        .toString();
}

QString fileFilter() {
    return FileActions::tr("Experiments (*.json);;All files (*)");
}

} // namespace

FileActions::FileActions(DesignDocument* document, QWidget* window)
    : QObject(window)
    , m_document(document)
    , m_window(window) {}

void FileActions::fillMenu(QMenu* menu) {
    const auto add = [this, menu](const char* name, const QString& text, const QString& iconName,
                                  const QKeySequence& keys, void (FileActions::*slot)()) {
        QAction* action = menu->addAction(Theme::instance().icon(iconName), text);
        action->setObjectName(QLatin1String(name));
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    add("fileNew", tr("&New Experiment"), QStringLiteral("new"), QKeySequence::New,
        &FileActions::newExperiment);
    add("fileOpen", tr("&Open..."), QStringLiteral("open"), QKeySequence::Open, &FileActions::open);
    m_recent = menu->addMenu(tr("Open &Recent"));
    m_recent->setObjectName(QStringLiteral("recentMenu"));
    connect(m_recent, &QMenu::aboutToShow, this, &FileActions::fillRecent);
    fillRecent();
    menu->addSeparator();
    QAction* saveAction =
        add("fileSave", tr("&Save"), QStringLiteral("save"), QKeySequence::Save, &FileActions::save);
    add("fileSaveAs", tr("Save &As..."), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
        &FileActions::saveAs);
    const auto updateSave = [this, saveAction] {
        saveAction->setEnabled(m_document->isModified() || !m_document->file());
    };
    connect(m_document, &DesignDocument::fileChanged, saveAction, updateSave);
    updateSave();
}

void FileActions::newExperiment() {
    whenSaved([this] { openExperiment(defaultExperiment()); });
}

void FileActions::openExperiment(const Experiment& experiment) {
    whenSaved([this, experiment] {
        if (const auto done = m_document->open(experiment); !done) {
            Q_EMIT failed(done.error());
            return;
        }
        Q_EMIT opened();
    });
}

void FileActions::open() {
    whenSaved([this] {
        auto* dialog = new QFileDialog(m_window, tr("Open Experiment"), lastFolder(), fileFilter());
        dialog->setObjectName(QStringLiteral("openDialog"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this,
                [this](const QString& file) { loadNow(toPath(file)); });
        dialog->open();
    });
}

void FileActions::openFile(const std::filesystem::path& file) {
    whenSaved([this, file] { loadNow(file); });
}

void FileActions::loadNow(const std::filesystem::path& file) {
    if (const auto done = m_document->openFile(file); !done) {
        Q_EMIT failed(done.error());
        return;
    }
    remember(file);
    Q_EMIT opened();
}

void FileActions::save() {
    if (const auto file = m_document->file()) {
        saveTo(*file, {});
    } else {
        askWhereToSave({});
    }
}

void FileActions::saveAs() {
    askWhereToSave({});
}

void FileActions::askWhereToSave(const std::function<void()>& next) {
    auto* dialog = new QFileDialog(m_window, tr("Save Experiment"), lastFolder(), fileFilter());
    dialog->setObjectName(QStringLiteral("saveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(QString::fromStdString(m_document->experiment().name) + QStringLiteral(".json"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, next](const QString& file) { saveTo(toPath(file), next); });
    dialog->open();
}

void FileActions::saveTo(const std::filesystem::path& file, const std::function<void()>& next) {
    if (const auto done = m_document->save(file); !done) {
        Q_EMIT failed(done.error());
        return;
    }
    remember(file);
    Q_EMIT saved(toQString(file));
    if (next) {
        next();
    }
}

void FileActions::whenSaved(std::function<void()> next) {
    if (!m_document->isModified()) {
        next();
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unsaved Changes"),
                                tr("The experiment “%1” has unsaved changes.")
                                    .arg(QString::fromStdString(m_document->experiment().name)),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_window);
    box->setObjectName(QStringLiteral("unsavedDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Save them, or go on without them?"));
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::buttonClicked, this,
            [this, box, next = std::move(next)](QAbstractButton* button) {
                switch (box->standardButton(button)) {
                case QMessageBox::Save:
                    if (const auto file = m_document->file()) {
                        saveTo(*file, next);
                    } else {
                        askWhereToSave(next);
                    }
                    break;
                case QMessageBox::Discard:
                    next();
                    break;
                default:
                    break;
                }
            });
    box->open();
}

void FileActions::remember(const std::filesystem::path& file) {
    const QString name = QFileInfo(toQString(file)).absoluteFilePath();
    QSettings settings;
    QStringList recent = settings.value(recentKey()).toStringList();
    recent.removeAll(name);
    recent.prepend(name);
    settings.setValue(recentKey(), recent.mid(0, kMostRecent));
    settings.setValue(folderKey(), QFileInfo(name).absolutePath());
}

void FileActions::fillRecent() {
    m_recent->clear();
    const QStringList recent = QSettings().value(recentKey()).toStringList();
    for (const QString& file : recent) {
        QAction* action = m_recent->addAction(QDir::toNativeSeparators(file));
        connect(action, &QAction::triggered, this, [this, file] { openFile(toPath(file)); });
    }
    if (recent.isEmpty()) {
        m_recent->addAction(tr("No recent files"))->setEnabled(false);
        return;
    }
    m_recent->addSeparator();
    connect(m_recent->addAction(tr("Clear List")), &QAction::triggered, this,
            [] { QSettings().remove(recentKey()); });
}

} // namespace awb::ui
