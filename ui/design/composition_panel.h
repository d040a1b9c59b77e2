#pragma once

#include <QWidget>

class QAction;
class QToolButton;

namespace awb::ui {

class CompositionCursor;
class CompositionTextLine;
class CompositionTray;
class CompositionView;
class DesignDocument;

/// The composition builder beneath the canvas: the composition as a line of text, and, opened, the tray and
/// the tree of blocks. Remembers whether it is open.
class CompositionPanel : public QWidget {
    Q_OBJECT

public:
    explicit CompositionPanel(DesignDocument* document, QWidget* parent = nullptr);
    ~CompositionPanel() override;

    /// The chosen node, for the inspector.
    CompositionCursor* cursor() const { return m_cursor; }
    /// Opens and closes the builder; checkable.
    QAction* openAction() const { return m_open; }

Q_SIGNALS:
    /// The person chose a block or adapter here.
    void nodeChosen();
    /// Its options are asked for.
    void optionsRequested();

private:
    void setOpen(bool open);
    void selectModules();

    DesignDocument* m_document;
    CompositionCursor* m_cursor;
    CompositionTextLine* m_text;
    CompositionTray* m_tray;
    CompositionView* m_view;
    QWidget* m_body;
    QToolButton* m_toggle;
    QAction* m_open;
};

} // namespace awb::ui
