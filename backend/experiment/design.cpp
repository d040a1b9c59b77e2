#include "backend/experiment/design.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "backend/experiment/composition_edit.h"
#include "backend/experiment/design_place.h"
#include "backend/experiment/method_edit.h"
#include "backend/experiment/placement_edit.h"

namespace awb::design {

namespace {

/// What an edit of modules acts on: the chosen places of one adapter's part.
using Chosen = std::map<std::pair<std::string, std::size_t>, std::set<Place>>;

std::string noModule(const ModuleRef& ref) {
    return "there is no module of `" + ref.adapter + "` " + siteTitle(ref.site) +
           (ref.layer == kNoLayer ? std::string() : " in layer " + std::to_string(ref.layer));
}

/// The places by adapter and part. What only holds shared parameters goes with the modules that share them.
/// Error: a place without a module, or nothing but shared parameters.
Result<Chosen> chosenParts(const Experiment& experiment, const ModelConfig& model,
                           std::span<const ModuleRef> refs) {
    Chosen chosen;
    for (const ModuleRef& ref : refs) {
        const AdapterSpec* adapter = experiment.findAdapter(ref.adapter);
        const auto part =
            adapter == nullptr ? std::nullopt : partAt(adapter->config, model, {ref.layer, ref.site});
        if (part) {
            chosen[{ref.adapter, *part}].emplace(ref.layer, ref.site);
            continue;
        }
        const auto all = modules(experiment, model);
        const bool isShared =
            std::any_of(all.begin(), all.end(), [&](const Module& module) { return module.ref == ref; });
        if (!isShared) {
            return fail(noModule(ref));
        }
    }
    if (chosen.empty() && !refs.empty()) {
        return fail("these parameters serve all modules of `" + refs.front().adapter + "`", {},
                    "Choose the modules themselves");
    }
    return chosen;
}

Result<Experiment> checked(Experiment experiment, const ModelConfig& model, const AdapterSpec& spec) {
    const auto places = modulesOf(spec.config, model);
    if (!places) {
        return fail(places.error());
    }
    if (places->empty()) {
        return fail("`" + spec.name + "` would have no module left", {},
                    "keep one site, or remove the adapter");
    }
    return experiment;
}

} // namespace

std::vector<Module> modules(const Experiment& experiment, const ModelConfig& model) {
    std::vector<Module> found;
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (const auto places = modulesOf(adapter.config, model)) {
            for (const ModulePlace& place : *places) {
                found.push_back({{adapter.name, place.layer, place.site}, place});
            }
        }
    }
    return found;
}

Result<Experiment> applyPreset(Experiment experiment, const ModelConfig& model, const MethodPreset& preset) {
    if (model.numLayers < 1) {
        return fail("there is no base model to place adapters in", {}, "choose a base model first");
    }
    AdapterSpec adapter;
    adapter.preset = preset.name;
    adapter.config.parts = preset.parts;
    if (const auto possible = modulesOf(adapter.config, model); !possible) {
        return fail(possible.error());
    }
    const bool keepsName = experiment.adapters.size() == 1;
    const std::string oldName = keepsName ? experiment.adapters.front().name : std::string();
    experiment.adapters.clear();
    adapter.name = keepsName ? oldName : freshName(experiment, preset.name);
    experiment.adapters.push_back(adapter);
    experiment.composition = Composition::of(adapter.name);
    experiment.train = {adapter.name};
    return experiment;
}

Result<Experiment> removeModules(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs) {
    const auto chosen = chosenParts(experiment, model, refs);
    if (!chosen) {
        return fail(chosen.error());
    }
    // From the last part on, so that the numbers of those before it stay.
    for (auto it = chosen->rbegin(); it != chosen->rend(); ++it) {
        std::vector<MethodConfig>& parts = experiment.findAdapter(it->first.first)->config.parts;
        const std::size_t index = it->first.second;
        const auto isLeft = removePlaces(parts[index], model, it->second);
        if (!isLeft) {
            return fail(isLeft.error());
        }
        if (!*isLeft) {
            parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(index));
        }
    }
    std::erase_if(experiment.adapters,
                  [](const AdapterSpec& adapter) { return adapter.config.parts.empty(); });
    return adoptAdapters(std::move(experiment), {});
}

Result<Experiment> setReductionFactor(Experiment experiment, const ModelConfig& model,
                                      std::span<const ModuleRef> refs, double factor) {
    if (!(factor > 0.0) || !std::isfinite(factor)) {
        return fail("a reduction factor must be above 0");
    }
    if (factor > model.hiddenSize) {
        return fail("a reduction factor above the hidden size " + std::to_string(model.hiddenSize) +
                    " leaves no unit");
    }
    bool isAny = refs.empty();
    for (const ModuleRef& ref : refs) {
        AdapterSpec* adapter = experiment.findAdapter(ref.adapter);
        BottleneckConfig* config = adapter == nullptr ? nullptr : adapter->config.bottleneck();
        if (config != nullptr && isBottleneckSite(ref.site)) {
            setFactor(*config, model.numLayers, ref.layer, factor);
            isAny = true;
        }
    }
    if (!isAny) {
        return fail("only bottleneck modules have a reduction factor");
    }
    return experiment;
}

Result<Experiment> setBottleneck(Experiment experiment, const ModelConfig& model,
                                 std::span<const ModuleRef> refs, int size) {
    const int largest = 16 * model.hiddenSize;
    if (size < 1 || size > largest) {
        return fail("a bottleneck has 1 to " + std::to_string(largest) + " units here, not " +
                    std::to_string(size));
    }
    return setReductionFactor(std::move(experiment), model, refs, reductionFactorFor(model.hiddenSize, size));
}

Result<Experiment> setSize(Experiment experiment, const ModelConfig& model, std::span<const ModuleRef> refs,
                           int size) {
    const auto chosen = chosenParts(experiment, model, refs);
    if (!chosen) {
        return fail(chosen.error());
    }
    for (const auto& [owner, places] : *chosen) {
        const auto& [name, index] = owner;
        const MethodConfig part = experiment.findAdapter(name)->config.parts[index];
        Result<Experiment> sized = fail("");
        if (part.isBottleneck()) {
            std::vector<ModuleRef> own;
            for (const auto& [layer, site] : places) {
                own.push_back({name, layer, site});
            }
            sized = setBottleneck(std::move(experiment), model, own, size);
        } else {
            const Method& method = *findMethod(part.method);
            if (method.sizeKey.empty()) {
                return fail("the modules of " + method.title + " have no size to choose");
            }
            sized = setOption(std::move(experiment), model, name, index, method.sizeKey, std::int64_t{size});
        }
        if (!sized) {
            return sized;
        }
        experiment = std::move(*sized);
    }
    return experiment;
}

Result<Experiment> setAdapterDrop(Experiment experiment, const ModelConfig& model, int layers) {
    if (layers < 0 || layers > model.numLayers) {
        return fail("AdapterDrop can leave out 0 to " + std::to_string(model.numLayers) + " layers");
    }
    TrainingSpec& training = experiment.training;
    training.adapterDropLayers = layers;
    if (layers == 0) {
        training.adapterDropMode = "none";
    } else if (training.adapterDropMode == "none") {
        training.adapterDropMode = "fixed";
    }
    return experiment;
}

Result<Experiment> setConfig(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             const AdapterConfig& config) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr) {
        return fail("there is no adapter named `" + std::string(adapter) + "`");
    }
    spec->config = config;
    const AdapterSpec edited = *spec;
    return checked(std::move(experiment), model, edited);
}

Result<Experiment> setOption(Experiment experiment, const ModelConfig& model, std::string_view adapter,
                             std::size_t part, std::string_view key, OptionValue value) {
    AdapterSpec* spec = experiment.findAdapter(adapter);
    if (spec == nullptr || part >= spec->config.parts.size()) {
        return fail("there is no adapter named `" + std::string(adapter) + "` with so many parts");
    }
    MethodConfig& config = spec->config.parts[part];
    const std::vector<OptionSpec>& specs = findMethod(config.method)->options;
    const auto option =
        std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& each) { return each.key == key; });
    if (option == specs.end()) {
        return fail(findMethod(config.method)->title + " has no option `" + std::string(key) + "`");
    }
    const bool isText = option->kind == OptionKind::Text && std::holds_alternative<std::string>(value);
    if (value.index() != option->fallback.index() && !isText) {
        return fail("`" + option->key + "` can't have a value of this type");
    }
    if (const std::string problem = optionProblem(*option, value); !problem.empty()) {
        return fail(problem);
    }
    config.options.set(key, std::move(value));
    const AdapterSpec edited = *spec;
    return checked(std::move(experiment), model, edited);
}

Result<Experiment> renameAdapter(Experiment experiment, std::string_view from, std::string_view to) {
    AdapterSpec* spec = experiment.findAdapter(from);
    if (spec == nullptr) {
        return fail("there is no adapter named `" + std::string(from) + "`");
    }
    if (from != to && experiment.findAdapter(to) != nullptr) {
        return fail("there is already an adapter named `" + std::string(to) + "`");
    }
    spec->name = std::string(to);
    const auto rename = [&](auto&& self, Composition& composition) -> void {
        if (composition.kind == Composition::Kind::Name && composition.name == from) {
            composition.name = std::string(to);
        }
        for (Composition& child : composition.children) {
            self(self, child);
        }
    };
    const std::vector<std::string> oldFusions = fusionNames(experiment.composition);
    rename(rename, experiment.composition);
    const std::vector<std::string> fusions = fusionNames(experiment.composition);
    const auto follow = [&](const std::string& old, const std::string& name) {
        std::replace(experiment.train.begin(), experiment.train.end(), old, name);
    };
    follow(std::string(from), std::string(to));
    for (std::size_t i = 0; i < fusions.size(); ++i) {
        follow(std::string(kFusePrefix) + oldFusions[i], std::string(kFusePrefix) + fusions[i]);
    }
    // The file's own rules decide what a name may be.
    return experimentFromJson(toJson(experiment));
}

double nextReductionFactor(double factor, int direction, int hiddenSize) {
    const double exponent = std::log2(factor);
    const double nearest = std::round(exponent);
    const bool onGrid = std::abs(exponent - nearest) < 1e-9;
    double next = direction > 0 ? std::floor(exponent) + 1.0 : std::ceil(exponent) - 1.0;
    if (onGrid) {
        next = nearest + (direction > 0 ? 1.0 : -1.0);
    }
    const double largest = std::floor(std::log2(static_cast<double>(hiddenSize)));
    return std::exp2(std::clamp(next, -2.0, largest));
}

int nextSize(int size, int direction, int largest) {
    int power = 1;
    while (power <= size / 2) {
        power *= 2; // the greatest power of two up to `size`
    }
    const int next = direction > 0 ? power * 2 : power == size ? power / 2 : power;
    return std::clamp(next, 1, std::max(1, largest));
}

} // namespace awb::design
