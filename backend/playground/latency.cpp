#include "backend/playground/latency.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <torch/types.h>

namespace awb {

namespace {

constexpr int kWarmUps = 3;

Result<double> timeOnce(const TimedPass& pass, const Composition& composition, const ModelInput& input) {
    if (auto active = pass.run->activate(composition); !active) {
        return fail(active.error());
    }
    ForwardContext context = pass.run->context();
    context.attentionMask = input.attentionMask;
    const auto begin = std::chrono::steady_clock::now();
    (void)pass.run->base().model.forward(input, context);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double quantile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

} // namespace

Timing timingOf(std::vector<double> milliseconds) {
    if (milliseconds.empty()) {
        return {};
    }
    std::ranges::sort(milliseconds);
    return {quantile(milliseconds, 0.5), quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)};
}

Result<std::vector<Latency>> measureLatency(const std::vector<TimedPass>& passes, int repeats,
                                            const std::function<bool(double)>& progress) {
    const torch::NoGradGuard guard;
    struct Samples {
        std::vector<double> adapted;
        std::vector<double> base;
    };
    std::vector<Samples> samples(passes.size());
    std::vector<ModelInput> inputs;
    for (const TimedPass& pass : passes) {
        inputs.push_back(batchOf({&pass.text.encoding}, pass.run->base().tokenizer->padId()));
    }
    for (int round = -kWarmUps; round < repeats; ++round) {
        if (!progress(static_cast<double>(round + kWarmUps) / (repeats + kWarmUps))) {
            return fail("the measurement was cancelled");
        }
        for (std::size_t i = 0; i < passes.size(); ++i) {
            const Result<double> base = timeOnce(passes[i], {}, inputs[i]);
            const Result<double> adapted = timeOnce(passes[i], passes[i].composition, inputs[i]);
            if (!base || !adapted) {
                return fail(base ? adapted.error() : base.error());
            }
            if (round >= 0) {
                samples[i].base.push_back(*base);
                samples[i].adapted.push_back(*adapted);
            }
        }
    }
    std::vector<Latency> latencies;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        latencies.push_back({timingOf(samples[i].adapted), timingOf(samples[i].base), repeats, kWarmUps,
                             static_cast<int>(passes[i].text.encoding.size())});
    }
    return latencies;
}

} // namespace awb
