#pragma once

#include <map>
#include <memory>
#include <utility>

#include <torch/types.h>

#include "models/families/sites.h"
#include "models/methods/bottleneck.h"

namespace awb {

/// What happened inside a module, for observers. Undefined where the module has no such thing.
struct ModuleTrace {
    torch::Tensor activation; ///< inner units, [B, T, r]
    torch::Tensor gate;       ///< [B, 1, 1]
};

/// A module at a linear map y = W x + b. It does one of three things, which compose in different ways.
class LinearModule {
public:
    enum class Kind {
        Additive,  ///< adds a change of the input (low-rank pairs)
        Factor,    ///< multiplies the output
        Replacing, ///< computes the map in another way
    };
    virtual ~LinearModule() = default;
    virtual Kind kind() const = 0;

    /// Additive: the change from `input` (the map's input, or in a Stack the change of the module before) and
    /// the map's own input: [B, T, in] -> [B, T, out].
    virtual torch::Tensor change(const torch::Tensor& input, const torch::Tensor& mapInput, bool training,
                                 ModuleTrace& trace) const;
    /// Factor: broadcasts against [B, T, out].
    virtual torch::Tensor factor() const;
    /// Replacing: the whole map.
    virtual torch::Tensor replace(const Linear& map, const torch::Tensor& input, bool training,
                                  ModuleTrace& trace) const;
    /// The map with this module inside its weight. Undefined weight where that is impossible (gates).
    virtual Linear merged(const Linear& map) const = 0;
};

/// Extra keys and values of one layer.
class PrefixModule {
public:
    virtual ~PrefixModule() = default;
    /// `input`: [B, T, H], what the key map reads. The mask is 0 everywhere.
    virtual Prefix make(const torch::Tensor& input, ForwardContext& context, ModuleTrace& trace) const = 0;
};

/// A bijection of the embeddings' output.
class InvertibleModule {
public:
    virtual ~InvertibleModule() = default;
    virtual torch::Tensor forward(const torch::Tensor& states) const = 0;
    virtual torch::Tensor inverse(const torch::Tensor& states) const = 0;
};

/// Extra tokens in front of the embeddings' output.
class PromptModule {
public:
    virtual ~PromptModule() = default;
    virtual std::int64_t length() const = 0;
    /// Position of the first extra token.
    virtual std::int64_t position() const = 0;
    virtual torch::Tensor embeddings() const = 0; ///< [P, H]
};

/// Changes what leaves a block.
class BlockModule {
public:
    virtual ~BlockModule() = default;
    /// `attentionMask`: [B, T] of 0/1.
    virtual torch::Tensor run(const torch::Tensor& states, const torch::Tensor& attentionMask,
                              bool training) const = 0;
};

/// Everything that the methods of one adapter have put into the network.
struct SiteModules {
    std::map<std::pair<int, BlockPart>, BottleneckModule> joins;
    std::map<std::pair<int, Site>, std::unique_ptr<LinearModule>> linears;
    std::map<int, std::unique_ptr<PrefixModule>> prefixes;
    std::map<int, std::unique_ptr<BlockModule>> blocks;
    std::unique_ptr<InvertibleModule> invertible;
    std::unique_ptr<PromptModule> prompt;
    std::map<std::pair<int, BlockPart>, torch::Tensor> normShifts; ///< added to a LayerNorm's bias, [H]
    torch::Tensor embeddingShift;                                  ///< added to the embeddings' output, [H]
};

} // namespace awb
