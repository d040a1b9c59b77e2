#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "models/config/bottleneck_config.h"
#include "models/config/composition.h"
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

/// Model inputs. All [B, T] int64; `typeIds` may be undefined (all 0).
struct ModelInput {
    torch::Tensor ids;
    torch::Tensor attentionMask;
    torch::Tensor typeIds;
};

struct ModelOutput {
    torch::Tensor lastHiddenState;           ///< [B, T, H]
    std::vector<torch::Tensor> hiddenStates; ///< L + 1 entries when the context keeps them, else empty
    torch::Tensor poolerOutput;              ///< [B, H]; undefined without a pooler
    torch::Tensor logits;                    ///< [B, labels]; undefined without a head
};

/// A frozen pretrained encoder with adapters at its sites and task heads on top. Parameter names are those of
/// the public checkpoints: "bert.encoder.layer.0.attention.self.query.weight",
/// "bert.encoder.layer.0.output.adapters.NAME.adapter_down.0.weight", "heads.NAME.1.weight".
///
/// All tensors are float32 on the CPU. Fresh weights are drawn from the generator that is passed, nowhere
/// else.
class AdapterModel {
public:
    /// An encoder of this shape with uninitialised weights; `withPooler` where the checkpoint has one.
    AdapterModel(const ModelConfig& config, bool withPooler);
    ~AdapterModel();
    AdapterModel(AdapterModel&&) noexcept;
    AdapterModel& operator=(AdapterModel&&) noexcept;

    const ModelConfig& config() const;
    bool hasPooler() const;
    void addPooler(torch::Generator& generator);

    /// Creates the adapter's modules in every layer and initialises them.
    Result<void> addAdapter(const std::string& name, const BottleneckConfig& config,
                            torch::Generator& generator);
    Result<void> addHead(const HeadConfig& head, torch::Generator& generator);
    /// Takes an adapter or head away again; the active setup must not name it.
    void removeAdapter(const std::string& name);
    void removeHead(const std::string& name);
    std::vector<std::string> adapterNames() const; ///< in alphabetical order
    std::vector<std::string> headNames() const;
    const BottleneckConfig* adapterConfig(const std::string& name) const;
    const HeadConfig* headConfig(const std::string& name) const;

    /// Chooses what runs: the composition's adapters and, if not empty, one head. Unknown names are errors.
    Result<void> setActive(const Composition& composition, const std::string& head);

    /// Who is trained: all others get requires_grad = false. `base`: full fine-tuning.
    void setTrainable(const std::vector<std::string>& adapters, bool heads, bool base);

    /// Embeddings, all layers, pooler and head.
    ModelOutput forward(const ModelInput& input, ForwardContext& context);
    /// Embeddings and the layers below `layer`, without gradients: [B, T, H], to be computed once and reused.
    torch::Tensor lowerStates(const ModelInput& input, int layer, ForwardContext& context);
    /// The layers from `layer` up, pooler and head, from states that `lowerStates` gave.
    ModelOutput forwardFrom(const torch::Tensor& states, int layer, const torch::Tensor& attentionMask,
                            ForwardContext& context);

    std::vector<NamedTensor> baseParameters() const; ///< with the body prefix, pooler included
    std::vector<NamedTensor> adapterParameters(const std::string& name) const;
    std::vector<NamedTensor> headParameters(const std::string& name) const;
    std::vector<NamedTensor> trainableParameters() const; ///< base, adapters, heads; requires_grad only
    /// The down and the up projection's tensors of one module, for per-module statistics.
    struct ModuleTensors {
        std::vector<torch::Tensor> down;
        std::vector<torch::Tensor> up;
        std::vector<torch::Tensor> all;
    };
    ModuleTensors moduleTensors(const std::string& adapter, int layer, Site site) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Cross-entropy for class labels (int64 [B]), mean squared error for one label (float32 [B]); rows with
/// label -100 are ignored.
torch::Tensor headLoss(const HeadConfig& head, const torch::Tensor& logits, const torch::Tensor& labels);

} // namespace awb
