#include "models/forward_context.h"

#include <torch/types.h>

namespace awb {

void passSafePoint(const torch::Tensor& states, const ForwardContext& context) {
    if (!context.safePoint) {
        return;
    }
    context.safePoint();
    if (states.requires_grad()) {
        states.register_hook([safePoint = context.safePoint](const torch::Tensor&) { safePoint(); });
    }
}

} // namespace awb
