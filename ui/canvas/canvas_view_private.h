#pragma once

#include <map>
#include <string>
#include <vector>

#include <QElapsedTimer>

#include "ui/canvas/canvas_view.h"
#include "ui/canvas/drop_controller.h"
#include "ui/canvas/factor_editor.h"
#include "ui/canvas/glow_scale.h"
#include "ui/canvas/pan_controller.h"
#include "ui/canvas/stack_scene.h"

class QWheelEvent;

namespace awb::ui {

class CanvasStrip;
class LegendBand;
class PointerNote;
class SizePopup;

inline constexpr int kStripHeight = 36; ///< of the strip above the stack

/// The view's parts and what its gestures do.
struct CanvasView::Private {
    Private(CanvasView* view, DesignDocument* doc);

    void connectParts();
    /// The selection, or the focused module when nothing is selected.
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
    /// Fills the legend with what the design has now, and gives it room.
    void showLegend();
    /// Room for the legend's lines at the present width.
    void layLegend();
    void setLegendVisible(bool visible);
    /// Tells screen readers where the focus is, and enables the actions that have something to act on.
    void followFocus();

    CanvasView* q;
    DesignDocument* document;
    StackScene* scene;
    PointerNote* note;
    GlowBar* glowBar;
    SizePopup* popup;
    CanvasStrip* strip;
    LegendBand* legend;
    DropController drops;
    FactorEditor factors;
    PanController pan;
    QString preset = QStringLiteral("pfeiffer");
    std::map<std::string, float> glow;
    GlowScale glowScale;
    QString glowLabel;
    bool legendVisible = true; ///< remembered in the settings
    bool fitted = true;        ///< keep fitting when the size changes, until the person zooms
    int wheelRest = 0;
    QElapsedTimer sinceScroll;
};

} // namespace awb::ui
