#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend/text/tokenizer.h"

namespace awb {

// What is known of words besides tokens, for every family of tokenizers alike.

/// The tokens of a text, uncut, with `wordIds` as masking whole words needs them: words are numbered from 0;
/// one ends at blanks, and each punctuation mark and Chinese character is one. -1 for special tokens.
Encoding encodeNumberingWords(const Tokenizer& tokenizer, const std::string& text);

/// The special tokens around a single text.
struct TextFrame {
    std::vector<std::int32_t> before;
    std::vector<std::int32_t> after;

    std::size_t size() const { return before.size() + after.size(); }
};
TextFrame textFrame(const Tokenizer& tokenizer);

} // namespace awb
