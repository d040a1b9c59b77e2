#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/config/adapter_rules.h"
#include "models/config/parameter_names.h"
#include "models/config/site.h"

namespace awb {

/// What a site's module saw and did in one forward pass, for observers. Tensors may require gradients: detach
/// before keeping any.
struct SiteObservation {
    const std::string& adapter;
    int layer;
    Site site;
    const torch::Tensor& input;      ///< v, [B, T, H]
    const torch::Tensor& activation; ///< inner units, [B, T, b]; undefined for methods without any
    const torch::Tensor& change;     ///< u after scaling, what the module adds, [B, T, out]
    const torch::Tensor& gate;       ///< one number a sequence, [B, 1, 1]; undefined without gating
};

/// The weights of one fusion layer in one forward pass.
struct FusionObservation {
    const std::string& fusion; ///< "a,b"
    int layer;
    BlockPart part;
    const torch::Tensor& weights; ///< softmax over the adapters, changed by the rules, [B, T, N]
};

/// What lives for one forward pass only; the model makes it anew at its beginning.
struct PassState {
    std::int64_t batch = 0;                             ///< rows before any Parallel block
    torch::Tensor attentionMask;                        ///< [B, P + T], prompts included
    std::map<const void*, torch::Tensor> sharedResults; ///< computed once for all layers, by owner
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
    /// Called for each fusion layer that runs.
    std::function<void(const FusionObservation&)> observeFusion;
    torch::Tensor attentionMask; ///< [B, T] of 0/1, for observers that leave padding out
    /// Language models: the tokens whose logits are wanted, int64 [N] of positions in [B * T]; undefined:
    /// all. The output matrix is by far the widest of a small model, and a masked LM asks for few tokens.
    torch::Tensor askedTokens;
    bool keepHiddenStates = false;
    PassState pass;
    AdapterRules rules; ///< changes by hand, checked by `checkRules`; empty: as trained
};

/// Calls the context's safe point now and again in backward, when the gradient of `states` has been computed.
void passSafePoint(const torch::Tensor& states, const ForwardContext& context);

} // namespace awb
