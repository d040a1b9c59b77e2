#pragma once

#include <functional>

#include <QList>
#include <QWidget>

class QAction;
class QMenu;

namespace awb::ui {

/// A page of the window: a widget with a name and an icon for the navigation rail and its own menu.
class Page : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    virtual QString title() const = 0;
    virtual QString iconName() const = 0;
    /// Adds the page's actions (all of them, with their keys) to its menu in the menu bar.
    virtual void fillMenu(QMenu* menu) = 0;
    /// Called when the page is shown or hidden: hidden pages don't replot.
    virtual void setActive(bool active) { Q_UNUSED(active) }
    /// Work of its own, apart from the experiment, that would be lost with the page.
    virtual bool hasUnsavedWork() const { return false; }
    /// Asks about that work; calls `next` once it is saved or given up: then there is none.
    virtual void whenNothingIsLost(std::function<void()> next) { next(); }

Q_SIGNALS:
    /// Asks the window to show another page: "design", "data", "train", "runs".
    void pageRequested(const QString& objectName);
    /// A line for the status bar.
    void statusMessage(const QString& text);
};

} // namespace awb::ui
