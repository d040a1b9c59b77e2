#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/text/basic_splitter.h"
#include "backend/text/piece_tokenizer.h"

namespace awb {

/// What a token that goes on in a word begins with.
inline constexpr std::string_view kWordPieceContinuation = "##";
/// Characters; longer words are unknown as a whole.
inline constexpr std::size_t kLongestWordPieceWord = 100;

/// The words of a model, one a line of `vocab.txt`; the line number from 0 is the id.
class WordPieceVocabulary {
public:
    /// Splits the content of a `vocab.txt`. Of a token that stands twice the later line counts.
    explicit WordPieceVocabulary(std::string text);
    WordPieceVocabulary(const WordPieceVocabulary&) = delete;
    WordPieceVocabulary& operator=(const WordPieceVocabulary&) = delete;

    /// Gives an id a token, also beyond the file's own.
    void add(std::string token, int id);

    int size() const { return static_cast<int>(m_tokens.size()); }
    std::string_view token(int id) const;
    /// The id, or -1.
    int find(std::string_view token) const;
    /// The id of "##" + `rest`, or -1.
    int findContinuation(std::string_view rest) const;
    /// Bytes of the longest token.
    std::size_t longest() const { return m_longest; }

private:
    void index(int id);

    // The views below point into these two.
    std::string m_text;
    std::deque<std::string> m_added;
    std::vector<std::string_view> m_tokens;
    std::unordered_map<std::string_view, int> m_ids;
    std::unordered_map<std::string_view, int> m_continuations;
    std::size_t m_longest = 0;
};

struct WordPieceOptions {
    BasicSplitOptions split;
    TokenizerFrame frame;
    int unknownId = 0;
};

/// BERT's tokenizer: special tokens cut out of the raw text, basic splitting, then greedy longest match from
/// the left (Devlin et al. 2019). Special tokens that only come about by basic splitting stay whole too.
class WordPieceTokenizer final : public PieceTokenizer {
public:
    WordPieceTokenizer(std::unique_ptr<const WordPieceVocabulary> vocabulary, WordPieceOptions options);

    int vocabSize() const override { return m_vocabulary->size(); }
    std::string_view token(int id) const override { return m_vocabulary->token(id); }

private:
    void cut(std::u32string_view text, std::int32_t origin, std::vector<Piece>& pieces) const override;
    void appendWord(std::span<const PlacedChar> word, std::vector<Piece>& pieces) const;

    std::unique_ptr<const WordPieceVocabulary> m_vocabulary;
    BasicSplitter m_splitter;
    int m_unknown = 0;
};

} // namespace awb
