#pragma once

#include <functional>
#include <map>
#include <string>

#include "backend/run/recorded_run.h"

namespace awb {

/// Runs the experiments of a series, each once: what the workspace has of exactly the same experiment is used
/// again, so an interrupted series goes on where it was.
class Trials {
public:
    /// `announce` gets each run before it starts or goes on; it and the other arguments must outlive the
    /// trials. Errors: the workspace.
    static Result<Trials> open(RunStore& store, RunControl& control, TrainingObserver& observer,
                               const std::function<void(const Experiment&)>& announce);

    /// A finished run as it is; one that stands still goes on from its checkpoint; else a new run. Errors:
    /// the run failed; `control` was asked to stop.
    Result<RunRow> run(const Experiment& experiment);

private:
    Trials(RunStore& store, RunControl& control, TrainingObserver& observer,
           const std::function<void(const Experiment&)>& announce)
        : m_store(store)
        , m_control(control)
        , m_observer(observer)
        , m_announce(announce) {}

    RunStore& m_store;
    RunControl& m_control;
    TrainingObserver& m_observer;
    const std::function<void(const Experiment&)>& m_announce;
    std::map<std::string, RunRow> m_finished;   ///< by the experiment's text
    std::map<std::string, RunRow> m_unfinished; ///< that have a checkpoint
};

} // namespace awb
