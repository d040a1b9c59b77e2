#include "backend/experiment/experiment.h"

#include <algorithm>

#include "backend/core/files.h"
#include "models/config/json_fields.h"

namespace awb {

const AdapterSpec* Experiment::findAdapter(std::string_view adapterName) const {
    const auto it = std::find_if(adapters.begin(), adapters.end(),
                                 [&](const AdapterSpec& adapter) { return adapter.name == adapterName; });
    return it == adapters.end() ? nullptr : &*it;
}

AdapterSpec* Experiment::findAdapter(std::string_view adapterName) {
    return const_cast<AdapterSpec*>(std::as_const(*this).findAdapter(adapterName));
}

bool Experiment::trainsBase() const {
    return std::find(train.begin(), train.end(), "full") != train.end();
}

bool Experiment::trainsAdapter(std::string_view adapterName) const {
    return trainsBase() || std::find(train.begin(), train.end(), adapterName) != train.end();
}

bool Experiment::trainsFusion(std::string_view fusionName) const {
    return trainsBase() || std::any_of(train.begin(), train.end(), [&](const std::string& each) {
               return each.starts_with(kFusePrefix) && each.substr(kFusePrefix.size()) == fusionName;
           });
}

Experiment defaultExperiment() {
    Experiment experiment;
    experiment.name = "noun-topic-pfeiffer-r16";
    AdapterSpec adapter;
    adapter.name = "noun-topic";
    adapter.preset = "pfeiffer";
    adapter.config = AdapterConfig::of(findPreset("pfeiffer")->config);
    experiment.adapters.push_back(std::move(adapter));
    experiment.composition = Composition::of("noun-topic");
    experiment.train = {"noun-topic"};
    return experiment;
}

std::vector<std::string> defaultTrain(const Experiment& experiment) {
    std::vector<std::string> train;
    for (const std::string& name : experiment.composition.leaves()) {
        const AdapterSpec* adapter = experiment.findAdapter(name);
        if (adapter == nullptr || adapter->from.empty()) {
            train.push_back(name);
        }
    }
    for (const std::string& fusion : fusionNames(experiment.composition)) {
        train.push_back(std::string(kFusePrefix) + fusion);
    }
    return train.empty() ? experiment.composition.leaves() : train;
}

std::vector<HeadConfig> headsOf(const Experiment& experiment) {
    std::vector<HeadConfig> heads;
    for (const std::string& branch : headBranches(experiment.composition)) {
        heads.push_back(experiment.head);
        heads.back().name = branch;
    }
    return heads.empty() ? std::vector<HeadConfig>{experiment.head} : heads;
}

Result<Experiment> loadExperiment(const std::filesystem::path& file) {
    const auto text = readTextFile(file);
    if (!text) {
        return fail(text.error());
    }
    const auto json = parseJson(*text, file.filename().string());
    if (!json) {
        return fail(json.error());
    }
    auto experiment = experimentFromJson(*json);
    if (!experiment) {
        Error error = experiment.error();
        error.where = file.filename().string() + " " + error.where;
        return fail(std::move(error));
    }
    return experiment;
}

std::string toText(const Experiment& experiment) {
    return toJson(experiment).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<void> saveExperiment(const Experiment& experiment, const std::filesystem::path& file) {
    return writeFileAtomically(file, toText(experiment));
}

Experiment resolvePaths(const Experiment& experiment, const std::filesystem::path& folder) {
    Experiment resolved = experiment;
    const auto absolute = [&](const std::string& path) {
        const std::filesystem::path given(path);
        return path.empty() || given.is_absolute() ? path : (folder / given).lexically_normal().string();
    };
    // A base that is just a word is a bundled name; one with a separator is a folder.
    if (resolved.baseModel.find('/') != std::string::npos) {
        resolved.baseModel = absolute(resolved.baseModel);
    }
    for (AdapterSpec& adapter : resolved.adapters) {
        adapter.from = absolute(adapter.from);
    }
    resolved.fusion.from = absolute(resolved.fusion.from);
    if (resolved.headFrom != kHeadOfBase) {
        resolved.headFrom = absolute(resolved.headFrom);
    }
    for (auto& [split, path] : resolved.data.splits) {
        path = absolute(path);
    }
    return resolved;
}

} // namespace awb
