#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "backend/formats/inspect_parts.h"
#include "models/config/json_fields.h"
#include "models/config/placement.h"

namespace awb::inspect {

namespace {

/// What the file holds of one module.
struct FoundModule {
    std::int64_t parameters = 0;
    std::int64_t bottleneck = 0;
};
using Key = std::pair<int, Site>;
using FoundModules = std::map<Key, FoundModule>;

/// Layer and site of a tensor like "bert.encoder.layer.3.output.adapters.NAME.adapter_up.weight".
std::optional<Key> placeOf(std::string_view name, bool parallel) {
    constexpr std::string_view kLayer = "layer."; // "encoder.layer.", in DistilBERT "transformer.layer."
    const std::size_t at = name.find(kLayer);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = name.substr(at + kLayer.size());
    int layer = -1;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
    if (error != std::errc() || layer < 0) {
        return std::nullopt;
    }
    const std::string_view module = rest.substr(static_cast<std::size_t>(end - rest.data()));
    // "attention_text_task_adapters", "layer_text_lang_adapters", ...: how the first version named them.
    const bool isAdapter = module.find("adapters.") != std::string_view::npos;
    if (isAdapter &&
        (module.starts_with(".attention.output.") || module.starts_with(".attention_adapters."))) {
        return Key{layer, parallel ? Site::AttentionParallel : Site::AttentionOutput};
    }
    if (isAdapter && (module.starts_with(".output.") || module.starts_with(".output_adapters."))) {
        return Key{layer, parallel ? Site::FfnParallel : Site::FfnOutput};
    }
    return std::nullopt;
}

bool isDownWeight(std::string_view name) {
    const std::size_t at = name.find(".adapter_down.");
    return at != std::string_view::npos && name.ends_with(".weight");
}

FoundModules findModules(const Weights& weights, bool parallel, NameReport& report) {
    FoundModules found;
    for (const WeightsTensor& entry : weights.tensors) {
        const std::optional<Key> key = placeOf(entry.name, parallel);
        if (!key) {
            report.unexpected.push_back(entry.name);
            continue;
        }
        FoundModule& module = found[*key];
        // With a LayerNorm in front, that stands in the down sequence a second time.
        const bool isNorm = entry.name.find(".adapter_down.") != std::string::npos &&
                            entry.shape.size() == 1 &&
                            entry.name.find(".adapter_down.0.") != std::string::npos &&
                            std::ranges::any_of(weights.tensors, [&](const WeightsTensor& other) {
                                std::string own = entry.name;
                                own.replace(own.find(".adapter_down.0."), 16, ".adapter_norm_before.");
                                return other.name == own;
                            });
        if (isNorm) {
            continue;
        }
        module.parameters += valueCount(entry);
        if (isDownWeight(entry.name) && entry.shape.size() == 2) {
            module.bottleneck = entry.shape[0];
        }
    }
    return found;
}

void compareModules(const std::vector<ModulePlace>& expected, const FoundModules& found,
                    const std::string& name, NameReport& report) {
    for (const ModulePlace& place : expected) {
        const auto module = found.find({place.layer, place.site});
        const std::string key = moduleKey(name, place.layer, place.site);
        if (module == found.end()) {
            report.missing.push_back("module " + key);
        } else if (module->second.parameters != place.parameters) {
            report.misshapen.push_back("module " + key + " has " + std::to_string(module->second.parameters) +
                                       " parameters, must have " + std::to_string(place.parameters));
        }
    }
    for (const auto& [key, module] : found) {
        const bool wanted = std::ranges::any_of(expected, [&sought = key](const ModulePlace& place) {
            return Key{place.layer, place.site} == sought;
        });
        if (!wanted) {
            report.unexpected.push_back("module " + moduleKey(name, key.first, key.second));
        }
    }
}

/// The options, from an object or from a preset's name.
Result<AdapterHubAdapter> readOptions(const nlohmann::json* config, bool isVersion1) {
    if (config == nullptr || (!config->is_object() && !config->is_string())) {
        return fail("the key `config` is missing", "/config", "It holds the options of the adapter");
    }
    return adapterFromAdapterHub(*config, isVersion1);
}

/// True for one plain bottleneck: its files have had several generations of names.
bool isPlainBottleneck(const AdapterConfig& config) {
    const BottleneckConfig* bottleneck = config.isUnion() ? nullptr : config.bottleneck();
    return bottleneck != nullptr && !bottleneck->phm && bottleneck->invertible == InvertibleKind::None;
}

nlohmann::ordered_json moduleList(const FoundModules& found) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [key, module] : found) {
        list.push_back({{"layer", key.first},
                        {"site", siteName(key.second)},
                        {"bottleneck", module.bottleneck},
                        {"parameters", module.parameters}});
    }
    return list;
}

std::string text(const nlohmann::json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t wholeNumber(const nlohmann::json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

void describeOrigin(FolderSummary& summary, const nlohmann::json& json) {
    for (const char* key : {"name", "model_name", "model_type", "version"}) {
        if (const std::string value = text(json, key); !value.empty()) {
            summary.details[key] = value;
        }
    }
    summary.details["hidden_size"] = wholeNumber(json, "hidden_size");
}

} // namespace

Result<void> describeAdapter(FolderSummary& summary, const nlohmann::json& json, const Weights& weights) {
    describeOrigin(summary, json);
    if (json.contains("peft_type")) {
        summary.details["peft_type"] = text(json, "peft_type");
        summary.remarks.emplace_back(
            "This adapter was saved by the PEFT library, whose methods this version does not "
            "run");
        return {};
    }
    const auto config = json.find("config");
    const Result<AdapterHubAdapter> options =
        readOptions(config != json.end() ? &*config : nullptr, !json.contains("version"));
    if (!options) {
        if (config == json.end() || !config->is_object() || !config->contains("architecture")) {
            return fail(options.error());
        }
        // An unknown method: its tensors are listed all the same.
        summary.details["architecture"] = config->at("architecture");
        summary.remarks.push_back(options.error().message());
        return {};
    }
    const int hiddenSize = static_cast<int>(wholeNumber(json, "hidden_size"));
    const auto family = familyFromName(text(json, "model_type")).value_or(ModelFamily::Bert);
    summary.details["config"] = toAdapterHubJson(options->config);
    for (const std::string& key : options->unknownKeys) {
        summary.remarks.push_back("The option `" + key + "` is not known and has no effect");
    }
    if (!isPlainBottleneck(options->config)) {
        return describeMethods(summary, options->config, family, hiddenSize, text(json, "name"), weights);
    }
    const BottleneckConfig& bottleneck = *options->config.bottleneck();
    NameReport report;
    const FoundModules found = findModules(weights, bottleneck.isParallel, report);
    ModelConfig model;
    model.hiddenSize = hiddenSize;
    // The file does not say how many layers the base has; the highest that is used tells.
    model.numLayers = found.empty() ? 0 : found.rbegin()->first.first + 1;
    if (model.hiddenSize > 0 && !weights.file.empty()) {
        const Result<std::vector<ModulePlace>> expected = modulesOf(bottleneck, model);
        if (!expected) {
            return fail(expected.error());
        }
        compareModules(*expected, found, text(json, "name"), report);
    }
    summary.details["modules"] = moduleList(found);
    if (!weights.file.empty()) {
        addReport(summary, report);
    }
    return {};
}

Result<void> describeHead(FolderSummary& summary, const nlohmann::json& json, const Weights& weights) {
    describeOrigin(summary, json);
    const auto config = json.find("config");
    if (config == json.end() || !config->is_object()) {
        return fail("the key `config` is missing", "/config", "It holds the options of the head");
    }
    const Result<HeadConfig> head = headFromAdapterHub(*config, text(json, "name"));
    if (!head) {
        summary.details["config"] = *config;
        summary.remarks.push_back(head.error().message());
        return {};
    }
    summary.details["type"] = headTypeName(head->type);
    summary.details["num_labels"] = head->numLabels;
    summary.details["labels"] = head->labels;
    const auto hidden = static_cast<int>(wholeNumber(json, "hidden_size"));
    const auto vocabulary = static_cast<int>(wholeNumber(*config, "vocab_size"));
    summary.details["config"] = toAdapterHubJson(*head, hidden, vocabulary);
    if (weights.file.empty()) {
        return {};
    }
    NameReport report;
    const std::string prefix = "heads." + text(json, "name") + ".";
    for (const WeightsTensor& entry : weights.tensors) {
        if (!entry.name.starts_with(prefix)) {
            report.unexpected.push_back(entry.name);
        }
    }
    // The file of a language model's head holds a copy of the shared embedding matrix.
    const std::int64_t copy = isLanguageModel(head->type) ? std::int64_t{vocabulary} * hidden : 0;
    const std::int64_t needed = headParameterCount(*head, hidden, vocabulary) + copy;
    if (hidden > 0 && needed != summary.parameters) {
        report.misshapen.push_back("the head has " + std::to_string(summary.parameters) +
                                   " parameters, must have " + std::to_string(needed));
    }
    addReport(summary, report);
    return {};
}

} // namespace awb::inspect
