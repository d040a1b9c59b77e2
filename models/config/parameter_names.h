#pragma once

#include <cstdint>
#include <string>

#include "models/config/model_config.h"
#include "models/config/site.h"

namespace awb {

/// The two parts of a transformer block that end in a residual connection.
enum class BlockPart { Attention, FeedForward };

// Names of a family's tensors in the public checkpoints, with the body prefix.

/// "bert.", "distilbert.", "model.".
std::string bodyPrefix(ModelFamily family);
/// The place of a block part's bottleneck adapters and fusion layers: "bert.encoder.layer.0.output.".
std::string joinPrefix(ModelFamily family, int layer, BlockPart part);
/// The linear map at a linear site, or the pooler's: "bert.encoder.layer.0.attention.self.query.".
std::string linearPrefix(ModelFamily family, int layer, Site site);
/// The place of prefix gates: "bert.encoder.layer.0.attention.self.prefix_tuning.prefix_gates.".
std::string prefixGatePrefix(ModelFamily family, int layer);
/// The group that prefix tensors of self-attention belong to: "self_prefix" or, for DistilBERT, "self".
std::string prefixGroup(ModelFamily family);
/// What stands in front of a block's tensors: "bert.encoder.layer.0.".
std::string blockPrefix(ModelFamily family, int layer);
/// The class that AdapterHub's library saves in configurations: "BertAdapterModel".
std::string adapterModelClass(ModelFamily family);

/// Width of what a linear site reads and gives.
struct LinearShape {
    std::int64_t in = 0;
    std::int64_t out = 0;
};
LinearShape linearShape(const ModelConfig& model, Site site);

} // namespace awb
