#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/text/basic_splitter.h"
#include "models/config/result.h"

namespace awb {

/// How a vocabulary is learned.
struct WordPieceTraining {
    int vocabSize = 8192;          ///< entries at most, special tokens included
    std::int64_t minFrequency = 2; ///< a pair of pieces must occur so often to become a piece
    /// The first ids, in this order.
    std::vector<std::string> specialTokens{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    BasicSplitOptions split;
};

/// Learns the vocabulary of a WordPiece tokenizer from texts.
///
/// The texts become words as BERT's tokenizer makes them (`BasicSplitter`). First come the special tokens,
/// then every character, then every character that occurs inside a word with "##" in front, both by code
/// point. After them pairs of neighbouring pieces are joined, the most frequent one first and of equally
/// frequent ones that of the lower ids, until the vocabulary is full or no pair is frequent enough. Scoring
/// by frequency instead of likelihood is what the trainer of Hugging Face's `tokenizers` does
/// (`WordPieceTrainer`, which wraps `BpeTrainer` with the prefix "##"); its order of the "##" characters
/// follows a hash table, here it is fixed, so the same texts always give the same vocabulary.
class WordPieceTrainer {
public:
    explicit WordPieceTrainer(WordPieceTraining options);

    /// Counts the words of a text (UTF-8). Words of more than 100 characters are passed over: the tokenizer
    /// does not cut them.
    void add(std::string_view text);
    std::int64_t wordCount() const { return m_wordCount; }

    /// The tokens in the order of their ids. Every text that was added can be cut with them without an
    /// unknown token. Errors: no word at all; more characters than the vocabulary has room for.
    Result<std::vector<std::string>> train() const;

private:
    WordPieceTraining m_options;
    BasicSplitter m_splitter;
    std::map<std::u32string, std::int64_t> m_words; ///< sorted: ids must not depend on a hash
    std::int64_t m_wordCount = 0;
};

} // namespace awb
