#pragma once

#include <optional>

#include "models/families/encoder.h"
#include "models/layers/activation.h"

namespace awb {

/// BERT (Devlin et al. 2019): learned absolute positions, LayerNorm after each residual connection, a tanh
/// pooler.
class BertEncoder : public Encoder {
public:
    BertEncoder(const ModelConfig& config, bool withPooler);

    torch::Tensor embed(const ModelInput& input, ForwardContext& context) const override;
    torch::Tensor blockMask(const torch::Tensor& attentionMask) const override;
    torch::Tensor block(int layer, const torch::Tensor& states, const torch::Tensor& mask, const Sites& sites,
                        ForwardContext& context) const override;
    torch::Tensor pool(const torch::Tensor& states) const override;

    bool hasPooler() const override { return m_pooler.has_value(); }
    void addPooler(torch::Generator& generator) override;
    std::vector<NamedTensor> parameters() const override;
    std::string joinPrefix(int layer, BlockPart part) const override;
    std::string bodyPrefix() const override { return "bert."; }

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

    torch::Tensor attend(const Block& block, const torch::Tensor& states, const torch::Tensor& mask,
                         ForwardContext& context) const;
    /// [B, T, H] -> [B * heads, T, H / heads]
    torch::Tensor splitHeads(const torch::Tensor& states) const;

    ModelConfig m_config;
    Activation m_activation;
    torch::Tensor m_wordEmbeddings;
    torch::Tensor m_positionEmbeddings;
    torch::Tensor m_typeEmbeddings;
    LayerNorm m_embeddingNorm;
    std::vector<Block> m_blocks;
    std::optional<Linear> m_pooler;
};

} // namespace awb
