#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/config/head_config.h"
#include "models/layers/activation.h"
#include "models/layers/primitives.h"

namespace awb {

/// One of AdapterHub's flexible heads; see HeadConfig for its layers.
class PredictionHead {
public:
    PredictionHead(HeadConfig config, const ModelConfig& model, torch::Generator& generator);

    const HeadConfig& config() const { return m_config; }
    /// [..., H] -> [..., outputs]; not for language models.
    torch::Tensor run(const torch::Tensor& states, bool training) const;
    /// Language models, up to the output matrix: [B, T, H] -> [B, T, H].
    torch::Tensor transform(const torch::Tensor& states) const;
    /// Language models, the output matrix: [..., H] -> [..., V]. `embeddings`: the base's, [V, H], which
    /// serve as the matrix unless the base does not tie them.
    torch::Tensor decode(const torch::Tensor& states, const torch::Tensor& embeddings) const;

    /// "heads.NAME.1.weight", ...
    std::vector<NamedTensor> parameters() const;
    /// Name of the output matrix in files: "heads.NAME.3.weight"; empty for other heads and for a matrix of
    /// its own.
    std::string tiedWeightName() const;

private:
    void buildLanguageModel(const ModelConfig& model, torch::Generator& generator);
    std::string place(std::size_t index) const;

    HeadConfig m_config;
    double m_dropout;
    Activation m_activation; ///< null: none between the layers
    std::vector<Linear> m_linears;
    std::vector<LayerNorm> m_norms; ///< one after each activation of a language model
    Linear m_decoder;               ///< the weight is undefined where it is tied
};

/// The loss of a head's outputs. Mean over what is counted; label -100 is ignored.
///
/// logits and labels by type: classification [B, C] and int64 [B]; multi-label [B, C] and float32 [B, C];
/// regression [B, 1] and float32 [B]; multiple choice [B, C] and int64 [B]; tagging [B, T, C] and int64
/// [B, T]; question answering [B, T, 2] and int64 [B, 2] (first and last position; positions outside the text
/// are ignored); language models [B, T, V] and int64 [B, T], masked ones also [N, V] and int64 [N].
/// `attentionMask` ([B, T], may be undefined): tokens without it don't count in tagging.
torch::Tensor headLoss(const HeadConfig& head, const torch::Tensor& logits, const torch::Tensor& labels,
                       const torch::Tensor& attentionMask = {});

} // namespace awb
