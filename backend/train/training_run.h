#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/train/batch_runner.h"
#include "backend/train/diagnostics.h"
#include "backend/train/fusion_watch.h"
#include "backend/train/optimizer.h"
#include "backend/train/run_setup.h"
#include "backend/train/schedule.h"
#include "backend/train/threads.h"
#include "backend/train/trainer.h"
#include "backend/train/training_checkpoint.h"

namespace awb {

/// One run on the training thread, from loading to its outcome. See `train`.
class TrainingRun {
public:
    TrainingRun(const TrainRequest& request, RunControl& control, TrainingObserver& observer)
        : m_request(request)
        , m_spec(request.experiment.training)
        , m_control(control)
        , m_observer(observer) {
        m_control.setPauseListener([this](bool waits) { pauseChanged(waits); });
    }
    ~TrainingRun() { m_control.setPauseListener({}); }
    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    RunOutcome execute();
    RunOutcome failed(Error error) const;

private:
    using Clock = std::chrono::steady_clock;

    // Before the first step.
    Result<void> prepare();
    Result<void> adoptCheckpointPosition();
    Result<void> restore();
    void reuseLowerStates();
    void planSteps();

    // Training.
    Result<void> trainToEnd();
    Result<void> trainStep();
    /// Measures the fusions' weights where it is due. Done again after a stop in its middle.
    void recordFusions();
    /// The fusions' temperatures are part of where the run stands.
    void noteTemperatures();
    Error divergence(const std::string& what, double value, std::int64_t step);
    ForwardContext contextFor(std::int64_t step, bool training);
    bool evaluationFallsDue() const;
    bool checkpointFallsDue() const;
    Result<void> evaluate(const std::string& splitName);
    Result<void> finalEvaluation();

    // After it.
    Result<void> writeCheckpoint();
    Result<RunOutcome> finish();
    RunOutcome stopped();
    RunOutcome outcome(RunState state) const;

    void enter(RunState state, const std::string& detail);
    void pauseChanged(bool waits);
    /// Training time so far, without pauses.
    double seconds() const;
    static double secondsSince(Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }

    const TrainRequest& m_request;
    const TrainingSpec& m_spec;
    RunControl& m_control;
    TrainingObserver& m_observer;

    std::optional<TrainingThreads> m_threads;
    RunState m_state = RunState::Preparing;
    std::string m_stateDetail;
    std::optional<TrainingCheckpoint> m_checkpoint; ///< what is resumed from
    RunSetup m_setup;
    std::unique_ptr<BatchRunner> m_runner;
    std::optional<AdamW> m_optimizer;
    std::optional<Diagnostics> m_diagnostics;
    std::optional<LearningRateSchedule> m_schedule;
    std::optional<FusionWatch> m_fusions;

    TrainingPosition m_position;
    bool m_underWay = false;              ///< all is loaded: a checkpoint holds more than the position
    bool m_diverged = false;              ///< going on from the checkpoint would end in the same way
    std::vector<std::byte> m_randomState; ///< after the last whole step
    std::vector<ExampleList> m_batches;
    std::int64_t m_batchesEpoch = -1;
    double m_secondsBefore = 0; ///< training time of earlier sessions
    double m_pausedAtStart = 0;
    Clock::time_point m_began = Clock::now();
    Clock::time_point m_lastCheckpoint = Clock::now();
    std::int64_t m_checkpointedStep = -1;
    std::map<std::string, std::map<std::string, double>> m_metrics;
};

} // namespace awb
