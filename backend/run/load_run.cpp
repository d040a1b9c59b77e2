#include "backend/run/load_run.h"

#include <algorithm>
#include <iterator>

#include "backend/checkpoint/checkpoint.h"
#include "backend/train/run_results.h"
#include "models/adapter_model.h"

namespace awb {

namespace {

/// The remarks of a part that was loaded.
Result<void> note(Result<std::vector<std::string>> loaded, RunParts& into) {
    if (!loaded) {
        return fail(loaded.error());
    }
    std::ranges::move(*loaded, std::back_inserter(into.remarks));
    return {};
}

} // namespace

Result<void> loadRunAdapters(AdapterModel& model, const RunSource& source, const std::string& prefix,
                             bool others, RunParts& into) {
    const std::vector<std::string> used = source.experiment.composition.leaves();
    for (const AdapterSpec& spec : source.experiment.adapters) {
        const auto folder = source.adapterFolder(spec);
        const bool isUsed = std::ranges::find(used, spec.name) != used.end();
        if (!isUsed && !(others && folder)) {
            continue;
        }
        if (!folder) {
            return fail(folder.error());
        }
        if (auto loaded = note(loadAdapter(model, *folder, prefix + spec.name), into); !loaded) {
            return loaded;
        }
        into.adapters.push_back(spec.name);
    }
    return {};
}

Result<void> loadRunFusions(AdapterModel& model, const RunSource& source, const std::string& prefix,
                            RunParts& into) {
    const auto temperatures = savedTemperatures(source.folder);
    for (const std::string& fusion : fusionNames(source.experiment.composition)) {
        const std::string name = prefixedFusion(fusion, prefix);
        if (auto loaded = note(loadFusion(model, source.fusionFolder(fusion), fusedAdapters(name)), into);
            !loaded) {
            return loaded;
        }
        into.fusions.push_back(fusion);
        if (const auto found = temperatures.find(fusion); found != temperatures.end()) {
            model.setFusionTemperature(name, found->second);
        }
    }
    return {};
}

Result<void> loadRunHeads(AdapterModel& model, const RunSource& source, const std::string& prefix,
                          RunParts& into) {
    for (const HeadConfig& head : headsOf(source.experiment)) {
        if (auto loaded = note(loadHead(model, source.headFolder(head.name), prefix + head.name), into);
            !loaded) {
            return loaded;
        }
        into.heads.push_back(head.name);
    }
    return {};
}

std::string prefixedFusion(const std::string& fusion, const std::string& prefix) {
    std::string name;
    for (const std::string& adapter : fusedAdapters(fusion)) {
        name += (name.empty() ? "" : ",") + prefix + adapter;
    }
    return name;
}

} // namespace awb
