#include "backend/text/basic_splitter.h"

#include <algorithm>
#include <utility>

namespace awb {

namespace {

void appendAtPunctuation(const std::vector<PlacedChar>& word, BasicSplitter::Words& words) {
    bool open = false;
    for (const PlacedChar& c : word) {
        const bool punctuation = charClass(c.value) == CharClass::Punctuation;
        if (open && punctuation) {
            words.ends.push_back(words.chars.size());
        }
        words.chars.push_back(c);
        open = !punctuation;
        if (punctuation) {
            words.ends.push_back(words.chars.size());
        }
    }
    if (open) {
        words.ends.push_back(words.chars.size());
    }
}

} // namespace

void BasicSplitter::Words::clear() {
    chars.clear();
    ends.clear();
}

std::span<const PlacedChar> BasicSplitter::Words::word(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends[index - 1];
    return std::span(chars).subspan(begin, ends[index] - begin);
}

BasicSplitter::BasicSplitter(BasicSplitOptions options)
    : m_options(std::move(options)) {
    for (const std::u32string& word : m_options.neverSplit) {
        m_longestNeverSplit = std::max(m_longestNeverSplit, word.size());
    }
}

void BasicSplitter::split(std::u32string_view piece, std::int32_t origin, Words& words) const {
    std::vector<PlacedChar> word;
    std::u32string lowered;
    for (const char32_t raw : piece) {
        lowered.clear();
        if (m_options.lowerCase) {
            appendLowerCase(lowered, raw);
        } else {
            lowered.push_back(raw);
        }
        for (const char32_t c : lowered) {
            const CharClass kind = charClass(c);
            if (kind == CharClass::Blank) {
                finishWord(word, words);
            } else if (kind == CharClass::Ideograph && m_options.splitIdeographs) {
                finishWord(word, words);
                word.push_back({c, origin});
                finishWord(word, words);
            } else if (kind != CharClass::Dropped) {
                word.push_back({c, origin});
            }
        }
        ++origin;
    }
    finishWord(word, words);
}

bool BasicSplitter::isNeverSplit(const std::vector<PlacedChar>& word) const {
    if (word.size() > m_longestNeverSplit) {
        return false;
    }
    std::u32string text;
    for (const PlacedChar& c : word) {
        text.push_back(c.value);
    }
    return m_options.neverSplit.contains(text);
}

void BasicSplitter::finishWord(std::vector<PlacedChar>& word, Words& words) const {
    if (word.empty()) {
        return;
    }
    if (isNeverSplit(word)) {
        words.chars.insert(words.chars.end(), word.begin(), word.end());
        words.ends.push_back(words.chars.size());
    } else {
        if (m_options.stripAccents) {
            stripAccents(word);
        }
        appendAtPunctuation(word, words);
    }
    word.clear();
}

} // namespace awb
