#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "backend/text/unicode.h"

namespace awb {

/// How raw text becomes words, the options of a BERT tokenizer's configuration.
struct BasicSplitOptions {
    bool lowerCase = true;
    bool stripAccents = true;
    bool splitIdeographs = true;
    std::set<std::u32string, std::less<>> neverSplit; ///< words that are taken as they stand
};

/// The first half of BERT's tokenizer: drops control characters, optionally lower-cases and strips accents,
/// and cuts at blanks, punctuation and Chinese characters.
class BasicSplitter {
public:
    /// Words one after the other in `chars`; `ends[i]` is one past the last character of word i.
    struct Words {
        std::vector<PlacedChar> chars;
        std::vector<std::size_t> ends;

        void clear();
        std::size_t size() const { return ends.size(); }
        std::span<const PlacedChar> word(std::size_t index) const;
    };

    explicit BasicSplitter(BasicSplitOptions options);

    /// Appends the words of `piece`, whose first character stands at `origin` in the whole text.
    void split(std::u32string_view piece, std::int32_t origin, Words& words) const;

private:
    void finishWord(std::vector<PlacedChar>& word, Words& words) const;
    bool isNeverSplit(const std::vector<PlacedChar>& word) const;

    BasicSplitOptions m_options;
    std::size_t m_longestNeverSplit = 0;
};

} // namespace awb
