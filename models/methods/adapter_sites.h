#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/config/composition.h"
#include "models/families/sites.h"
#include "models/methods/adapter.h"
#include "models/methods/batched_bottlenecks.h"
#include "models/methods/fusion.h"

namespace awb {

/// The base's sites with adapters at them: walks the active composition at each site.
class AdapterSites : public Sites {
public:
    explicit AdapterSites(const ModelConfig& model)
        : m_model(model) {}

    std::map<std::string, Adapter> adapters;
    mutable std::map<std::string, Fusion> fusions; ///< a fusion's temperature moves with each pass
    mutable BatchedBottlenecks batched;            ///< keeps joined weights from pass to pass
    Composition active;
    std::string merged; ///< an adapter whose linear modules are inside the base's weights now

    torch::Tensor embeddings(const torch::Tensor& states, ForwardContext& context) const override;
    Prompted prompt(const torch::Tensor& states, const torch::Tensor& attentionMask,
                    ForwardContext& context) const override;
    torch::Tensor linear(int layer, Site site, const Linear& map, const torch::Tensor& input,
                         ForwardContext& context) const override;
    std::optional<Prefix> prefix(int layer, const torch::Tensor& input,
                                 ForwardContext& context) const override;
    torch::Tensor join(const ResidualJoin& at, ForwardContext& context) const override;
    torch::Tensor blockOutput(int layer, const torch::Tensor& states, ForwardContext& context) const override;

    /// Undoes the first adapter's invertible part, in front of a language model's output matrix.
    torch::Tensor beforeLmHead(const torch::Tensor& states, const ForwardContext& context) const;
    /// The prompt of the active composition; null without one, and where the pass's rules forbid it.
    const PromptModule* activePrompt(const ForwardContext& context) const;
    /// The adapter of this name; null where there is none.
    const Adapter* find(const std::string& name) const;

private:
    bool runs(int layer, const ForwardContext& context) const;
    /// The first adapter of the setup, which alone may have an invertible part and a prompt; null without one
    /// and where the pass's rules forbid it.
    const Adapter* firstAdapter(const ForwardContext& context) const;

    const ModelConfig& m_model;
};

/// How many parts the batch has to be cut into: rows of each child of a BatchSplit. Throws c10::Error where
/// the sizes don't fit.
std::vector<std::int64_t> batchParts(const Composition& node, std::int64_t rows);

} // namespace awb
