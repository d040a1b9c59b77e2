#include "ui/canvas/pan_controller.h"

#include <QGraphicsView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

namespace awb::ui {

PanController::PanController(QGraphicsView& view)
    : m_view(view) {}

bool PanController::keyPress(const QKeyEvent& event) {
    if (event.key() != Qt::Key_Space) {
        return false;
    }
    m_spaceHeld = true;
    updateCursor();
    return true;
}

bool PanController::keyRelease(const QKeyEvent& event) {
    if (event.key() != Qt::Key_Space) {
        return false;
    }
    if (!event.isAutoRepeat()) {
        cancel();
    }
    return true;
}

bool PanController::mousePress(const QMouseEvent& event) {
    const bool pans = event.button() == Qt::MiddleButton || (m_spaceHeld && event.button() == Qt::LeftButton);
    if (pans) {
        m_last = event.position().toPoint();
        updateCursor();
    }
    return pans;
}

bool PanController::mouseMove(const QMouseEvent& event) {
    if (!m_last) {
        return false;
    }
    const QPoint now = event.position().toPoint();
    const QPoint moved = now - *m_last;
    m_last = now;
    m_view.horizontalScrollBar()->setValue(m_view.horizontalScrollBar()->value() - moved.x());
    m_view.verticalScrollBar()->setValue(m_view.verticalScrollBar()->value() - moved.y());
    return true;
}

bool PanController::mouseRelease(const QMouseEvent& event) {
    if (!m_last || (event.button() != Qt::MiddleButton && event.button() != Qt::LeftButton)) {
        return false;
    }
    m_last.reset();
    updateCursor();
    return true;
}

void PanController::cancel() {
    m_spaceHeld = false;
    updateCursor();
}

void PanController::updateCursor() {
    if (m_last) {
        m_view.viewport()->setCursor(Qt::ClosedHandCursor);
    } else if (m_spaceHeld) {
        m_view.viewport()->setCursor(Qt::OpenHandCursor);
    } else {
        m_view.viewport()->unsetCursor();
    }
}

} // namespace awb::ui
