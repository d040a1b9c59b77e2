#pragma once

#include <filesystem>
#include <vector>

#include <QMainWindow>

#include "backend/jobs/run_controller.h"
#include "ui/app_context.h"
#include "ui/pages.h"

class QAction;
class QMenu;
class QStackedWidget;

namespace awb::ui {

class FileActions;
class MessageBar;
class NavigationRail;
class Page;
class StatusLine;

/// The window: navigation rail, pages, menus, messages and status bar. Closing it while a run is active asks,
/// stops the run with a checkpoint, and closes when that is written; nothing blocks.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const AppContext& context, QWidget* parent = nullptr);
    /// With other pages than the standard ones.
    MainWindow(const AppContext& context, const std::vector<PageFactory>& pages, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Shows the page with this object name: "design", "data", "train", "runs".
    void showPage(const QString& objectName);
    Page* currentPage() const;
    Page* page(const QString& objectName) const;
    template<typename T>
    T* pageOf() const {
        for (Page* candidate : m_pages) {
            if (auto* found = qobject_cast<T*>(candidate)) {
                return found;
            }
        }
        return nullptr;
    }

    FileActions& files() { return *m_files; }
    MessageBar& messages() { return *m_messages; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPages(const std::vector<PageFactory>& pages);
    void buildMenus();
    void buildViewMenu();
    void buildHelpMenu();
    void connectDocument();
    void connectRuns();
    void setCurrent(int index);
    /// The keys of Undo and Redo belong to the shown page's own actions where it has some, else to the Edit
    /// menu's.
    void giveUndoKeys(int index);
    void showRunError(const Error& error);
    void updateTitle();
    bool isTraining() const;
    void askToStopTheRun();
    void showAbout();
    void restoreLayout();
    void rememberLayout() const;

    AppContext m_context;
    std::vector<Page*> m_pages;
    std::vector<QMenu*> m_pageMenus;
    QStackedWidget* m_stack = nullptr;
    NavigationRail* m_rail = nullptr;
    MessageBar* m_messages = nullptr;
    StatusLine* m_status = nullptr;
    FileActions* m_files = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    bool m_closeWhenStopped = false;
};

} // namespace awb::ui
