#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"
#include "models/families/sites.h"

namespace awb {

/// A pretrained network body, one class a family: embeddings, a row of blocks, maybe a pooler.
class Encoder {
public:
    virtual ~Encoder() = default;

    /// Token states before the first block, [B, T, H].
    virtual torch::Tensor embed(const ModelInput& input, ForwardContext& context) const = 0;
    /// The additive attention mask in the form that `block` takes, from [B, T] of 0/1.
    virtual torch::Tensor blockMask(const torch::Tensor& attentionMask) const = 0;
    /// One block: [B, T, H] -> [B, T, H].
    virtual torch::Tensor block(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                                const Sites& sites, ForwardContext& context) const = 0;
    /// [B, H]; only where `hasPooler`.
    virtual torch::Tensor pool(const torch::Tensor& states) const = 0;

    virtual bool hasPooler() const = 0;
    virtual void addPooler(torch::Generator& generator) = 0;
    virtual std::vector<NamedTensor> parameters() const = 0;

    /// Checkpoint prefix of the tensors at the end of a block part, "bert.encoder.layer.0.output.".
    virtual std::string joinPrefix(int layer, BlockPart part) const = 0;
    /// Checkpoint prefix of the whole body, "bert.".
    virtual std::string bodyPrefix() const = 0;
};

std::unique_ptr<Encoder> makeEncoder(const ModelConfig& config, bool withPooler);

} // namespace awb
