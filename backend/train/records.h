#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/config/result.h"
#include "models/config/site.h"

namespace awb {

/// A run's life. Terminal: Stopped, Finished, Failed, Interrupted.
enum class RunState {
    Preparing, ///< loading base and data, tokenising, computing reusable states
    Running,
    Paused,
    Stopping, ///< a stop was asked for; the checkpoint is being written
    Stopped,  ///< by the person, with a resumable checkpoint
    Finished,
    Failed,      ///< with an error
    Interrupted, ///< the program ended without saying so; resumable where a checkpoint exists
};
std::string_view runStateName(RunState state);
std::optional<RunState> runStateFromName(std::string_view name);
constexpr bool isTerminal(RunState state) {
    return state >= RunState::Stopped;
}

/// One trained adapter module, in the order of ModuleStats in StepRecord.
struct ModuleInfo {
    std::string adapter;
    int layer = 0;
    Site site = Site::FfnOutput;
    int bottleneck = 0;
    std::int64_t parameters = 0;

    std::string key() const; ///< see moduleKey
    bool operator==(const ModuleInfo&) const = default;
};

/// What is measured of one module in one step. NaN where it was not (the module was dropped in this batch).
struct ModuleStats {
    float gradNormDown = 0; ///< L2 norm of the gradient of weight and bias, before clipping
    float gradNormUp = 0;
    float updateRatio = 0; ///< ‖Δw‖ / ‖w‖ over the module's tensors
    float relativeChange =
        0; ///< mean over tokens of ‖adapter's change‖ / ‖its input‖: distance from identity
    float deadShare = 0; ///< share of bottleneck units that are inactive on every token of the batch
};

struct StepRecord {
    std::int64_t step = 0;     ///< from 1
    double epoch = 0;          ///< fractional
    std::int64_t examples = 0; ///< seen so far
    std::int64_t tokens = 0;   ///< seen so far, padding not counted
    double seconds = 0;        ///< training time so far, pauses not counted
    double loss = 0;           ///< mean over the batch, before the step
    double learningRate = 0;
    double gradNorm = 0; ///< over all trained tensors, before clipping
    std::vector<ModuleStats> modules;
};

struct EvalRecord {
    std::int64_t step = 0;
    double epoch = 0;
    double seconds = 0;
    std::string split; ///< "validation", "test", "train"
    double loss = 0;
    std::map<std::string, double> metrics; ///< "accuracy", "macro_f1", "mcc", "pearson", "spearman", ...
};

/// Known once the base and the data are loaded.
struct RunPlan {
    std::int64_t totalSteps = 0;
    std::int64_t stepsPerEpoch = 0;
    std::int64_t trainExamples = 0;
    std::int64_t startStep = 0; ///< > 0 when resumed
    std::vector<ModuleInfo> modules;
    std::int64_t trainableParameters = 0;
    std::int64_t baseParameters = 0;
    std::string baseHash;
    std::map<std::string, std::string> frozen; ///< what the run must not change, see frozen_parts.h
    std::string datasetName;
    std::string datasetHash;
    std::string datasetNote;
    std::vector<std::string> labels;
    std::vector<std::string> warnings;
    std::string mainMetric; ///< the metric shown first: "accuracy" or "pearson"
    int threads = 1;
    int cachedLayers = 0; ///< blocks whose states are computed once and reused
};

/// How a run ended.
struct RunOutcome {
    RunState state = RunState::Finished;
    std::int64_t step = 0;
    double seconds = 0;
    std::map<std::string, std::map<std::string, double>>
        metrics; ///< split -> metric -> value, "loss" included
    std::optional<Error> error;
    bool resumable = false;
    std::string baseHashAfter;                      ///< equal to the plan's unless the base was trained
    std::map<std::string, std::string> frozenAfter; ///< equal to the plan's in a finished run
};

struct FusionProbe;
struct FusionRecord;

/// What the trainer tells while it runs; called on the training thread. Must not throw.
class TrainingObserver {
public:
    virtual ~TrainingObserver() = default;
    /// The run has this row in the database (recorded runs only); the first thing that is told.
    virtual void onRecorded(std::int64_t /*run*/) {}
    virtual void onState(RunState /*state*/, const std::string& /*detail*/) {}
    virtual void onProgress(const std::string& /*activity*/, double /*fraction*/) {}
    virtual void onPlan(const RunPlan& /*plan*/) {}
    virtual void onStep(const StepRecord& /*record*/) {}
    virtual void onEval(const EvalRecord& /*record*/) {}
    /// What a fusion is measured on, told before its first record; see backend/analysis/fusion_record.h.
    virtual void onFusionProbe(const FusionProbe& /*probe*/) {}
    virtual void onFusion(const FusionRecord& /*record*/) {}
    /// A checkpoint of the state after `step` is about to be written: what was told so far must be durable
    /// first, so that a killed process never resumes beyond its records.
    virtual void beforeCheckpoint(std::int64_t /*step*/) {}
    /// A checkpoint of the state after `step` is safely on disk.
    virtual void onCheckpoint(std::int64_t /*step*/) {}
};

} // namespace awb
