#include "backend/text/words.h"

#include <algorithm>

#include "backend/text/unicode.h"

namespace awb {

namespace {

bool isSpecial(const Encoding::Span& span) {
    return span == Encoding::Span{};
}

std::int32_t characters(const std::string& text) {
    return static_cast<std::int32_t>(decodeUtf8(text).size());
}

/// Finds the words of tokens whose places rise.
class WordFinder {
public:
    explicit WordFinder(std::span<const std::string> words) {
        std::int32_t end = 0;
        for (const std::string& word : words) {
            end += 1 + characters(word); // the blank before it belongs to the word
            m_ends.push_back(end);
        }
    }

    std::int32_t wordAt(std::int32_t place) const {
        const auto word = std::ranges::upper_bound(m_ends, place);
        return word == m_ends.end() ? -1 : static_cast<std::int32_t>(word - m_ends.begin());
    }

private:
    std::vector<std::int32_t> m_ends; ///< of the words, with blanks, from the blank in front on
};

} // namespace

WordEncoding encodeWords(const Tokenizer& tokenizer, std::span<const std::string> words,
                         const EncodeOptions& options) {
    std::string text;
    for (const std::string& word : words) {
        text += ' ' + word;
    }
    WordEncoding result{.encoding = tokenizer.encode(text, options), .words = {}};
    const WordFinder finder(words);
    result.words.reserve(result.encoding.size());
    for (Encoding::Span& span : result.encoding.offsets) {
        if (isSpecial(span)) {
            result.words.push_back(-1);
            continue;
        }
        result.words.push_back(finder.wordAt(std::max(span.end - 1, span.begin)));
        span = {std::max(span.begin - 1, 0), span.end - 1};
    }
    return result;
}

std::vector<std::int32_t> numberWords(std::string_view text, const Encoding& encoding) {
    const std::u32string characters = decodeUtf8(text);
    std::vector<std::int32_t> words;
    words.reserve(encoding.size());
    std::int32_t word = -1;
    std::size_t lastEnd = 0;
    bool wasAlone = true; // the token before is a word by itself
    for (const Encoding::Span& span : encoding.offsets) {
        if (isSpecial(span)) {
            words.push_back(-1);
            continue;
        }
        auto begin = static_cast<std::size_t>(span.begin);
        const auto end = static_cast<std::size_t>(span.end);
        while (begin + 1 < end && charClass(characters[begin]) == CharClass::Blank) {
            ++begin;
        }
        const CharClass first = begin < end ? charClass(characters[begin]) : CharClass::Letter;
        const bool isAlone = first == CharClass::Punctuation || first == CharClass::Ideograph;
        word += begin != lastEnd || wasAlone || isAlone || first == CharClass::Blank ? 1 : 0;
        words.push_back(word);
        lastEnd = end;
        wasAlone = isAlone;
    }
    return words;
}

TextFrame textFrame(const Tokenizer& tokenizer) {
    const Encoding encoding = tokenizer.encode("a");
    TextFrame frame;
    bool inText = false;
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        if (!isSpecial(encoding.offsets[i])) {
            inText = true;
        } else {
            (inText ? frame.after : frame.before).push_back(encoding.ids[i]);
        }
    }
    return frame;
}

} // namespace awb
