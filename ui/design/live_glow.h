#pragma once

#include <map>
#include <memory>
#include <string>

#include <QComboBox>
#include <QElapsedTimer>
#include <QTimer>

#include "backend/jobs/run_controller.h"

namespace awb::ui {

class CanvasView;
class DesignDocument;

/// Lights the canvas while a run of the same modules is live; the list chooses the quantity. At most 20 times
/// a second.
class LiveGlow : public QComboBox {
    Q_OBJECT

public:
    enum class Quantity { GradientNorm, UpdateRatio, RelativeChange, DeadUnits };

    LiveGlow(DesignDocument* document, CanvasView* canvas, QWidget* parent = nullptr);

    void setLive(const LiveUpdate& update);
    /// What is shown now, by module key; empty when nothing glows.
    const std::map<std::string, float>& values() const { return m_values; }

private:
    bool matchesDesign() const;
    void light();
    void switchOff(const QString& why);

    DesignDocument* m_document;
    CanvasView* m_canvas;
    std::shared_ptr<const RunPlan> m_plan;
    StepRecord m_step; ///< the newest with module statistics
    bool m_live = false;
    std::map<std::string, float> m_values;
    QElapsedTimer m_sinceShown;
    QTimer m_later;
};

} // namespace awb::ui
