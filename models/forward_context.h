#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/config/site.h"

namespace awb {

/// What a site's module saw and did in one forward pass, for observers. Tensors may require gradients: detach
/// before keeping any.
struct SiteObservation {
    const std::string& adapter;
    int layer;
    Site site;
    const torch::Tensor& input;      ///< v, [B, T, H]
    const torch::Tensor& activation; ///< bottleneck units after the non-linearity, [B, T, b]
    const torch::Tensor& change;     ///< u after scaling, what the adapter adds, [B, T, H]
    const torch::Tensor& gate;       ///< one number a sequence, [B, 1, 1]; undefined without gating
};

/// Travels through one forward pass: how it is run and who watches. Not shared between threads.
struct ForwardContext {
    bool training = false;    ///< dropout on, drawn from LibTorch's default CPU generator
    std::set<int> skipLayers; ///< these run un-adapted in this pass
    /// Called between the parts of the layers, and there again in backward; may throw a std::exception to
    /// leave the pass (LibTorch's backward carries those to its caller, and loses its footing with any other
    /// type).
    std::function<void()> safePoint;
    /// Called for each module that runs; empty when nobody watches.
    std::function<void(const SiteObservation&)> observe;
    torch::Tensor attentionMask; ///< [B, T] of 0/1, for observers that leave padding out
    bool keepHiddenStates = false;
};

/// Calls the context's safe point now and again in backward, when the gradient of `states` has been computed.
void passSafePoint(const torch::Tensor& states, const ForwardContext& context);

} // namespace awb
