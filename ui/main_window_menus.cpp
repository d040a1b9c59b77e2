#include <algorithm>
#include <array>
#include <utility>

#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QUndoStack>

#include "ui/document/design_document.h"
#include "ui/file_actions.h"
#include "ui/main_window.h"
#include "ui/page.h"
#include "ui/shortcuts_dialog.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

QAction* newAction(QMenu* menu, const char* name, const QString& text, const QString& iconName,
                   const QKeySequence& keys = {}) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QLatin1String(name));
    if (!iconName.isEmpty()) {
        action->setIcon(Theme::instance().icon(iconName));
    }
    action->setShortcut(keys);
    return action;
}

} // namespace

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    m_files->fillMenu(file);
    file->addSeparator();
    connect(
        newAction(file, "fileQuit", tr("&Quit"), QStringLiteral("quit"), QKeySequence(Qt::CTRL | Qt::Key_Q)),
        &QAction::triggered, this, &QWidget::close);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack* stack = m_context.document->undoStack();
    m_undo = stack->createUndoAction(this, tr("&Undo"));
    m_undo->setObjectName(QStringLiteral("editUndo"));
    m_undo->setIcon(Theme::instance().icon(QStringLiteral("undo")));
    m_redo = stack->createRedoAction(this, tr("&Redo"));
    m_redo->setObjectName(QStringLiteral("editRedo"));
    m_redo->setIcon(Theme::instance().icon(QStringLiteral("redo")));
    edit->addActions({m_undo, m_redo});

    for (Page* page : m_pages) {
        QMenu* menu = menuBar()->addMenu(page->title());
        menu->setObjectName(QStringLiteral("menu_") + page->objectName());
        page->fillMenu(menu);
        m_pageMenus.push_back(menu);
    }
    buildViewMenu();
    buildHelpMenu();
}

void MainWindow::giveUndoKeys(int index) {
    const QKeySequence undoKey(Qt::CTRL | Qt::Key_Z);
    const QList<QAction*> actions = m_pageMenus[static_cast<std::size_t>(index)]->actions();
    const bool ownUndo = std::any_of(actions.begin(), actions.end(), [&](const QAction* action) {
        return action->shortcuts().contains(undoKey);
    });
    m_undo->setShortcuts(ownUndo ? QList<QKeySequence>{} : QList<QKeySequence>{undoKey});
    m_redo->setShortcuts(ownUndo ? QList<QKeySequence>{}
                                 : QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z),
                                                       QKeySequence(Qt::CTRL | Qt::Key_Y)});
}

void MainWindow::buildViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        const auto index = static_cast<int>(i);
        QAction* go = newAction(view, "", m_pages[i]->title(), m_pages[i]->iconName(),
                                QKeySequence(QStringLiteral("Ctrl+%1").arg(index + 1)));
        go->setObjectName(QStringLiteral("go_") + m_pages[i]->objectName());
        connect(go, &QAction::triggered, this, [this, index] { setCurrent(index); });
    }
    view->addSeparator();
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::array<std::pair<Theme::Mode, QAction*>, 3> modes{{
        {Theme::Mode::System, newAction(themes, "themeSystem", tr("&System"), QStringLiteral("system"))},
        {Theme::Mode::Light, newAction(themes, "themeLight", tr("&Light"), QStringLiteral("sun"))},
        {Theme::Mode::Dark, newAction(themes, "themeDark", tr("&Dark"), QStringLiteral("moon"))},
    }};
    for (const auto& [mode, action] : modes) {
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [chosen = mode] { Theme::instance().setMode(chosen); });
    }
    const auto showMode = [modes] {
        for (const auto& [mode, action] : modes) {
            action->setChecked(mode == Theme::instance().mode());
        }
    };
    connect(&Theme::instance(), &Theme::changed, group, showMode);
    showMode();
    QAction* full = newAction(view, "fullScreen", tr("&Full Screen"), QStringLiteral("maximize"),
                              QKeySequence::FullScreen);
    full->setCheckable(true);
    connect(full, &QAction::toggled, this,
            [this](bool on) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, on)); });
    view->addSeparator();
    connect(newAction(view, "focusMessages", tr("Go to &Messages"), QStringLiteral("info"),
                      QKeySequence(Qt::Key_F6)),
            &QAction::triggered, m_messages, &MessageBar::focusNewest);
}

void MainWindow::buildHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    connect(newAction(help, "helpShortcuts", tr("&Keyboard Shortcuts"), QStringLiteral("keyboard"),
                      QKeySequence(Qt::Key_F1)),
            &QAction::triggered, this, [this] {
                auto* dialog = new ShortcutsDialog(*menuBar(), this);
                dialog->setAttribute(Qt::WA_DeleteOnClose);
                dialog->open();
            });
    connect(newAction(help, "helpAbout", tr("&About Adapter Workbench"), QStringLiteral("info")),
            &QAction::triggered, this, &MainWindow::showAbout);
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(this);
    box->setObjectName(QStringLiteral("aboutDialog"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Adapter Workbench"));
    box->setTextFormat(Qt::RichText);
    box->setText(tr("<b>Adapter Workbench %1</b><br>A laboratory for adapter layers.")
                     .arg(QCoreApplication::applicationVersion()));
    box->setInformativeText(
        tr("Design, train and look into small modules that teach a frozen language model a task.<br><br>"
           "Licence: Apache-2.0<br>Workspace: %1<br>"
           "Built with Qt %2, LibTorch, QCustomPlot, SQLite, ICU and JSON for Modern C++.")
            .arg(QString::fromStdString(m_context.workspace.string()).toHtmlEscaped(),
                 QLatin1String(qVersion())));
    box->setStandardButtons(QMessageBox::Close);
    box->open();
}

} // namespace awb::ui
