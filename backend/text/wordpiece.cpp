#include "backend/text/wordpiece.h"

#include <algorithm>
#include <array>
#include <utility>

namespace awb {

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
        index(id);
    }
}

void WordPieceVocabulary::index(int id) {
    const std::string_view token = this->token(id);
    m_longest = std::max(m_longest, token.size());
    m_ids.insert_or_assign(token, id);
    if (token.starts_with(kWordPieceContinuation)) {
        m_continuations.insert_or_assign(token.substr(kWordPieceContinuation.size()), id);
    }
}

void WordPieceVocabulary::add(std::string token, int id) {
    const auto place = static_cast<std::size_t>(id);
    m_tokens.resize(std::max(m_tokens.size(), place + 1));
    m_tokens[place] = m_added.emplace_back(std::move(token));
    index(id);
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

WordPieceTokenizer::WordPieceTokenizer(std::unique_ptr<const WordPieceVocabulary> vocabulary,
                                       WordPieceOptions options)
    : PieceTokenizer(std::move(options.frame))
    , m_vocabulary(std::move(vocabulary))
    , m_splitter(std::move(options.split))
    , m_unknown(options.unknownId) {}

void WordPieceTokenizer::cut(std::u32string_view text, std::int32_t origin,
                             std::vector<Piece>& pieces) const {
    BasicSplitter::Words words;
    m_splitter.split(text, origin, words);
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
    if (word.size() > kLongestWordPieceWord) {
        giveUp();
        return;
    }
    std::string bytes;
    std::array<std::size_t, kLongestWordPieceWord + 1> starts; // byte offset of each character, and the end
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
            if (length > m_vocabulary->longest()) {
                continue;
            }
            const std::string_view candidate = view.substr(starts[begin], length);
            id = begin == 0 ? m_vocabulary->find(candidate) : m_vocabulary->findContinuation(candidate);
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

} // namespace awb
