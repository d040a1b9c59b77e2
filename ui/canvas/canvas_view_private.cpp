#include "ui/canvas/canvas_view_private.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QGuiApplication>
#include <QScrollBar>
#include <QSettings>
#include <QWheelEvent>

#include "backend/experiment/method_edit.h"
#include "backend/experiment/method_modules.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_strip.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/legend_band.h"
#include "ui/canvas/module_text.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/size_popup.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kPixelsPerOctave = 14; ///< of a waist drag
constexpr int kWheelStep = 120;
constexpr int kNoteTime = 5000;
constexpr auto kLegendSetting = "canvas/legend";

} // namespace

CanvasView::Private::Private(CanvasView* view, DesignDocument* doc)
    : q(view)
    , document(doc)
    , scene(new StackScene(*doc, view))
    , note(new PointerNote(view))
    , glowBar(new GlowBar(view))
    , popup(new SizePopup(view))
    , strip(new CanvasStrip(*doc, view))
    , legend(new LegendBand(view))
    , drops(*doc, *scene, *note)
    , factors(*doc)
    , pan(*view)
    , legendVisible(QSettings().value(kLegendSetting, true).toBool()) {}

void CanvasView::Private::connectParts() {
    QObject::connect(document, &DesignDocument::refused, q, [this](const Error& error) {
        const QPoint at = q->mapFromGlobal(QCursor::pos());
        const QPoint inside = q->rect().contains(at) ? at : q->rect().center();
        note->showAt(inside, QString::fromStdString(error.message()), PointerNote::Kind::Refusal, kNoteTime);
    });
    QObject::connect(document, &DesignDocument::changed, q, [this] {
        scene->setCurrentPreset(findMethodPreset(preset.toStdString()));
        showGlow();
        showLegend();
        followFocus();
    });
    QObject::connect(strip, &CanvasStrip::legendToggled, q,
                     [this](bool visible) { setLegendVisible(visible); });
    QObject::connect(document, &DesignDocument::selectionChanged, q, [this] { followFocus(); });
    QObject::connect(scene, &StackScene::depthChanged, q, &CanvasView::fit);
    QObject::connect(scene, &StackScene::extentChanged, q, [this] {
        if (fitted) {
            q->fit();
        }
    });
    QObject::connect(scene, &StackScene::siteClicked, q, [this](Slot slot, bool place) {
        moveFocus({slot, 0}, Qt::NoModifier);
        if (place) {
            placeOrOpen();
        }
    });
    QObject::connect(scene, &StackScene::modulePressed, q, [this](const design::ModuleRef& ref) {
        const auto& here = scene->picture().at(ref.layer, ref.site);
        const auto found =
            std::find_if(here.begin(), here.end(), [&](const auto& m) { return m.ref == ref; });
        scene->setFocusPlace(
            StackScene::Focus{{ref.layer, ref.site}, static_cast<int>(found - here.begin())});
    });
    QObject::connect(scene, &StackScene::moduleActivated, q, [this](const design::ModuleRef& ref) {
        document->setSelection({ref});
        Q_EMIT q->moduleActivated();
    });
    QObject::connect(scene, &StackScene::waistPressed, q, [this](const design::ModuleRef& ref) {
        if (!document->selection().contains(ref)) {
            const bool adds = QGuiApplication::keyboardModifiers().testFlag(Qt::ShiftModifier);
            std::set<design::ModuleRef> selection =
                adds ? document->selection() : std::set<design::ModuleRef>();
            selection.insert(ref);
            document->setSelection(std::move(selection));
        }
        factors.beginDrag(ref);
    });
    QObject::connect(scene, &StackScene::waistPulled, q,
                     [this](const design::ModuleRef&, double distance, Qt::KeyboardModifiers modifiers) {
                         factors.dragTo(distance / kPixelsPerOctave, FactorEditor::reachOf(modifiers),
                                        modifiers.testFlag(Qt::ControlModifier));
                     });
    QObject::connect(scene, &StackScene::waistReleased, q, [this] { factors.endDrag(); });
    QObject::connect(popup, &SizePopup::chosen, q, [this](int size) { factors.setSize(affected(), size); });
    QObject::connect(popup, &SizePopup::closed, q, [this] { q->setFocus(); });
}

std::vector<design::ModuleRef> CanvasView::Private::affected() const {
    std::vector<design::ModuleRef> refs = document->selectedRefs();
    if (refs.empty()) {
        if (const ModulePicture* module = scene->focusedModule()) {
            refs.push_back(module->ref);
        }
    }
    return refs;
}

QPoint CanvasView::Private::viewPointOf(Slot slot) const {
    const QRectF body = scene->layout().moduleRect(slot);
    return q->viewport()->mapTo(q, q->mapFromScene(body.center().x(), body.bottom()));
}

void CanvasView::Private::moveFocus(const StackScene::Focus& focus, Qt::KeyboardModifiers modifiers) {
    scene->setFocusPlace(focus);
    const QRectF body = scene->layout().moduleRect(focus.slot, focus.index);
    q->ensureVisible(body, 60, 60);
    if (!modifiers.testFlag(Qt::ControlModifier)) {
        std::set<design::ModuleRef> selection;
        if (modifiers.testFlag(Qt::ShiftModifier)) {
            selection = document->selection();
        }
        if (const ModulePicture* module = scene->focusedModule()) {
            selection.insert(module->ref);
        }
        document->setSelection(std::move(selection));
    }
    followFocus();
}

void CanvasView::Private::placeOrOpen() {
    const auto& focus = scene->focusPlace();
    if (!focus) {
        return;
    }
    if (scene->focusedModule() != nullptr) {
        Q_EMIT q->moduleActivated();
    } else if (const MethodPreset* chosen = findMethodPreset(preset.toStdString())) {
        drops.place(*chosen, focus->slot, viewPointOf(focus->slot));
        followFocus();
    } else {
        note->showAt(viewPointOf(focus->slot),
                     CanvasView::tr("What is chosen in the palette has no module to place"),
                     PointerNote::Kind::Refusal, kNoteTime);
    }
}

void CanvasView::Private::openSizePopup(const QString& typed) {
    std::vector<design::ModuleRef> refs = affected();
    if (const ModulePicture* focused = scene->focusedModule();
        focused != nullptr && document->selection().contains(focused->ref)) {
        refs.insert(refs.begin(), focused->ref);
    }
    const ModelConfig& model = document->model();
    const auto modules = design::methodModules(document->experiment(), model);
    for (const design::ModuleRef& ref : refs) {
        const auto found =
            std::find_if(modules.begin(), modules.end(), [&](const design::MethodModule& each) {
                return each.module.ref == ref && each.hasSize();
            });
        if (found != modules.end()) {
            const QString title = QCoreApplication::translate("Methods", found->method->sizeTitle.c_str());
            popup->openAt(viewPointOf({ref.layer, ref.site}),
                          {title, found->module.place.bottleneck, design::largestSize(*found->method, model),
                           found->hasFactor() ? model.hiddenSize : 0},
                          typed);
            return;
        }
    }
    if (!refs.empty()) {
        Q_EMIT document->refused({"these modules have no size to choose", {}, {}});
    }
}

void CanvasView::Private::step(int direction, FactorEditor::Reach reach) {
    const std::vector<design::ModuleRef> refs = affected();
    if (refs.empty()) {
        return;
    }
    const ModulePicture* focused = scene->focusedModule();
    const bool focusCounts =
        focused != nullptr && std::find(refs.begin(), refs.end(), focused->ref) != refs.end();
    factors.step(focusCounts ? focused->ref : refs.front(), direction, reach);
}

void CanvasView::Private::scroll(const QWheelEvent& event) {
    const QPoint pixels = event.pixelDelta().isNull() ? event.angleDelta() / 2 : event.pixelDelta();
    const bool sideways = event.modifiers().testFlag(Qt::ShiftModifier) && pixels.x() == 0;
    QScrollBar* horizontal = q->horizontalScrollBar();
    QScrollBar* vertical = q->verticalScrollBar();
    horizontal->setValue(horizontal->value() - (sideways ? pixels.y() : pixels.x()));
    vertical->setValue(vertical->value() - (sideways ? 0 : pixels.y()));
    sinceScroll.start();
}

void CanvasView::Private::stepByWheel(const QWheelEvent& event, const ModuleItem& item) {
    // With Alt some platforms turn the wheel sideways.
    const QPoint delta = event.angleDelta();
    wheelRest += delta.y() != 0 ? delta.y() : delta.x();
    const design::ModuleRef ref = item.ref();
    for (; std::abs(wheelRest) >= kWheelStep; wheelRest -= wheelRest > 0 ? kWheelStep : -kWheelStep) {
        factors.step(ref, wheelRest > 0 ? -1 : 1, FactorEditor::reachOf(event.modifiers()));
    }
}

void CanvasView::Private::layOverlays() {
    const QRect view = q->viewport()->geometry(); // scroll bars have their own room
    strip->setGeometry(0, 0, view.width(), kStripHeight);
    glowBar->raise();
    const QSize bar = glowBar->sizeHint();
    const int right = view.width() - strip->rightReserve() - bar.width() - px(Space::S);
    glowBar->setGeometry(QRect(QPoint(right, (kStripHeight - bar.height()) / 2), bar));
    const int height = legendVisible ? legend->heightFor(view.width()) : 0;
    legend->setVisible(height > 0);
    legend->setGeometry(0, view.bottom() + 1, view.width(), height);
}

void CanvasView::Private::showLegend() {
    legend->setEntries(legendEntries(scene->picture(), scene->layout()), document->model().hiddenSize);
    layLegend();
}

void CanvasView::Private::layLegend() {
    const int height = legendVisible ? legend->heightFor(q->viewport()->width()) : 0;
    q->makeRoom(kStripHeight, height);
    layOverlays();
}

void CanvasView::Private::setLegendVisible(bool visible) {
    legendVisible = visible;
    QSettings().setValue(kLegendSetting, visible);
    strip->setLegendShown(visible);
    showLegend();
}

void CanvasView::Private::showGlow() {
    scene->setGlow(glow, glowScale);
    const bool visible = !glow.empty() && !glowScale.isEmpty();
    if (visible) {
        glowBar->setScale(glowScale, glowLabel);
        layOverlays();
    }
    glowBar->setVisible(visible);
}

void CanvasView::Private::followFocus() {
    enableModuleActions(*q, !affected().empty());
    const auto& focus = scene->focusPlace();
    if (!focus) {
        return;
    }
    const ModulePicture* module = scene->focusedModule();
    const QString place = canvastext::slotTitle(focus->slot);
    q->setAccessibleDescription(
        module == nullptr ? CanvasView::tr("%1: empty").arg(place)
                          : CanvasView::tr("%1: %2").arg(
                                place, canvastext::accessibleModule(*module, document->model().hiddenSize)));
}

} // namespace awb::ui
