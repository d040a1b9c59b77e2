#include "backend/text/regex_splitter.h"

#include <cstdint>
#include <string>
#include <utility>

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr char32_t kLastOfBasicPlane = 0xFFFF;

/// The pattern with `\s` and `\S` spelled out.
std::string spellOutWhiteSpace(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char next = pattern[i] == '\\' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        if (next == 's' || next == 'S') {
            out += next == 's' ? "\\p{White_Space}" : "\\P{White_Space}";
            ++i;
        } else if (next != '\0') {
            out.append({pattern[i], next});
            ++i;
        } else {
            out.push_back(pattern[i]);
        }
    }
    return out;
}

/// UTF-16 with the way back to code points.
class Utf16Text {
public:
    explicit Utf16Text(std::u32string_view text) {
        m_units.reserve(text.size());
        for (const char32_t c : text) {
            if (c > kLastOfBasicPlane) {
                m_pairs.push_back(m_units.size());
                m_units.push_back(static_cast<char16_t>(0xD7C0U + (c >> 10U)));
                m_units.push_back(static_cast<char16_t>(0xDC00U | (c & 0x3FFU)));
            } else {
                m_units.push_back(static_cast<char16_t>(c));
            }
        }
    }

    const std::u16string& units() const { return m_units; }

    /// The code point at a unit; units must be asked for in rising order.
    std::size_t codePoint(std::size_t unit) {
        while (m_passed < m_pairs.size() && m_pairs[m_passed] < unit) {
            ++m_passed;
        }
        return unit - m_passed;
    }

private:
    std::u16string m_units;
    std::vector<std::size_t> m_pairs; ///< units with a high surrogate
    std::size_t m_passed = 0;
};

} // namespace

struct RegexSplitter::Pattern {
    std::unique_ptr<const icu::RegexPattern> compiled;
};

RegexSplitter::RegexSplitter(std::unique_ptr<const Pattern> pattern)
    : m_pattern(std::move(pattern)) {}
RegexSplitter::RegexSplitter(RegexSplitter&& other) noexcept = default;
RegexSplitter& RegexSplitter::operator=(RegexSplitter&& other) noexcept = default;
RegexSplitter::~RegexSplitter() = default;

Result<RegexSplitter> RegexSplitter::create(std::string_view pattern) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError place{};
    std::unique_ptr<const icu::RegexPattern> compiled(icu::RegexPattern::compile(
        icu::UnicodeString::fromUTF8(spellOutWhiteSpace(pattern)), 0, place, status));
    if (U_FAILURE(status)) {
        return fail("the regular expression " + std::string(pattern) + " is not understood (" +
                        u_errorName(status) + " at character " + std::to_string(place.offset) + ")",
                    {}, "Restore the file from the model");
    }
    return RegexSplitter(std::make_unique<const Pattern>(Pattern{std::move(compiled)}));
}

void RegexSplitter::split(std::u32string_view text, std::vector<Part>& parts) const {
    parts.clear();
    Utf16Text utf16(text);
    const std::u16string& units = utf16.units();
    // Aliases the units instead of copying them.
    const icu::UnicodeString input(false, units.data(), static_cast<std::int32_t>(units.size()));
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(m_pattern->compiled->matcher(input, status));
    if (U_SUCCESS(status)) {
        matcher->setStackLimit(0, status); // a text may be one long match
    }
    std::size_t done = 0;
    while (U_SUCCESS(status) && matcher->find(status)) {
        const std::size_t begin = utf16.codePoint(static_cast<std::size_t>(matcher->start(status)));
        const std::size_t end = utf16.codePoint(static_cast<std::size_t>(matcher->end(status)));
        if (begin > done) {
            parts.push_back({done, begin});
        }
        if (end > begin) {
            parts.push_back({begin, end});
        }
        done = end;
    }
    if (done < text.size()) {
        parts.push_back({done, text.size()});
    }
}

} // namespace awb
