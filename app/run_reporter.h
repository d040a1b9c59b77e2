#pragma once

#include <atomic>

#include "app/progress_bar.h"
#include "backend/train/rate_meter.h"
#include "backend/train/records.h"

namespace awb::app {

/// Shows a run's events on the terminal.
class RunReporter : public TrainingObserver {
public:
    void onRecorded(std::int64_t run) override;
    void onProgress(const std::string& activity, double fraction) override;
    void onPlan(const RunPlan& plan) override;
    void onStep(const StepRecord& record) override;
    void onEval(const EvalRecord& record) override;

    /// From another thread: a stop was asked for.
    void announceStop();

private:
    ProgressBar m_bar;
    RunPlan m_plan;
    RateMeter m_rate;
    std::atomic<std::int64_t> m_step{0};
};

} // namespace awb::app
