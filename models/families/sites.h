#pragma once

#include <optional>

#include <torch/types.h>

#include "models/config/parameter_names.h"
#include "models/forward_context.h"
#include "models/layers/primitives.h"

namespace awb {

/// What a block offers where one of its parts ends: everything that a method may need to put itself there.
struct ResidualJoin {
    int layer = 0;
    BlockPart part = BlockPart::FeedForward;
    const torch::Tensor& output;   ///< h, the part's output after its last projection and dropout, [B, T, H]
    const torch::Tensor& residual; ///< x, the tensor on the residual connection, [B, T, H]
    const LayerNorm* norm;         ///< LN0; null in families that normalise before the part

    /// LN0(sum), or `sum` where the family has no LayerNorm here.
    torch::Tensor normalised(const torch::Tensor& sum) const { return norm != nullptr ? (*norm)(sum) : sum; }
};

/// Extra keys and values in front of a layer's own.
struct Prefix {
    torch::Tensor keys;   ///< [B, heads, P, H / heads]
    torch::Tensor values; ///< as keys
    torch::Tensor mask;   ///< [B, P], added to the scores
};

/// Token states with extra tokens in front, and the attention mask that covers them.
struct Prompted {
    torch::Tensor states;        ///< [B, P + T, H]
    torch::Tensor attentionMask; ///< [B, P + T] of 0/1
};

/// The sites of a base model. A family calls them and knows nothing of what is there; methods implement them
/// and know nothing of the family. The defaults are the bare base model.
///
/// A Parallel composition makes the batch N times as large where it first acts, so a site may give more rows
/// than it was given; families bring tensors together with `matchRows`.
class Sites {
public:
    virtual ~Sites() = default;
    /// After the embeddings: [B, T, H] -> [B, T, H].
    virtual torch::Tensor embeddings(const torch::Tensor& states, ForwardContext& context) const;
    virtual Prompted prompt(const torch::Tensor& states, const torch::Tensor& attentionMask,
                            ForwardContext& context) const;
    /// A linear map of a block, or the pooler's: [B, T, in] -> [B', T, out].
    virtual torch::Tensor linear(int layer, Site site, const Linear& map, const torch::Tensor& input,
                                 ForwardContext& context) const;
    /// `input`: what the query, key and value maps read.
    virtual std::optional<Prefix> prefix(int layer, const torch::Tensor& input,
                                         ForwardContext& context) const;
    /// What leaves the block part: LN0(h + x) without adapters.
    virtual torch::Tensor join(const ResidualJoin& at, ForwardContext& context) const;
    /// What leaves the block: [B, T, H] -> [B, T, H].
    virtual torch::Tensor blockOutput(int layer, const torch::Tensor& states, ForwardContext& context) const;
};

/// The tensor repeated along its first axis until it has this many rows (whole batch after whole batch), or
/// the tensor itself where it has them already.
torch::Tensor matchRows(const torch::Tensor& tensor, std::int64_t rows);

} // namespace awb
