#include "models/families/encoder.h"

#include "models/families/post_norm_encoder.h"

namespace awb {

std::unique_ptr<Encoder> makeEncoder(const ModelConfig& config, bool withPooler) {
    switch (config.family) {
    case ModelFamily::Bert:
    case ModelFamily::Roberta:
    case ModelFamily::XlmRoberta:
    case ModelFamily::DistilBert:
        return std::make_unique<PostNormEncoder>(config, withPooler);
    case ModelFamily::Llama:
        break;
    }
    return nullptr;
}

} // namespace awb
