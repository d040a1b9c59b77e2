#pragma once

#include <string>
#include <vector>

#include "models/config/head_config.h"
#include "models/layers/activation.h"
#include "models/layers/primitives.h"

namespace awb {

/// AdapterHub's flexible classification head: (layers - 1) x [dropout, linear(H, H), activation], then
/// [dropout, linear(H, labels)].
class PredictionHead {
public:
    PredictionHead(HeadConfig config, const ModelConfig& model, torch::Generator& generator);

    const HeadConfig& config() const { return m_config; }
    /// [B, H] -> [B, labels]
    torch::Tensor run(const torch::Tensor& pooled, bool training) const;
    /// "heads.NAME.1.weight", ...
    std::vector<NamedTensor> parameters() const;

private:
    HeadConfig m_config;
    double m_dropout;
    Activation m_activation; ///< null: none between the layers
    std::vector<Linear> m_linears;
};

} // namespace awb
