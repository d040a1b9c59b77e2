#include "models/config/adapter_config.h"

#include <algorithm>
#include <map>
#include <utility>

#include "models/config/bottleneck_json.h"

namespace awb {

namespace {

/// The module's place that a tensor belongs to, made when it is the first there.
ModulePlace& placeOf(std::vector<ModulePlace>& places, int layer, Site site, int size) {
    const auto found = std::find_if(places.begin(), places.end(), [&](const ModulePlace& place) {
        return place.layer == layer && place.site == site;
    });
    if (found != places.end()) {
        return *found;
    }
    places.push_back({layer, site, 0, size, 0});
    return places.back();
}

Result<std::vector<ModulePlace>> modulesOfPart(const MethodConfig& part, const ModelConfig& model) {
    const Method& method = *findMethod(part.method);
    const auto acting = method.places(part, model);
    if (!acting) {
        return fail(acting.error());
    }
    const auto tensors = method.tensors(part, model, "a");
    if (!tensors) {
        return fail(tensors.error());
    }
    std::vector<ModulePlace> places;
    for (const ActingPlace& place : *acting) {
        ModulePlace& module = placeOf(places, place.layer, place.site, place.size);
        if (part.isBottleneck() && place.layer != kNoLayer) {
            module.reductionFactor = part.bottleneck.reductionFactor.at(place.layer).value_or(0);
        }
    }
    for (const TensorSpec& tensor : *tensors) {
        if (tensor.isTrained) {
            placeOf(places, tensor.layer, tensor.site, 0).parameters += tensor.size();
        }
    }
    return places;
}

} // namespace

AdapterConfig AdapterConfig::of(BottleneckConfig bottleneck) {
    return of(MethodConfig{.method = "bottleneck", .bottleneck = std::move(bottleneck), .options = {}});
}

AdapterConfig AdapterConfig::of(MethodConfig method) {
    AdapterConfig config;
    config.parts = {std::move(method)};
    return config;
}

const BottleneckConfig* AdapterConfig::bottleneck() const {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [](const MethodConfig& part) { return part.isBottleneck(); });
    return found == parts.end() ? nullptr : &found->bottleneck;
}

BottleneckConfig* AdapterConfig::bottleneck() {
    return const_cast<BottleneckConfig*>(std::as_const(*this).bottleneck());
}

Result<std::vector<ModulePlace>> modulesOf(const AdapterConfig& config, const ModelConfig& model) {
    std::vector<ModulePlace> all;
    std::map<std::pair<int, Site>, std::size_t> taken;
    for (std::size_t i = 0; i < config.parts.size(); ++i) {
        const auto places = modulesOfPart(config.parts[i], model);
        if (!places) {
            return fail(places.error());
        }
        for (const ModulePlace& place : *places) {
            const auto [there, isNew] = taken.try_emplace({place.layer, place.site}, i);
            if (!isNew && place.bottleneck > 0) {
                return fail("two methods of the union, " +
                                findMethod(config.parts[there->second].method)->title + " and " +
                                findMethod(config.parts[i].method)->title + ", stand at " +
                                std::string(siteName(place.site)),
                            "/configs/" + std::to_string(i), "Let each act at sites of its own");
            }
            all.push_back(place);
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const ModulePlace& a, const ModulePlace& b) {
        return std::pair(a.layer, a.site) < std::pair(b.layer, b.site);
    });
    return all;
}

Result<std::vector<TensorSpec>> tensorsOf(const AdapterConfig& config, const ModelConfig& model,
                                          const std::string& adapter) {
    if (const auto checked = modulesOf(config, model); !checked) {
        return fail(checked.error());
    }
    std::vector<TensorSpec> all;
    for (const MethodConfig& part : config.parts) {
        auto tensors = findMethod(part.method)->tensors(part, model, adapter);
        if (!tensors) {
            return tensors;
        }
        std::move(tensors->begin(), tensors->end(), std::back_inserter(all));
    }
    return all;
}

Result<std::int64_t> parameterCount(const AdapterConfig& config, const ModelConfig& model) {
    const auto tensors = tensorsOf(config, model, "a");
    if (!tensors) {
        return fail(tensors.error());
    }
    std::int64_t count = 0;
    for (const TensorSpec& tensor : *tensors) {
        count += tensor.isTrained ? tensor.size() : 0;
    }
    return count;
}

std::string methodTitle(const AdapterConfig& config) {
    for (const MethodPreset& preset : methodPresets()) {
        if (preset.parts == config.parts) {
            return preset.title;
        }
    }
    std::string title;
    for (const MethodConfig& part : config.parts) {
        title += (title.empty() ? "" : " + ") + findMethod(part.method)->title;
    }
    return title;
}

std::vector<std::string> notExpressibleInAdapterHub(const AdapterConfig& config) {
    std::vector<std::string> reasons;
    for (const MethodConfig& part : config.parts) {
        std::vector<std::string> some = findMethod(part.method)->notExpressible(part);
        std::move(some.begin(), some.end(), std::back_inserter(reasons));
    }
    return reasons;
}

void readMethodOptions(JsonFields& fields, MethodConfig& config, bool isVersion1) {
    if (config.isBottleneck()) {
        readBottleneckOptions(fields, config.bottleneck, isVersion1);
    } else {
        readOptions(fields, findMethod(config.method)->options, config.options);
    }
}

} // namespace awb
