#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backend/run/trials.h"

namespace awb {

/// AdapterFusion in its two stages (Pfeiffer et al. 2021): adapters are trained on their own tasks, then
/// frozen and fused for a target task; beside it what the target's examples give without them.
struct FusionStudyPlan {
    std::vector<Experiment> sources; ///< each trains one adapter; all on one base, names distinct
    Experiment target;               ///< data, head, training arguments and fusion options; no adapters
    std::vector<std::int64_t> seeds{1};
    std::vector<double> learningRates; ///< for the target, see Trials::fill
};

/// What one adapter learned on its own task, against the head alone on the frozen base.
struct SourceScore {
    std::string adapter;
    std::string metric;
    std::int64_t run = 0; ///< that trained the adapter
    double adapterValidation = 0;
    double headValidation = 0;

    /// An adapter that is no better than the frozen base has nothing to give to a fusion.
    bool helps() const { return adapterValidation > headValidation; }
};

struct FusionStudy {
    std::vector<SourceScore> sources;
    /// "head", "single" (a fresh adapter), "fusion" (of the sources), "fusion-own" (of the sources and the
    /// fresh adapter of the same seed), "full".
    std::vector<TrialRow> rows;
};

/// Errors of a plan before anything runs: fewer than two sources; a source without exactly one fresh adapter
/// that it trains; two of one name; sources on another base or of another shape; a target with adapters.
Result<void> checkFusionStudy(const FusionStudyPlan& plan);

/// Trains what the workspace does not hold yet, see Trials. `announce` gets each run before it starts.
/// Stops at `control`'s request with what is done. Errors: the plan's; a source that can't be trained.
Result<FusionStudy> runFusionStudy(RunStore& store, const FusionStudyPlan& plan, RunControl& control,
                                   TrainingObserver& observer,
                                   const std::function<void(const Experiment&)>& announce);

} // namespace awb
