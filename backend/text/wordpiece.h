#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/text/basic_splitter.h"
#include "backend/text/tokenizer.h"

namespace awb {

/// The words of a model, one a line of `vocab.txt`; the line number from 0 is the id.
class WordPieceVocabulary {
public:
    /// Splits the content of a `vocab.txt`. Of a token that stands twice the later line counts.
    explicit WordPieceVocabulary(std::string text);
    WordPieceVocabulary(const WordPieceVocabulary&) = delete;
    WordPieceVocabulary& operator=(const WordPieceVocabulary&) = delete;

    int size() const { return static_cast<int>(m_tokens.size()); }
    std::string_view token(int id) const;
    /// The id, or -1.
    int find(std::string_view token) const;
    /// The id of "##" + `rest`, or -1.
    int findContinuation(std::string_view rest) const;
    /// Bytes of the longest token.
    std::size_t longest() const { return m_longest; }

private:
    std::string m_text; ///< the views below point into it
    std::vector<std::string_view> m_tokens;
    std::unordered_map<std::string_view, int> m_ids;
    std::unordered_map<std::string_view, int> m_continuations;
    std::size_t m_longest = 0;
};

/// The special tokens by role; each must be in the vocabulary.
struct SpecialTokens {
    std::string unknown = "[UNK]";
    std::string separator = "[SEP]";
    std::string padding = "[PAD]";
    std::string classifier = "[CLS]";
    std::string mask = "[MASK]";

    std::vector<std::string> all() const { return {unknown, separator, padding, classifier, mask}; }
};

struct WordPieceOptions {
    BasicSplitOptions split;
    SpecialTokens special;
    std::optional<int> modelMaxLength;
};

/// BERT's tokenizer: special tokens cut out of the raw text, basic splitting, then greedy longest match from
/// the left (Devlin et al. 2019), `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]` around the result.
class WordPieceTokenizer final : public Tokenizer {
public:
    /// The first special token that the vocabulary lacks is the error.
    static Result<std::shared_ptr<const Tokenizer>> create(std::string vocabulary, WordPieceOptions options);

    Encoding encode(std::string_view text, const EncodeOptions& options) const override;
    Encoding encodePair(std::string_view first, std::string_view second,
                        const EncodeOptions& options) const override;
    int vocabSize() const override { return m_vocabulary.size(); }
    int padId() const override { return m_padding; }
    int maskId() const override { return m_mask; }
    std::string_view token(int id) const override { return m_vocabulary.token(id); }
    std::optional<int> modelMaxLength() const override { return m_maxLength; }

private:
    struct Piece {
        int id = 0;
        Encoding::Span span;
    };
    struct SpecialToken {
        std::u32string text;
        int id = 0;
    };

    WordPieceTokenizer(std::string vocabulary, WordPieceOptions options);

    std::vector<Piece> cut(std::string_view text) const;
    const SpecialToken* specialAt(std::u32string_view text, std::size_t position) const;
    void appendWords(const BasicSplitter::Words& words, std::vector<Piece>& pieces) const;
    void appendWord(std::span<const PlacedChar> word, std::vector<Piece>& pieces) const;
    Encoding assemble(std::vector<Piece> first, std::vector<Piece>* second,
                      const EncodeOptions& options) const;

    WordPieceVocabulary m_vocabulary;
    BasicSplitter m_splitter;
    std::vector<SpecialToken> m_special; ///< longest first
    std::optional<int> m_maxLength;
    int m_unknown = 0;
    int m_separator = 0;
    int m_padding = 0;
    int m_classifier = 0;
    int m_mask = 0;
};

} // namespace awb
