#include "ui/canvas/drop_controller.h"

#include <QCoreApplication>
#include <QMimeData>

#include "backend/experiment/design_place.h"
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
    m_target.reset();
    m_refusal.clear();
    if (m_preset != nullptr) {
        m_scene.beginDrag(*m_preset);
    }
    return m_preset != nullptr;
}

bool DropController::move(QPointF scenePoint, QPoint viewPoint) {
    if (m_preset == nullptr) {
        return false;
    }
    const std::optional<Target> near = targetAt(*m_preset, scenePoint);
    if (near != m_target) {
        m_target = near;
        const auto result = near ? placed(*m_preset, *near) : Result<Experiment>();
        m_refusal = result ? QString() : reasonOf(result.error());
        const bool isSite = near && !near->isWholeLayer;
        m_scene.setDragTarget(true, isSite ? std::optional(near->slot) : std::nullopt, !m_refusal.isEmpty());
    }
    if (!m_refusal.isEmpty()) {
        m_note.showAt(viewPoint, m_refusal, PointerNote::Kind::Refusal);
    } else if (near && near->isWholeLayer) {
        m_note.showAt(viewPoint, wholeLayerText(*m_preset, near->slot.layer), PointerNote::Kind::Info);
    } else {
        m_note.hide();
    }
    return near && m_refusal.isEmpty();
}

void DropController::leave() {
    m_preset = nullptr;
    m_target.reset();
    m_scene.setDragTarget(false);
    m_note.hide();
}

bool DropController::drop(const QMimeData* data, QPointF scenePoint, QPoint viewPoint) {
    const MethodPreset* preset = presetOf(data);
    const std::optional<Target> near = preset == nullptr ? std::nullopt : targetAt(*preset, scenePoint);
    leave();
    if (preset == nullptr) {
        return false;
    }
    if (!near) {
        m_note.showAt(viewPoint,
                      Words::tr("Nothing can be placed here: drop it onto a dashed diamond or a layer"),
                      PointerNote::Kind::Refusal, kNoteTime);
        return false;
    }
    return placeAt(*preset, *near, viewPoint);
}

bool DropController::place(const MethodPreset& preset, Slot slot, QPoint viewPoint) {
    return placeAt(preset, {slot, false}, viewPoint);
}

std::optional<DropController::Target> DropController::targetAt(const MethodPreset& preset,
                                                               QPointF scenePoint) const {
    const StackLayout& layout = m_scene.layout();
    if (const auto slot = m_scene.slotNear(scenePoint, kReach)) {
        return Target{*slot, false};
    }
    for (int layer = 0; layer < layout.numLayers(); ++layer) {
        if (layout.rowCard(layer).contains(scenePoint)) {
            return Target{{layer, Site::FfnOutput}, true};
        }
    }
    if (!layout.embeddingCard().contains(scenePoint)) {
        return std::nullopt;
    }
    const bool isPrompt = design::sitesFor(preset, m_document.model()).contains(Site::InputPrompt);
    return Target{{kNoLayer, isPrompt ? Site::InputPrompt : Site::EmbeddingOutput}, false};
}

Result<Experiment> DropController::placed(const MethodPreset& preset, const Target& target) const {
    const Experiment& experiment = m_document.experiment();
    const ModelConfig& model = m_document.model();
    return target.isWholeLayer
               ? design::placeInLayer(experiment, model, preset, target.slot.layer)
               : design::placeModule(experiment, model, preset, target.slot.layer, target.slot.site);
}

bool DropController::placeAt(const MethodPreset& preset, const Target& target, QPoint viewPoint) {
    std::set<design::ModuleRef> before;
    for (const design::Module& module : design::modules(m_document.experiment(), m_document.model())) {
        before.insert(module.ref);
    }
    const auto result = placed(preset, target);
    if (!result) {
        m_note.showAt(viewPoint, reasonOf(result.error()), PointerNote::Kind::Refusal, kNoteTime);
        return false;
    }
    const QString title = QString::fromStdString(preset.title);
    const int layer = target.slot.layer;
    m_document.apply(result, layer == kNoLayer ? Words::tr("Place %1").arg(title)
                                               : Words::tr("Place %1 in layer %2").arg(title).arg(layer));
    std::set<design::ModuleRef> fresh;
    for (const design::Module& module : design::modules(m_document.experiment(), m_document.model())) {
        const bool isHere = module.ref.layer == layer && module.ref.site == target.slot.site;
        if (!before.contains(module.ref) && (target.isWholeLayer ? module.ref.layer == layer : isHere)) {
            fresh.insert(module.ref);
        }
    }
    if (!fresh.empty()) {
        m_scene.setFocusPlace(StackScene::Focus{{fresh.begin()->layer, fresh.begin()->site}, 0});
        m_document.setSelection(std::move(fresh));
    }
    return true;
}

QString DropController::wholeLayerText(const MethodPreset& preset, int layer) const {
    AdapterConfig config;
    config.parts = preset.parts;
    std::set<Site> sites;
    for (const auto& [own, site] : design::placesOf(config, m_document.model())) {
        if (own == layer) {
            sites.insert(site);
        }
    }
    return Words::tr("%1 in layer %2: %3")
        .arg(QString::fromStdString(preset.title))
        .arg(layer)
        .arg(QString::fromStdString(design::sitesText(sites)));
}

} // namespace awb::ui
