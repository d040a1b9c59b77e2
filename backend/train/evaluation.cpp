#include "backend/train/evaluation.h"

#include <limits>
#include <utility>

#include <torch/types.h>

#include "backend/train/batch_runner.h"
#include "backend/train/head_scores.h"
#include "models/adapter_model.h"
#include "models/heads/prediction_head.h"

namespace awb {
namespace {

constexpr int kRowsPerPass = 64;

template<typename T, typename Value>
torch::Tensor perExample(const PaddedBatch& batch, torch::ScalarType type, const Value& valueOf) {
    torch::Tensor targets = torch::empty({batch.rows()}, type);
    T* values = targets.data_ptr<T>();
    for (const std::size_t example : batch.examples) {
        *values++ = valueOf(example);
    }
    return targets;
}

torch::Tensor multiHot(const TokenizedSplit& split, const PaddedBatch& batch) {
    torch::Tensor targets = torch::empty({batch.rows(), split.numLabels}, torch::kFloat32);
    float* values = targets.data_ptr<float>();
    const auto labels = static_cast<std::size_t>(split.numLabels);
    for (const std::size_t example : batch.examples) {
        for (std::size_t label = 0; label < labels; ++label) {
            *values++ = split.multiHot[example * labels + label];
        }
    }
    return targets;
}

torch::Tensor labelsOfAsked(const PaddedBatch& batch) {
    const std::vector<std::int64_t>& asked = batch.askedTokens.value();
    torch::Tensor labels = torch::empty({static_cast<std::int64_t>(asked.size())}, torch::kInt64);
    std::int64_t* label = labels.data_ptr<std::int64_t>();
    for (const std::int64_t token : asked) {
        *label++ = batch.tokenLabels[static_cast<std::size_t>(token)];
    }
    return labels;
}

/// What a batch's mean loss is the mean of.
std::int64_t countOf(const torch::Tensor& targets, HeadType type) {
    if (type == HeadType::Regression || type == HeadType::MultiLabel) {
        return targets.size(0);
    }
    return targets.ne(kIgnoredLabel).sum().item<std::int64_t>();
}

void addHeadMetrics(const ScoredTask& task, const std::vector<HeadScores>& heads, SplitScores& scores) {
    for (std::size_t i = 0; i < heads.size(); ++i) {
        for (const auto& [name, value] : heads[i].metrics(scores.loss / static_cast<double>(heads.size()))) {
            scores.metrics[name] += value / static_cast<double>(heads.size());
            if (heads.size() > 1) {
                scores.metrics[task.heads[i].name + "/" + name] = value;
            }
        }
    }
}

} // namespace

at::Tensor targetsOf(const TokenizedSplit& split, const PaddedBatch& batch, HeadType type) {
    switch (type) {
    case HeadType::Regression:
        return perExample<float>(batch, torch::kFloat32,
                                 [&](std::size_t example) { return split.values[example]; });
    case HeadType::MultiLabel:
        return multiHot(split, batch);
    case HeadType::MaskedLm:
        return labelsOfAsked(batch);
    case HeadType::Tagging:
    case HeadType::CausalLm:
        return torch::tensor(batch.tokenLabels, torch::kInt64).view({batch.rows(), batch.length});
    default:
        return perExample<std::int64_t>(batch, torch::kInt64, [&](std::size_t example) -> std::int64_t {
            return split.labels[example] >= 0 ? split.labels[example] : kIgnoredLabel;
        });
    }
}

at::Tensor taskLoss(const ScoredTask& task, const ModelOutput& output, const at::Tensor& targets) {
    torch::Tensor sum;
    for (std::size_t i = 0; i < output.heads.size(); ++i) {
        const torch::Tensor loss = headLoss(task.heads[i], output.heads[i].logits, targets);
        sum = sum.defined() ? sum + loss : loss;
    }
    return sum;
}

SplitScores evaluateSplit(BatchRunner& runner, const TokenizedSplit& split, const ScoredTask& task,
                          ForwardContext& context, const std::function<void(double)>& progress) {
    const torch::NoGradGuard noGrad;
    std::vector<HeadScores> heads(task.heads.size(), HeadScores(task, split));
    double lossSum = 0;
    SplitScores scores;
    std::size_t done = 0;
    for (ExampleList& examples : orderedBatches(split.lengths(), kRowsPerPass)) {
        PaddedBatch batch = runner.pad(split, std::move(examples));
        if (task.type() == HeadType::MaskedLm) {
            maskForEvaluation(batch, split, task.masking, task.maskSeed);
        }
        const ModelOutput output = runner.run(split, batch, context);
        const torch::Tensor targets = targetsOf(split, batch, task.type());
        if (const std::int64_t known = countOf(targets, task.type()); known > 0) {
            lossSum += taskLoss(task, output, targets).item<double>() * static_cast<double>(known);
            scores.known += known;
        }
        for (std::size_t i = 0; i < heads.size(); ++i) {
            heads[i].add(batch, output.heads.at(i).logits, targets);
        }
        done += batch.examples.size();
        if (progress) {
            progress(static_cast<double>(done) / static_cast<double>(split.size()));
        }
    }
    scores.loss = scores.known > 0 ? lossSum / static_cast<double>(scores.known)
                                   : std::numeric_limits<double>::quiet_NaN();
    addHeadMetrics(task, heads, scores);
    return scores;
}

} // namespace awb
