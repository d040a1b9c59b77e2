#include "backend/text/sentencepiece_cutter.h"

#include "backend/text/sentencepiece_pairs.h"
#include "backend/text/sentencepiece_unigram.h"

namespace awb {

std::unique_ptr<const SentencePieceCutter>
SentencePieceCutter::create(const SentencePieceModel& model, const SentencePieceNormalizer& normalizer) {
    if (model.algorithm == SentencePieceModel::Algorithm::BytePairs) {
        return std::make_unique<const PairCutter>(model, normalizer);
    }
    return std::make_unique<const UnigramCutter>(model);
}

} // namespace awb
