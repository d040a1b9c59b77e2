#include "models/config/model_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/config/bottleneck_config.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

int positiveSize(JsonFields& fields, std::string_view key) {
    const std::int64_t value = fields.requiredInteger(key);
    constexpr std::int64_t kLargest = 10'000'000;
    if (fields.ok() && (value <= 0 || value > kLargest)) {
        fields.problem(key, "`" + std::string(key) + "` must be between 1 and 10,000,000, not " +
                                std::to_string(value));
        return 1;
    }
    return static_cast<int>(value);
}

double probability(JsonFields& fields, std::string_view key, double fallback) {
    const double value = fields.number(key, fallback);
    if (value < 0.0 || value >= 1.0) {
        fields.problem(key, "`" + std::string(key) + "` must be at least 0 and below 1");
    }
    return value;
}

constexpr std::array<std::pair<ModelFamily, std::string_view>, 5> kFamilies{{
    {ModelFamily::Bert, "bert"},
    {ModelFamily::Roberta, "roberta"},
    {ModelFamily::XlmRoberta, "xlm-roberta"},
    {ModelFamily::DistilBert, "distilbert"},
    {ModelFamily::Llama, "llama"},
}};

/// `model_type`, or what the class name under `architectures` begins with.
std::string modelTypeOf(const nlohmann::json& json) {
    if (const auto it = json.find("model_type"); it != json.end() && it->is_string()) {
        return it->get<std::string>();
    }
    const auto it = json.find("architectures");
    if (it == json.end() || !it->is_array() || it->empty() || !it->front().is_string()) {
        return {};
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kClasses{
        {{"Bert", "bert"},
         {"XLMRoberta", "xlm-roberta"},
         {"Roberta", "roberta"},
         {"DistilBert", "distilbert"},
         {"Llama", "llama"}}};
    const std::string name = it->front().get<std::string>();
    for (const auto& [begin, type] : kClasses) {
        if (name.starts_with(begin)) {
            return std::string(type);
        }
    }
    return {};
}

/// DistilBERT has names of its own for the usual sizes.
void readDistilBert(JsonFields& fields, ModelConfig& config) {
    config.vocabSize = positiveSize(fields, "vocab_size");
    config.hiddenSize = positiveSize(fields, "dim");
    config.numLayers = positiveSize(fields, "n_layers");
    config.numHeads = positiveSize(fields, "n_heads");
    config.intermediateSize = positiveSize(fields, "hidden_dim");
    config.maxPositions = positiveSize(fields, "max_position_embeddings");
    config.layerNormEps = 1e-12;
    config.hiddenDropout = probability(fields, "dropout", 0.1);
    config.attentionDropout = probability(fields, "attention_dropout", 0.1);
    config.hiddenAct = fields.string("activation", "gelu");
}

void readLlama(JsonFields& fields, ModelConfig& config) {
    config.numKeyValueHeads = static_cast<int>(fields.integer("num_key_value_heads", config.numHeads));
    config.headSize = static_cast<int>(fields.integer("head_dim", 0));
    config.layerNormEps = fields.number("rms_norm_eps", 1e-6);
    config.tieWordEmbeddings = fields.boolean("tie_word_embeddings", false);
    config.hiddenAct = fields.string("hidden_act", "silu");
    if (config.numKeyValueHeads < 1 || config.numHeads % config.numKeyValueHeads != 0) {
        fields.problem("num_key_value_heads", "`num_attention_heads` must be a multiple of it");
    }
}

void readBertLike(JsonFields& fields, ModelConfig& config) {
    const bool isRoberta = config.hasPaddedPositions();
    config.vocabSize = positiveSize(fields, "vocab_size");
    config.hiddenSize = positiveSize(fields, "hidden_size");
    config.numLayers = positiveSize(fields, "num_hidden_layers");
    config.numHeads = positiveSize(fields, "num_attention_heads");
    config.intermediateSize = positiveSize(fields, "intermediate_size");
    config.maxPositions = positiveSize(fields, "max_position_embeddings");
    if (config.family == ModelFamily::Llama) {
        readLlama(fields, config);
        return;
    }
    config.typeVocabSize = static_cast<int>(fields.integer("type_vocab_size", isRoberta ? 1 : 2));
    config.layerNormEps = fields.number("layer_norm_eps", isRoberta ? 1e-5 : 1e-12);
    config.hiddenDropout = probability(fields, "hidden_dropout_prob", 0.1);
    config.attentionDropout = probability(fields, "attention_probs_dropout_prob", 0.1);
    config.hiddenAct = fields.string("hidden_act", "gelu");
    config.isDecoder = fields.boolean("is_decoder", false);
    if (config.typeVocabSize < 1) {
        fields.problem("type_vocab_size", "`type_vocab_size` must be at least 1");
    }
}

void checkShape(JsonFields& fields, const ModelConfig& config) {
    const char* heads = config.family == ModelFamily::DistilBert ? "n_heads" : "num_attention_heads";
    if (config.numHeads > 0 && config.headSize == 0 && config.hiddenSize % config.numHeads != 0) {
        fields.problem(heads, "the hidden size " + std::to_string(config.hiddenSize) +
                                  " is not a multiple of `" + heads + "` " + std::to_string(config.numHeads));
    }
    if (fields.ok() && config.longestText() < 1) {
        fields.problem("max_position_embeddings", "no position is left after the padding id");
    }
    if (fields.string("position_embedding_type", "absolute") != "absolute") {
        fields.problem("position_embedding_type", "only absolute position embeddings can be read");
    }
    const auto& names = nonLinearityNames();
    if (std::find(names.begin(), names.end(), config.hiddenAct) == names.end()) {
        fields.problem("hidden_act", "the activation `" + config.hiddenAct + "` is not known");
    }
}

} // namespace

std::string_view familyName(ModelFamily family) {
    return std::find_if(kFamilies.begin(), kFamilies.end(),
                        [family](const auto& entry) { return entry.first == family; })
        ->second;
}

std::optional<ModelFamily> familyFromName(std::string_view name) {
    for (const auto& [family, known] : kFamilies) {
        if (known == name) {
            return family;
        }
    }
    return std::nullopt;
}

Result<ModelConfig> parseModelConfig(const nlohmann::json& json) {
    if (!json.is_object()) {
        return fail("a model's config.json must hold a JSON object", "/");
    }
    ModelConfig config;
    config.modelType = modelTypeOf(json);
    const std::optional<ModelFamily> family = familyFromName(config.modelType);
    if (!family) {
        return fail(config.modelType.empty() ? "the configuration has no `model_type`"
                                             : "the model family `" + config.modelType + "` can't be read",
                    "/model_type", "Families that can be read: bert, roberta, xlm-roberta, distilbert");
    }
    config.family = *family;
    JsonFields fields(json, "");
    config.padTokenId = static_cast<int>(fields.integer("pad_token_id", config.hasPaddedPositions() ? 1 : 0));
    config.initializerRange = fields.number("initializer_range", 0.02);
    config.tieWordEmbeddings = fields.boolean("tie_word_embeddings", true);
    if (config.family == ModelFamily::DistilBert) {
        readDistilBert(fields, config);
    } else {
        readBertLike(fields, config);
    }
    checkShape(fields, config);
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    return config;
}

std::int64_t baseParameterCount(const ModelConfig& config) {
    const std::int64_t h = config.hiddenSize;
    const std::int64_t f = config.intermediateSize;
    if (config.family == ModelFamily::Llama) {
        const std::int64_t q = std::int64_t{config.numHeads} * config.headWidth();
        const std::int64_t block = 2 * h * q + 2 * h * config.keyValueWidth() + 3 * h * f + 2 * h;
        return std::int64_t{config.vocabSize} * h + config.numLayers * block + h;
    }
    const std::int64_t embeddings =
        (std::int64_t{config.vocabSize} + config.maxPositions + config.typeVocabSize) * h + 2 * h;
    const std::int64_t attention = 4 * (h * h + h) + 2 * h;
    const std::int64_t feedForward = h * f + f + f * h + h + 2 * h;
    return embeddings + config.numLayers * (attention + feedForward);
}

} // namespace awb
