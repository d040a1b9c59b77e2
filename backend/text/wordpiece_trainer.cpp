#include "backend/text/wordpiece_trainer.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "backend/text/pair_merger.h"
#include "backend/text/wordpiece.h"

namespace awb {

namespace {

std::string character(char32_t c) {
    std::string text;
    appendUtf8(text, c);
    return text;
}

/// Tokens by id and ids by token.
class Pieces {
public:
    std::int32_t idOf(const std::string& token) {
        const auto [found, isNew] = m_ids.emplace(token, static_cast<std::int32_t>(m_tokens.size()));
        if (isNew) {
            m_tokens.push_back(token);
        }
        return found->second;
    }
    /// The id of what two neighbouring pieces are together.
    std::int32_t joined(const PairMerger::Pair& pair) {
        const std::string_view rest = m_tokens[static_cast<std::size_t>(pair.right)];
        return idOf(m_tokens[static_cast<std::size_t>(pair.left)] +
                    std::string(rest.substr(kWordPieceContinuation.size())));
    }
    std::size_t size() const { return m_tokens.size(); }
    std::vector<std::string> take() { return std::move(m_tokens); }

private:
    std::vector<std::string> m_tokens;
    std::unordered_map<std::string, std::int32_t> m_ids;
};

void addAlphabet(const std::map<std::u32string, std::int64_t>& words, Pieces& pieces) {
    std::set<char32_t> all;
    std::set<char32_t> inside;
    for (const auto& [word, count] : words) {
        all.insert(word.begin(), word.end());
        inside.insert(word.begin() + 1, word.end());
    }
    for (const char32_t c : all) {
        pieces.idOf(character(c));
    }
    for (const char32_t c : inside) {
        pieces.idOf(std::string(kWordPieceContinuation) + character(c));
    }
}

std::vector<std::int32_t> idsOf(const std::u32string& word, Pieces& pieces) {
    std::vector<std::int32_t> ids;
    for (const char32_t c : word) {
        ids.push_back(pieces.idOf((ids.empty() ? "" : std::string(kWordPieceContinuation)) + character(c)));
    }
    return ids;
}

} // namespace

WordPieceTrainer::WordPieceTrainer(WordPieceTraining options)
    : m_options(std::move(options))
    , m_splitter(m_options.split) {}

void WordPieceTrainer::add(std::string_view text) {
    BasicSplitter::Words words;
    m_splitter.split(decodeUtf8(text), 0, words);
    std::u32string word;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto chars = words.word(i);
        if (chars.size() > kLongestWordPieceWord) {
            continue;
        }
        word.clear();
        for (const PlacedChar& c : chars) {
            word.push_back(c.value);
        }
        ++m_words[word];
        ++m_wordCount;
    }
}

Result<std::vector<std::string>> WordPieceTrainer::train() const {
    if (m_words.empty()) {
        return fail("there is no word to learn a vocabulary from", {}, "Give a text with words");
    }
    Pieces pieces;
    for (const std::string& token : m_options.specialTokens) {
        pieces.idOf(token);
    }
    addAlphabet(m_words, pieces);
    const auto room = static_cast<std::size_t>(std::max(m_options.vocabSize, 0));
    if (pieces.size() > room) {
        return fail("the texts' characters alone need a vocabulary of " + std::to_string(pieces.size()) +
                        " entries, " + std::to_string(room) + " are allowed",
                    "vocab_size", "Make the vocabulary larger, or leave texts with many characters out");
    }
    PairMerger merger;
    for (const auto& [word, count] : m_words) {
        merger.add(idsOf(word, pieces), count);
    }
    while (pieces.size() < room) {
        const auto best = merger.best();
        if (!best || best->count < m_options.minFrequency) {
            break;
        }
        merger.merge(best->pair, pieces.joined(best->pair));
    }
    return pieces.take();
}

} // namespace awb
