#include "backend/train/evaluation.h"

#include <limits>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "backend/train/batch_runner.h"
#include "backend/train/metrics.h"
#include "models/adapter_model.h"
#include "models/heads/prediction_head.h"

namespace awb {
namespace {

constexpr int kRowsPerPass = 64;
constexpr std::int64_t kIgnored = -100;

} // namespace

at::Tensor targetsOf(const TokenizedSplit& split, std::span<const std::size_t> examples, HeadType head) {
    const std::int64_t count = static_cast<std::int64_t>(examples.size());
    if (head == HeadType::Regression) {
        torch::Tensor targets = torch::empty({count}, torch::kFloat32);
        float* values = targets.data_ptr<float>();
        for (const std::size_t example : examples) {
            *values++ = split.values[example];
        }
        return targets;
    }
    torch::Tensor targets = torch::empty({count}, torch::kInt64);
    auto* values = targets.data_ptr<std::int64_t>();
    for (const std::size_t example : examples) {
        *values++ = split.labels[example] >= 0 ? split.labels[example] : kIgnored;
    }
    return targets;
}

SplitScores evaluateSplit(BatchRunner& runner, const TokenizedSplit& split, const HeadConfig& head,
                          ForwardContext& context, const std::function<void(double)>& progress) {
    const torch::NoGradGuard noGrad;
    std::vector<int> classes(split.size());
    std::vector<float> values(split.size());
    double lossSum = 0;
    std::int64_t counted = 0;
    std::size_t done = 0;
    for (ExampleList& examples : orderedBatches(split.lengths(), kRowsPerPass)) {
        const PaddedBatch batch = runner.pad(split, std::move(examples));
        const torch::Tensor logits = runner.logits(split, batch, context);
        const torch::Tensor targets = targetsOf(split, batch.examples, head.type);
        const bool regression = head.type == HeadType::Regression;
        const std::int64_t known =
            regression ? batch.rows() : targets.ne(kIgnored).sum().item<std::int64_t>();
        if (known > 0) {
            lossSum += headLoss(head, logits, targets).item<double>() * static_cast<double>(known);
            counted += known;
        }
        const torch::Tensor answers =
            (regression ? logits.reshape({-1}) : logits.argmax(1).to(torch::kFloat32)).contiguous();
        const float* answer = answers.data_ptr<float>();
        for (const std::size_t example : batch.examples) {
            values[example] = *answer;
            classes[example] = static_cast<int>(*answer++);
        }
        done += batch.examples.size();
        if (progress) {
            progress(static_cast<double>(done) / static_cast<double>(split.size()));
        }
    }
    SplitScores scores;
    scores.known = counted;
    scores.loss =
        counted > 0 ? lossSum / static_cast<double>(counted) : std::numeric_limits<double>::quiet_NaN();
    scores.metrics = head.type == HeadType::Regression ? regressionMetrics(split.values, values)
                                                       : classificationMetrics(split.labels, classes);
    return scores;
}

} // namespace awb
