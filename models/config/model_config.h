#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

/// A family of pretrained encoders that the program can read.
enum class ModelFamily { Bert };

/// The shape of a pretrained encoder, as its Hugging Face `config.json` says it.
struct ModelConfig {
    ModelFamily family = ModelFamily::Bert;
    std::string modelType = "bert";
    int vocabSize = 0;
    int hiddenSize = 0;
    int numLayers = 0;
    int numHeads = 0;
    int intermediateSize = 0;
    int maxPositions = 0;
    int typeVocabSize = 0;
    int padTokenId = 0;
    double layerNormEps = 1e-12;
    double initializerRange = 0.02;
    double hiddenDropout = 0.0;
    double attentionDropout = 0.0;
    std::string hiddenAct = "gelu";
    bool isDecoder = false; ///< adds the causal mask

    bool operator==(const ModelConfig&) const = default;
};

/// Reads `config.json`. Errors: unknown `model_type`, missing or impossible sizes, a relative
/// `position_embedding_type`; each names its key. Unknown keys are legal in this format.
Result<ModelConfig> parseModelConfig(const nlohmann::json& json);

/// Number of parameters of the encoder body (embeddings, blocks, no pooler, no head).
std::int64_t baseParameterCount(const ModelConfig& config);

} // namespace awb
