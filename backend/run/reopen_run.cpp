#include "backend/run/reopen_run.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/run/run_parts.h"
#include "backend/train/run_results.h"
#include "backend/train/trainer.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// The experiment with everything that the run has saved in the place of what it started from.
Result<Experiment> withSavedParts(Experiment experiment, const fs::path& runFolder) {
    if (!isThere(runFolder / "heads")) {
        return fail("the files of this run are gone", runFolder.string(),
                    "Put them back, or train its design again");
    }
    for (const std::string& name : experiment.composition.leaves()) {
        AdapterSpec& spec = *experiment.findAdapter(name);
        const fs::path folder = partFolder(runFolder / "adapters" / name, spec.from);
        if (!isThere(folder)) {
            return fail("the files of the adapter " + name + " are gone", folder.string(),
                        "Put them back, or train the design again");
        }
        spec.from = folder.string();
    }
    if (isThere(runFolder / "base")) {
        experiment.baseModel = (runFolder / "base").string();
    }
    return experiment;
}

/// Takes the fresh fusions and heads out of the model and puts the saved ones in.
Result<void> exchangeParts(const Experiment& experiment, const fs::path& runFolder, RunSetup& setup) {
    AdapterModel& model = *setup.model;
    if (auto nothing = model.setActive({}, {}); !nothing) {
        return nothing;
    }
    for (const std::string& name : fusionNames(experiment.composition)) {
        model.removeFusion(name);
        const fs::path folder = partFolder(runFolder / "fusions" / name, experiment.fusion.from);
        if (auto loaded = loadFusion(model, folder, fusedAdapters(name)); !loaded) {
            return fail(loaded.error());
        }
    }
    std::vector<std::string> heads;
    for (const HeadConfig& head : setup.task.heads) {
        heads.push_back(head.name);
        model.removeHead(head.name);
        if (auto loaded = loadHead(model, runFolder / "heads" / head.name, head.name); !loaded) {
            return fail(loaded.error());
        }
    }
    const auto temperatures = savedTemperatures(runFolder);
    for (const std::string& fusion : model.fusionNames()) {
        if (const auto found = temperatures.find(fusion); found != temperatures.end()) {
            model.setFusionTemperature(fusion, found->second);
        }
    }
    return model.setActive(experiment.composition, heads);
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
    auto experiment = finishedExperiment(store, run);
    if (!experiment) {
        return fail(experiment.error());
    }
    const auto row = store.run(run);
    if (!row) {
        return fail(row.error());
    }
    const fs::path runFolder = store.runFolder(run);
    const auto saved = withSavedParts(*experiment, runFolder);
    if (!saved) {
        return fail(saved.error());
    }
    setTorchThreads(row->threads);
    auto dataset = loadData(*saved, progress);
    if (!dataset) {
        return fail(dataset.error());
    }
    auto setup = setUpRun(*saved, *dataset, progress);
    if (!setup) {
        return fail(setup.error());
    }
    if (auto same = checkIdentity(*row, *experiment, *setup); !same) {
        return fail(same.error());
    }
    if (auto exchanged = exchangeParts(*experiment, runFolder, *setup); !exchanged) {
        return fail(exchanged.error());
    }
    setup->model->setTrainable({{}, {}, false, false});
    return ReopenedRun{std::move(*experiment), std::move(*setup), std::move(*dataset)};
}

} // namespace awb
