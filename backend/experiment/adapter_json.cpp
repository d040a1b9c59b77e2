// One entry of the experiment file's `adapters`: reading and writing.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "backend/experiment/experiment_keys.h"
#include "models/config/bottleneck_json.h"

namespace awb {

namespace {

/// Options of a bottleneck adapter that stand in the file where they differ from its preset, in this order.
constexpr std::array<std::string_view, 26> kBottleneckKeys{"non_linearity",
                                                           "mh_adapter",
                                                           "output_adapter",
                                                           "original_ln_before",
                                                           "original_ln_after",
                                                           "residual_before_ln",
                                                           "adapter_residual_before_ln",
                                                           "ln_before",
                                                           "ln_after",
                                                           "is_parallel",
                                                           "scaling",
                                                           "use_gating",
                                                           "init_weights",
                                                           "reduction_factor",
                                                           "inv_adapter",
                                                           "phm_layer",
                                                           "phm_dim",
                                                           "phm_rank",
                                                           "phm_bias",
                                                           "learn_phm",
                                                           "shared_phm_rule",
                                                           "shared_W_phm",
                                                           "factorized_phm_W",
                                                           "factorized_phm_rule",
                                                           "phm_c_init",
                                                           "phm_init_range"};

std::string presetNames(bool unions) {
    std::string known;
    for (const MethodPreset& each : methodPresets()) {
        if (unions || each.parts.size() == 1) {
            known += (known.empty() ? "" : ", ") + each.name;
        }
    }
    return known;
}

std::string methodNames() {
    std::string known;
    for (const Method& method : methods()) {
        known += method.id + ", ";
    }
    return known + "union";
}

void readPerLayer(JsonFields& fields, BottleneckConfig& config) {
    readObject(fields, "per_layer", [&](JsonFields& layers) {
        for (const auto& [key, value] : layers.object().items()) {
            int layer = -1;
            const auto [end, code] = std::from_chars(key.data(), key.data() + key.size(), layer);
            if (code != std::errc() || end != key.data() + key.size() || layer < 0) {
                layers.problem(key, "`" + key + "` is not a layer number");
                return;
            }
            readObject(layers, key, [&](JsonFields& options) {
                if (options.boolean("leave_out", false)) {
                    config.leaveOut.insert(layer);
                }
                if (options.has("reduction_factor")) {
                    const double factor = options.number("reduction_factor", 16.0);
                    if (!(factor > 0.0)) {
                        options.problem("reduction_factor", "a reduction factor must be a number above 0");
                    }
                    config.reductionFactor.perLayer[layer] = factor;
                }
                LayerSites sites;
                if (options.has("mh_adapter")) {
                    sites.mhAdapter = options.boolean("mh_adapter", false);
                }
                if (options.has("output_adapter")) {
                    sites.outputAdapter = options.boolean("output_adapter", false);
                }
                if (sites != LayerSites{}) {
                    config.layerSites[layer] = sites;
                }
            });
        }
    });
}

void readPartOptions(JsonFields& fields, MethodConfig& part) {
    readMethodOptions(fields, part);
    if (part.isBottleneck()) {
        part.bottleneck.sharedAcrossLayers =
            fields.boolean("shared_across_layers", part.bottleneck.sharedAcrossLayers);
        readPerLayer(fields, part.bottleneck);
    }
}

/// The preset named by `preset`; null where there is none.
const MethodPreset* readPreset(JsonFields& fields, bool unions) {
    const std::string name = fields.string("preset", "");
    const MethodPreset* preset = findMethodPreset(name);
    if (!name.empty() && (preset == nullptr || (!unions && preset->parts.size() > 1))) {
        fields.problem("preset", "the preset `" + name + "` is not known",
                       "choose one of " + presetNames(unions));
        return nullptr;
    }
    return preset;
}

/// The options that `method` and `preset` name. Problem: an unknown method, or one that the preset has not.
std::vector<MethodConfig> readMethod(JsonFields& fields, const MethodPreset* preset, bool unions) {
    const bool isUnion = preset != nullptr && preset->parts.size() > 1;
    const std::string own = isUnion             ? "union"
                            : preset != nullptr ? preset->parts.front().method
                                                : "bottleneck";
    const std::string method = fields.string("method", own);
    const bool isKnown = findMethod(method) != nullptr || (unions && method == "union");
    if (!isKnown) {
        fields.problem("method", "the method `" + method + "` is not known", "use one of " + methodNames());
    } else if (preset != nullptr && method != own) {
        fields.problem("method",
                       "the preset `" + preset->name + "` has the method `" + own + "`, not `" + method + "`",
                       "leave out one of the two");
    }
    if (preset != nullptr) {
        return preset->parts;
    }
    if (unions && method == "union") {
        if (!fields.has("configs")) {
            fields.problem(
                "", "a union needs its parts in the list `configs`",
                "write \"configs\": [{\"method\": \"prefix_tuning\"}, {\"preset\": \"parallel\"}]");
        }
        return {};
    }
    return {isKnown ? defaultMethod(method) : MethodConfig{}};
}

/// The parts of a union, in the list `configs`.
void readParts(JsonFields& fields, std::vector<MethodConfig>& parts) {
    const nlohmann::json* list = fields.raw("configs");
    if (list == nullptr) {
        return;
    }
    if (!list->is_array() || list->empty()) {
        fields.problem("configs", "`configs` must be a list of at least one method");
        return;
    }
    parts.clear();
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonFields item((*list)[i], fields.pointerTo("configs") + "/" + std::to_string(i));
        if ((*list)[i].is_object()) {
            MethodConfig part = readMethod(item, readPreset(item, false), false).front();
            readPartOptions(item, part);
            parts.push_back(std::move(part));
        }
        if (auto error = item.finish()) {
            fields.problem(std::move(*error));
            return;
        }
    }
}

/// Writes what of a bottleneck's options differs from `defaults`; the reduction factor always.
void writeBottleneck(nlohmann::ordered_json& json, const BottleneckConfig& config,
                     const BottleneckConfig& defaults) {
    BottleneckConfig plain = config;
    if (config.reductionFactor.fallback) {
        // Layers of their own stand under per_layer.
        plain.reductionFactor.perLayer.clear();
        json["reduction_factor"] = numberToJson(*config.reductionFactor.fallback);
    }
    const nlohmann::json written = toAdapterHubJson(plain);
    const nlohmann::json usual = toAdapterHubJson(defaults);
    for (const std::string_view key : kBottleneckKeys) {
        if (written.at(key) != usual.at(key)) {
            json[std::string(key)] = written.at(key);
        }
    }
    // AdapterHub's form leaves these out where they have no effect.
    if (config.dropout != defaults.dropout) {
        json["dropout"] = config.dropout;
    }
    if (config.stochasticDepth != defaults.stochasticDepth) {
        json["stochastic_depth"] = config.stochasticDepth;
    }
    if (config.invReductionFactor != defaults.invReductionFactor) {
        json["inv_adapter_reduction_factor"] = numberToJson(config.invReductionFactor);
    }
    if (config.sharedAcrossLayers != defaults.sharedAcrossLayers) {
        json["shared_across_layers"] = config.sharedAcrossLayers;
    }
    std::map<int, nlohmann::ordered_json> layers;
    for (const int layer : config.leaveOut) {
        layers[layer]["leave_out"] = true;
    }
    if (config.reductionFactor.fallback) {
        for (const auto& [layer, factor] : config.reductionFactor.perLayer) {
            layers[layer]["reduction_factor"] = numberToJson(factor);
        }
    }
    for (const auto& [layer, sites] : config.layerSites) {
        if (sites.mhAdapter) {
            layers[layer]["mh_adapter"] = *sites.mhAdapter;
        }
        if (sites.outputAdapter) {
            layers[layer]["output_adapter"] = *sites.outputAdapter;
        }
    }
    for (auto& [layer, options] : layers) {
        json["per_layer"][std::to_string(layer)] = std::move(options);
    }
}

void writePart(nlohmann::ordered_json& json, const MethodConfig& part, const MethodConfig& defaults) {
    if (part.isBottleneck()) {
        writeBottleneck(json, part.bottleneck, defaults.bottleneck);
        return;
    }
    for (const OptionSpec& spec : findMethod(part.method)->options) {
        const OptionValue& value = part.options.value(spec.key);
        if (value != defaults.options.value(spec.key)) {
            json[spec.key] = optionToJson(value);
        }
    }
}

/// The preset, where the adapter still has its methods.
const MethodPreset* presetOf(const AdapterSpec& adapter) {
    const MethodPreset* preset = findMethodPreset(adapter.preset);
    const auto& parts = adapter.config.parts;
    if (preset == nullptr || (preset->parts.size() > 1) != adapter.config.isUnion() ||
        (!adapter.config.isUnion() && preset->parts.front().method != parts.front().method)) {
        return nullptr;
    }
    return preset;
}

} // namespace

bool isName(std::string_view text) {
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

AdapterSpec readAdapter(JsonFields& fields) {
    AdapterSpec adapter;
    adapter.name = fields.requiredString("name");
    if (fields.ok() && !isName(adapter.name)) {
        fields.problem("name", "`" + adapter.name + "` can't be an adapter's name",
                       "use letters, digits, - and _, at most 100 of them");
    }
    if (adapter.name == "full") {
        fields.problem("name", "an adapter can't be named `full`: in `train` that means full fine-tuning");
    }
    adapter.from = fields.string("from", "");
    const MethodPreset* preset = readPreset(fields, true);
    adapter.preset = preset != nullptr ? preset->name : "";
    std::vector<MethodConfig> parts = readMethod(fields, preset, true);
    if (parts.size() == 1) {
        readPartOptions(fields, parts.front());
    } else {
        readParts(fields, parts);
    }
    if (!parts.empty()) {
        adapter.config.parts = std::move(parts);
    }
    return adapter;
}

nlohmann::ordered_json adapterToJson(const AdapterSpec& adapter) {
    nlohmann::ordered_json json{{"name", adapter.name}};
    if (adapter.isUnread()) {
        json["from"] = adapter.from;
        return json;
    }
    const std::vector<MethodConfig>& parts = adapter.config.parts;
    const MethodPreset* preset = presetOf(adapter);
    json["method"] = adapter.config.isUnion() ? "union" : parts.front().method;
    if (preset != nullptr) {
        json["preset"] = preset->name;
    }
    if (!adapter.from.empty()) {
        json["from"] = adapter.from;
    }
    if (!adapter.config.isUnion()) {
        writePart(json, parts.front(),
                  preset != nullptr ? preset->parts.front() : defaultMethod(parts.front().method));
    } else if (preset == nullptr || preset->parts != parts) {
        for (const MethodConfig& part : parts) {
            nlohmann::ordered_json item{{"method", part.method}};
            writePart(item, part, defaultMethod(part.method));
            json["configs"].push_back(std::move(item));
        }
    }
    return json;
}

} // namespace awb
