#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/text/sentencepiece_model.h"
#include "backend/text/sentencepiece_normalizer.h"

namespace awb {

/// How a SentencePiece model cuts a normalised text. Immutable, so usable from any thread.
class SentencePieceCutter {
public:
    /// The part of the text that one entry of the model stands for.
    struct Cut {
        std::size_t begin = 0; ///< in bytes
        std::size_t end = 0;
        int id = 0;
    };

    virtual ~SentencePieceCutter() = default;
    /// The cuts in order; together they are the whole text.
    virtual std::vector<Cut> cut(std::string_view normalized) const = 0;

    /// The cutter for the model's algorithm. `model` and `normalizer` must outlive it.
    ///
    /// Unigram: of all ways to cut the text the one with the largest sum of scores (Kudo 2018). A character
    /// that no entry covers counts as unknown, ten below the lowest score.
    /// BPE: from single characters on, of all neighbours that make an entry the ones with the best score are
    /// joined, the leftmost first.
    static std::unique_ptr<const SentencePieceCutter> create(const SentencePieceModel& model,
                                                             const SentencePieceNormalizer& normalizer);
};

} // namespace awb
