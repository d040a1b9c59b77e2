#include "ui/main_window.h"

#include <algorithm>

#include <QCloseEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QUndoStack>
#include <QUrl>

#include "ui/document/design_document.h"
#include "ui/file_actions.h"
#include "ui/navigation_rail.h"
#include "ui/page.h"
#include "ui/status_line.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

QString geometryKey() {
    return QStringLiteral("window/geometry");
}

QString pageKey() {
    return QStringLiteral("window/page");
}

/// The one local experiment file of a drag, or an empty text.
QString experimentFileOf(const QMimeData* data) {
    const QList<QUrl> urls = data->urls();
    if (urls.size() != 1 || !urls.front().isLocalFile()) {
        return {};
    }
    const QString file = urls.front().toLocalFile();
    return file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) ? file : QString();
}

} // namespace

MainWindow::MainWindow(const AppContext& context, QWidget* parent)
    : MainWindow(context, standardPages(), parent) {
    connectPages(*this, context);
}

MainWindow::MainWindow(const AppContext& context, const std::vector<PageFactory>& pages, QWidget* parent)
    : QMainWindow(parent)
    , m_context(context)
    , m_stack(new QStackedWidget)
    , m_rail(new NavigationRail)
    , m_messages(new MessageBar)
    , m_status(new StatusLine)
    , m_files(new FileActions(context.document, this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(960, 600);
    setStatusBar(m_status);

    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(0);
    right->addWidget(m_messages);
    right->addWidget(m_stack, 1);
    auto* middle = new QWidget;
    auto* row = new QHBoxLayout(middle);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(right, 1);
    setCentralWidget(middle);

    buildPages(pages);
    buildMenus();
    connectDocument();
    connectRuns();
    updateTitle();
    restoreLayout();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPages(const std::vector<PageFactory>& pages) {
    for (const PageFactory& make : pages) {
        Page* page = make(m_context, nullptr);
        const auto number = static_cast<int>(m_pages.size()) + 1;
        m_pages.push_back(page);
        m_stack->addWidget(page);
        m_rail->addPage(
            page->objectName(), page->title(), page->iconName(),
            QKeySequence(QStringLiteral("Ctrl+%1").arg(number)).toString(QKeySequence::NativeText));
        connect(page, &Page::pageRequested, this, &MainWindow::showPage);
        connect(page, &Page::statusMessage, m_status, &StatusLine::say);
    }
    connect(m_rail, &NavigationRail::selected, this, &MainWindow::setCurrent);
}

void MainWindow::showPage(const QString& objectName) {
    const auto found = std::find_if(m_pages.begin(), m_pages.end(), [&](const Page* candidate) {
        return candidate->objectName() == objectName;
    });
    if (found != m_pages.end()) {
        setCurrent(static_cast<int>(found - m_pages.begin()));
    }
}

Page* MainWindow::currentPage() const {
    return qobject_cast<Page*>(m_stack->currentWidget());
}

Page* MainWindow::page(const QString& objectName) const {
    for (Page* candidate : m_pages) {
        if (candidate->objectName() == objectName) {
            return candidate;
        }
    }
    return nullptr;
}

void MainWindow::setCurrent(int index) {
    m_stack->setCurrentIndex(index);
    m_rail->setCurrent(index);
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        const bool current = static_cast<int>(i) == index;
        m_pageMenus[i]->menuAction()->setVisible(current && !m_pageMenus[i]->isEmpty());
        m_pages[i]->setActive(current);
    }
    giveUndoKeys(index);
}

void MainWindow::connectDocument() {
    connect(m_context.document, &DesignDocument::changed, this, &MainWindow::updateTitle);
    connect(m_context.document, &DesignDocument::fileChanged, this, &MainWindow::updateTitle);
    connect(m_context.document, &DesignDocument::refused, this,
            [this](const Error& error) { m_status->say(QString::fromStdString(error.message())); });
    connect(m_context.document, &DesignDocument::autosaveFailed, this,
            [this](const Error& error) { m_messages->postError(QStringLiteral("autosave"), error); });
    connect(m_files, &FileActions::failed, this,
            [this](const Error& error) { m_messages->postError(QStringLiteral("file"), error); });
    connect(m_files, &FileActions::opened, this, [this] {
        m_messages->dismiss(QStringLiteral("file"));
        showPage(QStringLiteral("design"));
        m_status->say(tr("Opened “%1”").arg(QString::fromStdString(m_context.document->experiment().name)));
    });
    connect(m_files, &FileActions::saved, this, [this](const QString& file) {
        m_messages->dismiss(QStringLiteral("file"));
        m_status->say(tr("Saved %1").arg(file));
    });
}

void MainWindow::connectRuns() {
    RunController* runs = m_context.runs;
    if (runs == nullptr) {
        return;
    }
    connect(runs, &RunController::updated, m_status, &StatusLine::setRun);
    connect(runs, &RunController::failed, this, [this](const Error& error) {
        m_closeWhenStopped = false;
        showRunError(error);
    });
    connect(runs, &RunController::runStarted, this, [this] { m_messages->dismiss(QStringLiteral("run")); });
    connect(runs, &RunController::runEnded, this, [this](qint64 run, const RunOutcome& outcome) {
        m_status->setRunEnded(run, outcome);
        if (outcome.error) {
            m_closeWhenStopped = false;
            showRunError(*outcome.error);
        } else if (m_closeWhenStopped && m_context.runs->isActive()) {
            m_context.runs->stop();
        } else if (m_closeWhenStopped) {
            QTimer::singleShot(0, this, &QWidget::close);
        }
    });
    connect(runs, &RunController::seriesChanged, this, [this] {
        if (m_closeWhenStopped && m_context.runs->isActive()) {
            m_context.runs->stop();
        } else if (m_closeWhenStopped && !isTraining()) {
            QTimer::singleShot(0, this, &QWidget::close);
        }
    });
    connect(runs, &RunController::machineMeasured, this, [this](const MachineSpeed& speed) {
        m_status->setMachine(speed);
        if (speed.slowBlas) {
            m_messages->post(QStringLiteral("slow-blas"),
                             {Severity::Warning,
                              tr("Training will be slow: no fast linear algebra library is in use"),
                              tr("Measured %1 GFLOP/s").arg(QLocale().toString(speed.gflops, 'f', 1)),
                              QString::fromStdString(speed.advice),
                              {},
                              {}});
        }
    });
}

void MainWindow::showRunError(const Error& error) {
    // The Train page shows the error itself.
    if (currentPage()->objectName() != QLatin1String("train")) {
        m_messages->postError(QStringLiteral("run"), error);
    }
}

void MainWindow::updateTitle() {
    const DesignDocument& document = *m_context.document;
    const auto file = document.file();
    const QString name = file ? QString::fromStdString(file->filename().string())
                              : QString::fromStdString(document.experiment().name);
    setWindowTitle(tr("%1[*] – Adapter Workbench").arg(name));
    setWindowModified(document.isModified());
    setWindowFilePath(file ? QString::fromStdString(file->string()) : QString());
}

bool MainWindow::isTraining() const {
    return m_context.runs != nullptr && (m_context.runs->isActive() || !m_context.runs->series().isEmpty());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (isTraining()) {
        event->ignore();
        if (!m_closeWhenStopped) {
            askToStopTheRun();
        }
        return;
    }
    if (m_context.document->isModified()) {
        event->ignore();
        m_files->whenSaved([this] {
            // What was given up must not come back from the autosaved copy.
            m_context.document->undoStack()->setClean();
            close();
        });
        return;
    }
    const auto unsaved = std::ranges::find_if(m_pages, &Page::hasUnsavedWork);
    if (unsaved != m_pages.end()) {
        event->ignore();
        showPage((*unsaved)->objectName());
        (*unsaved)->whenNothingIsLost([this] { close(); });
        return;
    }
    rememberLayout();
    event->accept();
}

void MainWindow::askToStopTheRun() {
    if (findChild<QMessageBox*>(QStringLiteral("stopRunDialog")) != nullptr) {
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Question, tr("A Run Is Active"), tr("A run is active."),
                                QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("stopRunDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Stopping saves a checkpoint, from which the run can be resumed later."));
    QPushButton* stop = box->addButton(tr("Stop and Close"), QMessageBox::AcceptRole);
    stop->setObjectName(QStringLiteral("stopAndClose"));
    QPushButton* keep = box->addButton(tr("Keep Running"), QMessageBox::RejectRole);
    keep->setObjectName(QStringLiteral("keepRunning"));
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(stop, &QPushButton::clicked, this, [this] {
        m_closeWhenStopped = true;
        if (!isTraining()) {
            close();
            return;
        }
        m_context.runs->stop();
        m_messages->post(QStringLiteral("closing"),
                         {Severity::Info,
                          tr("Stopping the run"),
                          {},
                          tr("The window closes as soon as the checkpoint is saved"),
                          {},
                          {}});
    });
    box->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!experimentFileOf(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString file = experimentFileOf(event->mimeData());
    if (!file.isEmpty()) {
        event->acceptProposedAction();
        m_files->openFile(std::filesystem::path(file.toStdString()));
    }
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    if (!restoreGeometry(settings.value(geometryKey()).toByteArray())) {
        resize(1440, 900);
    }
    setCurrent(0);
    showPage(settings.value(pageKey()).toString());
}

void MainWindow::rememberLayout() const {
    QSettings settings;
    settings.setValue(geometryKey(), saveGeometry());
    if (const Page* shown = currentPage()) {
        settings.setValue(pageKey(), shown->objectName());
    }
}

} // namespace awb::ui
