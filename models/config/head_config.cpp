#include "models/config/head_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr std::array<std::pair<HeadType, std::string_view>, 8> kNames{{
    {HeadType::Classification, "classification"},
    {HeadType::MultiLabel, "multilabel"},
    {HeadType::Regression, "regression"},
    {HeadType::Tagging, "tagging"},
    {HeadType::MaskedLm, "masked_lm"},
    {HeadType::CausalLm, "causal_lm"},
    {HeadType::QuestionAnswering, "question_answering"},
    {HeadType::MultipleChoice, "multiple_choice"},
}};

std::string_view adapterHubType(HeadType type) {
    switch (type) {
    case HeadType::Regression:
        return "classification";
    case HeadType::MultiLabel:
        return "multilabel_classification";
    default:
        return headTypeName(type);
    }
}

/// What AdapterHub calls a label without a name.
std::string numberedLabel(int id) {
    return "LABEL_" + std::to_string(id);
}

nlohmann::json labelIds(const HeadConfig& config) {
    nlohmann::json ids = nlohmann::json::object();
    const int count = config.type == HeadType::MultipleChoice ? config.numLabels : headOutputs(config);
    for (int id = 0; id < count; ++id) {
        const auto index = static_cast<std::size_t>(id);
        ids[index < config.labels.size() ? config.labels[index] : numberedLabel(id)] = id;
    }
    return ids;
}

std::optional<HeadType> readType(JsonFields& fields) {
    const std::string type = fields.requiredString("head_type");
    for (const auto& [known, name] : kNames) {
        if (known != HeadType::Regression && type == adapterHubType(known)) {
            return known;
        }
    }
    fields.problem("head_type", "the head type `" + type + "` can't be read",
                   "Known are classification, multilabel_classification, multiple_choice, tagging, "
                   "question_answering, masked_lm and causal_lm");
    return std::nullopt;
}

void readLabels(JsonFields& fields, HeadConfig& head) {
    const nlohmann::json* ids = fields.raw("label2id");
    if (!fields.ok() || ids == nullptr || !ids->is_object() ||
        ids->size() != static_cast<std::size_t>(head.numLabels)) {
        return;
    }
    head.labels.resize(ids->size());
    for (const auto& [label, id] : ids->items()) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 ||
            id.get<std::int64_t>() >= head.numLabels) {
            fields.problem("label2id", "the id of label `" + label + "` is not between 0 and " +
                                           std::to_string(head.numLabels - 1));
            return;
        }
        head.labels[id.get<std::size_t>()] = label;
    }
    const auto isNumbered = [id = 0](const std::string& label) mutable {
        return label == numberedLabel(id++);
    };
    if (std::ranges::all_of(head.labels, isNumbered)) {
        head.labels.clear();
    }
}

} // namespace

std::string_view headTypeName(HeadType type) {
    const auto* const found =
        std::find_if(kNames.begin(), kNames.end(), [type](const auto& entry) { return entry.first == type; });
    return found->second;
}

std::optional<HeadType> headTypeFromName(std::string_view name) {
    for (const auto& [type, known] : kNames) {
        if (known == name) {
            return type;
        }
    }
    return std::nullopt;
}

HeadConfig defaultHead(HeadType type) {
    HeadConfig head;
    head.type = type;
    if (type == HeadType::Tagging || type == HeadType::QuestionAnswering) {
        head.layers = 1;
    }
    if (type == HeadType::QuestionAnswering) {
        head.numLabels = 2;
    }
    if (isLanguageModel(type)) {
        head.activation = "gelu";
        head.shiftLabels = type == HeadType::CausalLm;
    }
    return head;
}

int headOutputs(const HeadConfig& config) {
    switch (config.type) {
    case HeadType::Regression:
    case HeadType::MultipleChoice:
        return 1;
    case HeadType::QuestionAnswering:
        return 2;
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        return 0;
    default:
        return config.numLabels;
    }
}

std::int64_t headParameterCount(const HeadConfig& config, int hiddenSize, int vocabSize) {
    const std::int64_t h = hiddenSize;
    const std::int64_t bias = config.bias ? 1 : 0;
    if (isLanguageModel(config.type)) {
        const std::int64_t norm = config.layerNorm ? 2 * h : 0;
        return (config.layers - 1) * (h * h + h + norm) + bias * vocabSize;
    }
    return (config.layers - 1) * (h * h + h) + headOutputs(config) * (h + bias);
}

nlohmann::json toAdapterHubJson(const HeadConfig& config, int hiddenSize, int vocabSize) {
    nlohmann::json json{{"head_type", adapterHubType(config.type)},
                        {"layers", config.layers},
                        {"activation_function", nullptr}};
    if (!config.activation.empty()) {
        json["activation_function"] = config.activation;
    }
    if (isLanguageModel(config.type)) {
        json["vocab_size"] = vocabSize;
        json["embedding_size"] = hiddenSize;
        json["layer_norm"] = config.layerNorm;
        json["bias"] = config.bias;
        json["shift_labels"] = config.shiftLabels;
        json["label2id"] = nullptr;
        return json;
    }
    json["label2id"] = labelIds(config);
    if (config.type == HeadType::MultipleChoice) {
        json["num_choices"] = config.numLabels;
        json["use_pooler"] = config.usePooler;
        return json;
    }
    json["num_labels"] = headOutputs(config);
    if (!isPerToken(config.type)) {
        json["use_pooler"] = config.usePooler;
        json["bias"] = config.bias;
    }
    return json;
}

Result<HeadConfig> headFromAdapterHub(const nlohmann::json& json, const std::string& name) {
    JsonFields fields(json, "/config");
    const std::optional<HeadType> type = readType(fields);
    HeadConfig head = defaultHead(type.value_or(HeadType::Classification));
    head.name = name;
    const bool isChoice = head.type == HeadType::MultipleChoice;
    if (!isLanguageModel(head.type)) {
        head.numLabels = static_cast<int>(fields.integer(isChoice ? "num_choices" : "num_labels", 2));
    }
    if (head.type == HeadType::Classification && head.numLabels == 1) {
        head.type = HeadType::Regression;
    }
    head.layers = static_cast<int>(fields.integer("layers", head.layers));
    const nlohmann::json* activation = fields.raw("activation_function");
    if (activation != nullptr && activation->is_null()) {
        head.activation.clear();
    } else {
        head.activation = fields.string("activation_function", head.activation);
    }
    head.usePooler = fields.boolean("use_pooler", false);
    head.bias = fields.boolean("bias", true);
    head.layerNorm = fields.boolean("layer_norm", head.layerNorm);
    head.shiftLabels = fields.boolean("shift_labels", head.shiftLabels);
    if (head.layers < 1 || head.layers > 16) {
        fields.problem("layers", "a head has 1 to 16 layers, not " + std::to_string(head.layers));
    }
    if (!isLanguageModel(head.type) && (head.numLabels < 1 || head.numLabels > 1'000'000)) {
        fields.problem(isChoice ? "num_choices" : "num_labels",
                       "a head has 1 to 1,000,000 labels, not " + std::to_string(head.numLabels));
    }
    readLabels(fields, head);
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    return head;
}

} // namespace awb
