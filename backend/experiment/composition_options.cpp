// What belongs to a composition beside the tree: the options of its fusions, its adapters' names and what is
// trained.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/experiment/composition_edit.h"
#include "backend/experiment/experiment_keys.h"

namespace awb::design {

Result<Experiment> setFusion(Experiment experiment, FusionSpec fusion) {
    if (const auto preset = fusionPreset(fusion.preset); !preset) {
        return fail(preset.error());
    }
    experiment.fusion = std::move(fusion);
    // The file's own rules decide what the options may be.
    return experimentFromJson(toJson(experiment));
}

Result<Experiment> addAdapter(Experiment experiment, AdapterSpec adapter) {
    adapter.name = freshName(experiment, adapter.name);
    experiment.adapters.push_back(std::move(adapter));
    return experimentFromJson(toJson(experiment));
}

Result<Experiment> setTrained(Experiment experiment, std::string_view name, bool isTrained) {
    std::erase(experiment.train, name);
    if (isTrained) {
        std::erase(experiment.train, "full");
        experiment.train.emplace_back(name);
    }
    // In the order of the design, so that the file does not depend on the order of clicks.
    const std::vector<std::string> chosen = std::exchange(experiment.train, {});
    std::vector<std::string> order;
    for (const AdapterSpec& adapter : experiment.adapters) {
        order.push_back(adapter.name);
    }
    for (const std::string& fusion : fusionNames(experiment.composition)) {
        order.push_back(std::string(kFusePrefix) + fusion);
    }
    order.emplace_back("full");
    for (const std::string& each : order) {
        if (std::find(chosen.begin(), chosen.end(), each) != chosen.end()) {
            experiment.train.push_back(each);
        }
    }
    if (isTrained &&
        std::find(experiment.train.begin(), experiment.train.end(), name) == experiment.train.end()) {
        return fail("the design has nothing named `" + std::string(name) + "` to train");
    }
    return experimentFromJson(toJson(experiment));
}

std::string freshName(const Experiment& experiment, std::string_view wish) {
    std::string base;
    for (const char c : wish) {
        // "compacter++" and "pfeiffer+inv" are presets' names
        base += isName(std::string_view(&c, 1)) ? c : '-';
    }
    base.erase(base.find_last_not_of('-') + 1);
    if (base.empty() || base == "full") {
        base = "adapter";
    }
    std::string name = wish.ends_with("++") ? base + "-pp" : base;
    const std::string stem = name;
    for (int number = 2; experiment.findAdapter(name) != nullptr; ++number) {
        name = stem + "-" + std::to_string(number);
    }
    return name;
}

} // namespace awb::design
