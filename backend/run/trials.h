#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/run/recorded_run.h"

namespace awb {

/// Mean and sample standard deviation (0 for one value).
struct Spread {
    double mean = 0;
    double deviation = 0;
};
Spread spreadOf(const std::vector<double>& values);

/// One design over several seeds.
struct TrialRow {
    std::string preset; ///< or another short key of the row
    std::string title;
    std::int64_t parameters = 0; ///< of the adapters, without the head; of "full" all of the base
    double learningRate = 0;
    std::string metric;             ///< "accuracy"
    std::vector<double> validation; ///< one for each seed
    std::vector<double> test;       ///< empty where the data have no test split
    std::vector<std::int64_t> runs; ///< in the workspace, one for each seed
    std::optional<Error> error;     ///< why the design could not be trained
};

/// The workspace's runs by exactly what they were made from; read at the first question.
class KnownRuns {
public:
    explicit KnownRuns(const RunStore& store)
        : m_store(store) {}

    Result<std::optional<RunRow>> finished(const Experiment& experiment);
    /// One that stands still and has a checkpoint.
    Result<std::optional<RunRow>> unfinished(const Experiment& experiment);
    void addFinished(const Experiment& experiment, const RunRow& row);

private:
    using Rows = std::map<std::string, RunRow>; ///< by the experiment's text
    Result<void> read();
    Result<std::optional<RunRow>> find(const Rows& rows, const Experiment& experiment);

    const RunStore& m_store;
    bool m_isRead = false;
    Rows m_finished;
    Rows m_unfinished;
};

/// Runs the experiments of a series, each once: what the workspace has of exactly the same experiment is used
/// again, so that an interrupted series goes on where it was.
class Trials {
public:
    struct Scores {
        std::int64_t run = 0;
        std::string metric;
        double validation = 0;
        std::optional<double> test;
    };

    /// All but `announce`, which gets each experiment before it runs, must outlive this object.
    Trials(RunStore& store, RunControl& control, TrainingObserver& observer,
           std::function<void(const Experiment&)> announce);

    /// A finished run as it is; one that stands still goes on from its checkpoint; else a new run. Errors:
    /// the workspace's; the run failed; a stop that was asked for.
    Result<RunRow> run(const Experiment& experiment);
    /// The same, and its scores. Error also: no validation split.
    Result<Scores> score(const Experiment& experiment);

    /// Trains `design` with every seed. Each learning rate (empty: the design's own) is tried with the first
    /// seed; the best on the validation split is used for the others.
    void fill(TrialRow& row, Experiment design, const std::vector<std::int64_t>& seeds,
              const std::vector<double>& learningRates);

private:
    Result<Scores> chooseLearningRate(Experiment& design, std::vector<double> rates);

    RunStore& m_store;
    RunControl& m_control;
    TrainingObserver& m_observer;
    std::function<void(const Experiment&)> m_announce;
    KnownRuns m_known;
};

} // namespace awb
