#pragma once

#include <optional>

#include <QPoint>
#include <QPointF>

#include "models/config/method.h"
#include "ui/canvas/stack_layout.h"

class QMimeData;

namespace awb::ui {

class DesignDocument;
class PointerNote;
class StackScene;

/// A preset on its way over the canvas: which site it is near, whether it may be dropped there, and if not,
/// why.
class DropController {
public:
    DropController(DesignDocument& document, StackScene& scene, PointerNote& note);

    /// True when the dragged data is a preset.
    bool enter(const QMimeData* data);
    /// The pointer is here now (scene and view coordinates). True when a drop would be accepted.
    bool move(QPointF scenePoint, QPoint viewPoint);
    void leave();
    /// Places the preset at the site near the pointer. True when the design changed.
    bool drop(const QMimeData* data, QPointF scenePoint, QPoint viewPoint);

    /// Places a preset at a slot as one edit and selects it; a refusal is shown at `viewPoint`.
    bool place(const MethodPreset& preset, Slot slot, QPoint viewPoint);

private:
    /// Empty when the preset may be placed there.
    QString refusal(Slot slot) const;

    DesignDocument& m_document;
    StackScene& m_scene;
    PointerNote& m_note;
    const MethodPreset* m_preset = nullptr;
    std::optional<Slot> m_slot; ///< of the last move, with its answer
    QString m_refusal;
};

} // namespace awb::ui
