#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/analysis/ablation_map.h"
#include "backend/analysis/adapter_study.h"
#include "backend/analysis/fusion_record.h"
#include "backend/analysis/pruning_report.h"
#include "backend/experiment/experiment.h"
#include "backend/train/records.h"
#include "models/config/result.h"

namespace awb {

/// One row of the runs table.
struct RunRow {
    std::int64_t id = 0;
    std::string name;
    RunState state = RunState::Preparing;
    std::string baseModel;
    std::string baseHash;
    std::string designSummary;
    std::string dataset;
    std::string datasetHash;
    std::string note;
    std::string mainMetric;
    std::int64_t trainableParameters = 0;
    std::int64_t baseParameters = 0;
    std::int64_t step = 0;
    std::int64_t totalSteps = 0;
    std::int64_t checkpointStep = 0; ///< 0: none
    double createdAt = 0;            ///< seconds since 1970, UTC
    double seconds = 0;              ///< training time
    int threads = 1;
    std::map<std::string, double> metrics; ///< "test.accuracy", "validation.loss", ...
    std::optional<Error> error;
    bool resumable() const;
    /// The main metric on "validation" or "test"; none where it was not measured.
    std::optional<double> score(const std::string& split) const;
};

/// A run's whole curve.
struct RunSeries {
    RunPlan plan;
    std::vector<StepRecord> steps;
    std::vector<EvalRecord> evals;
};

/// A recorded step of a fusion.
struct FusionStep {
    std::int64_t step = 0;
    bool hasTokens = false; ///< the weights of single tokens are there

    bool operator==(const FusionStep&) const = default;
};
/// A run whose adapters can be looked into.
struct AdapterRun {
    std::int64_t run = 0;
    std::string name;
    bool hasFusion = false; ///< with recorded weights

    bool operator==(const AdapterRun&) const = default;
};
/// Mean weights of a fusion's adapters over all places at its last recorded step.
struct FusionOverview {
    std::int64_t run = 0;
    std::vector<std::string> adapters;
    std::vector<float> weights;
};
/// How much of a record is read.
enum class FusionDetail { Summary, Classes, Tokens };

/// The workspace's database (`workbench.sqlite`): runs, metrics, module statistics. One object a thread; one
/// writer at a time. WAL, foreign keys on, migrations by user_version with a backup before each.
class RunStore {
public:
    /// Opens or creates. Errors: not a database, made by a newer version, damaged (quick_check), no
    /// permission.
    static Result<std::unique_ptr<RunStore>> open(const std::filesystem::path& workspace);
    ~RunStore();

    const std::filesystem::path& workspace() const;
    /// Where a run's files are: WORKSPACE/checkpoints/RUN.
    std::filesystem::path runFolder(std::int64_t run) const;
    /// Remarks of opening, e.g. WAL is not possible on this file system.
    const std::vector<std::string>& remarks() const;

    // Writing (the training thread). Step records are buffered: committed every 500 records or 0.5 seconds.
    Result<std::int64_t> createRun(const Experiment& experiment, const std::string& designSummary);
    Result<void> setState(std::int64_t run, RunState state);
    Result<void> setPlan(std::int64_t run, const RunPlan& plan);
    Result<void> addStep(std::int64_t run, const StepRecord& record);
    Result<void> addEval(std::int64_t run, const EvalRecord& record);
    Result<void> addFusionProbe(std::int64_t run, const FusionProbe& probe);
    Result<void> addFusion(std::int64_t run, const FusionRecord& record); ///< buffered like steps
    /// Takes the place of the run's older ablation.
    Result<void> setAblation(std::int64_t run, const AblationMap& map);
    /// Takes the place of the run's older pruning. `report` has its first step at least.
    Result<void> setPruning(std::int64_t run, const PruningReport& report);
    /// Takes the place of the run's older study.
    Result<void> setAdapterStudy(std::int64_t run, const AdapterStudy& study);
    Result<void> setCheckpoint(std::int64_t run, std::int64_t step);
    Result<void> finishRun(std::int64_t run, const RunOutcome& outcome);
    /// Before resuming: forgets everything recorded after `step`.
    Result<void> truncateAfter(std::int64_t run, std::int64_t step);
    Result<void> flush();

    /// On start: runs that claim to be active although their process is gone become Interrupted. Returns
    /// them.
    Result<std::vector<std::int64_t>> markInterrupted();

    // Editing (the window).
    Result<void> rename(std::int64_t run, const std::string& name);
    Result<void> setNote(std::int64_t run, const std::string& note);
    /// Hides runs; `restore` brings them back, `purgeDeleted` removes rows and files for good.
    Result<void> remove(std::span<const std::int64_t> runs);
    Result<void> restore(std::span<const std::int64_t> runs);
    Result<void> purgeDeleted();

    // Reading.
    Result<std::vector<RunRow>> runs() const;
    Result<RunRow> run(std::int64_t run) const;
    Result<std::string> experimentText(std::int64_t run) const; ///< byte for byte as it was started
    Result<Experiment> experiment(std::int64_t run) const;      ///< the same, read
    Result<RunSeries> series(std::int64_t run) const;
    Result<std::vector<EvalRecord>> evals(std::int64_t run) const;
    /// Runs that have recorded fusion weights, and finished runs with adapters; the newest first.
    Result<std::vector<AdapterRun>> adapterRuns() const;
    /// The last record of every fusion of these runs, in one read.
    Result<std::vector<FusionOverview>> fusionOverviews() const;
    /// The probes of a run's fusions, in the order of their first record; empty for a run without any.
    Result<std::vector<FusionProbe>> fusions(std::int64_t run) const;
    Result<std::vector<FusionStep>> fusionSteps(std::int64_t run, const std::string& fusion) const;
    /// One record: mean, spread and entropy, and with `detail` the classes' or tokens' weights (empty where
    /// the step has none). Error: nothing was recorded at this step.
    Result<FusionRecord> fusionAt(std::int64_t run, const FusionProbe& probe, std::int64_t step,
                                  FusionDetail detail) const;
    /// Mean, spread and entropy of all recorded steps.
    Result<std::vector<FusionRecord>> fusionHistory(std::int64_t run, const FusionProbe& probe) const;
    /// The run's ablation; none where it was never measured.
    Result<std::optional<AblationMap>> ablation(std::int64_t run) const;
    /// What it costs the run's fusion to lose its adapters; none where it was never measured.
    Result<std::optional<PruningReport>> pruning(std::int64_t run) const;
    /// What the run's adapters do; none where it was never studied.
    Result<std::optional<AdapterStudy>> adapterStudy(std::int64_t run) const;

private:
    struct Impl;
    explicit RunStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace awb
