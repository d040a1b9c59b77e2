#include "ui/canvas/canvas_view.h"

#include <algorithm>
#include <cmath>

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QNativeGestureEvent>
#include <QWheelEvent>

#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_strip.h"
#include "ui/canvas/canvas_view_private.h"
#include "ui/canvas/clipboard.h"
#include "ui/canvas/focus_walk.h"
#include "ui/canvas/pointer_note.h"
#include "ui/canvas/size_popup.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr double kSmallestZoom = 0.12;
constexpr double kLargestZoom = 6;
constexpr double kLargestFit = 1.4;
constexpr qint64 kScrollGesture = 300; ///< ms during which a wheel that scrolls keeps scrolling

} // namespace

CanvasView::CanvasView(DesignDocument* document, QWidget* parent)
    : QGraphicsView(parent)
    , d(std::make_unique<Private>(this, document)) {
    setObjectName(u"canvas"_s);
    setAccessibleName(tr("Design canvas"));
    setScene(d->scene);
    setFrameShape(NoFrame);
    setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    setViewportUpdateMode(BoundingRectViewportUpdate);
    setOptimizationFlag(DontAdjustForAntialiasing);
    setDragMode(RubberBandDrag);
    setRubberBandSelectionMode(Qt::IntersectsItemShape);
    setAcceptDrops(true);
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundBrush(Theme::instance().color(Tone::Window));

    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setBackgroundBrush(Theme::instance().color(Tone::Window));
        viewport()->update();
        d->layOverlays();
    });
    d->connectParts();
    addCanvasActions(
        *this, {.placeOrOpen = [this] { d->placeOrOpen(); },
                .stepFactor = [this](int direction) { d->step(direction, FactorEditor::Reach::Selected); },
                .stepRamp = [this](int direction) { d->step(direction, FactorEditor::Reach::Ramp); },
                .rampSelection = [this] { d->factors.rampSelection(d->document->selectedRefs()); },
                .enterSize = [this] { d->openSizePopup({}); },
                .toggleLegend = [this] { setLegendVisible(!isLegendVisible()); }});
    d->strip->setLegendShown(d->legendVisible);
    d->showLegend();
    d->followFocus();
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

void CanvasView::setFusionWeights(const std::map<std::string, std::vector<float>>& weights) {
    d->scene->setFusionWeights(weights);
}

void CanvasView::setLegendVisible(bool visible) {
    d->setLegendVisible(visible);
}

bool CanvasView::isLegendVisible() const {
    return d->legendVisible;
}

void CanvasView::makeRoom(int top, int bottom) {
    if (viewportMargins() != QMargins(0, top, 0, bottom)) {
        setViewportMargins(0, top, 0, bottom);
        if (d->fitted) {
            fit();
        }
    }
}

void CanvasView::setCurrentPreset(const QString& presetName) {
    d->preset = presetName;
    d->strip->setCurrentPreset(presetName);
    d->scene->setCurrentPreset(findMethodPreset(presetName.toStdString()));
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
    if (const auto next =
            walkFocus(d->scene->focusPlace(), event->key(), d->scene->picture(), d->scene->presetSites())) {
        d->moveFocus(*next, event->modifiers());
        event->accept();
        return;
    }
    const QString text = event->text();
    if (triggerCanvasAction(*this, *event)) {
        event->accept();
    } else if (text.size() == 1 && text[0].isDigit() && text[0] != u'0') {
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
    menu->setToolTipsVisible(true);
    menu->addActions(actions());
    menu->popup(event->globalPos());
    event->accept();
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) {
        if (!d->scene->focusPlace()) {
            d->scene->setFocusPlace(walkFocus({}, Qt::Key_Home, d->scene->picture(), {}));
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
    d->layLegend(); // its lines break at the new width
    if (d->fitted) {
        fit();
    }
}

} // namespace awb::ui
