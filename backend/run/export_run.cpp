#include "backend/run/export_run.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include <torch/torch.h>

#include "backend/checkpoint/inspect.h"
#include "backend/checkpoint/setup_folder.h"
#include "backend/run/run_parts.h"

namespace awb {

namespace {

namespace fs = std::filesystem;
using Remarks = std::vector<std::string>;

Result<void> loadParts(AdapterModel& model, const Experiment& experiment, const fs::path& runFolder,
                       Remarks& remarks) {
    const auto keep = [&](Result<Remarks> more) -> Result<void> {
        if (!more) {
            return fail(more.error());
        }
        std::ranges::move(*more, std::back_inserter(remarks));
        return {};
    };
    const std::vector<std::string> leaves = experiment.composition.leaves();
    for (const std::string& name : std::set<std::string>(leaves.begin(), leaves.end())) {
        const fs::path folder = partFolder(runFolder / "adapters" / name, experiment.findAdapter(name)->from);
        if (!fs::exists(folder)) {
            return fail("the adapter " + name + " was neither trained nor saved", folder.string(),
                        "Train it, or take it out of the composition");
        }
        if (auto done = keep(loadAdapter(model, folder, name)); !done) {
            return done;
        }
    }
    for (const std::string& name : fusionNames(experiment.composition)) {
        const fs::path folder = partFolder(runFolder / "fusions" / name, experiment.fusion.from);
        if (auto done = keep(loadFusion(model, folder, fusedAdapters(name))); !done) {
            return done;
        }
    }
    for (const HeadConfig& head : headsOf(experiment)) {
        if (auto done = keep(loadHead(model, runFolder / "heads" / head.name, head.name)); !done) {
            return done;
        }
    }
    return {};
}

Result<void> copyBase(const fs::path& from, const fs::path& to, Remarks& remarks) {
    std::error_code code;
    fs::create_directories(to, code);
    if (!code) {
        fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, code);
    }
    if (code) {
        return fail("the trained base can't be copied: " + code.message(), to.string());
    }
    remarks.push_back("The base itself was trained: use " + to.string() + " as the base model");
    return {};
}

} // namespace

Result<Remarks> exportRun(const RunStore& store, std::int64_t run, const fs::path& to, WeightsForm form) try {
    const Result<Experiment> experiment = finishedExperiment(store, run);
    if (!experiment) {
        return fail(experiment.error());
    }
    const fs::path runFolder = store.runFolder(run);
    const bool hasBase = fs::exists(runFolder / "base");
    const auto baseFolder =
        hasBase ? Result<fs::path>(runFolder / "base") : resolveBaseModel(experiment->baseModel);
    if (!baseFolder) {
        return fail(baseFolder.error());
    }
    auto base = loadModel(*baseFolder);
    if (!base) {
        return fail(base.error());
    }
    const torch::NoGradGuard guard;
    Remarks remarks;
    if (auto loaded = loadParts(base->model, *experiment, runFolder, remarks); !loaded) {
        return fail(loaded.error());
    }
    AdapterSetup setup{experiment->composition, {}};
    for (const HeadConfig& head : headsOf(*experiment)) {
        setup.heads.push_back(head.name);
    }
    auto more = saveSetup(base->model, setup, to, experiment->baseModel, form);
    if (!more) {
        return more;
    }
    std::ranges::move(*more, std::back_inserter(remarks));
    if (hasBase) {
        if (auto copied = copyBase(runFolder / "base", to / "base", remarks); !copied) {
            return fail(copied.error());
        }
    }
    return remarks;
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), to.string());
} catch (const fs::filesystem_error& error) {
    return fail(error.code().message(), error.path1().string());
}

} // namespace awb
