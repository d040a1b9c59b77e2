#include "backend/train/training_run.h"

#include <system_error>
#include <utility>

#include "backend/checkpoint/checkpoint.h"
#include "backend/train/frozen_parts.h"
#include "backend/train/run_results.h"
#include "models/adapter_model.h"

namespace awb {

void TrainingRun::enter(RunState state, const std::string& detail) {
    m_state = state;
    m_stateDetail = detail;
    m_observer.onState(state, detail);
}

void TrainingRun::pauseChanged(bool waits) {
    if (waits) {
        m_observer.onState(RunState::Paused, "Paused after step " + std::to_string(m_position.step));
    } else {
        m_observer.onState(m_state, m_stateDetail);
    }
}

double TrainingRun::seconds() const {
    if (!m_underWay) {
        return m_position.seconds;
    }
    return m_secondsBefore + secondsSince(m_began) - (m_control.pausedSeconds() - m_pausedAtStart);
}

RunOutcome TrainingRun::execute() {
    enter(RunState::Preparing, m_request.resume ? "Preparing to continue" : "Preparing");
    try {
        if (auto prepared = prepare(); !prepared) {
            return failed(prepared.error());
        }
        enter(RunState::Running, "Training");
        if (auto trained = trainToEnd(); !trained) {
            return failed(trained.error());
        }
        auto finished = finish();
        return finished ? std::move(*finished) : failed(finished.error());
    } catch (const StopRequested&) {
        return stopped();
    }
}

Result<void> TrainingRun::writeCheckpoint() {
    m_observer.beforeCheckpoint(m_position.step);
    auto written =
        m_underWay && m_position.step > 0
            ? writeTrainingCheckpoint(m_request.runFolder, m_position, m_optimizer->state(), m_randomState)
            : writeTrainingCheckpoint(m_request.runFolder, m_position, {}, {});
    if (!written) {
        return written;
    }
    m_lastCheckpoint = Clock::now();
    m_checkpointedStep = m_position.step;
    m_observer.onCheckpoint(m_position.step);
    return {};
}

Result<RunOutcome> TrainingRun::finish() {
    const std::string hashAfter = baseHash(*m_setup.model);
    const FrozenHashes frozenAfter = frozenHashes(m_request.experiment, *m_setup.model);
    if (auto same = checkFrozen(m_setup.plan.frozen, frozenAfter); !same) {
        return fail(same.error());
    }
    m_observer.onProgress("Saving", -1);
    if (auto written = writeFrozenRecord(m_request.runFolder, m_setup.plan.frozen, frozenAfter); !written) {
        return fail(written.error());
    }
    if (auto saved =
            saveResults(m_request.experiment, *m_setup.model, m_setup.baseFolder, m_request.runFolder);
        !saved) {
        return fail(saved.error());
    }
    std::error_code ignored;
    std::filesystem::remove(checkpointFile(m_request.runFolder), ignored);
    RunOutcome result = outcome(RunState::Finished);
    result.baseHashAfter = hashAfter;
    result.frozenAfter = frozenAfter;
    enter(RunState::Finished, "Finished");
    return result;
}

RunOutcome TrainingRun::stopped() {
    enter(RunState::Stopping, "Stopping after step " + std::to_string(m_position.step));
    if (m_optimizer) {
        m_optimizer->clearGradients();
    }
    std::optional<Error> problem;
    // While a resumed run still loads, the checkpoint that is there is the right one.
    const bool hasNews =
        m_underWay ? m_checkpointedStep != m_position.step || m_position.evaluationDue : !m_request.resume;
    if (hasNews) {
        if (auto written = writeCheckpoint(); !written) {
            problem = written.error();
        }
    }
    RunOutcome result = outcome(RunState::Stopped);
    result.resumable = hasCheckpoint(m_request.runFolder);
    result.error = std::move(problem);
    if (m_underWay) {
        result.baseHashAfter = baseHash(*m_setup.model);
    }
    enter(RunState::Stopped, "Stopped after step " + std::to_string(m_position.step));
    return result;
}

RunOutcome TrainingRun::outcome(RunState state) const {
    RunOutcome result;
    result.state = state;
    result.step = m_position.step;
    result.seconds = seconds();
    result.metrics = m_metrics;
    return result;
}

RunOutcome TrainingRun::failed(Error error) const {
    RunOutcome result = outcome(RunState::Failed);
    result.error = std::move(error);
    result.resumable = !m_diverged && hasCheckpoint(m_request.runFolder);
    m_observer.onState(RunState::Failed, result.error->message());
    return result;
}

} // namespace awb
