#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "backend/run/recorded_run.h"
#include "tests/backend/training_fixture.h"

namespace awb::test {

/// Trains an experiment to its end and gives its run.
inline RecordedOutcome finishedRun(RunStore& store, const Experiment& experiment) {
    RunControl control;
    Log log;
    RecordedOutcome outcome = runRecorded(store, experiment, control, log);
    if (outcome.outcome.error) {
        throw std::runtime_error(outcome.outcome.error->message());
    }
    return outcome;
}

/// The tiny task with an adapter of this name.
inline Experiment oneAdapter(const std::string& name, std::int64_t seed) {
    Experiment experiment = tinyExperiment();
    experiment.name = name;
    experiment.training.seed = seed;
    experiment.adapters.front().name = name;
    experiment.composition = Composition::of(name);
    experiment.train = {name};
    return experiment;
}

/// The tiny task with the fusion of two adapters, everything trained.
inline Experiment tinyFusion() {
    Experiment experiment = oneAdapter("a", 4);
    experiment.name = "fused";
    AdapterSpec second = experiment.adapters.front();
    second.name = "b";
    experiment.adapters.push_back(second);
    experiment.composition =
        Composition::block(Composition::Kind::Fuse, {Composition::of("a"), Composition::of("b")});
    experiment.train = {"a", "b", "fuse:a,b"};
    return experiment;
}

} // namespace awb::test
