#include "backend/text/wordpiece.h"

#include <algorithm>
#include <array>
#include <utility>

namespace awb {

namespace {

constexpr std::size_t kLongestWord = 100; ///< characters; longer words are unknown as a whole
constexpr std::string_view kContinuation = "##";

void appendToken(Encoding& encoding, int id, std::string_view token, int type, Encoding::Span span) {
    encoding.ids.push_back(id);
    encoding.typeIds.push_back(type);
    encoding.attentionMask.push_back(1);
    encoding.tokens.emplace_back(token);
    encoding.offsets.push_back(span);
}

void pad(Encoding& encoding, std::size_t length, int padId, std::string_view padToken) {
    if (encoding.size() >= length) {
        return;
    }
    encoding.ids.resize(length, padId);
    encoding.typeIds.resize(length, 0);
    encoding.attentionMask.resize(length, 0);
    encoding.tokens.resize(length, std::string(padToken));
    encoding.offsets.resize(length);
}

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

} // namespace

WordPieceVocabulary::WordPieceVocabulary(std::string text)
    : m_text(std::move(text)) {
    std::string_view rest = m_text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string_view token = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (token.ends_with('\r')) {
            token.remove_suffix(1);
        }
        m_tokens.push_back(token);
    }
    m_ids.reserve(m_tokens.size());
    for (int id = 0; id < size(); ++id) {
        const std::string_view token = this->token(id);
        m_longest = std::max(m_longest, token.size());
        m_ids.insert_or_assign(token, id);
        if (token.starts_with(kContinuation)) {
            m_continuations.insert_or_assign(token.substr(kContinuation.size()), id);
        }
    }
}

std::string_view WordPieceVocabulary::token(int id) const {
    return id >= 0 && id < size() ? m_tokens[static_cast<std::size_t>(id)] : std::string_view();
}

int WordPieceVocabulary::find(std::string_view token) const {
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

int WordPieceVocabulary::findContinuation(std::string_view rest) const {
    const auto found = m_continuations.find(rest);
    return found == m_continuations.end() ? -1 : found->second;
}

Result<std::shared_ptr<const Tokenizer>> WordPieceTokenizer::create(std::string vocabulary,
                                                                    WordPieceOptions options) {
    const std::vector<std::string> special = options.special.all();
    const std::shared_ptr<const WordPieceTokenizer> tokenizer(
        new WordPieceTokenizer(std::move(vocabulary), std::move(options)));
    for (const std::string& token : special) {
        if (tokenizer->m_vocabulary.find(token) < 0) {
            return fail(
                "the vocabulary has no line " + token, {},
                "A BERT vocabulary holds one token a line, among them [UNK], [SEP], [PAD], [CLS] and [MASK]");
        }
    }
    return tokenizer;
}

WordPieceTokenizer::WordPieceTokenizer(std::string vocabulary, WordPieceOptions options)
    : m_vocabulary(std::move(vocabulary))
    , m_splitter([&options] {
        for (const std::string& token : options.special.all()) {
            options.split.neverSplit.insert(decodeUtf8(token));
        }
        return options.split;
    }())
    , m_maxLength(options.modelMaxLength)
    , m_unknown(m_vocabulary.find(options.special.unknown))
    , m_separator(m_vocabulary.find(options.special.separator))
    , m_padding(m_vocabulary.find(options.special.padding))
    , m_classifier(m_vocabulary.find(options.special.classifier))
    , m_mask(m_vocabulary.find(options.special.mask)) {
    for (const std::string& token : options.special.all()) {
        m_special.push_back({decodeUtf8(token), m_vocabulary.find(token)});
    }
    std::ranges::stable_sort(m_special, std::greater(), [](const SpecialToken& s) { return s.text.size(); });
}

const WordPieceTokenizer::SpecialToken* WordPieceTokenizer::specialAt(std::u32string_view text,
                                                                      std::size_t position) const {
    for (const SpecialToken& special : m_special) {
        if (special.text.front() == text[position] && text.substr(position).starts_with(special.text)) {
            return &special;
        }
    }
    return nullptr;
}

std::vector<WordPieceTokenizer::Piece> WordPieceTokenizer::cut(std::string_view text) const {
    const std::u32string whole = decodeUtf8(text);
    const std::u32string_view view = whole;
    std::vector<Piece> pieces;
    pieces.reserve(view.size() / 3 + 4);
    BasicSplitter::Words words;
    std::size_t begin = 0;
    const auto appendUpTo = [&](std::size_t end) {
        words.clear();
        m_splitter.split(view.substr(begin, end - begin), static_cast<std::int32_t>(begin), words);
        appendWords(words, pieces);
    };
    for (std::size_t i = 0; i < view.size();) {
        const SpecialToken* special = specialAt(view, i);
        if (special == nullptr) {
            ++i;
            continue;
        }
        appendUpTo(i);
        begin = i + special->text.size();
        pieces.push_back({special->id, {static_cast<std::int32_t>(i), static_cast<std::int32_t>(begin)}});
        i = begin;
    }
    appendUpTo(view.size());
    return pieces;
}

void WordPieceTokenizer::appendWords(const BasicSplitter::Words& words, std::vector<Piece>& pieces) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
        appendWord(words.word(i), pieces);
    }
}

void WordPieceTokenizer::appendWord(std::span<const PlacedChar> word, std::vector<Piece>& pieces) const {
    const std::size_t before = pieces.size();
    const auto giveUp = [&] {
        pieces.resize(before);
        pieces.push_back({m_unknown, {word.front().origin, word.back().origin + 1}});
    };
    if (word.size() > kLongestWord) {
        giveUp();
        return;
    }
    std::string bytes;
    std::array<std::size_t, kLongestWord + 1> starts; // byte offset of each character, and the end
    for (std::size_t i = 0; i < word.size(); ++i) {
        starts[i] = bytes.size();
        appendUtf8(bytes, word[i].value);
    }
    starts[word.size()] = bytes.size();

    const std::string_view view = bytes;
    for (std::size_t begin = 0; begin < word.size();) {
        std::size_t end = word.size();
        int id = -1;
        for (; end > begin; --end) {
            const std::size_t length = starts[end] - starts[begin];
            if (length > m_vocabulary.longest()) {
                continue;
            }
            const std::string_view candidate = view.substr(starts[begin], length);
            id = begin == 0 ? m_vocabulary.find(candidate) : m_vocabulary.findContinuation(candidate);
            if (id >= 0) {
                break;
            }
        }
        if (id < 0) {
            giveUp();
            return;
        }
        pieces.push_back({id, {word[begin].origin, word[end - 1].origin + 1}});
        begin = end;
    }
}

Encoding WordPieceTokenizer::assemble(std::vector<Piece> first, std::vector<Piece>* second,
                                      const EncodeOptions& options) const {
    Encoding encoding;
    const std::size_t special = second != nullptr ? 3 : 2;
    const std::size_t secondSize = second != nullptr ? second->size() : 0;
    std::pair kept{first.size(), secondSize};
    if (options.maxLength) {
        const auto length = static_cast<std::size_t>(std::max(*options.maxLength, 0));
        kept = longestFirst(first.size(), secondSize, length > special ? length - special : 0);
        encoding.truncated = kept.first < first.size() || kept.second < secondSize;
    }
    const std::size_t total = kept.first + kept.second + special;
    encoding.ids.reserve(total);
    encoding.typeIds.reserve(total);
    encoding.attentionMask.reserve(total);
    encoding.tokens.reserve(total);
    encoding.offsets.reserve(total);
    const auto append = [&](const std::vector<Piece>& pieces, std::size_t count, int type) {
        for (std::size_t i = 0; i < count; ++i) {
            appendToken(encoding, pieces[i].id, token(pieces[i].id), type, pieces[i].span);
        }
        appendToken(encoding, m_separator, token(m_separator), type, {});
    };
    appendToken(encoding, m_classifier, token(m_classifier), 0, {});
    append(first, kept.first, 0);
    if (second != nullptr) {
        append(*second, kept.second, 1);
    }
    if (options.maxLength && options.padToMaxLength) {
        pad(encoding, static_cast<std::size_t>(std::max(*options.maxLength, 0)), m_padding, token(m_padding));
    }
    return encoding;
}

Encoding WordPieceTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
    return assemble(cut(text), nullptr, options);
}

Encoding WordPieceTokenizer::encodePair(std::string_view first, std::string_view second,
                                        const EncodeOptions& options) const {
    std::vector<Piece> secondPieces = cut(second);
    return assemble(cut(first), &secondPieces, options);
}

void padToLongest(std::vector<Encoding>& batch, int padId) {
    std::size_t longest = 0;
    for (const Encoding& encoding : batch) {
        longest = std::max(longest, encoding.size());
    }
    for (Encoding& encoding : batch) {
        pad(encoding, longest, padId, "[PAD]");
    }
}

} // namespace awb
