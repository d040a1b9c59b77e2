#include "models/config/head_config.h"

#include <algorithm>

#include "models/config/json_fields.h"

namespace awb {

std::string_view headTypeName(HeadType type) {
    return type == HeadType::Regression ? "regression" : "classification";
}

std::int64_t headParameterCount(const HeadConfig& config, int hiddenSize) {
    const std::int64_t h = hiddenSize;
    const std::int64_t outputs = config.type == HeadType::Regression ? 1 : config.numLabels;
    const std::int64_t bias = config.bias ? 1 : 0;
    return (config.layers - 1) * (h * h + h) + outputs * (h + bias);
}

nlohmann::json toAdapterHubJson(const HeadConfig& config) {
    nlohmann::json ids = nlohmann::json::object();
    const int count = config.type == HeadType::Regression ? 1 : config.numLabels;
    for (int id = 0; id < count; ++id) {
        const auto index = static_cast<std::size_t>(id);
        ids[index < config.labels.size() ? config.labels[index] : "LABEL_" + std::to_string(id)] = id;
    }
    nlohmann::json activation = nullptr;
    if (!config.activation.empty()) {
        activation = config.activation;
    }
    return {{"head_type", "classification"},
            {"num_labels", count},
            {"layers", config.layers},
            {"activation_function", std::move(activation)},
            {"label2id", std::move(ids)},
            {"use_pooler", config.usePooler},
            {"bias", config.bias}};
}

Result<HeadConfig> headFromAdapterHub(const nlohmann::json& json, const std::string& name) {
    JsonFields fields(json, "/config");
    HeadConfig head;
    head.name = name;
    const std::string type = fields.requiredString("head_type");
    if (fields.ok() && type != "classification") {
        fields.problem("head_type", "the head type `" + type + "` can't be read by this version");
    }
    head.numLabels = static_cast<int>(fields.integer("num_labels", 2));
    head.type = head.numLabels == 1 ? HeadType::Regression : HeadType::Classification;
    head.layers = static_cast<int>(fields.integer("layers", 2));
    const nlohmann::json* activation = fields.raw("activation_function");
    if (activation != nullptr && activation->is_null()) {
        head.activation.clear();
    } else {
        head.activation = fields.string("activation_function", "tanh");
    }
    head.usePooler = fields.boolean("use_pooler", false);
    head.bias = fields.boolean("bias", true);
    if (head.layers < 1 || head.layers > 16) {
        fields.problem("layers", "a head has 1 to 16 layers, not " + std::to_string(head.layers));
    }
    if (head.numLabels < 1 || head.numLabels > 1'000'000) {
        fields.problem("num_labels",
                       "a head has 1 to 1,000,000 labels, not " + std::to_string(head.numLabels));
    }
    const nlohmann::json* ids = fields.raw("label2id");
    if (fields.ok() && ids != nullptr && ids->is_object() &&
        ids->size() == static_cast<std::size_t>(head.numLabels)) {
        head.labels.resize(ids->size());
        for (const auto& [label, id] : ids->items()) {
            if (!id.is_number_integer() || id.get<std::int64_t>() < 0 ||
                id.get<std::int64_t>() >= head.numLabels) {
                fields.problem("label2id", "the id of label `" + label + "` is not between 0 and " +
                                               std::to_string(head.numLabels - 1));
                break;
            }
            head.labels[id.get<std::size_t>()] = label;
        }
    }
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    return head;
}

} // namespace awb
