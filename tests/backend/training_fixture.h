#pragma once

#include <bit>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backend/experiment/experiment.h"
#include "backend/train/trainer.h"

namespace awb::test {

/// A tiny encoder with random weights and a task of three kinds of nouns; see tests/data/tiny-bert/make.py.
inline Experiment tinyExperiment() {
    const std::string data = AWB_TEST_DATA;
    Experiment experiment;
    experiment.name = "tiny";
    experiment.baseModel = data + "/tiny-bert";
    AdapterSpec adapter;
    adapter.name = "nouns";
    adapter.preset = "pfeiffer";
    adapter.config.bottleneck()->reductionFactor.fallback = 4;
    experiment.adapters = {adapter};
    experiment.composition = Composition::of("nouns");
    experiment.train = {"nouns"};
    experiment.data.source = "files";
    experiment.data.splits = {{"train", data + "/tiny-task/train.tsv"},
                              {"validation", data + "/tiny-task/validation.tsv"},
                              {"test", data + "/tiny-task/test.tsv"}};
    experiment.data.text = "sentence";
    experiment.training.epochs = 3;
    experiment.training.batchSize = 16;
    experiment.training.learningRate = 5e-3;
    experiment.training.maxSeqLength = 24;
    experiment.training.threads = 1;
    return experiment;
}

/// Keeps everything the trainer tells; the hooks let a test act at a certain moment.
struct Log : TrainingObserver {
    std::vector<RunState> states;
    std::vector<StepRecord> steps;
    std::vector<EvalRecord> evals;
    std::vector<std::int64_t> checkpoints;
    RunPlan plan;
    std::function<void(const StepRecord&)> afterStep;
    std::function<void(const std::string&)> onActivity;
    std::function<void(RunState)> stateHook;

    void onState(RunState state, const std::string& /*detail*/) override {
        states.push_back(state);
        if (stateHook) {
            stateHook(state);
        }
    }
    void onProgress(const std::string& activity, double /*fraction*/) override {
        if (onActivity) {
            onActivity(activity);
        }
    }
    void onPlan(const RunPlan& newPlan) override { plan = newPlan; }
    void onStep(const StepRecord& record) override {
        steps.push_back(record);
        if (afterStep) {
            afterStep(record);
        }
    }
    void onEval(const EvalRecord& record) override { evals.push_back(record); }
    void onCheckpoint(std::int64_t step) override { checkpoints.push_back(step); }
};

inline bool sameBits(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

inline bool sameBits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Equal bit for bit in all but the time they took.
inline bool sameStep(const StepRecord& a, const StepRecord& b) {
    bool same = a.step == b.step && sameBits(a.epoch, b.epoch) && a.examples == b.examples &&
                a.tokens == b.tokens && sameBits(a.loss, b.loss) &&
                sameBits(a.learningRate, b.learningRate) && sameBits(a.gradNorm, b.gradNorm) &&
                a.modules.size() == b.modules.size();
    for (std::size_t i = 0; same && i < a.modules.size(); ++i) {
        const ModuleStats& x = a.modules[i];
        const ModuleStats& y = b.modules[i];
        same = sameBits(x.gradNormDown, y.gradNormDown) && sameBits(x.gradNormUp, y.gradNormUp) &&
               sameBits(x.updateRatio, y.updateRatio) && sameBits(x.relativeChange, y.relativeChange) &&
               sameBits(x.deadShare, y.deadShare);
    }
    return same;
}

/// The first step in which two curves differ; empty when none does.
inline std::string firstDifference(const std::vector<StepRecord>& a, const std::vector<StepRecord>& b) {
    if (a.size() != b.size()) {
        return std::to_string(a.size()) + " steps against " + std::to_string(b.size());
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!sameStep(a[i], b[i])) {
            return "step " + std::to_string(a[i].step) + ": loss " + std::to_string(a[i].loss) + " against " +
                   std::to_string(b[i].loss);
        }
    }
    return {};
}

} // namespace awb::test
