#include "models/config/model_config.h"

#include <algorithm>

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

std::string modelTypeOf(const nlohmann::json& json) {
    if (const auto it = json.find("model_type"); it != json.end() && it->is_string()) {
        return it->get<std::string>();
    }
    const auto it = json.find("architectures");
    if (it != json.end() && it->is_array() && !it->empty() && it->front().is_string() &&
        it->front().get<std::string>().starts_with("Bert")) {
        return "bert";
    }
    return {};
}

} // namespace

Result<ModelConfig> parseModelConfig(const nlohmann::json& json) {
    if (!json.is_object()) {
        return fail("a model's config.json must hold a JSON object", "/");
    }
    ModelConfig config;
    config.modelType = modelTypeOf(json);
    if (config.modelType != "bert") {
        return fail(config.modelType.empty() ? "the configuration has no `model_type`"
                                             : "the model family `" + config.modelType + "` can't be read",
                    "/model_type", "this version reads the family `bert`");
    }
    JsonFields fields(json, "");
    config.vocabSize = positiveSize(fields, "vocab_size");
    config.hiddenSize = positiveSize(fields, "hidden_size");
    config.numLayers = positiveSize(fields, "num_hidden_layers");
    config.numHeads = positiveSize(fields, "num_attention_heads");
    config.intermediateSize = positiveSize(fields, "intermediate_size");
    config.maxPositions = positiveSize(fields, "max_position_embeddings");
    config.typeVocabSize = static_cast<int>(fields.integer("type_vocab_size", 2));
    config.padTokenId = static_cast<int>(fields.integer("pad_token_id", 0));
    config.layerNormEps = fields.number("layer_norm_eps", 1e-12);
    config.initializerRange = fields.number("initializer_range", 0.02);
    config.hiddenDropout = probability(fields, "hidden_dropout_prob", 0.1);
    config.attentionDropout = probability(fields, "attention_probs_dropout_prob", 0.1);
    config.hiddenAct = fields.string("hidden_act", "gelu");
    config.isDecoder = fields.boolean("is_decoder", false);
    if (config.numHeads > 0 && config.hiddenSize % config.numHeads != 0) {
        fields.problem("num_attention_heads", "`hidden_size` " + std::to_string(config.hiddenSize) +
                                                  " is not a multiple of `num_attention_heads` " +
                                                  std::to_string(config.numHeads));
    }
    if (fields.string("position_embedding_type", "absolute") != "absolute") {
        fields.problem("position_embedding_type", "only absolute position embeddings can be read");
    }
    const auto& names = nonLinearityNames();
    if (std::find(names.begin(), names.end(), config.hiddenAct) == names.end()) {
        fields.problem("hidden_act", "the activation `" + config.hiddenAct + "` is not known");
    }
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    return config;
}

std::int64_t baseParameterCount(const ModelConfig& config) {
    const std::int64_t h = config.hiddenSize;
    const std::int64_t f = config.intermediateSize;
    const std::int64_t embeddings =
        (std::int64_t{config.vocabSize} + config.maxPositions + config.typeVocabSize) * h + 2 * h;
    const std::int64_t attention = 4 * (h * h + h) + 2 * h;
    const std::int64_t feedForward = h * f + f + f * h + h + 2 * h;
    return embeddings + config.numLayers * (attention + feedForward);
}

} // namespace awb
