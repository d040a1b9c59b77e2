#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"
#include "models/families/sites.h"

namespace awb {

/// A pretrained network body, one class a kind of family: embeddings, a row of blocks, maybe a pooler.
class Encoder {
public:
    virtual ~Encoder() = default;

    /// Token states before the first block and before any module, [B, T, H].
    virtual torch::Tensor embed(const ModelInput& input, ForwardContext& context) const = 0;
    /// The additive attention mask in the form that `block` takes, from [B, T] of 0/1.
    virtual torch::Tensor blockMask(const torch::Tensor& attentionMask) const = 0;
    /// One block: [B, T, H] -> [B', T, H]; `mask` is repeated where there are more rows than it has.
    virtual torch::Tensor block(int layer, const torch::Tensor& states, const torch::Tensor& mask,
                                const Sites& sites, ForwardContext& context) const = 0;
    /// [B, H]; only where `hasPooler`.
    virtual torch::Tensor pool(const torch::Tensor& states, const Sites& sites,
                               ForwardContext& context) const = 0;

    virtual bool hasPooler() const = 0;
    virtual void addPooler(torch::Generator& generator) = 0;
    virtual std::vector<NamedTensor> parameters() const = 0;
    /// The linear map of a site, whose tensors are the encoder's own; null where the family has none there.
    virtual const Linear* linearAt(int layer, Site site) const = 0;
    /// [V, H]
    virtual const torch::Tensor& wordEmbeddings() const = 0;
};

/// Null for families whose numbers the engine does not compute.
std::unique_ptr<Encoder> makeEncoder(const ModelConfig& config, bool withPooler);

} // namespace awb
