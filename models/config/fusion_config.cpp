#include "models/config/fusion_config.h"

#include "models/config/json_fields.h"

namespace awb {

Result<FusionConfig> fusionPreset(const std::string& name) {
    if (name == "dynamic") {
        return FusionConfig{};
    }
    if (name == "static") {
        FusionConfig config;
        config.value = false;
        config.regularization = false;
        config.valueInitialized = false;
        return config;
    }
    return fail("the fusion preset `" + name + "` is not known", {}, "Choose dynamic or static");
}

const std::vector<std::string>& fusionPresetNames() {
    static const std::vector<std::string> names{"dynamic", "static"};
    return names;
}

std::int64_t fusionLayerParameterCount(const FusionConfig& config, int hiddenSize) {
    const std::int64_t h = hiddenSize;
    const std::int64_t linear = h * h + h;
    if (!config.query && !config.key && !config.value) {
        return linear; // AdapterHub's library keeps an unused `dense` layer
    }
    return (config.query ? linear : 0) + (config.key ? linear : 0) + (config.value ? h * h : 0);
}

void readFusionOptions(JsonFields& fields, FusionConfig& config) {
    config.key = fields.boolean("key", config.key);
    config.query = fields.boolean("query", config.query);
    config.value = fields.boolean("value", config.value);
    config.queryBeforeLn = fields.boolean("query_before_ln", config.queryBeforeLn);
    config.regularization = fields.boolean("regularization", config.regularization);
    config.residualBefore = fields.boolean("residual_before", config.residualBefore);
    config.temperature = fields.boolean("temperature", config.temperature);
    config.valueBeforeSoftmax = fields.boolean("value_before_softmax", config.valueBeforeSoftmax);
    // null in AdapterHub's static preset
    const nlohmann::json* initialized = fields.raw("value_initialized");
    config.valueInitialized = initialized != nullptr && initialized->is_boolean()
                                  ? initialized->get<bool>()
                                  : (initialized == nullptr && config.valueInitialized);
    if (const nlohmann::json* dropout = fields.raw("dropout_prob");
        dropout != nullptr && !dropout->is_null()) {
        config.dropout = fields.number("dropout_prob", -1);
        if (config.dropout < 0 || config.dropout >= 1) {
            fields.problem("dropout_prob", "`dropout_prob` must be at least 0 and below 1");
        }
    }
}

nlohmann::json toAdapterHubJson(const FusionConfig& config) {
    nlohmann::json json{{"key", config.key},
                        {"query", config.query},
                        {"value", config.value},
                        {"query_before_ln", config.queryBeforeLn},
                        {"regularization", config.regularization},
                        {"residual_before", config.residualBefore},
                        {"temperature", config.temperature},
                        {"value_before_softmax", config.valueBeforeSoftmax},
                        {"value_initialized", config.valueInitialized}};
    if (config.dropout >= 0) {
        json["dropout_prob"] = config.dropout;
    }
    return json;
}

Result<FusionConfig> fusionFromAdapterHub(const nlohmann::json& json, const std::string& pointer) {
    if (json.is_string()) {
        auto preset = fusionPreset(json.get<std::string>());
        return preset ? preset : fail(preset.error().what, pointer, preset.error().advice);
    }
    if (!json.is_object()) {
        return fail("a fusion's configuration must be an object or a preset's name", pointer);
    }
    JsonFields fields(json, pointer);
    FusionConfig config;
    if (fields.has("preset")) {
        const auto preset = fusionPreset(fields.string("preset", "dynamic"));
        if (!preset) {
            return fail(preset.error().what, pointer + "/preset", preset.error().advice);
        }
        config = *preset;
    }
    readFusionOptions(fields, config);
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    return config;
}

} // namespace awb
