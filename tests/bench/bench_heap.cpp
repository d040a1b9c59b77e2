// What it gains to keep the memory of tensors between steps: the time of the same short runs with glibc's own
// settings and with `keepFreedMemory`, in processes that take turns. glibc maps and unmaps each block above
// 32 MB, so batches on both sides of that are tried.

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

struct Workload {
    const char* name;
    Experiment experiment;
};

/// Definitions of some 20 tokens.
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

/// An adapter by masked LM on packed texts of 128 tokens.
Experiment languageAdapter(int batchSize) {
    Experiment experiment = defaultExperiment();
    experiment.head = defaultHead(HeadType::MaskedLm);
    experiment.data.source = "wordnet:definitions";
    experiment.data.limit = {{"train", 4000}, {"validation", 32}, {"test", 32}};
    experiment.training.epochs = 1;
    experiment.training.batchSize = batchSize;
    experiment.training.maxSeqLength = 128;
    return experiment;
}

Measured runOnce(const Experiment& experiment, const std::filesystem::path& workspace) {
    const auto store = RunStore::open(workspace);
    if (!store) {
        return {};
    }
    RunControl control;
    Stopwatch watch;
    const RecordedOutcome run = runRecorded(**store, experiment, control, watch);
    if (run.outcome.error) {
        std::fprintf(stderr, "%s\n", run.outcome.error->message().c_str());
        return {};
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return {watch.seconds, static_cast<double>(usage.ru_maxrss) / 1024};
}

/// In a process of its own, whose allocator no earlier run has touched.
Measured inChild(const Experiment& experiment, bool keeps) {
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
        const Measured measured = runOnce(experiment, workspace);
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

bool measure(const Workload& workload) {
    std::vector<Measured> plain;
    std::vector<Measured> kept;
    for (int turn = 0; turn < kTurns; ++turn) {
        plain.push_back(inChild(workload.experiment, false));
        kept.push_back(inChild(workload.experiment, true));
    }
    const Measured before = median(plain);
    const Measured after = median(kept);
    if (before.seconds <= 0 || after.seconds <= 0) {
        std::fprintf(stderr, "A run failed\n");
        return false;
    }
    std::printf("%-28s %9.2f s %6.0f MB %9.2f s %6.0f MB %7.2f\n", workload.name, before.seconds,
                before.megabytes, after.seconds, after.megabytes, before.seconds / after.seconds);
    return true;
}

int measureAll() {
    const std::vector<Workload> workloads{{"full fine-tuning, 32 short", fineTuning()},
                                          {"masked LM, 16 x 128", languageAdapter(16)},
                                          {"masked LM, 64 x 128", languageAdapter(64)},
                                          {"masked LM, 128 x 128", languageAdapter(128)}};
    std::printf("medians of %d runs                 glibc's own           memory kept    gain\n", kTurns);
    return std::ranges::all_of(workloads, [](const Workload& workload) { return measure(workload); }) ? 0 : 1;
}

} // namespace
} // namespace awb

int main() {
    return awb::measureAll();
}
