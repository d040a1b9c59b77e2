#pragma once

#include <memory>

#include "backend/text/byte_pairs.h"
#include "backend/text/merge_cache.h"
#include "backend/text/piece_tokenizer.h"
#include "backend/text/regex_splitter.h"

namespace awb {

struct ByteLevelOptions {
    TokenizerFrame frame;
    std::string pattern{kGpt2Pattern}; ///< how a text is cut into words
    int unknownId = 0;                 ///< of bytes that the vocabulary lacks; -1 drops them
    bool blankBeforeParts = false;     ///< a blank is put before all that is between special tokens
    bool wholeWords = false; ///< a word that the vocabulary has is taken as it is, whatever the merges say
};

/// The tokenizer of GPT-2 and RoBERTa: a regular expression cuts the text into words with their blanks, the
/// bytes of each are merged. There is no unknown text, since every byte is a token.
class ByteLevelTokenizer final : public PieceTokenizer {
public:
    /// Errors: a merge without its tokens, a pattern that is no regular expression.
    static Result<std::shared_ptr<const Tokenizer>>
    create(ByteVocabulary vocabulary, const std::vector<TokenPair>& merges, ByteLevelOptions options);

    int vocabSize() const override { return m_vocabulary.size(); }
    std::string_view token(int id) const override { return m_vocabulary.token(id); }

private:
    ByteLevelTokenizer(ByteVocabulary vocabulary, BytePairMerger merger, RegexSplitter splitter,
                       ByteLevelOptions options);

    void cut(std::u32string_view text, std::int32_t origin, std::vector<Piece>& pieces) const override;
    void cutWords(std::u32string_view text, std::int32_t origin, std::vector<Piece>& pieces) const;
    void cutWord(std::u32string_view word, std::int32_t origin, std::vector<Piece>& pieces) const;
    MergeCache::Symbols symbolsOf(std::string_view word) const;

    ByteVocabulary m_vocabulary;
    BytePairMerger m_merger;
    RegexSplitter m_splitter;
    int m_unknown = 0;
    bool m_blankBeforeParts = false;
    bool m_wholeWords = false;
    mutable MergeCache m_cache;
};

} // namespace awb
