#pragma once

#include <optional>

#include <QPoint>

class QGraphicsView;
class QKeyEvent;
class QMouseEvent;

namespace awb::ui {

/// Pans a view with the middle button, or with the left one while Space is held. Each handler says whether
/// the event was taken.
class PanController {
public:
    explicit PanController(QGraphicsView& view);

    bool keyPress(const QKeyEvent& event);
    bool keyRelease(const QKeyEvent& event);
    bool mousePress(const QMouseEvent& event);
    bool mouseMove(const QMouseEvent& event);
    bool mouseRelease(const QMouseEvent& event);
    /// The view has lost the keyboard: Space counts as released.
    void cancel();

private:
    void updateCursor();

    QGraphicsView& m_view;
    bool m_spaceHeld = false;
    std::optional<QPoint> m_last;
};

} // namespace awb::ui
