#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backend/experiment/madx_experiment.h"
#include "backend/run/trials.h"
#include "backend/train/frozen_parts.h"

namespace awb {

/// One trained task adapter, scored in a target language.
struct MadxScore {
    std::string source;
    std::string target;
    MadxVariant variant;
    int dropped = 0;  ///< so many of the lowest layers were un-adapted
    double score = 0; ///< of the report's metric, 0..1
    std::int64_t run = 0;
};

/// The scores of one place of a matrix over the seeds.
struct MadxCell {
    std::vector<double> scores;     ///< one for each seed that is done
    std::vector<std::int64_t> runs; ///< theirs

    Spread spread() const { return spreadOf(scores); }
};

/// A language adapter.
struct MadxAdapter {
    std::int64_t run = 0;
    double loss = 0; ///< of masked words, mean of the last tenth of the steps; NaN: not recorded
};

/// What a task's training left untouched.
struct MadxFrozen {
    std::string source;
    MadxVariant variant;
    std::int64_t run = 0;
    std::map<std::string, FrozenPart> parts; ///< "base", "adapter sw"
};

struct MadxReport {
    std::string base;                             ///< name or folder; empty: not made yet
    std::string metric;                           ///< "accuracy"; empty: no task adapter yet
    std::map<std::string, MadxAdapter> languages; ///< by name
    std::vector<MadxFrozen> frozen;               ///< one for each task adapter
    std::vector<MadxScore> scores; ///< by order, source, seed and target; complete unless it was stopped
    int runs = 0;                  ///< finished ones
    int allRuns = 0;               ///< of the whole experiment

    bool isComplete() const { return runs == allRuns; }
    /// Takes over what `earlier`, a report of the same experiment, has beyond this one.
    void absorb(const MadxReport& earlier);
    MadxCell cell(MadxOrder order, std::string_view source, std::string_view target, int dropped) const;
};

/// How many runs the experiment comes to.
int madxRunCount(const MadxExperiment& experiment);

/// What is told while a MAD-X experiment runs, on its thread. Must not throw.
struct MadxEvents {
    std::function<void(const Experiment&)> announce;  ///< this run begins
    std::function<void(const MadxReport&)> completed; ///< one more run is there; may be empty
};

/// Runs a MAD-X experiment (absolute paths): a base where one is to be made, a language adapter for each
/// language, for each source language, order and seed a task adapter, and for each of them and each target
/// language an evaluation. All are runs of the workspace and none is made twice (`Trials`). Stops at
/// `control`'s request with what is done. Errors: the workspace; a run that failed; a part that should have
/// stayed as it was and did not.
Result<MadxReport> runMadx(RunStore& store, const MadxExperiment& experiment, RunControl& control,
                           TrainingObserver& observer, const MadxEvents& events);

/// What the workspace has of the experiment; nothing is trained. Errors: the workspace; texts that can't be
/// read; as above.
Result<MadxReport> recordedMadx(const RunStore& store, const MadxExperiment& experiment);

} // namespace awb
