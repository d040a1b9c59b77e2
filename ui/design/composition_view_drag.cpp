// Dragging in the composition tree: from it, over it, and into it.
#include <QDrag>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPixmap>
#include <QScrollBar>

#include "ui/canvas/pointer_note.h"
#include "ui/design/composition_cursor.h"
#include "ui/design/composition_mime.h"
#include "ui/design/composition_view.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kNoteTime = 5000;
constexpr int kScrollEdge = 28;
constexpr int kScrollStep = 12;

bool holdsAlt(const QDropEvent& event) {
    return event.modifiers().testFlag(Qt::AltModifier);
}

} // namespace

void CompositionView::startDrag(const design::CompositionPath& path) {
    const CompositionBox* box = m_layout.boxOf(path);
    if (box == nullptr || box->node->kind == Composition::Kind::None) {
        return;
    }
    const QRectF rect = box->rect;
    const double ratio = devicePixelRatioF();
    QPixmap picture((rect.size() * ratio).toSize());
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setOpacity(0.85);
    painter.setClipRect(QRectF(QPointF(0, 0), rect.size()));
    painter.translate(-rect.topLeft());
    drawComposition(painter, m_layout, m_document->experiment(), {});
    painter.end();

    auto* drag = new QDrag(this);
    drag->setMimeData(mimeOf(design::NodePiece{path}).release());
    drag->setPixmap(picture);
    drag->setHotSpot(m_pressed - rectOf(path).topLeft());
    drag->exec(Qt::MoveAction);
}

void CompositionView::endDrag() {
    m_drop.leave();
    m_marks.spot = {};
    m_marks.isRefused = false;
    m_note->hide();
    viewport()->update();
}

void CompositionView::dragEnterEvent(QDragEnterEvent* event) {
    if (m_drop.enter(event->mimeData())) {
        event->acceptProposedAction();
    } else {
        event->ignore();
    }
}

void CompositionView::dragMoveEvent(QDragMoveEvent* event) {
    const QPoint point = event->position().toPoint();
    scrollWhileDragging(point);
    m_marks.spot = m_layout.spotAt(toScene(point));
    const CompositionDrop::Preview preview = m_drop.preview(m_marks.spot, holdsAlt(*event));
    m_marks.isRefused = !preview.isPossible;
    if (preview.note.isEmpty()) {
        m_note->hide();
    } else {
        m_note->showAt(viewport()->mapTo(this, point), preview.note,
                       preview.isPossible ? PointerNote::Kind::Info : PointerNote::Kind::Refusal);
    }
    viewport()->update();
    event->setDropAction(preview.isPossible ? event->proposedAction() : Qt::IgnoreAction);
    event->setAccepted(preview.isPossible);
}

void CompositionView::scrollWhileDragging(QPoint point) {
    const auto nudge = [](QScrollBar* bar, int at, int length) {
        if (at < kScrollEdge) {
            bar->setValue(bar->value() - kScrollStep);
        } else if (at > length - kScrollEdge) {
            bar->setValue(bar->value() + kScrollStep);
        }
    };
    nudge(horizontalScrollBar(), point.x(), viewport()->width());
    nudge(verticalScrollBar(), point.y(), viewport()->height());
}

void CompositionView::dragLeaveEvent(QDragLeaveEvent* event) {
    endDrag();
    event->accept();
}

void CompositionView::dropEvent(QDropEvent* event) {
    const QPoint point = event->position().toPoint();
    const DropSpot spot = m_layout.spotAt(toScene(point));
    m_drop.enter(event->mimeData());
    const CompositionDrop::Preview preview = m_drop.preview(spot, holdsAlt(*event));
    const std::vector<NamedEdit> choices = m_drop.choices(spot, holdsAlt(*event));
    endDrag();
    if (!preview.isPossible) {
        event->ignore();
        if (!preview.note.isEmpty()) {
            m_note->showAt(viewport()->mapTo(this, point), preview.note, PointerNote::Kind::Refusal,
                           kNoteTime);
        }
        return;
    }
    event->acceptProposedAction();
    setFocus(Qt::MouseFocusReason);
    if (choices.size() == 1) {
        applyEdit(*m_document, *m_cursor, choices.front());
        return;
    }
    QMenu* menu = editMenu(this, {}, choices,
                           [this](const NamedEdit& edit) { applyEdit(*m_document, *m_cursor, edit); });
    menu->setObjectName(QStringLiteral("compositionDropMenu"));
    menu->popup(viewport()->mapToGlobal(point));
}

} // namespace awb::ui
