// How much of a training step the per-module statistics take, on an encoder of the bundled base's shape.
// Steps with and without them alternate in one run, so that whatever else the machine does meets both alike.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <optional>
#include <vector>

#include <torch/types.h>

#include "backend/train/batching.h"
#include "backend/train/diagnostics.h"
#include "backend/train/heap.h"
#include "backend/train/optimizer.h"
#include "backend/train/threads.h"
#include "models/adapter_model.h"
#include "models/config/placement.h"
#include "models/heads/prediction_head.h"

namespace {

using namespace awb;
using Clock = std::chrono::steady_clock;

constexpr int kBatch = 32;
constexpr int kLength = 24;
constexpr int kPairs = 40;
constexpr double kBound = 0.05;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

ModelConfig miniShape() {
    ModelConfig config;
    config.vocabSize = 8192;
    config.hiddenSize = 256;
    config.numLayers = 6;
    config.numHeads = 4;
    config.intermediateSize = 1024;
    config.maxPositions = 256;
    config.typeVocabSize = 2;
    return config;
}

/// Texts of 18 to 30 tokens: like the batches of a real run, hardly padded.
TokenizedSplit texts() {
    TokenizedSplit split;
    split.name = "train";
    for (int example = 0; example < kBatch; ++example) {
        std::vector<std::int32_t> ids(static_cast<std::size_t>(kLength - 6 + example % 13));
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ids[i] =
                static_cast<std::int32_t>(5 + (static_cast<std::size_t>(example) * 131 + i * 977) % 8000);
        }
        split.append(ids, std::vector<std::int32_t>(ids.size(), 0), example % 8, 0.F);
    }
    return split;
}

/// Seconds spent in one step, in its statistics, and in the optimizer.
struct StepTimes {
    double whole = 0;
    double statistics = 0;
    double optimizer = 0;
};

/// A model in training, stepped with or without statistics.
class Workload {
public:
    explicit Workload(const char* presetName)
        : m_config(miniShape())
        , m_model(m_config, false)
        , m_split(texts()) {
        torch::Generator generator = at::detail::createCPUGenerator(1);
        {
            const torch::NoGradGuard noGrad;
            for (const NamedTensor& parameter : m_model.baseParameters()) {
                if (parameter.name.find("LayerNorm.weight") != std::string::npos) {
                    parameter.tensor.fill_(1.F);
                } else {
                    parameter.tensor.normal_(0.0, 0.05, generator);
                }
            }
        }
        const BottleneckConfig adapter = findPreset(presetName)->config;
        HeadConfig head;
        head.numLabels = 8;
        const bool built = m_model.addAdapter("a", AdapterConfig::of(adapter), generator) &&
                           m_model.addHead(head, generator) &&
                           m_model.setActive(Composition::of("a"), {head.name});
        TORCH_CHECK(built, "the benchmark's model can't be built");
        m_head = head;
        Trainable trainable;
        trainable.adapters = {"a"};
        m_model.setTrainable(trainable);
        const auto places = modulesOf(adapter, m_config);
        std::vector<ModuleInfo> modules;
        for (const ModulePlace& place : places.value()) {
            modules.push_back({"a", place.layer, place.site, place.bottleneck, place.parameters});
        }
        m_optimizer.emplace(m_model.trainableParameters(), OptimizerOptions{});
        m_diagnostics.emplace(m_model, std::move(modules), *m_optimizer);
        ExampleList all(m_split.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        m_batch = padBatch(m_split, std::move(all), 0);
        m_labels = torch::empty({kBatch}, torch::kInt64);
        for (int i = 0; i < kBatch; ++i) {
            m_labels[i] = m_split.labels[static_cast<std::size_t>(i)];
        }
    }

    std::size_t modules() const { return m_diagnostics->modules().size(); }

    StepTimes step(bool withStatistics) {
        StepTimes times;
        const auto began = Clock::now();
        ForwardContext context;
        context.training = true;
        if (withStatistics) {
            const auto started = Clock::now();
            m_diagnostics->beginStep(m_batch);
            times.statistics += secondsSince(started);
            context.observe = [&](const SiteObservation& seen) {
                const auto looking = Clock::now();
                m_diagnostics->observe(seen);
                times.statistics += secondsSince(looking);
            };
        }
        ModelInput input{.ids = tensorOf(m_batch.ids),
                         .attentionMask = tensorOf(m_batch.attentionMask),
                         .typeIds = tensorOf(m_batch.typeIds)};
        context.attentionMask = input.attentionMask;
        m_optimizer->clearGradients();
        const torch::Tensor loss = headLoss(m_head, m_model.forward(input, context).logits, m_labels);
        loss.backward();
        const auto updating = Clock::now();
        const double norm = m_optimizer->measureGradients();
        m_optimizer->step(1e-3, norm > 1 ? 1 / norm : 1);
        times.optimizer = secondsSince(updating);
        if (withStatistics) {
            const auto finishing = Clock::now();
            m_diagnostics->finishStep();
            times.statistics += secondsSince(finishing);
        }
        times.whole = secondsSince(began);
        return times;
    }

private:
    torch::Tensor tensorOf(std::vector<std::int64_t>& values) const {
        return torch::from_blob(values.data(), {m_batch.rows(), m_batch.length}, torch::kInt64);
    }

    ModelConfig m_config;
    AdapterModel m_model;
    HeadConfig m_head;
    TokenizedSplit m_split;
    PaddedBatch m_batch;
    torch::Tensor m_labels;
    std::optional<AdamW> m_optimizer;
    std::optional<Diagnostics> m_diagnostics;
};

/// Prints one row; the share of the statistics, measured around their own calls.
double measure(const char* preset) {
    Workload workload(preset);
    for (int i = 0; i < 4; ++i) {
        workload.step(i % 2 == 0);
    }
    std::vector<double> with;
    std::vector<double> without;
    std::vector<double> statistics;
    std::vector<double> optimizer;
    for (int i = 0; i < kPairs; ++i) {
        const StepTimes measured = workload.step(true);
        with.push_back(measured.whole);
        statistics.push_back(measured.statistics);
        optimizer.push_back(measured.optimizer);
        without.push_back(workload.step(false).whole);
    }
    const double share = median(statistics) / median(with);
    std::printf("%-10s %8zu %12.2f %12.2f %14.3f %13.3f %9.2f %%\n", preset, workload.modules(),
                1e3 * median(without), 1e3 * median(with), 1e3 * median(statistics), 1e3 * median(optimizer),
                1e2 * share);
    return share;
}

} // namespace

int main() {
    keepFreedMemory(); // as the program does
    const int threads = setTorchThreads(0);
    std::printf("Encoder of 6 layers x 256, batch %d of about %d tokens, %d threads; medians of %d steps\n\n",
                kBatch, kLength, threads, kPairs);
    std::printf("%-10s %8s %12s %12s %14s %13s %11s\n", "preset", "modules", "without, ms", "with, ms",
                "statistics, ms", "optimizer, ms", "share");
    const double worst = std::max(measure("pfeiffer"), measure("houlsby"));
    std::printf("\nBound: %.0f %% of a step. %s\n", 1e2 * kBound, worst < kBound ? "Kept." : "MISSED.");
    return worst < kBound ? 0 : 1;
}
