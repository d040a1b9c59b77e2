#pragma once

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

/// The sites of a base model. A family calls them and knows nothing of what is there; methods implement them
/// and know nothing of the family. The defaults are the bare base model.
class Sites {
public:
    virtual ~Sites() = default;
    /// What leaves the block part: LN0(h + x) without adapters.
    virtual torch::Tensor join(const ResidualJoin& at, ForwardContext& context) const;
};

} // namespace awb
