#include "backend/text/sequence_layout.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace awb {

namespace {

using Part = SequenceLayout::Part;

class Assembler {
public:
    Assembler(const Tokenizer& names, std::size_t length, bool withWords)
        : m_names(names)
        , m_withWords(withWords) {
        m_encoding.ids.reserve(length);
        m_encoding.typeIds.reserve(length);
        m_encoding.attentionMask.reserve(length);
        m_encoding.tokens.reserve(length);
        m_encoding.offsets.reserve(length);
        m_encoding.textIds.reserve(length);
        m_encoding.wordIds.reserve(withWords ? length : 0);
    }

    void append(const Piece& piece, int typeId, int textId) {
        m_encoding.ids.push_back(piece.id);
        m_encoding.typeIds.push_back(typeId);
        m_encoding.attentionMask.push_back(1);
        m_encoding.tokens.emplace_back(m_names.token(piece.id));
        m_encoding.offsets.push_back(piece.span);
        m_encoding.textIds.push_back(textId);
        if (m_withWords) {
            m_encoding.wordIds.push_back(piece.word);
        }
    }

    Encoding& encoding() { return m_encoding; }

private:
    const Tokenizer& m_names;
    bool m_withWords;
    Encoding m_encoding;
};

/// How many of `first` and `second` tokens remain when one at a time is taken from the longer side, on a tie
/// from the second.
std::pair<std::size_t, std::size_t> longestFirst(std::size_t first, std::size_t second, std::size_t keep) {
    const std::size_t shorter = std::min(first, second);
    if (first + second <= keep) {
        return {first, second};
    }
    if (2 * shorter <= keep) {
        return first > second ? std::pair{keep - second, second} : std::pair{first, keep - first};
    }
    return {keep - keep / 2, keep / 2};
}

void pad(Encoding& encoding, std::size_t length, const Tokenizer& tokenizer) {
    if (encoding.size() >= length) {
        return;
    }
    const std::string token(tokenizer.token(tokenizer.padId()));
    if (!encoding.wordIds.empty()) {
        encoding.wordIds.resize(length, -1);
    }
    encoding.ids.resize(length, tokenizer.padId());
    encoding.typeIds.resize(length, 0);
    encoding.attentionMask.resize(length, 0);
    encoding.tokens.resize(length, token);
    encoding.offsets.resize(length);
    encoding.textIds.resize(length, -1);
}

} // namespace

SequenceLayout surround(int begin, int end, const std::vector<int>& between, int secondType) {
    SequenceLayout layout;
    layout.single = {{.id = begin}, {.kind = Part::Kind::First}, {.id = end}};
    layout.pair = layout.single;
    for (const int id : between) {
        layout.pair.push_back({.id = id});
    }
    layout.pair.push_back({.kind = Part::Kind::Second, .typeId = secondType});
    layout.pair.push_back({.id = end, .typeId = secondType});
    return layout;
}

Encoding assemble(const SequenceLayout& layout, const std::vector<Piece>& first,
                  const std::vector<Piece>* second, const EncodeOptions& options, const Tokenizer& names,
                  bool withWords) {
    const std::vector<Part>& parts = second != nullptr ? layout.pair : layout.single;
    const auto special =
        static_cast<std::size_t>(std::ranges::count(parts, Part::Kind::Special, &Part::kind));
    const std::size_t secondSize = second != nullptr ? second->size() : 0;
    std::pair kept{first.size(), secondSize};
    if (options.maxLength) {
        const auto length = static_cast<std::size_t>(std::max(*options.maxLength, 0));
        kept = longestFirst(first.size(), secondSize, length > special ? length - special : 0);
    }
    Assembler assembler(names, kept.first + kept.second + special, withWords);
    std::span<const Piece> text;
    for (const Part& part : parts) {
        if (part.kind == Part::Kind::Special) {
            if (!part.unlessThere || text.empty() || text.back().id != part.id) {
                assembler.append({part.id, {}}, part.typeId, -1);
            }
            continue;
        }
        const bool isFirst = part.kind == Part::Kind::First;
        text = isFirst ? std::span(first).first(kept.first) : std::span(*second).first(kept.second);
        for (const Piece& piece : text) {
            assembler.append(piece, part.typeId, isFirst ? 0 : 1);
        }
    }
    Encoding encoding = std::move(assembler.encoding());
    encoding.truncated = kept.first < first.size() || kept.second < secondSize;
    if (options.maxLength && options.padToMaxLength) {
        pad(encoding, static_cast<std::size_t>(std::max(*options.maxLength, 0)), names);
    }
    return encoding;
}

void padToLongest(std::vector<Encoding>& batch, const Tokenizer& tokenizer) {
    std::size_t longest = 0;
    for (const Encoding& encoding : batch) {
        longest = std::max(longest, encoding.size());
    }
    for (Encoding& encoding : batch) {
        pad(encoding, longest, tokenizer);
    }
}

} // namespace awb
