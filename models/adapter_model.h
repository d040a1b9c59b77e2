#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/config/adapter_config.h"
#include "models/config/composition.h"
#include "models/config/fusion_config.h"
#include "models/config/head_config.h"
#include "models/config/model_config.h"
#include "models/config/result.h"
#include "models/forward_context.h"

namespace awb {

/// A parameter under its checkpoint name.
struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
};

/// Model inputs, int64. [B, T], or [B, C, T] for multiple choice; `typeIds` may be undefined (all 0).
struct ModelInput {
    torch::Tensor ids;
    torch::Tensor attentionMask;
    torch::Tensor typeIds;
};

/// What one head says.
struct HeadOutput {
    std::string head;
    /// Shape by the head's type, see headLoss; [N, V] of a language model that was asked for N tokens.
    torch::Tensor logits;
    /// The rows of the input's batch that it is about; all of them but in a BatchSplit.
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
};

struct ModelOutput {
    torch::Tensor lastHiddenState; ///< [B', T', H]; B' = N B below a Parallel of N, T' with a prompt
    std::vector<torch::Tensor> hiddenStates; ///< L + 1 entries when the context keeps them, else empty
    torch::Tensor poolerOutput;              ///< [B', H]; undefined without a pooler
    std::vector<HeadOutput> heads;           ///< one for each active head
    torch::Tensor logits;                    ///< of the first head; undefined without one
    torch::Tensor attentionMask;             ///< [B', T'] as the last block saw it
};

/// Who is trained: all others get requires_grad = false.
struct Trainable {
    std::vector<std::string> adapters;
    std::vector<std::string> fusions; ///< by name, "a,b"
    bool heads = true;
    bool base = false; ///< full fine-tuning
};

/// A frozen pretrained encoder with adapters at its sites and task heads on top. Parameter names are those of
/// the public checkpoints: "bert.encoder.layer.0.attention.self.query.weight",
/// "bert.encoder.layer.0.output.adapters.NAME.adapter_down.0.weight", "heads.NAME.1.weight".
///
/// All tensors are float32 on the CPU. Fresh weights are drawn from the generator that is passed, nowhere
/// else.
class AdapterModel {
public:
    /// An encoder of this shape with uninitialised weights; `withPooler` where the checkpoint has one. Throws
    /// std::invalid_argument for a family that the engine does not compute.
    AdapterModel(const ModelConfig& config, bool withPooler);
    ~AdapterModel();
    AdapterModel(AdapterModel&&) noexcept;
    AdapterModel& operator=(AdapterModel&&) noexcept;

    const ModelConfig& config() const;
    bool hasPooler() const;
    void addPooler(torch::Generator& generator);

    /// Creates the adapter's modules in every layer and initialises them.
    Result<void> addAdapter(const std::string& name, const AdapterConfig& config,
                            torch::Generator& generator);
    /// Creates fusion layers for these adapters, which must be there, in this order.
    Result<void> addFusion(const std::vector<std::string>& adapters, const FusionConfig& config,
                           torch::Generator& generator);
    Result<void> addHead(const HeadConfig& head, torch::Generator& generator);
    /// Takes an adapter, fusion or head away again; the active setup must not name it.
    void removeAdapter(const std::string& name);
    void removeFusion(const std::string& name);
    void removeHead(const std::string& name);
    std::vector<std::string> adapterNames() const; ///< in alphabetical order
    std::vector<std::string> fusionNames() const;
    std::vector<std::string> headNames() const;
    const AdapterConfig* adapterConfig(const std::string& name) const;
    const FusionConfig* fusionConfig(const std::string& name) const;
    const HeadConfig* headConfig(const std::string& name) const;

    /// Chooses what runs: the composition's adapters and the heads; with several branches at its end
    /// (`headBranches`) either one head a branch, in their order, or none. Errors: unknown names, an illegal
    /// composition, a missing fusion.
    Result<void> setActive(const Composition& composition, const std::vector<std::string>& heads);

    void setTrainable(const Trainable& who);

    /// Computes the adapter's linear modules (LoRA, DoRA, VeRA, (IA)3, BitFit's linear maps) inside the
    /// base's weights. Errors: a gate, another adapter is merged already. (IA)3 merges into the weights
    /// alone, not into the biases, as in the public library.
    Result<void> merge(const std::string& adapter);
    /// Gives the base its own weights back, bit for bit.
    void unmerge();

    /// Embeddings, all layers, pooler and heads.
    ModelOutput forward(const ModelInput& input, ForwardContext& context);
    /// Embeddings and the layers below `layer`, without gradients: [B, T, H], to be computed once and reused.
    /// Not for setups with a prompt.
    torch::Tensor lowerStates(const ModelInput& input, int layer, ForwardContext& context);
    /// The layers from `layer` up, pooler and heads, from states that `lowerStates` gave.
    ModelOutput forwardFrom(const torch::Tensor& states, int layer, const torch::Tensor& attentionMask,
                            ForwardContext& context);
    /// 0.01 sum ||I - W_value||^2 over the trained fusion layers with a value matrix whose configuration asks
    /// for it; undefined where there are none.
    torch::Tensor fusionRegularization() const;
    /// A fusion's temperature (the option `temperature`), the same in all its layers.
    double fusionTemperature(const std::string& fusion) const;
    void setFusionTemperature(const std::string& fusion, double temperature);
    /// Vectors of the base's word embeddings, [V, H].
    const torch::Tensor& wordEmbeddings() const;

    std::vector<NamedTensor> baseParameters() const; ///< with the body prefix, pooler included
    std::vector<NamedTensor> adapterParameters(const std::string& name) const; ///< each tensor once
    std::vector<NamedTensor> fusionParameters(const std::string& name) const;
    std::vector<NamedTensor> headParameters(const std::string& name) const;
    /// As files hold them: also under the aliases of their declarations.
    std::vector<NamedTensor> adapterFileTensors(const std::string& name) const;
    /// With the copy of the embeddings that language models' files hold.
    std::vector<NamedTensor> headFileTensors(const std::string& name) const;
    std::vector<NamedTensor>
    trainableParameters() const; ///< base, adapters, fusions, heads; requires_grad only
    /// The tensors of one module, for per-module statistics.
    struct ModuleTensors {
        std::vector<torch::Tensor> down; ///< of bottlenecks and low-rank pairs
        std::vector<torch::Tensor> up;
        std::vector<torch::Tensor> all;
    };
    ModuleTensors moduleTensors(const std::string& adapter, int layer, Site site) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace awb
