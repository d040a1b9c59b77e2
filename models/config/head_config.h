#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

enum class HeadType {
    Classification,    ///< one class a text
    MultiLabel,        ///< any number of classes a text
    Regression,        ///< a number a text
    Tagging,           ///< one class a token
    MaskedLm,          ///< the masked tokens' ids
    CausalLm,          ///< the next token's id
    QuestionAnswering, ///< first and last token of the answer
    MultipleChoice,    ///< which of several texts
};

/// A task head as in AdapterHub's flexible heads.
///
/// Classification kinds and multiple choice: (layers - 1) x [dropout, linear(H, H), activation], then
/// [dropout, linear(H, outputs)], on the first token's state (or the pooler's output). Tagging and question
/// answering: the same on every token's state. Language models: linear(H, H), activation, LayerNorm, then the
/// matrix of the word embeddings, which is shared with the base, and a bias.
struct HeadConfig {
    std::string name = "task";
    HeadType type = HeadType::Classification;
    int numLabels = 0; ///< 0: taken from the data; regression always has 1. Choices of multiple choice
    int layers = 2;
    std::string activation = "tanh"; ///< empty: no activation between the layers (AdapterHub's null)
    bool usePooler = false;
    bool bias = true;
    bool layerNorm = true;           ///< language models only
    bool shiftLabels = false;        ///< causal language models: the label of a token is the next one
    std::vector<std::string> labels; ///< names in the order of their ids; empty: "LABEL_0", ...

    bool operator==(const HeadConfig&) const = default;
};

/// "classification", "multilabel", "regression", "tagging", "masked_lm", "causal_lm", "question_answering",
/// "multiple_choice".
std::string_view headTypeName(HeadType type);
std::optional<HeadType> headTypeFromName(std::string_view name);

/// What AdapterHub gives a new head of this type: number of layers and activation.
HeadConfig defaultHead(HeadType type);

/// True for heads whose output is a distribution over the vocabulary.
constexpr bool isLanguageModel(HeadType type) {
    return type == HeadType::MaskedLm || type == HeadType::CausalLm;
}
/// True for heads that predict something for every token.
constexpr bool isPerToken(HeadType type) {
    return type == HeadType::Tagging || type == HeadType::QuestionAnswering || isLanguageModel(type);
}

/// Width of the head's last linear map: labels, 1 (regression, multiple choice) or 2 (question answering); 0
/// for language models.
int headOutputs(const HeadConfig& config);

/// Number of parameters at hidden size H and, for language models, vocabulary V; the shared embedding matrix
/// does not count.
std::int64_t headParameterCount(const HeadConfig& config, int hiddenSize, int vocabSize);

/// The `config` object of AdapterHub's head_config.json. Regression is classification with one label there.
/// `vocabSize` and `hiddenSize` are written for language models.
nlohmann::json toAdapterHubJson(const HeadConfig& config, int hiddenSize, int vocabSize);
Result<HeadConfig> headFromAdapterHub(const nlohmann::json& json, const std::string& name);

} // namespace awb
