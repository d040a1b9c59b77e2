#pragma once

#include <functional>
#include <vector>

#include <QKeySequence>
#include <QObject>

#include "ui/design/composition_edits.h"

class QAction;
class QMenu;
class QWidget;

namespace awb::ui {

/// Everything that can be done with the chosen node of the composition, as actions of the tree: menu, keys
/// and tests take them from `QWidget::actions()`. Refusals go out as sentences and change nothing.
class CompositionCommands : public QObject {
    Q_OBJECT

public:
    /// Adds the actions to `tree`, whose keys they are while it has the keyboard.
    CompositionCommands(DesignDocument* document, CompositionCursor* cursor, QWidget* tree);

    /// The context menu: submenus with what can be chosen from, and the actions. It deletes itself.
    QMenu* makeMenu(QWidget* parent);

Q_SIGNALS:
    void refused(const QString& reason);
    /// A menu is to be shown at the chosen node.
    void menuRequested(QMenu* menu);

private:
    QAction* add(const char* objectName, const QString& text, const QString& help,
                 const QList<QKeySequence>& keys, const std::function<void()>& run);
    void addMoves();
    void apply(const NamedEdit& edit);
    void move(int key, bool into);
    void pop(const QString& title, const std::vector<NamedEdit>& edits);
    void refresh();
    const Experiment& experiment() const;
    /// The chosen adapter's name; empty where a block is chosen.
    std::string adapter() const;
    std::vector<NamedEdit> wrapEdits() const;
    std::vector<NamedEdit> kindEdits() const;
    QMenu* joinMenu(QWidget* parent);

    DesignDocument* m_document;
    CompositionCursor* m_cursor;
    QWidget* m_tree;
    QAction* m_remove = nullptr;
    QAction* m_wrap = nullptr;
    QAction* m_unwrap = nullptr;
    QAction* m_kind = nullptr;
    QAction* m_join = nullptr;
    QAction* m_train = nullptr;
    QAction* m_rename = nullptr;
    QAction* m_duplicate = nullptr;
    QAction* m_discard = nullptr;
    std::vector<QAction*> m_moves;
};

} // namespace awb::ui
