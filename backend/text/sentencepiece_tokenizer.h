#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/text/piece_tokenizer.h"
#include "backend/text/sentencepiece_cutter.h"
#include "backend/text/sentencepiece_model.h"
#include "backend/text/sentencepiece_normalizer.h"

namespace awb {

struct SentencePieceOptions {
    TokenizerFrame frame;
    int idShift = 0;   ///< what is added to the model file's ids, but not to that of unknown text
    int unknownId = 0; ///< the id of unknown text
    /// Tokens that the model file does not have, or that have other ids there.
    std::vector<std::pair<int, std::string>> names;
};

/// The tokenizers of XLM-RoBERTa, T5 and Llama: a SentencePiece model file and what each of them adds.
class SentencePieceTokenizer final : public PieceTokenizer {
public:
    /// The error is a damaged character map.
    static Result<std::shared_ptr<const Tokenizer>> create(SentencePieceModel model,
                                                           SentencePieceOptions options);

    int vocabSize() const override { return static_cast<int>(m_tokens.size()); }
    std::string_view token(int id) const override;

private:
    SentencePieceTokenizer(std::unique_ptr<const SentencePieceModel> model,
                           SentencePieceNormalizer normalizer, SentencePieceOptions options);

    void cut(std::u32string_view text, std::int32_t origin, std::vector<Piece>& pieces) const override;
    void appendUnknown(std::string_view bytes, Encoding::Span span, bool afterUnknown,
                       std::vector<Piece>& pieces) const;

    std::unique_ptr<const SentencePieceModel> m_model;
    SentencePieceNormalizer m_normalizer;
    std::unique_ptr<const SentencePieceCutter> m_cutter;
    std::vector<std::string> m_tokens;
    int m_idShift = 0;
    int m_unknown = 0;
};

} // namespace awb
