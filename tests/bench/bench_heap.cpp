// What it gains to keep the memory of tensors between steps: the time of the same short run with glibc's own
// settings and with `keepFreedMemory`, in processes that take turns. Full fine-tuning of the bundled base
// with 32 texts of up to 128 tokens a step.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "backend/run/recorded_run.h"
#include "backend/storage/run_store.h"
#include "backend/train/heap.h"

namespace awb {
namespace {

constexpr int kTurns = 3;

struct Measured {
    double seconds = 0; ///< of the steps, without loading and evaluation; 0: the run failed
    double megabytes = 0;
};

class Stopwatch : public TrainingObserver {
public:
    void onStep(const StepRecord& record) override { seconds = record.seconds; }
    double seconds = 0;
};

Experiment fineTuning() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.clear();
    experiment.composition = {};
    experiment.train = {"full"};
    experiment.data.limit = {{"train", 1000}, {"validation", 32}, {"test", 32}};
    experiment.training.epochs = 1;
    experiment.training.batchSize = 32;
    return experiment;
}

Measured runOnce(const std::filesystem::path& workspace) {
    const auto store = RunStore::open(workspace);
    if (!store) {
        return {};
    }
    RunControl control;
    Stopwatch watch;
    const RecordedOutcome run = runRecorded(**store, fineTuning(), control, watch);
    if (run.outcome.error) {
        std::fprintf(stderr, "%s\n", run.outcome.error->message().c_str());
        return {};
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return {watch.seconds, static_cast<double>(usage.ru_maxrss) / 1024};
}

/// In a process of its own, whose allocator no earlier run has touched.
Measured inChild(bool keeps) {
    int ends[2];
    if (pipe(ends) != 0) {
        return {};
    }
    const pid_t child = fork();
    if (child == 0) {
        if (keeps) {
            keepFreedMemory();
        }
        const std::filesystem::path workspace =
            std::filesystem::temp_directory_path() / ("awb-bench-heap-" + std::to_string(getpid()));
        const Measured measured = runOnce(workspace);
        std::filesystem::remove_all(workspace);
        const bool written = write(ends[1], &measured, sizeof measured) == sizeof measured;
        _exit(written ? 0 : 1);
    }
    close(ends[1]);
    Measured measured;
    if (child < 0 || read(ends[0], &measured, sizeof measured) != sizeof measured) {
        measured = {};
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return measured;
}

Measured median(std::vector<Measured> all) {
    std::ranges::sort(all, {}, &Measured::seconds);
    return all[all.size() / 2];
}

int measure() {
    std::vector<Measured> plain;
    std::vector<Measured> kept;
    for (int turn = 0; turn < kTurns; ++turn) {
        plain.push_back(inChild(false));
        kept.push_back(inChild(true));
    }
    const Measured before = median(plain);
    const Measured after = median(kept);
    if (before.seconds <= 0 || after.seconds <= 0) {
        std::fprintf(stderr, "A run failed\n");
        return 1;
    }
    std::printf("settings        seconds   peak memory\n");
    std::printf("glibc's own     %7.2f   %6.0f MB\n", before.seconds, before.megabytes);
    std::printf("memory kept     %7.2f   %6.0f MB\n", after.seconds, after.megabytes);
    std::printf("gain            %7.2f\n", before.seconds / after.seconds);
    return 0;
}

} // namespace
} // namespace awb

int main() {
    return awb::measure();
}
