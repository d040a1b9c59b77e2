#pragma once

#include <QAbstractScrollArea>

#include "ui/design/composition_drop.h"
#include "ui/design/composition_layout.h"
#include "ui/design/composition_painter.h"

class QMenu;

namespace awb::ui {

class CompositionCommands;
class CompositionCursor;
class DesignDocument;
class PointerNote;

/// The composition as nested blocks, from left to right as the states flow. Drag adapters, blocks and kinds
/// of blocks; arrows walk, Alt with arrows moves, the context menu has everything. What can't be done says
/// why beneath the pointer.
class CompositionView : public QAbstractScrollArea {
    Q_OBJECT

public:
    CompositionView(DesignDocument* document, CompositionCursor* cursor, QWidget* parent = nullptr);
    ~CompositionView() override;

    CompositionCommands* commands() const { return m_commands; }
    const CompositionLayout& layoutOfTree() const { return m_layout; }
    /// Where a node lies in the viewport.
    QRect rectOf(const design::CompositionPath& path) const;
    /// Shows a refusal at the chosen node.
    void showRefusal(const QString& reason);
    QSize sizeHint() const override;

Q_SIGNALS:
    /// The person chose a node, by click or key.
    void nodeChosen();
    /// Double-click or Enter.
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void rebuild();
    void followCursor();
    void choose(const design::CompositionPath& path);
    void startDrag(const design::CompositionPath& path);
    void endDrag();
    void showMenu(QMenu* menu);
    void scrollWhileDragging(QPoint point);
    QPointF origin() const; ///< of the picture in the viewport
    QPointF toScene(QPointF point) const { return point - origin(); }

    DesignDocument* m_document;
    CompositionCursor* m_cursor;
    CompositionCommands* m_commands;
    PointerNote* m_note;
    CompositionDrop m_drop;
    CompositionLayout m_layout;
    CompositionMarks m_marks;
    QPoint m_pressed;
    bool m_isPressed = false;
};

} // namespace awb::ui
