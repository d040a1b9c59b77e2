#include "backend/text/token_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "backend/text/wordpiece.h"

namespace awb {

namespace {

/// What stands for the blank in front of a word: byte-level BPE's and SentencePiece's.
constexpr std::array<std::string_view, 2> kBlanks{"\u0120", "\u2581"};

std::string_view blankOf(std::string_view token) {
    const auto found =
        std::ranges::find_if(kBlanks, [token](std::string_view blank) { return token.starts_with(blank); });
    return found == kBlanks.end() ? std::string_view() : *found;
}

} // namespace

std::string textOfTokens(std::span<const std::string> tokens) {
    const bool marksBeginnings =
        std::ranges::any_of(tokens, [](const std::string& token) { return !blankOf(token).empty(); });
    std::string text;
    for (std::string_view token : tokens) {
        const std::string_view blank = blankOf(token);
        bool isNewWord = !blank.empty();
        token.remove_prefix(blank.size());
        if (!marksBeginnings) {
            isNewWord = !token.starts_with(kWordPieceContinuation);
            token.remove_prefix(isNewWord ? 0 : kWordPieceContinuation.size());
        }
        if (isNewWord && !text.empty()) {
            text += ' ';
        }
        text += token;
    }
    return text;
}

} // namespace awb
