// What it costs to record a fusion's weights while it trains, at the default settings: the share of the
// training time that passes between the end of a step and the moment when its fusion record is in the
// database. Two Pfeiffer adapters and their fusion in the bundled base on 3,000 definitions of noun-topic.

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "backend/run/recorded_run.h"
#include "backend/storage/run_store.h"
#include "backend/train/heap.h"

namespace awb {
namespace {

using Clock = std::chrono::steady_clock;

class Watch : public TrainingObserver {
public:
    void onPlan(const RunPlan& plan) override { steps = plan.totalSteps; }
    void onStep(const StepRecord& /*record*/) override { m_stepEnd = Clock::now(); }
    void onFusion(const FusionRecord& /*record*/) override {
        ++records;
        if (m_stepEnd) { // the record before the first step waits for no step
            seconds += std::chrono::duration<double>(Clock::now() - *m_stepEnd).count();
            m_stepEnd = Clock::now();
        }
    }

    std::int64_t steps = 0;
    int records = 0;
    double seconds = 0;

private:
    std::optional<Clock::time_point> m_stepEnd;
};

Experiment fusionExperiment() {
    Experiment experiment = defaultExperiment();
    experiment.adapters.front().name = "a";
    AdapterSpec second = experiment.adapters.front();
    second.name = "b";
    experiment.adapters.push_back(second);
    experiment.composition =
        Composition::block(Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b")});
    experiment.train = {"fuse:a,b"};
    experiment.data.limit = {{"train", 3000}, {"validation", 500}, {"test", 500}};
    return experiment;
}

int measure() {
    const std::filesystem::path workspace =
        std::filesystem::temp_directory_path() / "awb-bench-fusion-recording";
    std::filesystem::remove_all(workspace);
    int result = 1;
    if (const auto store = RunStore::open(workspace)) {
        RunControl control;
        Watch watch;
        const RecordedOutcome run = runRecorded(**store, fusionExperiment(), control, watch);
        if (run.outcome.error) {
            std::fprintf(stderr, "%s\n", run.outcome.error->message().c_str());
        } else {
            std::printf("%lld steps, %d records: %.2f s of %.1f s of training, %.2f %% (bound 3 %%)\n",
                        static_cast<long long>(watch.steps), watch.records, watch.seconds,
                        run.outcome.seconds, 100 * watch.seconds / run.outcome.seconds);
            result = 0;
        }
    }
    std::filesystem::remove_all(workspace);
    return result;
}

} // namespace
} // namespace awb

int main() {
    awb::keepFreedMemory(); // as the program does
    return awb::measure();
}
