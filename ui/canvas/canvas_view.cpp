#include "ui/canvas/canvas_view.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QNativeGestureEvent>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_strip.h"
#include "ui/canvas/canvas_text.h"
#include "ui/canvas/clipboard.h"
#include "ui/canvas/drop_controller.h"
#include "ui/canvas/factor_editor.h"
#include "ui/canvas/focus_walk.h"
#include "ui/canvas/glow_scale.h"
#include "ui/canvas/pan_controller.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/size_popup.h"
#include "ui/canvas/stack_scene.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kSmallestZoom = 0.12;
constexpr double kLargestZoom = 6;
constexpr double kLargestFit = 1.4;
constexpr double kPixelsPerOctave = 14; ///< of a waist drag
constexpr int kWheelStep = 120;
constexpr int kStripHeight = 36;
constexpr qint64 kScrollGesture = 300; ///< ms during which a wheel that scrolls keeps scrolling
constexpr int kNoteTime = 5000;

} // namespace

struct CanvasView::Private {
    Private(CanvasView* view, DesignDocument* doc)
        : q(view)
        , document(doc)
        , scene(new StackScene(*doc, view))
        , note(new PointerNote(view))
        , glowBar(new GlowBar(view))
        , popup(new SizePopup(view))
        , strip(new CanvasStrip(*doc, view))
        , drops(*doc, *scene, *note)
        , factors(*doc)
        , pan(*view) {}

    std::vector<design::ModuleRef> affected() const;
    QPoint viewPointOf(Slot slot) const;
    void moveFocus(const StackScene::Focus& focus, Qt::KeyboardModifiers modifiers);
    void placeOrOpen();
    void openSizePopup(const QString& typed);
    void step(int direction, FactorEditor::Reach reach);
    void scroll(const QWheelEvent& event);
    void stepByWheel(const QWheelEvent& event, const ModuleItem& item);
    void layOverlays();
    void showGlow();
    void describeFocus();

    CanvasView* q;
    DesignDocument* document;
    StackScene* scene;
    PointerNote* note;
    GlowBar* glowBar;
    SizePopup* popup;
    CanvasStrip* strip;
    DropController drops;
    FactorEditor factors;
    PanController pan;
    QString preset = u"pfeiffer"_s;
    std::map<std::string, float> glow;
    GlowScale glowScale;
    QString glowLabel;
    bool fitted = true; ///< keep fitting when the size changes, until the person zooms
    int wheelRest = 0;
    QElapsedTimer sinceScroll;
};

CanvasView::CanvasView(DesignDocument* document, QWidget* parent)
    : QGraphicsView(parent)
    , d(std::make_unique<Private>(this, document)) {
    setObjectName(u"canvas"_s);
    setAccessibleName(tr("Design canvas"));
    setScene(d->scene);
    setFrameShape(NoFrame);
    setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    setViewportUpdateMode(SmartViewportUpdate);
    setOptimizationFlag(DontAdjustForAntialiasing);
    setDragMode(RubberBandDrag);
    setRubberBandSelectionMode(Qt::IntersectsItemShape);
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setViewportMargins(0, kStripHeight, 0, 0);
    setBackgroundBrush(Theme::instance().color(Tone::Window));

    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setBackgroundBrush(Theme::instance().color(Tone::Window));
        viewport()->update();
        d->layOverlays();
    });
    connect(document, &DesignDocument::refused, this, [this](const Error& error) {
        const QPoint at = viewport()->mapTo(this, viewport()->mapFromGlobal(QCursor::pos()));
        const QPoint inside = rect().contains(at) ? at : rect().center();
        d->note->showAt(inside, QString::fromStdString(error.message()), PointerNote::Kind::Refusal,
                        kNoteTime);
    });
    connect(document, &DesignDocument::changed, this, [this] {
        d->showGlow();
        d->describeFocus();
    });
    connect(d->scene, &StackScene::depthChanged, this, &CanvasView::fit);
    connect(d->scene, &StackScene::siteClicked, this, [this](Slot slot, bool place) {
        d->moveFocus({slot, 0}, Qt::NoModifier);
        if (place) {
            d->placeOrOpen();
        }
    });
    connect(d->scene, &StackScene::modulePressed, this, [this](const design::ModuleRef& ref) {
        const auto& here = d->scene->picture().at(ref.layer, ref.site);
        const auto found =
            std::find_if(here.begin(), here.end(), [&](const auto& m) { return m.ref == ref; });
        d->scene->setFocusPlace(
            StackScene::Focus{{ref.layer, ref.site}, static_cast<int>(found - here.begin())});
    });
    connect(d->scene, &StackScene::moduleActivated, this, [this](const design::ModuleRef& ref) {
        d->document->setSelection({ref});
        Q_EMIT moduleActivated();
    });
    connect(d->scene, &StackScene::waistPressed, this, [this](const design::ModuleRef& ref) {
        if (!d->document->selection().contains(ref)) {
            d->document->setSelection({ref});
        }
        d->factors.beginDrag(ref);
    });
    connect(d->scene, &StackScene::waistPulled, this,
            [this](const design::ModuleRef&, double distance, Qt::KeyboardModifiers modifiers) {
                d->factors.dragTo(distance / kPixelsPerOctave, FactorEditor::reachOf(modifiers),
                                  modifiers.testFlag(Qt::ControlModifier));
            });
    connect(d->scene, &StackScene::waistReleased, this, [this] { d->factors.endDrag(); });
    connect(d->popup, &SizePopup::chosen, this,
            [this](int size) { d->factors.setSize(d->affected(), size); });
    connect(d->popup, &SizePopup::closed, this, [this] { setFocus(); });
    addCanvasActions(
        *this, {.placeOrOpen = [this] { d->placeOrOpen(); },
                .stepFactor = [this](int direction) { d->step(direction, FactorEditor::Reach::Selected); },
                .stepRamp = [this](int direction) { d->step(direction, FactorEditor::Reach::Ramp); },
                .rampSelection = [this] { d->factors.rampSelection(d->document->selectedRefs()); },
                .enterSize = [this] { d->openSizePopup({}); }});
    fit();
}

CanvasView::~CanvasView() {
    // The scene's items report to the view's parts while they go.
    setScene(nullptr);
    delete d->scene;
}

void CanvasView::fit() {
    d->fitted = true;
    const QRectF area = d->scene->sceneRect();
    const QSizeF room = QSizeF(maximumViewportSize()) - QSizeF(2, 2);
    if (area.isEmpty() || room.isEmpty()) {
        return;
    }
    const double zoom = std::min({room.width() / area.width(), room.height() / area.height(), kLargestFit});
    setTransform(QTransform::fromScale(zoom, zoom));
    centerOn(area.center());
}

void CanvasView::zoomBy(double factor) {
    const double now = transform().m11();
    const double zoom = std::clamp(now * factor, kSmallestZoom, kLargestZoom);
    d->fitted = false;
    scale(zoom / now, zoom / now);
}

void CanvasView::setGlow(const std::map<std::string, float>& values, const QString& label, bool logarithmic) {
    if (label != d->glowLabel || logarithmic != d->glowScale.isLogarithmic() || values.empty()) {
        d->glowScale.reset(logarithmic);
    }
    d->glow = values;
    d->glowLabel = label;
    d->glowScale.include(values);
    d->showGlow();
}

void CanvasView::setCurrentPreset(const QString& presetName) {
    d->preset = presetName;
    d->strip->setCurrentPreset(presetName);
}

void CanvasView::selectAllModules() {
    std::set<design::ModuleRef> all;
    for (const design::Module& module : design::modules(d->document->experiment(), d->document->model())) {
        all.insert(module.ref);
    }
    d->document->setSelection(std::move(all));
}

void CanvasView::copySelection() {
    canvasclipboard::copySelection(*d->document);
}

void CanvasView::paste() {
    const auto& focus = d->scene->focusPlace();
    const bool several = d->document->selection().size() > 1;
    canvasclipboard::paste(*d->document, focus && !several ? focus->slot.layer : -1);
}

void CanvasView::removeSelection() {
    const std::vector<design::ModuleRef> refs = d->affected();
    if (!refs.empty()) {
        d->document->apply(design::removeModules(d->document->experiment(), d->document->model(), refs),
                           tr("Remove %n module(s)", nullptr, static_cast<int>(refs.size())));
    }
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
    if (d->drops.enter(event->mimeData())) {
        event->acceptProposedAction();
    } else {
        event->ignore();
    }
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
    const QPoint point = event->position().toPoint();
    // Accepted everywhere, so that moves keep coming; the action tells whether a drop does something.
    const bool possible = d->drops.move(mapToScene(point), viewport()->mapTo(this, point));
    event->setDropAction(possible ? Qt::CopyAction : Qt::IgnoreAction);
    event->setAccepted(possible);
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent* event) {
    d->drops.leave();
    event->accept();
}

void CanvasView::dropEvent(QDropEvent* event) {
    const QPoint point = event->position().toPoint();
    if (d->drops.drop(event->mimeData(), mapToScene(point), viewport()->mapTo(this, point))) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
        setFocus(Qt::MouseFocusReason);
    } else {
        event->ignore();
    }
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        setTransformationAnchor(AnchorUnderMouse);
        zoomBy(std::exp2(event->angleDelta().y() / 480.0));
        setTransformationAnchor(AnchorViewCenter);
        return;
    }
    const bool touchpad = !event->pixelDelta().isNull();
    const bool scrolling = d->sinceScroll.isValid() && d->sinceScroll.elapsed() < kScrollGesture;
    const ModuleItem* item = d->scene->moduleAt(mapToScene(event->position().toPoint()));
    if (item == nullptr || touchpad || scrolling) {
        d->scroll(*event);
    } else {
        d->stepByWheel(*event, *item);
    }
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    if (const auto next = walkFocus(d->scene->focusPlace(), event->key(), d->scene->picture())) {
        d->moveFocus(*next, event->modifiers());
        event->accept();
        return;
    }
    const QString text = event->text();
    if (text.size() == 1 && text[0].isDigit() && text[0] != u'0') {
        d->openSizePopup(text);
    } else if (event->key() == Qt::Key_Escape && !d->document->selection().empty()) {
        d->document->setSelection({});
    } else if (!d->pan.keyPress(*event)) {
        event->ignore();
    }
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (!d->pan.keyRelease(*event)) {
        QGraphicsView::keyReleaseEvent(event);
    }
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
    d->note->hide();
    if (!d->pan.mousePress(*event)) {
        QGraphicsView::mousePressEvent(event);
    }
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    if (!d->pan.mouseMove(*event)) {
        QGraphicsView::mouseMoveEvent(event);
    }
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
    if (!d->pan.mouseRelease(*event)) {
        QGraphicsView::mouseReleaseEvent(event);
    }
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
    if (const ModuleItem* item = d->scene->moduleAt(mapToScene(event->pos()));
        item != nullptr && !d->document->selection().contains(item->ref())) {
        d->document->setSelection({item->ref()});
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    menu->popup(event->globalPos());
    event->accept();
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) {
        if (!d->scene->focusPlace()) {
            d->scene->setFocusPlace(walkFocus({}, Qt::Key_Home, d->scene->picture()));
        }
    }
    d->scene->setFocusVisible(true);
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
    QGraphicsView::focusOutEvent(event);
    d->pan.cancel();
    d->scene->setFocusVisible(d->popup->isVisible());
}

bool CanvasView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            setTransformationAnchor(AnchorUnderMouse);
            zoomBy(1 + gesture->value());
            setTransformationAnchor(AnchorViewCenter);
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

void CanvasView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    if (d->fitted) {
        fit();
    }
    d->layOverlays();
}

/// The selection, or the focused module when nothing is selected.
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
    const QRectF body = scene->layout().moduleRect(focus.slot);
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
    describeFocus();
}

void CanvasView::Private::placeOrOpen() {
    const auto& focus = scene->focusPlace();
    if (!focus) {
        return;
    }
    if (scene->focusedModule() != nullptr) {
        Q_EMIT q->moduleActivated();
    } else if (const Preset* chosen = findPreset(preset.toStdString())) {
        drops.place(*chosen, focus->slot, viewPointOf(focus->slot));
        describeFocus();
    }
}

void CanvasView::Private::openSizePopup(const QString& typed) {
    const std::vector<design::ModuleRef> refs = affected();
    const ModuleItem* item = refs.empty() ? nullptr : scene->moduleItem(refs.front());
    if (const ModulePicture* focused = scene->focusedModule();
        focused != nullptr && document->selection().contains(focused->ref)) {
        item = scene->moduleItem(focused->ref);
    }
    if (item != nullptr) {
        const Slot slot{item->ref().layer, item->ref().site};
        popup->openAt(viewPointOf(slot), item->picture().bottleneck, document->model().hiddenSize, typed);
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
    strip->setGeometry(0, 0, q->width(), kStripHeight);
    const QSize bar = glowBar->sizeHint();
    const QRect area = q->viewport()->geometry();
    glowBar->setGeometry(
        QRect(area.bottomRight() - QPoint(bar.width() + px(Space::L), bar.height() + px(Space::L)), bar));
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

void CanvasView::Private::describeFocus() {
    const auto& focus = scene->focusPlace();
    if (!focus) {
        return;
    }
    const ModulePicture* module = scene->focusedModule();
    const QString place = canvastext::slotTitle(focus->slot);
    q->setAccessibleDescription(module == nullptr
                                    ? CanvasView::tr("%1: empty").arg(place)
                                    : CanvasView::tr("%1: %2, %3")
                                          .arg(place, QString::fromStdString(module->ref.adapter),
                                               canvastext::chip(*module).front()));
}

} // namespace awb::ui
