#pragma once

#include <optional>
#include <vector>

#include <QElapsedTimer>
#include <Qt>

#include "backend/experiment/method_modules.h"

namespace awb::ui {

class DesignDocument;

/// Turns gestures on sizes into edits of the document: one module, all selected, or a ramp over the layers.
/// The size is whatever the method calls so: the reduction factor of a bottleneck's layer, the rank or the
/// length of all modules of another method.
class FactorEditor {
public:
    /// Which modules a gesture on one module changes. Ramps are for bottlenecks; with other methods the whole
    /// adapter has one size anyway.
    enum class Reach { One, Selected, Ramp };
    /// Alt: a ramp; Shift: all selected; else the module alone.
    static Reach reachOf(Qt::KeyboardModifiers modifiers);

    explicit FactorEditor(DesignDocument& document);

    /// One step narrower (`direction` > 0: a larger factor, a smaller rank or length) or wider along the
    /// powers of two. Steps on the same module in quick succession are one undo step. With `Reach::Selected`
    /// each selected module steps from its own size. Refused where the size can't be chosen.
    void step(const design::ModuleRef& ref, int direction, Reach reach);

    /// A drag of the waist handle: one undo step from press to release.
    void beginDrag(const design::ModuleRef& ref);
    /// `octaves`: doublings of the size since the press. Snaps to the ladder unless `exact`.
    void dragTo(double octaves, Reach reach, bool exact);
    void endDrag();
    bool isDragging() const { return m_drag.has_value(); }

    void setSize(const std::vector<design::ModuleRef>& refs, int size);
    /// Factors of each adapter in `refs` interpolated linearly between its lowest and its highest layer.
    void rampSelection(const std::vector<design::ModuleRef>& refs);

private:
    struct Drag {
        design::MethodModule module;
        Experiment start;
        int mergeId = 0;
    };

    std::vector<design::ModuleRef> reached(const design::ModuleRef& ref, Reach reach) const;
    void applyFactor(const Experiment& start, const design::ModuleRef& ref, double factor, Reach reach,
                     int mergeId);
    void applySize(const Experiment& start, const design::MethodModule& module, int size, Reach reach,
                   int mergeId);
    void stepSelected(const design::ModuleRef& ref, int direction);

    DesignDocument& m_document;
    std::optional<Drag> m_drag;
    design::ModuleRef m_stepped;
    Reach m_steppedReach = Reach::One;
    int m_stepMergeId = 0;
    QElapsedTimer m_sinceStep;
};

/// A ramp of reduction factors: `moved` gets `factor`, the layer of its adapter that is farthest away within
/// `refs` keeps its own, the layers between them lie on the line between both. Pure; used by the editor.
Result<Experiment> rampFactors(const Experiment& start, const ModelConfig& model,
                               const std::vector<design::ModuleRef>& refs, const design::ModuleRef& moved,
                               double factor);

} // namespace awb::ui
