#include "models/fresh_weights.h"

#include <torch/types.h>

#include "models/adapter_model.h"
#include "models/layers/primitives.h"

namespace awb {

void fillFreshBase(const AdapterModel& model, torch::Generator& generator) {
    const ModelConfig& config = model.config();
    for (const NamedTensor& parameter : model.baseParameters()) {
        if (parameter.tensor.dim() == 1) {
            // Vectors are biases, and the scales of LayerNorm.
            fillConstant(parameter.tensor, parameter.name.ends_with(".weight") ? 1.0 : 0.0);
            continue;
        }
        fillNormal(parameter.tensor, config.initializerRange, generator);
        if (parameter.name.ends_with("word_embeddings.weight") && config.padTokenId < config.vocabSize) {
            fillConstant(parameter.tensor[config.padTokenId], 0.0);
        }
    }
}

} // namespace awb
