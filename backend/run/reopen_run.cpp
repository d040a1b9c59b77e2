#include "backend/run/reopen_run.h"

#include <utility>

#include <torch/types.h>

#include "backend/run/load_run.h"
#include "backend/train/threads.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

/// The experiment with the adapters and the base that the run has saved in the place of what it started from.
Result<Experiment> withSavedParts(const RunSource& source) {
    Experiment experiment = source.experiment;
    for (const std::string& name : experiment.composition.leaves()) {
        AdapterSpec& spec = *experiment.findAdapter(name);
        const auto folder = source.adapterFolder(spec);
        if (!folder) {
            return fail(folder.error());
        }
        spec.from = folder->string();
    }
    if (experiment.trainsBase()) {
        experiment.baseModel = source.baseFolder.string();
    }
    return experiment;
}

/// Takes the fresh fusions and heads out of the model and puts the saved ones in.
Result<void> exchangeParts(const RunSource& source, AdapterModel& model) {
    if (auto nothing = model.setActive({}, {}); !nothing) {
        return nothing;
    }
    for (const std::string& name : fusionNames(source.experiment.composition)) {
        model.removeFusion(name);
    }
    for (const HeadConfig& head : headsOf(source.experiment)) {
        model.removeHead(head.name);
    }
    RunParts parts;
    if (auto loaded = loadRunFusions(model, source, {}, parts); !loaded) {
        return loaded;
    }
    if (auto loaded = loadRunHeads(model, source, {}, parts); !loaded) {
        return loaded;
    }
    return model.setActive(source.experiment.composition, parts.heads);
}

/// Scores mean nothing on other data or another base than the run was trained on.
Result<void> checkIdentity(const RunRow& row, const Experiment& experiment, const RunSetup& setup) {
    if (setup.plan.datasetHash != row.datasetHash) {
        return fail("the data is not the data that the run was trained on", setup.plan.datasetName,
                    "Put the old files back");
    }
    if (!experiment.trainsBase() && setup.plan.baseHash != row.baseHash) {
        return fail("the base model's weights are not those that the run was trained with",
                    setup.baseFolder.string(), "Put the old files back");
    }
    return {};
}

} // namespace

Result<ReopenedRun> reopenRun(const RunStore& store, std::int64_t run, const SetupProgress& progress) {
    auto source = readRunSource(store, run);
    if (!source) {
        return fail(source.error());
    }
    const auto saved = withSavedParts(*source);
    if (!saved) {
        return fail(saved.error());
    }
    setTorchThreads(source->row.threads);
    auto dataset = loadData(*saved, progress);
    if (!dataset) {
        return fail(dataset.error());
    }
    auto setup = setUpRun(*saved, *dataset, progress);
    if (!setup) {
        return fail(setup.error());
    }
    if (auto same = checkIdentity(source->row, source->experiment, *setup); !same) {
        return fail(same.error());
    }
    if (auto exchanged = exchangeParts(*source, *setup->model); !exchanged) {
        return fail(exchanged.error());
    }
    setup->model->setTrainable({{}, {}, false, false});
    return ReopenedRun{std::move(source->experiment), std::move(*setup), std::move(*dataset)};
}

} // namespace awb
