#pragma once

#include <vector>

#include <QTimer>
#include <QWidget>

#include "backend/storage/run_store.h"

class QLabel;
class QSlider;
class QToolButton;

namespace awb::ui {

/// The recorded steps of a fusion: a slider from one to the next, and a button that plays them.
class FusionTimeline : public QWidget {
    Q_OBJECT

public:
    explicit FusionTimeline(QWidget* parent = nullptr);

    /// Keeps the chosen step where it is still there; else, and while it was the last one, the last.
    void setSteps(std::vector<FusionStep> steps);
    bool isEmpty() const { return m_steps.empty(); }
    qint64 step() const;
    void setStep(qint64 step); ///< or the nearest recorded one
    const std::vector<FusionStep>& steps() const { return m_steps; }

Q_SIGNALS:
    void stepChanged(qint64 step);

private:
    void changed();
    void togglePlay();
    void playNext();

    std::vector<FusionStep> m_steps;
    QToolButton* m_play;
    QSlider* m_slider;
    QLabel* m_label;
    QTimer m_timer;
};

} // namespace awb::ui
