#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backend/run/recorded_run.h"

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

struct ComparisonRow {
    std::string preset;
    std::string title;
    std::int64_t parameters = 0; ///< of the adapters, without the head; of "full" all of the base
    double learningRate = 0;
    std::string metric;             ///< "accuracy"
    std::vector<double> validation; ///< one for each seed
    std::vector<double> test;       ///< empty where the data have no test split
    std::optional<Error> error;     ///< why the method could not be trained
};

/// The design of one row. Error: an unknown preset; a method that can't act on the base.
Result<Experiment> comparisonDesign(const ComparisonPlan& plan, const std::string& preset);

/// Trains what the workspace does not hold yet (`Trials`), so an interrupted comparison goes on where it was.
/// `announce` gets each run before it starts, `finished`
/// each row. Stops at `control`'s request with what is done. Errors: the workspace.
Result<std::vector<ComparisonRow>> runComparison(RunStore& store, const ComparisonPlan& plan,
                                                 RunControl& control, TrainingObserver& observer,
                                                 const std::function<void(const Experiment&)>& announce,
                                                 const std::function<void(const ComparisonRow&)>& finished);

/// Mean and sample standard deviation (0 for one value).
struct Spread {
    double mean = 0;
    double deviation = 0;
};
Spread spreadOf(const std::vector<double>& values);

} // namespace awb
