#include "models/families/sites.h"

#include <torch/types.h>

namespace awb {

torch::Tensor Sites::embeddings(const torch::Tensor& states, ForwardContext& /*context*/) const {
    return states;
}

Prompted Sites::prompt(const torch::Tensor& states, const torch::Tensor& attentionMask,
                       ForwardContext& /*context*/) const {
    return {states, attentionMask};
}

torch::Tensor Sites::linear(int /*layer*/, Site /*site*/, const Linear& map, const torch::Tensor& input,
                            ForwardContext& /*context*/) const {
    return map(input);
}

std::optional<Prefix> Sites::prefix(int /*layer*/, const torch::Tensor& /*input*/,
                                    ForwardContext& /*context*/) const {
    return std::nullopt;
}

torch::Tensor Sites::join(const ResidualJoin& at, ForwardContext& /*context*/) const {
    const torch::Tensor residual = matchRows(at.residual, at.output.size(0));
    return at.normalised(addInto(at.output, residual));
}

torch::Tensor Sites::blockOutput(int /*layer*/, const torch::Tensor& states,
                                 ForwardContext& /*context*/) const {
    return states;
}

torch::Tensor matchRows(const torch::Tensor& tensor, std::int64_t rows) {
    const std::int64_t own = tensor.size(0);
    if (own == rows) {
        return tensor;
    }
    TORCH_CHECK(own > 0 && rows % own == 0, "a batch of ", own, " texts can't be repeated to ", rows);
    std::vector<std::int64_t> times(static_cast<std::size_t>(tensor.dim()), 1);
    times[0] = rows / own;
    return tensor.repeat(times);
}

} // namespace awb
