#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <functional>

class QAction;

namespace awb::ui {

class CanvasView;

/// What the canvas's actions do; implemented by the view.
struct CanvasCommands {
    std::function<void()> placeOrOpen;
    std::function<void(int direction)> stepFactor; ///< of the selection, or of the focused module
    std::function<void(int direction)> stepRamp;
    std::function<void()> rampSelection;
    std::function<void()> enterSize;
};

/// Makes the canvas's actions with their keys, adds them to the view (`QWidget::actions()`) and connects
/// them. Keys work while the view has the keyboard. Separators are among the actions, so that menus can be
/// made of the list.
void addCanvasActions(CanvasView& view, CanvasCommands commands);

/// Enables the actions that need a module; disabled ones say what they miss.
void enableModuleActions(CanvasView& view, bool enabled);

} // namespace awb::ui
