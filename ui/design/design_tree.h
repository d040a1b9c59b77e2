#pragma once

#include <QTreeView>

namespace awb::ui {

class DesignDocument;
class DesignTreeModel;

/// The table twin of the canvas: the same selection, edits by keyboard. Enter on an empty site places the
/// current preset, F2 edits, + and - step the reduction factor, Delete removes.
class DesignTree : public QTreeView {
    Q_OBJECT

public:
    explicit DesignTree(DesignDocument* document, QWidget* parent = nullptr);

    void setCurrentPreset(const QString& presetName) { m_preset = presetName; }
    /// Places the current preset at the current row's site. False where the row is no site.
    bool placeAtCurrent();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void selectionToDocument();
    void selectionFromDocument();

    DesignDocument* m_document;
    DesignTreeModel* m_model;
    QString m_preset;
    bool m_syncing = false;
};

} // namespace awb::ui
