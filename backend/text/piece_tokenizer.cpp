#include "backend/text/piece_tokenizer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "backend/text/unicode.h"

namespace awb {

SpecialTokenFinder::SpecialTokenFinder(const std::vector<SpecialToken>& tokens) {
    for (const SpecialToken& token : tokens) {
        if (token.text.empty()) {
            continue;
        }
        Entry entry{decodeUtf8(token.text),
                    {.id = token.id, .stripsLeft = token.stripsLeft, .stripsRight = token.stripsRight}};
        if (m_firstLetters.find(entry.text.front()) == std::u32string::npos) {
            m_firstLetters.push_back(entry.text.front());
        }
        m_entries.push_back(std::move(entry));
    }
    std::ranges::stable_sort(m_entries, std::greater(), [](const Entry& entry) { return entry.text.size(); });
}

SpecialTokenFinder::Match SpecialTokenFinder::find(std::u32string_view text, std::size_t position) const {
    for (;; ++position) {
        position = text.find_first_of(m_firstLetters, position);
        if (position == std::u32string_view::npos) {
            return {.begin = position, .end = position};
        }
        for (const Entry& entry : m_entries) {
            if (text.substr(position).starts_with(entry.text)) {
                Match match = entry.match;
                match.begin = position;
                match.end = position + entry.text.size();
                return match;
            }
        }
    }
}

Encoding::Span withoutLeadingBlanks(std::u32string_view text, Encoding::Span span) {
    for (std::int32_t begin = span.begin; begin < span.end; ++begin) {
        if (!isWhiteSpace(text[static_cast<std::size_t>(begin)])) {
            return {begin, span.end};
        }
    }
    return span;
}

PieceTokenizer::PieceTokenizer(TokenizerFrame frame)
    : m_frame(std::move(frame))
    , m_finder(m_frame.special) {}

void PieceTokenizer::cutText(std::string_view text, bool blankBefore, std::vector<Piece>& pieces) const {
    std::u32string whole = decodeUtf8(text);
    std::int32_t origin = 0;
    if (blankBefore && !whole.empty() && !isWhiteSpace(whole.front())) {
        whole.insert(whole.begin(), U' ');
        origin = -1;
    }
    const std::u32string_view view = whole;
    const std::size_t before = pieces.size();
    const auto place = [origin](std::size_t index) { return static_cast<std::int32_t>(index) + origin; };
    for (std::size_t begin = 0; begin < view.size();) {
        const SpecialTokenFinder::Match match = m_finder.find(view, begin);
        const bool found = match.begin != std::u32string_view::npos;
        std::size_t end = found ? match.begin : view.size();
        while (found && match.stripsLeft && end > begin && isWhiteSpace(view[end - 1])) {
            --end;
        }
        if (end > begin) {
            cut(view.substr(begin, end - begin), place(begin), pieces);
        }
        if (!found) {
            break;
        }
        pieces.push_back({match.id, {place(match.begin), place(match.end)}});
        begin = match.end;
        while (match.stripsRight && begin < view.size() && isWhiteSpace(view[begin])) {
            ++begin;
        }
    }
    if (origin < 0) {
        for (std::size_t i = before; i < pieces.size(); ++i) {
            Encoding::Span& span = pieces[i].span;
            span = {std::max(span.begin, 0), std::max(span.end, 0)};
        }
    }
}

Encoding PieceTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    std::vector<Piece> pieces;
    pieces.reserve(text.size() / 3 + 4);
    cutText(text, m_frame.blankBeforeText, pieces);
    return assemble(m_frame.layout, pieces, nullptr, options, *this);
}

Encoding PieceTokenizer::encodePair(std::string_view first, std::string_view second,
                                    const EncodeOptions& options) const {
    std::vector<Piece> firstPieces;
    std::vector<Piece> secondPieces;
    cutText(first, m_frame.blankBeforeText, firstPieces);
    cutText(second, m_frame.blankBeforeText, secondPieces);
    return assemble(m_frame.layout, firstPieces, &secondPieces, options, *this);
}

Encoding PieceTokenizer::encodeWords(std::span<const std::string> words, const EncodeOptions& options) const {
    std::vector<Piece> pieces;
    pieces.reserve(2 * words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::size_t before = pieces.size();
        cutText(words[i], m_frame.blankBeforeText || (i > 0 && m_frame.blankBeforeWords), pieces);
        for (std::size_t piece = before; piece < pieces.size(); ++piece) {
            pieces[piece].word = static_cast<std::int32_t>(i);
        }
    }
    return assemble(m_frame.layout, pieces, nullptr, options, *this, true);
}

} // namespace awb
