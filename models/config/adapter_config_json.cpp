#include <algorithm>
#include <optional>
#include <utility>

#include "models/config/adapter_config.h"
#include "models/config/bottleneck_json.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

/// Options that AdapterHub writes in another form than ours.
nlohmann::json peerValue(const OptionSpec& spec, const OptionValue& value) {
    if (spec.key == "layers" && std::get<std::vector<int>>(value).empty()) {
        return "all";
    }
    if (spec.kind == OptionKind::Choice && std::get<std::string>(value) == "none") {
        return nullptr;
    }
    if (spec.kind == OptionKind::Number && spec.key == "alpha") {
        return numberToJson(std::get<double>(value));
    }
    return optionToJson(value);
}

nlohmann::json partToJson(const MethodConfig& part) {
    if (part.isBottleneck()) {
        return toAdapterHubJson(part.bottleneck);
    }
    const Method& method = *findMethod(part.method);
    nlohmann::json json = nlohmann::json::parse(method.fixedKeys);
    for (const OptionSpec& spec : method.options) {
        const OptionValue& value = part.options.value(spec.key);
        // Legacy's low-rank methods refuse keys that they don't know.
        const bool isUnknownToLegacy = json["architecture"] == "lora" && spec.key == "leave_out";
        if ((spec.isOurs || isUnknownToLegacy) && value == spec.fallback) {
            continue;
        }
        json[spec.key] = peerValue(spec, value);
    }
    return json;
}

const Method* recognise(const nlohmann::json& json) {
    for (const Method& method : methods()) {
        if (method.recognises(json)) {
            return &method;
        }
    }
    return nullptr;
}

/// The options in our form: AdapterHub's "all" layers are our empty list.
nlohmann::json ownForm(nlohmann::json json) {
    if (const auto layers = json.find("layers"); layers != json.end() && *layers == "all") {
        json.erase(layers);
    }
    return json;
}

Result<MethodConfig> partFromJson(const nlohmann::json& json, const std::string& pointer, bool isVersion1,
                                  std::vector<std::string>& unknownKeys) {
    if (!json.is_object()) {
        return fail("a method's configuration must be an object", pointer);
    }
    const Method* method = recognise(json);
    if (method == nullptr) {
        return fail("the method " + json.value("architecture", nlohmann::json()).dump() + " is not known",
                    pointer + "/architecture",
                    "Known are bottleneck adapters, lora, prefix_tuning, prompt_tuning, reft and union");
    }
    MethodConfig config = defaultMethod(method->id);
    const nlohmann::json own = ownForm(json);
    JsonFields fields(own, pointer);
    for (const char* key : {"architecture", "init_weights_seed", "cross_adapter", "dtype", "output_reft"}) {
        fields.ignore(key);
    }
    const nlohmann::json fixed = nlohmann::json::parse(method->fixedKeys);
    for (const auto& [key, value] : fixed.items()) {
        fields.ignore(key);
    }
    readMethodOptions(fields, config, isVersion1);
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    if (config.isBottleneck() && config.bottleneck.invertible == InvertibleKind::None) {
        config.bottleneck.invReductionFactor = BottleneckConfig{}.invReductionFactor; // means nothing here
    }
    for (const auto& [key, value] : own.items()) {
        if (!fields.isKnown(key)) {
            unknownKeys.push_back(key);
        }
    }
    return config;
}

/// "pfeiffer[reduction_factor=12, use_gating=True]": a preset with changed options.
Result<std::vector<MethodConfig>> presetFromText(const std::string& text) {
    const std::size_t open = text.find('[');
    const std::string name = text.substr(0, open);
    const MethodPreset* preset = findMethodPreset(name);
    if (preset == nullptr) {
        return fail("the configuration `" + name + "` is not known", "/config");
    }
    std::vector<MethodConfig> parts = preset->parts;
    if (open == std::string::npos) {
        return parts;
    }
    if (text.back() != ']' || parts.size() != 1) {
        return fail("the configuration `" + text + "` can't be read", "/config",
                    "Write it as pfeiffer[reduction_factor=12]");
    }
    nlohmann::json changes = nlohmann::json::object();
    std::string list = text.substr(open + 1, text.size() - open - 2);
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string item = list.substr(0, comma);
        const std::size_t equals = item.find('=');
        const auto trim = [](std::string word) {
            word.erase(0, word.find_first_not_of(' '));
            word.erase(word.find_last_not_of(' ') + 1);
            return word;
        };
        if (equals == std::string::npos) {
            return fail("the option `" + trim(item) + "` has no value", "/config");
        }
        std::string value = trim(item.substr(equals + 1));
        value = value == "True" ? "true" : value == "False" ? "false" : value == "None" ? "null" : value;
        nlohmann::json parsed = nlohmann::json::parse(value, nullptr, false);
        changes[trim(item.substr(0, equals))] =
            parsed.is_discarded() ? nlohmann::json(value) : std::move(parsed);
        list.erase(0, std::min(comma + 1, list.size()));
    }
    JsonFields fields(changes, "/config");
    readMethodOptions(fields, parts.front());
    if (const auto error = fields.finish()) {
        return fail(*error);
    }
    return parts;
}

Result<std::vector<MethodConfig>> unionFromText(const std::string& text) {
    std::vector<MethodConfig> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('|', begin), text.size());
        auto some = presetFromText(text.substr(begin, end - begin));
        if (!some) {
            return some;
        }
        std::move(some->begin(), some->end(), std::back_inserter(parts));
        begin = end + 1;
    }
    return parts;
}

} // namespace

nlohmann::json toAdapterHubJson(const AdapterConfig& config) {
    if (!config.isUnion()) {
        return partToJson(config.parts.front());
    }
    nlohmann::json parts = nlohmann::json::array();
    for (const MethodConfig& part : config.parts) {
        parts.push_back(partToJson(part));
    }
    return {{"architecture", "union"}, {"configs", std::move(parts)}};
}

Result<AdapterHubAdapter> adapterFromAdapterHub(const nlohmann::json& json, bool isVersion1) {
    AdapterHubAdapter read;
    if (json.is_string()) {
        auto parts = unionFromText(json.get<std::string>());
        if (!parts) {
            return fail(parts.error());
        }
        read.config.parts = std::move(*parts);
        return read;
    }
    const auto architecture = json.is_object() ? json.find("architecture") : json.end();
    if (!json.is_object() || architecture == json.end() || *architecture != "union") {
        auto part = partFromJson(json, "/config", isVersion1, read.unknownKeys);
        if (!part) {
            return fail(part.error());
        }
        read.config = AdapterConfig::of(std::move(*part));
        return read;
    }
    const auto configs = json.find("configs");
    if (configs == json.end() || !configs->is_array() || configs->empty()) {
        return fail("a union needs a list of configurations", "/config/configs");
    }
    read.config.parts.clear();
    for (std::size_t i = 0; i < configs->size(); ++i) {
        auto part =
            partFromJson((*configs)[i], "/config/configs/" + std::to_string(i), isVersion1, read.unknownKeys);
        if (!part) {
            return fail(part.error());
        }
        read.config.parts.push_back(std::move(*part));
    }
    return read;
}

} // namespace awb
