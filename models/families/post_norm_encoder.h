#pragma once

#include <optional>

#include "models/families/encoder.h"
#include "models/layers/activation.h"

namespace awb {

/// Encoders that normalise after each residual connection: BERT (Devlin et al. 2019), RoBERTa (Liu et al.
/// 2019), XLM-RoBERTa (Conneau et al. 2020) and DistilBERT (Sanh et al. 2019). They differ in position
/// numbers, token types, the pooler and in names.
class PostNormEncoder : public Encoder {
public:
    PostNormEncoder(const ModelConfig& config, bool withPooler);

    torch::Tensor embed(const ModelInput& input, ForwardContext& context) const override;
    torch::Tensor blockMask(const torch::Tensor& attentionMask) const override;
    torch::Tensor block(int layer, const torch::Tensor& states, const torch::Tensor& mask, const Sites& sites,
                        ForwardContext& context) const override;
    torch::Tensor pool(const torch::Tensor& states, const Sites& sites,
                       ForwardContext& context) const override;

    bool hasPooler() const override { return m_pooler.has_value(); }
    void addPooler(torch::Generator& generator) override;
    std::vector<NamedTensor> parameters() const override;
    const Linear* linearAt(int layer, Site site) const override;
    const torch::Tensor& wordEmbeddings() const override { return m_wordEmbeddings; }

private:
    struct Block {
        Linear query;
        Linear key;
        Linear value;
        Linear attentionOutput;
        LayerNorm attentionNorm;
        Linear intermediate;
        Linear output;
        LayerNorm outputNorm;
    };

    /// [T] or, where positions skip padding, [B, T].
    torch::Tensor positionsOf(const torch::Tensor& ids) const;
    torch::Tensor attend(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                         const Sites& sites, ForwardContext& context) const;
    /// [B, T, H] -> [B * heads, T, H / heads]
    torch::Tensor splitHeads(const torch::Tensor& states) const;

    ModelConfig m_config;
    Activation m_activation;
    torch::Tensor m_wordEmbeddings;
    torch::Tensor m_positionEmbeddings;
    torch::Tensor m_typeEmbeddings; ///< undefined without token types
    LayerNorm m_embeddingNorm;
    std::vector<Block> m_blocks;
    std::optional<Linear> m_pooler;
};

} // namespace awb
