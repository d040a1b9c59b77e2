#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "models/adapter_model.h"
#include "models/config/adapter_rules.h"
#include "models/config/fusion_config.h"
#include "models/config/parameter_names.h"
#include "models/layers/primitives.h"

namespace awb {

/// Attention of one site's tokens over the outputs of several adapters (AdapterFusion, Pfeiffer et al. 2021).
class FusionLayer {
public:
    FusionLayer(const FusionConfig& config, int hiddenSize, double modelDropout, torch::Generator& generator);

    /// `query`: [B, T, H]; `outputs`: the adapters' u, [B, T, N, H]; `residual`: [B, T, H]. `weights` gets
    /// the softmax, [B, T, N], after `change` (null: none). What the weights lack to 1 is the residual alone.
    /// With the option `temperature` each call lowers the temperature.
    torch::Tensor run(const torch::Tensor& query, const torch::Tensor& outputs, const torch::Tensor& residual,
                      bool training, const WeightChange* change, torch::Tensor& weights);

    void collect(const std::string& prefix, std::vector<NamedTensor>& into) const;
    const torch::Tensor& valueWeight() const { return m_value.weight; }
    double temperature() const { return m_temperature; }
    void setTemperature(double temperature) { m_temperature = temperature; }

private:
    FusionConfig m_config;
    double m_dropout;
    Linear m_query, m_key, m_value, m_dense;
    double m_temperature;
};

/// The fusion layers of one set of adapters, by layer and part.
struct Fusion {
    FusionConfig config;
    std::vector<std::string> adapters;
    std::map<std::pair<int, BlockPart>, FusionLayer> layers;
};

} // namespace awb
