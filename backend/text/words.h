#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/text/tokenizer.h"

namespace awb {

// What is known of words besides tokens, for every family of tokenizers alike: it rests on the tokens'
// offsets.

/// An encoding with the words that its tokens come from.
struct WordEncoding {
    Encoding encoding; ///< offsets are those in the words with one blank between them
    /// For each token the number of its word; -1 for special tokens and padding.
    std::vector<std::int32_t> words;
};

/// Cuts a text that is given as words. The words are joined by blanks, with one in front: so a tokenizer that
/// treats the beginning of a text in a special way (byte-level BPE) treats all words alike. A token belongs
/// to the word of its last character; one that holds only the blank before a word belongs to that word.
WordEncoding encodeWords(const Tokenizer& tokenizer, std::span<const std::string> words,
                         const EncodeOptions& options = {});

/// Numbers the words of a text's encoding from 0, for masking whole words: a word ends at blanks, and each
/// punctuation mark and Chinese character is one. -1 for special tokens and padding.
std::vector<std::int32_t> numberWords(std::string_view text, const Encoding& encoding);

/// The special tokens around a single text.
struct TextFrame {
    std::vector<std::int32_t> before;
    std::vector<std::int32_t> after;

    std::size_t size() const { return before.size() + after.size(); }
};
TextFrame textFrame(const Tokenizer& tokenizer);

} // namespace awb
