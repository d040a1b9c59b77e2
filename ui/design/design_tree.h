#pragma once

#include <QTreeView>

namespace awb::ui {

class DesignDocument;
class DesignTreeModel;

/// The table twin of the canvas: the same selection, edits by keyboard. Enter on an empty site places the
/// current preset, F2 edits, + and - step the size, Delete removes.
class DesignTree : public QTreeView {
    Q_OBJECT

public:
    explicit DesignTree(DesignDocument* document, QWidget* parent = nullptr);

    /// The preset that Enter places; the empty sites at which it can act are listed.
    void setCurrentPreset(const QString& presetName);
    /// Places the current preset at the current row's site. False where the row is no site.
    bool placeAtCurrent();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// Runs the shared canvas action whose key this is. True when there is one.
    bool runSharedAction(const QKeyEvent& event);
    void selectionToDocument();
    void selectionFromDocument();

    DesignDocument* m_document;
    DesignTreeModel* m_model;
    QString m_preset;
    bool m_syncing = false;
};

} // namespace awb::ui
