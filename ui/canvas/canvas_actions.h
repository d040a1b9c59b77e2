#pragma once

#include <functional>

#include <QKeySequence>
#include <QList>
#include <QString>

class QAction;
class QKeyEvent;

namespace awb::ui {

class CanvasView;

/// What the canvas's actions do; implemented by the view.
struct CanvasCommands {
    std::function<void()> placeOrOpen;
    std::function<void(int direction)> stepFactor; ///< of the selection, or of the focused module
    std::function<void(int direction)> stepRamp;
    std::function<void()> rampSelection;
    std::function<void()> enterSize;
    std::function<void()> toggleLegend;
};

/// Makes the canvas's actions and adds them to the view (`QWidget::actions()`), separators among them, so
/// that menus can be made of the list. Their keys are shown in menus and handled by the view while it has the
/// keyboard.
void addCanvasActions(CanvasView& view, CanvasCommands commands);

/// The keys of one of these actions.
QList<QKeySequence> canvasActionKeys(const QAction& action);
/// Runs the action whose key this is, if it is enabled. True when there is one.
bool triggerCanvasAction(const CanvasView& view, const QKeyEvent& event);

/// Enables the actions that need a module; disabled ones say what they miss.
void enableModuleActions(CanvasView& view, bool enabled);

} // namespace awb::ui
