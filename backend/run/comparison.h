#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backend/run/trials.h"

namespace awb {

/// Methods on one task at one parameter budget.
struct ComparisonPlan {
    Experiment task;                  ///< data, head and training arguments; its adapters are not used
    std::vector<std::string> presets; ///< of `methodPresets`, "head" (linear probe) and "full"; empty: all
    std::int64_t budget = 0;          ///< trained parameters, see `fitToBudget`; 0: the presets' own sizes
    std::vector<std::int64_t> seeds{1};
    /// Each is tried with the first seed; the best on the validation split is used for the other seeds.
    std::vector<double> learningRates; ///< empty: the task's
};

/// The design of one row. Error: an unknown preset; a method that can't act on the base.
Result<Experiment> comparisonDesign(const ComparisonPlan& plan, const std::string& preset);

/// Trains what the workspace does not hold yet (`Trials`), so an interrupted comparison goes on where it was.
/// `announce` gets each run before it starts, `finished`
/// each row. Stops at `control`'s request with what is done. Errors: the workspace.
Result<std::vector<TrialRow>> runComparison(RunStore& store, const ComparisonPlan& plan, RunControl& control,
                                            TrainingObserver& observer,
                                            const std::function<void(const Experiment&)>& announce,
                                            const std::function<void(const TrialRow&)>& finished);

} // namespace awb
