#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "backend/text/byte_pairs.h"
#include "backend/text/sentencepiece_model.h"

namespace awb {

/// Brings a text into the form in which a SentencePiece model knows its pieces: characters are mapped by the
/// model's compiled table, extra blanks go, the others become "▁", one stands in front.
class SentencePieceNormalizer {
public:
    struct Text {
        std::string bytes;
        /// For every byte, and for the end, where in the input the character it came from begins (bytes).
        std::vector<std::uint32_t> origins;
    };

    /// The error says that the character map is damaged.
    static Result<SentencePieceNormalizer> create(const SentencePieceModel& model);

    /// `text` must be UTF-8. Thread-safe.
    Text normalize(std::string_view text) const;

    /// Length of the user-defined entry, or else of the one character, at the begin of `text`; whether it is
    /// the former.
    std::pair<std::size_t, bool> prefix(std::string_view text) const;

private:
    struct Replacement {
        std::string_view text;
        std::size_t consumed = 0;
    };

    SentencePieceNormalizer() = default;
    Replacement next(std::string_view text) const;
    Replacement lookUp(std::string_view text) const;

    std::vector<std::uint32_t> m_trie; ///< double array
    std::string m_replacements;        ///< NUL after each
    std::unordered_set<std::string, TextHash, std::equal_to<>> m_userDefined;
    std::size_t m_longestUserDefined = 0;
    bool m_blankInFront = true;
    bool m_blankAtEnd = false;
    bool m_removeExtraBlanks = true;
    bool m_markBlanks = true;
};

} // namespace awb
