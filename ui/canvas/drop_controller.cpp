#include "ui/canvas/drop_controller.h"

#include <QCoreApplication>
#include <QMimeData>

#include "ui/canvas/canvas_view.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr double kReach = 40; ///< scene units around a site within which it catches a drop
constexpr int kNoteTime = 5000;

const MethodPreset* presetOf(const QMimeData* data) {
    if (data == nullptr || !data->hasFormat(QLatin1String(kPresetMime))) {
        return nullptr;
    }
    return findMethodPreset(data->data(QLatin1String(kPresetMime)).toStdString());
}

QString reasonOf(const Error& error) {
    QString text = QString::fromStdString(error.what);
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    if (!error.advice.empty()) {
        text += u": "_s + QString::fromStdString(error.advice);
    }
    return text;
}

} // namespace

DropController::DropController(DesignDocument& document, StackScene& scene, PointerNote& note)
    : m_document(document)
    , m_scene(scene)
    , m_note(note) {}

bool DropController::enter(const QMimeData* data) {
    m_preset = presetOf(data);
    m_slot.reset();
    if (m_preset != nullptr) {
        m_scene.beginDrag(*m_preset);
    }
    return m_preset != nullptr;
}

bool DropController::move(QPointF scenePoint, QPoint viewPoint) {
    if (m_preset == nullptr) {
        return false;
    }
    const std::optional<Slot> near = m_scene.slotNear(scenePoint, kReach);
    if (near != m_slot) {
        m_slot = near;
        m_refusal = near ? refusal(*near) : QString();
        m_scene.setDragTarget(true, near, !m_refusal.isEmpty());
    }
    if (m_refusal.isEmpty()) {
        m_note.hide();
    } else {
        m_note.showAt(viewPoint, m_refusal, PointerNote::Kind::Refusal);
    }
    return near && m_refusal.isEmpty();
}

void DropController::leave() {
    m_preset = nullptr;
    m_slot.reset();
    m_scene.setDragTarget(false);
    m_note.hide();
}

bool DropController::drop(const QMimeData* data, QPointF scenePoint, QPoint viewPoint) {
    const MethodPreset* preset = presetOf(data);
    const std::optional<Slot> near = m_scene.slotNear(scenePoint, kReach);
    leave();
    if (preset == nullptr) {
        return false;
    }
    if (!near) {
        m_note.showAt(viewPoint, Words::tr("Nothing can be placed here: drop it onto a dashed diamond"),
                      PointerNote::Kind::Refusal, kNoteTime);
        return false;
    }
    return place(*preset, *near, viewPoint);
}

bool DropController::place(const MethodPreset& preset, Slot slot, QPoint viewPoint) {
    const auto placed =
        design::placeModule(m_document.experiment(), m_document.model(), preset, slot.layer, slot.site);
    if (!placed) {
        m_note.showAt(viewPoint, reasonOf(placed.error()), PointerNote::Kind::Refusal, kNoteTime);
        return false;
    }
    m_document.apply(
        placed, Words::tr("Place %1 in layer %2").arg(QString::fromStdString(preset.title)).arg(slot.layer));
    m_scene.setFocusPlace(StackScene::Focus{slot, 0});
    if (const ModulePicture* module = m_scene.focusedModule()) {
        m_document.setSelection({module->ref});
    }
    return true;
}

QString DropController::refusal(Slot slot) const {
    const auto placed =
        design::placeModule(m_document.experiment(), m_document.model(), *m_preset, slot.layer, slot.site);
    return placed ? QString() : reasonOf(placed.error());
}

} // namespace awb::ui
