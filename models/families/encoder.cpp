#include "models/families/encoder.h"

#include "models/families/bert.h"

namespace awb {

torch::Tensor Sites::join(const ResidualJoin& at, ForwardContext& /*context*/) const {
    return at.normalised(addInto(at.output, at.residual));
}

std::unique_ptr<Encoder> makeEncoder(const ModelConfig& config, bool withPooler) {
    switch (config.family) {
    case ModelFamily::Bert:
        return std::make_unique<BertEncoder>(config, withPooler);
    default:
        break;
    }
    return nullptr;
}

} // namespace awb
