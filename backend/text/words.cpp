#include "backend/text/words.h"

#include <span>

#include "backend/text/unicode.h"

namespace awb {

namespace {

/// The tokens of a text as its only word: those that aren't special have the word 0.
Encoding asOneWord(const Tokenizer& tokenizer, const std::string& text) {
    return tokenizer.encodeWords(std::span(&text, 1));
}

} // namespace

Encoding encodeNumberingWords(const Tokenizer& tokenizer, const std::string& text) {
    Encoding encoding = asOneWord(tokenizer, text);
    const std::u32string characters = decodeUtf8(text);
    std::int32_t word = -1;
    std::size_t lastEnd = 0;
    bool wasAlone = true; // the token before is a word by itself
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        if (encoding.wordIds[i] < 0) {
            continue;
        }
        const auto begin = static_cast<std::size_t>(encoding.offsets[i].begin);
        const auto end = static_cast<std::size_t>(encoding.offsets[i].end);
        const CharClass first = begin < end ? charClass(characters[begin]) : CharClass::Letter;
        const bool isAlone = first == CharClass::Punctuation || first == CharClass::Ideograph;
        word += begin != lastEnd || wasAlone || isAlone || first == CharClass::Blank ? 1 : 0;
        encoding.wordIds[i] = word;
        lastEnd = end;
        wasAlone = isAlone;
    }
    return encoding;
}

TextFrame textFrame(const Tokenizer& tokenizer) {
    const Encoding encoding = asOneWord(tokenizer, "a");
    TextFrame frame;
    bool inText = false;
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        if (encoding.wordIds[i] >= 0) {
            inText = true;
        } else {
            (inText ? frame.after : frame.before).push_back(encoding.ids[i]);
        }
    }
    return frame;
}

} // namespace awb
