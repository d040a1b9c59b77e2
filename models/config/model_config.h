#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

/// A family of pretrained transformers. The engine computes the encoders; Llama's shape is known so that its
/// parameters can be counted.
enum class ModelFamily { Bert, Roberta, XlmRoberta, DistilBert, Llama };

/// "bert", "roberta", "xlm-roberta", "distilbert", "llama": `model_type` in config.json.
std::string_view familyName(ModelFamily family);
std::optional<ModelFamily> familyFromName(std::string_view name);

/// The shape of a pretrained transformer, as its Hugging Face `config.json` says it.
struct ModelConfig {
    ModelFamily family = ModelFamily::Bert;
    std::string modelType = "bert";
    int vocabSize = 0;
    int hiddenSize = 0;
    int numLayers = 0;
    int numHeads = 0;
    int numKeyValueHeads = 0; ///< 0: as many as heads
    int headSize = 0;         ///< 0: hidden size / heads
    int intermediateSize = 0;
    int maxPositions = 0;
    int typeVocabSize = 0; ///< 0: the family has no token types
    int padTokenId = 0;
    double layerNormEps = 1e-12;
    double initializerRange = 0.02;
    double hiddenDropout = 0.0;
    double attentionDropout = 0.0;
    std::string hiddenAct = "gelu";
    bool isDecoder = false;        ///< adds the causal mask
    bool tieWordEmbeddings = true; ///< language models share the embeddings' matrix

    /// RoBERTa's positions begin after the padding id and skip padding.
    bool hasPaddedPositions() const {
        return family == ModelFamily::Roberta || family == ModelFamily::XlmRoberta;
    }
    /// Texts of at most so many tokens have positions.
    int longestText() const { return hasPaddedPositions() ? maxPositions - padTokenId - 1 : maxPositions; }
    /// Width of one attention head.
    int headWidth() const { return headSize > 0 ? headSize : hiddenSize / numHeads; }
    /// Width of all keys (and of all values) of a token.
    int keyValueWidth() const { return (numKeyValueHeads > 0 ? numKeyValueHeads : numHeads) * headWidth(); }

    bool operator==(const ModelConfig&) const = default;
};

/// Reads `config.json`. Errors: unknown `model_type`, missing or impossible sizes, a relative
/// `position_embedding_type`; each names its key. Unknown keys are legal in this format.
Result<ModelConfig> parseModelConfig(const nlohmann::json& json);

/// Number of parameters of the body (embeddings, blocks, no pooler, no head).
std::int64_t baseParameterCount(const ModelConfig& config);

} // namespace awb
