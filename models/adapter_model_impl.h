#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/adapter_model.h"
#include "models/families/encoder.h"
#include "models/heads/prediction_head.h"
#include "models/methods/adapter_sites.h"

namespace awb {

struct AdapterModel::Impl {
    ModelConfig config;
    std::unique_ptr<Encoder> encoder;
    AdapterSites sites{config};
    std::map<std::string, PredictionHead> heads;
    std::vector<std::string> activeHeads;
    /// The base's own weights while an adapter is merged: the encoder's tensor and its old values.
    std::vector<std::pair<torch::Tensor, torch::Tensor>> unmerged;

    ModelOutput runBlocks(const torch::Tensor& states, int layer, ForwardContext& context);
    void runHeads(ModelOutput& out, ForwardContext& context);
    torch::Tensor runHead(const PredictionHead& head, const torch::Tensor& states,
                          const torch::Tensor& pooled, ForwardContext& context) const;
    Linear* linearAt(int layer, Site site);
};

} // namespace awb
