// How fast recorded fusion weights are read back: a workspace of many runs with 1,000 recorded steps each (12
// layers, 8 adapters, 15 classes, six texts of 20 tokens at each eighth step), made up by a generator. Times
// of what the Fusion page asks for when a run is opened (probe, steps, one record: the heatmap) and when the
// slider moves (one record with what the view shows). Usage: bench_fusion_store [RUNS], 50 unless told; 500
// runs take some 3 GB for a while.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/run_store.h"

namespace awb {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr int kLayers = 12;
constexpr int kAdapters = 8;
constexpr int kClasses = 15;
constexpr int kTexts = 6;
constexpr int kTokens = 20;
constexpr std::int64_t kSteps = 1000;
constexpr int kTokenInterval = 8;
constexpr int kReads = 400;

double milliseconds(Clock::time_point since) {
    return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

FusionProbe probeOf() {
    FusionProbe probe;
    for (int k = 0; k < kAdapters; ++k) {
        probe.adapters.push_back("adapter-" + std::to_string(k));
        probe.fusion += (k == 0 ? "" : ",") + probe.adapters.back();
    }
    for (int layer = 0; layer < kLayers; ++layer) {
        probe.places.push_back({layer, Site::FfnOutput});
    }
    for (int of = 0; of < kClasses; ++of) {
        probe.classes.push_back("class-" + std::to_string(of));
    }
    for (int text = 0; text < kTexts; ++text) {
        probe.texts.push_back({text, "class-0", std::vector<std::string>(kTokens, "token")});
    }
    probe.split = "validation";
    return probe;
}

std::vector<float> randomShares(std::size_t rows, std::mt19937& random) {
    std::uniform_real_distribution<float> uniform(0.0F, 1.0F);
    std::vector<float> shares(rows * kAdapters);
    std::ranges::generate(shares, [&] { return uniform(random) / kAdapters; });
    return shares;
}

FusionRecord recordOf(const FusionProbe& probe, std::int64_t step, std::mt19937& random) {
    FusionRecord record;
    record.fusion = probe.fusion;
    record.step = step;
    record.mean = randomShares(kLayers, random);
    record.spread = randomShares(kLayers, random);
    record.entropy.assign(kLayers, 0.5F);
    record.byClass = randomShares(std::size_t{kClasses} * kLayers, random);
    if (step % kTokenInterval == 0) {
        record.byToken = randomShares(probe.tokens() * kLayers, random);
    }
    return record;
}

/// False, with the reason on the terminal, when the workspace can't be written.
bool generate(RunStore& store, const FusionProbe& probe, int runs) {
    std::mt19937 random(1);
    for (int i = 0; i < runs; ++i) {
        const auto run = store.createRun(defaultExperiment(), "Fuse of 8");
        Result<void> done = run ? store.addFusionProbe(*run, probe) : Result<void>(fail(run.error()));
        for (std::int64_t step = 0; done && step < kSteps; ++step) {
            done = store.addFusion(*run, recordOf(probe, step, random));
        }
        if (!done || !store.flush()) {
            std::fprintf(stderr, "%s\n", done ? "flush failed" : done.error().message().c_str());
            return false;
        }
    }
    return true;
}

/// Median and largest of many timed reads, each of another run and step.
void report(const char* what, int runs, const std::function<void(std::int64_t, std::int64_t)>& read) {
    std::mt19937 random(2);
    std::vector<double> times;
    for (int i = 0; i < kReads; ++i) {
        const auto run = static_cast<std::int64_t>(random() % static_cast<unsigned>(runs)) + 1;
        const auto step = static_cast<std::int64_t>(random() % kSteps);
        const auto began = Clock::now();
        read(run, step);
        times.push_back(milliseconds(began));
    }
    std::ranges::sort(times);
    std::printf("%-46s median %7.3f ms   99th percentile %7.3f ms   largest %7.3f ms\n", what,
                times[times.size() / 2], times[times.size() * 99 / 100], times.back());
}

} // namespace
} // namespace awb

int main(int argc, char** argv) {
    using namespace awb;
    const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 50;
    const fs::path workspace = fs::temp_directory_path() / "awb-bench-fusion-store";
    fs::remove_all(workspace);
    const FusionProbe probe = probeOf();
    const auto began = Clock::now();
    {
        const auto store = RunStore::open(workspace);
        if (!store || !generate(**store, probe, runs)) {
            return 1;
        }
    }
    std::printf("%d runs of %lld steps written in %.1f s, %.2f GB\n", runs, static_cast<long long>(kSteps),
                milliseconds(began) / 1000,
                static_cast<double>(fs::file_size(workspace / "workbench.sqlite")) / 1e9);
    const auto store = RunStore::open(workspace);
    if (!store) {
        return 1;
    }
    const RunStore& reader = **store;
    report("open a run: probe, steps, heatmap (bound 100)", runs, [&](std::int64_t run, std::int64_t step) {
        const auto probes = reader.fusions(run);
        (void)reader.fusionSteps(run, probes->front().fusion);
        (void)reader.fusionAt(run, probes->front(), step, FusionDetail::Summary);
    });
    report("slider: layers (bound 30)", runs, [&](std::int64_t run, std::int64_t step) {
        (void)reader.fusionAt(run, probe, step, FusionDetail::Summary);
    });
    report("slider: classes (bound 30)", runs, [&](std::int64_t run, std::int64_t step) {
        (void)reader.fusionAt(run, probe, step, FusionDetail::Classes);
    });
    report("slider: tokens (bound 30)", runs, [&](std::int64_t run, std::int64_t step) {
        (void)reader.fusionAt(run, probe, step - step % kTokenInterval, FusionDetail::Tokens);
    });
    report("over time: all steps of a run (bound 100)", runs,
           [&](std::int64_t run, std::int64_t /*step*/) { (void)reader.fusionHistory(run, probe); });
    report("all runs beside each other (bound 100)", runs,
           [&](std::int64_t /*run*/, std::int64_t /*step*/) { (void)reader.fusionOverviews(); });
    fs::remove_all(workspace);
    return 0;
}
