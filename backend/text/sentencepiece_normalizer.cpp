#include "backend/text/sentencepiece_normalizer.h"

#include <algorithm>
#include <utility>

#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::string_view kBlankMark = "\u2581";

std::uint32_t readUnit(std::string_view bytes, std::size_t position) {
    std::uint32_t unit = 0;
    for (std::size_t i = 4; i-- > 0;) {
        unit = (unit << 8U) | static_cast<std::uint8_t>(bytes[position + i]);
    }
    return unit;
}

// The fields of a unit of the double array ("Darts-clone"): bit 31 marks a value, bit 8 a node with a value
// below it, bits 0-7 the byte that leads to the node, bits 10 and on the offset of its children (times 256
// with bit 9).
bool hasValue(std::uint32_t unit) {
    return ((unit >> 8U) & 1U) != 0;
}
std::uint32_t valueOf(std::uint32_t unit) {
    return unit & 0x7FFFFFFFU;
}
std::uint32_t labelOf(std::uint32_t unit) {
    return unit & 0x800000FFU;
}
std::uint32_t offsetOf(std::uint32_t unit) {
    return (unit >> 10U) << ((unit & 0x200U) >> 6U);
}

} // namespace

Result<SentencePieceNormalizer> SentencePieceNormalizer::create(const SentencePieceModel& model) {
    SentencePieceNormalizer normalizer;
    normalizer.m_blankInFront = model.blankInFront && !model.blankAtEnd;
    normalizer.m_blankAtEnd = model.blankInFront && model.blankAtEnd;
    normalizer.m_removeExtraBlanks = model.removeExtraBlanks;
    normalizer.m_markBlanks = model.markBlanks;
    for (const SentencePieceModel::Entry& entry : model.entries) {
        if (entry.kind == SentencePieceModel::Kind::UserDefined) {
            normalizer.m_userDefined.insert(entry.text);
            normalizer.m_longestUserDefined = std::max(normalizer.m_longestUserDefined, entry.text.size());
        }
    }
    const std::string_view map = model.characterMap;
    if (map.empty()) {
        return normalizer;
    }
    const std::size_t trieBytes = map.size() < 4 ? 0 : readUnit(map, 0);
    if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes + 4 >= map.size() || map.back() != '\0') {
        return fail("the model's character map is damaged", {},
                    "Download the model's SentencePiece file again");
    }
    for (std::size_t i = 4; i < trieBytes + 4; i += 4) {
        normalizer.m_trie.push_back(readUnit(map, i));
    }
    normalizer.m_replacements = map.substr(trieBytes + 4);
    return normalizer;
}

/// The longest key of the character map that `text` begins with; nothing consumed where there is none.
SentencePieceNormalizer::Replacement SentencePieceNormalizer::lookUp(std::string_view text) const {
    Replacement found;
    if (m_trie.empty()) {
        return found;
    }
    std::size_t node = offsetOf(m_trie[0]);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        node ^= byte;
        if (node >= m_trie.size() || labelOf(m_trie[node]) != byte) {
            break;
        }
        const std::uint32_t unit = m_trie[node];
        node ^= offsetOf(unit);
        if (!hasValue(unit) || node >= m_trie.size()) {
            continue;
        }
        if (const std::size_t value = valueOf(m_trie[node]); value < m_replacements.size()) {
            const std::string_view rest = std::string_view(m_replacements).substr(value);
            found = {rest.substr(0, rest.find('\0')), i + 1};
        }
    }
    return found;
}

std::pair<std::size_t, bool> SentencePieceNormalizer::prefix(std::string_view text) const {
    for (std::size_t length = std::min(m_longestUserDefined, text.size()); length > 0; --length) {
        if (m_userDefined.contains(text.substr(0, length))) {
            return {length, true};
        }
    }
    std::size_t length = 0;
    nextCodePoint(text, length);
    return {length, false};
}

SentencePieceNormalizer::Replacement SentencePieceNormalizer::next(std::string_view text) const {
    const auto [length, userDefined] = prefix(text);
    if (!userDefined) {
        if (const Replacement mapped = lookUp(text); mapped.consumed > 0) {
            return mapped;
        }
    }
    return {text.substr(0, length), length};
}

SentencePieceNormalizer::Text SentencePieceNormalizer::normalize(std::string_view text) const {
    Text out;
    const std::string_view blank = m_markBlanks ? kBlankMark : std::string_view(" ");
    std::size_t consumed = 0;
    const auto append = [&](std::string_view bytes) {
        out.bytes += bytes;
        out.origins.insert(out.origins.end(), bytes.size(), static_cast<std::uint32_t>(consumed));
    };
    if (m_removeExtraBlanks) {
        while (consumed < text.size()) {
            const Replacement part = next(text.substr(consumed));
            if (part.text != " ") {
                break;
            }
            consumed += part.consumed;
        }
    }
    if (consumed == text.size()) {
        out.origins.push_back(static_cast<std::uint32_t>(consumed));
        return out;
    }
    if (m_blankInFront) {
        append(blank);
    }
    bool afterBlank = m_removeExtraBlanks;
    while (consumed < text.size()) {
        Replacement part = next(text.substr(consumed));
        while (afterBlank && part.text.starts_with(' ')) {
            part.text.remove_prefix(1);
        }
        for (const char& byte : part.text) {
            append(byte == ' ' ? blank : std::string_view(&byte, 1));
        }
        if (!part.text.empty()) {
            afterBlank = m_removeExtraBlanks && part.text.ends_with(' ');
        }
        consumed += part.consumed;
    }
    if (m_removeExtraBlanks) {
        while (out.bytes.ends_with(blank)) {
            const std::size_t length = out.bytes.size() - blank.size();
            consumed = out.origins[length];
            out.bytes.resize(length);
            out.origins.resize(length);
        }
    }
    if (m_blankAtEnd) {
        append(blank);
    }
    out.origins.push_back(static_cast<std::uint32_t>(consumed));
    return out;
}

} // namespace awb
