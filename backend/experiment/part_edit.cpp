#include "backend/experiment/part_edit.h"

#include <string>
#include <utility>

#include "backend/experiment/method_edit.h"

namespace awb::design {

namespace {

tl::unexpected<Error> unknownAdapter(std::string_view adapter) {
    return fail("there is no adapter named `" + std::string(adapter) + "`");
}

/// Where any of the parts acts; empty where none acts in layers.
std::set<int> allLayers(const AdapterConfig& config, const ModelConfig& model) {
    std::set<int> layers;
    for (const MethodConfig& part : config.parts) {
        layers.merge(layersOf(part, model));
    }
    return layers;
}

} // namespace

Result<Experiment> addPart(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                           std::string_view method) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr) {
        return unknownAdapter(adapter);
    }
    if (spec->isUnread()) {
        return fail("the options of `" + spec->name + "` stand in its folder", {},
                    "Start from a fresh adapter to put a union together");
    }
    if (findMethod(method) == nullptr) {
        return fail("there is no method named `" + std::string(method) + "`");
    }
    MethodConfig part = defaultMethod(method);
    if (const std::set<int> layers = allLayers(spec->config, model); !layers.empty()) {
        setLayers(part, model, layers);
    }
    spec->config.parts.push_back(std::move(part));
    spec->preset.clear();
    if (const auto possible = modulesOf(spec->config, model); !possible) {
        return fail(possible.error());
    }
    return experiment;
}

Result<Experiment> removePart(Experiment experiment, std::string_view adapter, std::size_t part) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr) {
        return unknownAdapter(adapter);
    }
    std::vector<MethodConfig>& parts = spec->config.parts;
    if (part >= parts.size()) {
        return fail("`" + spec->name + "` has no part " + std::to_string(part));
    }
    if (parts.size() == 1) {
        return fail("`" + spec->name + "` has one method only", {}, "Remove the adapter instead");
    }
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(part));
    spec->preset.clear();
    return experiment;
}

Result<Experiment> setPartLayers(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                                 std::size_t part, const std::set<int>& layers) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr) {
        return unknownAdapter(adapter);
    }
    if (part >= spec->config.parts.size()) {
        return fail("`" + spec->name + "` has no part " + std::to_string(part));
    }
    MethodConfig& config = spec->config.parts[part];
    if (!canChooseLayers(config)) {
        return fail(findMethod(config.method)->title + " acts once, not in layers");
    }
    if (layers.empty()) {
        return fail(findMethod(config.method)->title + " would act in no layer", {},
                    "Keep one layer, or remove the adapter");
    }
    setLayers(config, model, layers);
    if (const auto possible = modulesOf(spec->config, model); !possible) {
        return fail(possible.error());
    }
    return experiment;
}

} // namespace awb::design
