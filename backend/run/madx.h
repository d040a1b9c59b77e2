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
    MadxOrder order = MadxOrder::LanguageFirst;
    double score = 0; ///< of the report's metric, 0..1
    std::int64_t run = 0;
};

/// What a task's training left untouched.
struct MadxFrozen {
    std::string source;
    MadxOrder order = MadxOrder::LanguageFirst;
    std::int64_t run = 0;
    std::map<std::string, FrozenPart> parts; ///< "base", "adapter sw"
};

struct MadxReport {
    std::string base;                              ///< name or folder
    std::string metric;                            ///< "accuracy"
    std::map<std::string, std::int64_t> languages; ///< the run of each language's adapter
    std::vector<MadxFrozen> frozen;                ///< one for each task adapter
    std::vector<MadxScore> scores; ///< by order, source and target; complete unless it was stopped

    const MadxScore* find(MadxOrder order, std::string_view source, std::string_view target) const;
};

/// Runs a MAD-X experiment (absolute paths): a base where one is to be made, a language adapter for each
/// language, for each source language and order a task adapter, and for each of them and each target language
/// an evaluation. All are runs of the workspace and none is made twice (`Trials`). Stops at `control`'s
/// request with what is done. Errors: the workspace; a run that failed; a part that should have stayed as it
/// was and did not.
Result<MadxReport> runMadx(RunStore& store, const MadxExperiment& experiment, RunControl& control,
                           TrainingObserver& observer,
                           const std::function<void(const Experiment&)>& announce);

} // namespace awb
