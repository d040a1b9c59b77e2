#pragma once

#include <torch/types.h>

namespace awb {

class AdapterModel;

/// Gives a base the weights that BERT's pretraining begins with (Devlin et al. 2019; `_init_weights` of
/// Hugging Face's BertPreTrainedModel): matrices and embeddings normal with standard deviation
/// `initializerRange`, the padding token's row 0, biases 0, LayerNorm 1 and 0. Drawn in the order of
/// `baseParameters`.
void fillFreshBase(const AdapterModel& model, torch::Generator& generator);

} // namespace awb
