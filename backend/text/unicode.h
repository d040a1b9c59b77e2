#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace awb {

/// A code point and its place in the text it came from, counted in code points.
struct PlacedChar {
    char32_t value = 0;
    std::int32_t origin = 0;
};

/// What BERT's basic tokenizer does with a character.
enum class CharClass : std::uint8_t {
    Letter,      ///< part of a word
    Blank,       ///< ends a word
    Dropped,     ///< control, format, private, unassigned; leaves no trace
    Punctuation, ///< a word by itself
    Ideograph,   ///< Chinese character: a word by itself where the tokenizer is told so
};

/// The class by Unicode 14 general category, the version of the reference (Python 3.11). A newer ICU knows
/// more characters; what came after version 14 counts as unassigned and is dropped, so that a text gives the
/// same tokens whatever ICU is installed.
CharClass charClass(char32_t c);

/// White space as the reference strips it: property White_Space and the separators U+001C to U+001F.
bool isWhiteSpace(char32_t c);

/// What `nextCodePoint` gives for bytes that are no UTF-8.
inline constexpr char32_t kIllFormed = 0xFFFFFFFF;
/// Decodes the sequence at `position` (inside the text) and moves past it, or past the part of it that could
/// have begun a character.
char32_t nextCodePoint(std::string_view text, std::size_t& position);
/// Offset of the first byte that is not UTF-8, or npos.
std::size_t findIllFormed(std::string_view text);

/// Decodes UTF-8; each ill-formed sequence becomes one U+FFFD.
std::u32string decodeUtf8(std::string_view text);
void appendUtf8(std::string& out, char32_t c);
/// Bytes that `appendUtf8` appends for a character.
constexpr std::size_t utf8Length(char32_t c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}
std::string encodeUtf8(std::u32string_view text);

/// Appends the lower case of one character by itself (full mapping: U+0130 gives two characters, and a
/// capital sigma is never final, since a single character has no word around it).
void appendLowerCase(std::u32string& out, char32_t c);

/// Canonical decomposition (NFD) of a word without its nonspacing marks (category Mn); origins are kept.
void stripAccents(std::vector<PlacedChar>& word);

} // namespace awb
