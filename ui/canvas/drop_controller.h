#pragma once

#include <optional>

#include <QPoint>
#include <QPointF>

#include "backend/experiment/experiment.h"
#include "ui/canvas/stack_layout.h"

class QMimeData;

namespace awb::ui {

class DesignDocument;
class PointerNote;
class StackScene;

/// A preset on its way over the canvas: what it is near, whether it may be dropped there, and if not, why.
///
/// Near a site it is meant for that site; elsewhere on a layer's card for the whole layer; elsewhere on the
/// embeddings' card for what stands in front of the layers.
class DropController {
public:
    DropController(DesignDocument& document, StackScene& scene, PointerNote& note);

    /// True when the dragged data is a preset.
    bool enter(const QMimeData* data);
    /// The pointer is here now (scene and view coordinates). True when a drop would be accepted.
    bool move(QPointF scenePoint, QPoint viewPoint);
    void leave();
    /// Places the preset at what is near the pointer. True when the design changed.
    bool drop(const QMimeData* data, QPointF scenePoint, QPoint viewPoint);

    /// Places a preset at a slot as one edit and selects it; a refusal is shown at `viewPoint`.
    bool place(const MethodPreset& preset, Slot slot, QPoint viewPoint);

private:
    struct Target {
        Slot slot;
        bool isWholeLayer = false; ///< then the slot's site means nothing

        bool operator==(const Target&) const = default;
    };

    std::optional<Target> targetAt(const MethodPreset& preset, QPointF scenePoint) const;
    Result<Experiment> placed(const MethodPreset& preset, const Target& target) const;
    bool placeAt(const MethodPreset& preset, const Target& target, QPoint viewPoint);
    /// What a drop on a layer's card would do.
    QString wholeLayerText(const MethodPreset& preset, int layer) const;

    DesignDocument& m_document;
    StackScene& m_scene;
    PointerNote& m_note;
    const MethodPreset* m_preset = nullptr;
    std::optional<Target> m_target; ///< of the last move, with its answer
    QString m_refusal;
};

} // namespace awb::ui
