#pragma once

#include <QWidget>

#include "ui/design/composition_edits.h"

class QToolButton;
class QVBoxLayout;

namespace awb::ui {

class ToneLabel;

/// Beside the composition tree: all adapters of the design and the kinds of blocks, to drag into it or to put
/// there by Enter. What is dragged from the tree onto the tray leaves the composition.
class CompositionTray : public QWidget {
    Q_OBJECT

public:
    CompositionTray(DesignDocument* document, CompositionCursor* cursor, QWidget* parent = nullptr);

    /// Adds a saved adapter to the design. A folder that can't be read is shown beneath the adapters.
    void addSaved(const QString& folder);

Q_SIGNALS:
    void refused(const QString& reason);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void rebuild();
    void fillAddMenu();
    void chooseFolder();
    void apply(const NamedEdit& edit);
    void showAdapterMenu(const std::string& adapter, const QPoint& globalPosition);
    void showProblem(const QString& text);

    DesignDocument* m_document;
    CompositionCursor* m_cursor;
    QToolButton* m_add;
    QVBoxLayout* m_chips = nullptr;
    ToneLabel* m_problem;
    Experiment m_shown; ///< what the chips were made of
};

} // namespace awb::ui
