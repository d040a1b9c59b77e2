#include "backend/text/unicode.h"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

namespace awb {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kCapitalIWithDot = 0x130;
constexpr char32_t kCombiningDotAbove = 0x307;
constexpr int kReferenceUnicodeVersion = 14;

bool isIdeograph(char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
           (c >= 0x2A700 && c <= 0x2CEAF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

bool isYoungerThanReference(char32_t c) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    return age[0] > kReferenceUnicodeVersion;
}

CharClass classFromIcu(char32_t c) {
    if (c == '\t' || c == '\n' || c == '\r') {
        return CharClass::Blank;
    }
    if (c < 0x80 && u_isgraph(static_cast<UChar32>(c)) && !u_isalnum(static_cast<UChar32>(c))) {
        return CharClass::Punctuation;
    }
    const auto category = static_cast<std::uint32_t>(U_GET_GC_MASK(static_cast<UChar32>(c)));
    if ((category & U_GC_C_MASK) != 0 || c == kReplacement || isYoungerThanReference(c)) {
        return CharClass::Dropped;
    }
    // Category Z holds Zs and the line and paragraph separators, at which the reference splits too.
    if ((category & U_GC_Z_MASK) != 0) {
        return CharClass::Blank;
    }
    if ((category & U_GC_P_MASK) != 0) {
        return CharClass::Punctuation;
    }
    return isIdeograph(c) ? CharClass::Ideograph : CharClass::Letter;
}

using ClassTable = std::array<CharClass, 0x10000>;

const ClassTable& basicPlane() {
    static const auto table = [] {
        ClassTable classes;
        for (char32_t c = 0; c < classes.size(); ++c) {
            classes[c] = classFromIcu(c);
        }
        return classes;
    }();
    return table;
}

const UNormalizer2* decomposer() {
    static const UNormalizer2* nfd = [] {
        UErrorCode status = U_ZERO_ERROR;
        return unorm2_getNFDInstance(&status);
    }();
    return nfd;
}

bool isNonspacingMark(char32_t c) {
    return u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK;
}

void appendDecomposition(std::vector<PlacedChar>& out, PlacedChar c) {
    // The longest canonical decomposition has four characters.
    std::array<UChar, 16> units;
    UErrorCode status = U_ZERO_ERROR;
    const auto length = unorm2_getDecomposition(decomposer(), static_cast<UChar32>(c.value), units.data(),
                                                static_cast<std::int32_t>(units.size()), &status);
    if (length < 0 || U_FAILURE(status)) {
        if (!isNonspacingMark(c.value)) {
            out.push_back(c);
        }
        return;
    }
    for (std::int32_t i = 0; i < length;) {
        UChar32 part = 0;
        U16_NEXT(units.data(), i, length, part);
        if (!isNonspacingMark(static_cast<char32_t>(part))) {
            out.push_back({static_cast<char32_t>(part), c.origin});
        }
    }
}

int combiningClass(const PlacedChar& c) {
    return u_getCombiningClass(static_cast<UChar32>(c.value));
}

/// Canonical ordering: runs of characters with a combining class are sorted by it. Doing so after the
/// nonspacing marks are gone gives what removing them afterwards would, since the sort is stable.
void reorderMarks(std::vector<PlacedChar>& word) {
    const auto isMark = [](const PlacedChar& c) { return c.value >= 0x300 && combiningClass(c) != 0; };
    auto from = std::find_if(word.begin(), word.end(), isMark);
    while (from != word.end()) {
        const auto to = std::find_if_not(from, word.end(), isMark);
        std::stable_sort(from, to, [](const PlacedChar& a, const PlacedChar& b) {
            return combiningClass(a) < combiningClass(b);
        });
        from = std::find_if(to, word.end(), isMark);
    }
}

} // namespace

CharClass charClass(char32_t c) {
    return c < 0x10000 ? basicPlane()[c] : classFromIcu(c);
}

bool isWhiteSpace(char32_t c) {
    return (c >= 0x1C && c <= 0x1F) || u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

char32_t nextCodePoint(std::string_view text, std::size_t& position) {
    const auto byteAt = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byteAt(position++);
    if (lead < 0x80) {
        return lead;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return kIllFormed;
    }
    const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    // The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF.
    std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    char32_t value = lead & (0x3FU >> static_cast<unsigned>(more));
    for (int i = 0; i < more; ++i) {
        if (position >= text.size() || byteAt(position) < low || byteAt(position) > high) {
            return kIllFormed;
        }
        value = (value << 6U) | (byteAt(position++) & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return value;
}

std::size_t findIllFormed(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        if (nextCodePoint(text, i) == kIllFormed) {
            return begin;
        }
    }
    return std::string_view::npos;
}

std::u32string decodeUtf8(std::string_view text) {
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        out.push_back(c == kIllFormed ? kReplacement : c);
    }
    return out;
}

void appendUtf8(std::string& out, char32_t c) {
    const auto continuation = [c](int shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.append({static_cast<char>(0xC0U | (c >> 6U)), continuation(0)});
    } else if (c < 0x10000) {
        out.append({static_cast<char>(0xE0U | (c >> 12U)), continuation(6), continuation(0)});
    } else {
        out.append(
            {static_cast<char>(0xF0U | (c >> 18U)), continuation(12), continuation(6), continuation(0)});
    }
}

std::string encodeUtf8(std::u32string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char32_t c : text) {
        appendUtf8(out, c);
    }
    return out;
}

void appendLowerCase(std::u32string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    } else if (c == kCapitalIWithDot) {
        out.push_back('i');
        out.push_back(kCombiningDotAbove);
    } else {
        out.push_back(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    }
}

void stripAccents(std::vector<PlacedChar>& word) {
    const auto firstSpecial =
        std::find_if(word.begin(), word.end(), [](const PlacedChar& c) { return c.value >= 0xC0; });
    if (firstSpecial == word.end()) {
        return;
    }
    std::vector<PlacedChar> out(word.begin(), firstSpecial);
    out.reserve(word.size() + 4);
    for (auto c = firstSpecial; c != word.end(); ++c) {
        appendDecomposition(out, *c);
    }
    reorderMarks(out);
    word = std::move(out);
}

} // namespace awb
