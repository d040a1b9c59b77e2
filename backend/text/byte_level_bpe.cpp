#include "backend/text/byte_level_bpe.h"

#include <algorithm>
#include <utility>

#include "backend/text/unicode.h"

namespace awb {

Result<std::shared_ptr<const Tokenizer>> ByteLevelTokenizer::create(ByteVocabulary vocabulary,
                                                                    const std::vector<TokenPair>& merges,
                                                                    ByteLevelOptions options) {
    auto merger = BytePairMerger::create(vocabulary, merges);
    if (!merger) {
        return fail(merger.error());
    }
    auto splitter = RegexSplitter::create(options.pattern);
    if (!splitter) {
        return fail(splitter.error());
    }
    return std::shared_ptr<const Tokenizer>(new ByteLevelTokenizer(std::move(vocabulary), std::move(*merger),
                                                                   std::move(*splitter), std::move(options)));
}

ByteLevelTokenizer::ByteLevelTokenizer(ByteVocabulary vocabulary, BytePairMerger merger,
                                       RegexSplitter splitter, ByteLevelOptions options)
    : PieceTokenizer(std::move(options.frame))
    , m_vocabulary(std::move(vocabulary))
    , m_merger(std::move(merger))
    , m_splitter(std::move(splitter))
    , m_unknown(options.unknownId)
    , m_blankBeforeParts(options.blankBeforeParts)
    , m_wholeWords(options.wholeWords) {}

void ByteLevelTokenizer::cut(std::u32string_view text, std::int32_t origin,
                             std::vector<Piece>& pieces) const {
    if (!m_blankBeforeParts || text.starts_with(U' ')) {
        cutWords(text, origin, pieces);
        return;
    }
    const std::size_t before = pieces.size();
    cutWords(U' ' + std::u32string(text), origin - 1, pieces);
    for (std::size_t i = before; i < pieces.size(); ++i) {
        Encoding::Span& span = pieces[i].span;
        span = {std::max(span.begin, origin), std::max(span.end, origin)};
    }
}

void ByteLevelTokenizer::cutWords(std::u32string_view text, std::int32_t origin,
                                  std::vector<Piece>& pieces) const {
    std::vector<RegexSplitter::Part> parts;
    m_splitter.split(text, parts);
    for (const RegexSplitter::Part& part : parts) {
        cutWord(text.substr(part.begin, part.end - part.begin),
                origin + static_cast<std::int32_t>(part.begin), pieces);
    }
}

MergeCache::Symbols ByteLevelTokenizer::symbolsOf(std::string_view word) const {
    if (m_wholeWords) {
        std::string token;
        for (const char byte : word) {
            appendStandIn(token, static_cast<std::uint8_t>(byte));
        }
        if (const int id = m_vocabulary.find(token); id >= 0) {
            return {{id, static_cast<std::uint32_t>(word.size())}};
        }
    }
    return m_merger.merge(word);
}

void ByteLevelTokenizer::cutWord(std::u32string_view word, std::int32_t origin,
                                 std::vector<Piece>& pieces) const {
    const std::string bytes = encodeUtf8(word);
    MergeCache::Symbols merged;
    const MergeCache::Symbols* symbols = m_cache.find(bytes);
    if (symbols == nullptr) {
        merged = symbolsOf(bytes);
        m_cache.insert(bytes, merged);
        symbols = &merged;
    }
    std::size_t character = 0;    // the one in which the next symbol begins
    std::size_t characterEnd = 0; // bytes up to the end of the one before it
    std::size_t end = 0;          // bytes up to the end of the symbol
    for (const BytePairMerger::Symbol& symbol : *symbols) {
        end += symbol.bytes;
        std::size_t last = character;
        std::size_t lastEnd = characterEnd + utf8Length(word[last]);
        while (lastEnd < end) {
            lastEnd += utf8Length(word[++last]);
        }
        const Encoding::Span span = withoutLeadingBlanks(
            word, {static_cast<std::int32_t>(character), static_cast<std::int32_t>(last + 1)});
        if (const int id = symbol.id >= 0 ? symbol.id : m_unknown; id >= 0) {
            pieces.push_back({id, {origin + span.begin, origin + span.end}});
        }
        if (lastEnd == end) {
            character = last + 1;
            characterEnd = lastEnd;
        } else {
            character = last;
            characterEnd = lastEnd - utf8Length(word[last]);
        }
    }
}

} // namespace awb
