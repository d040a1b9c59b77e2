#include "backend/text/sentencepiece_unigram.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "backend/text/unicode.h"

namespace awb {

namespace {

using Kind = SentencePieceModel::Kind;

constexpr float kUnknownPenalty = 10;
constexpr double kUserDefinedPenalty = 0.1;

bool isCutFromTexts(Kind kind) {
    return kind == Kind::Normal || kind == Kind::UserDefined;
}

} // namespace

UnigramCutter::UnigramCutter(const SentencePieceModel& model)
    : m_model(model) {
    float lowest = std::numeric_limits<float>::max();
    // The reference begins with the least positive number, so that this is hardly above 0 where all scores
    // are logarithms of probabilities.
    m_highestScore = std::numeric_limits<float>::min();
    std::vector<std::pair<std::string_view, int>> texts;
    for (std::size_t id = 0; id < model.entries.size(); ++id) {
        const SentencePieceModel::Entry& entry = model.entries[id];
        if (entry.kind == Kind::Normal) {
            lowest = std::min(lowest, entry.score);
            m_highestScore = std::max(m_highestScore, entry.score);
        }
        if (isCutFromTexts(entry.kind)) {
            texts.emplace_back(entry.text, static_cast<int>(id));
        }
    }
    m_unknownScore = lowest - kUnknownPenalty;
    m_trie = PrefixTrie(std::move(texts));
}

double UnigramCutter::scoreOf(int id, std::size_t length) const {
    const SentencePieceModel::Entry& entry = m_model.entries[static_cast<std::size_t>(id)];
    // A user-defined entry wins against all other ways to cut its text.
    return entry.kind == Kind::UserDefined
               ? static_cast<double>(static_cast<float>(length) * m_highestScore) - kUserDefinedPenalty
               : static_cast<double>(entry.score);
}

/// Follows all entries that begin at `begin`.
void UnigramCutter::extend(std::string_view text, std::size_t begin, std::vector<Best>& best) const {
    const double before = best[begin].score;
    const auto offer = [&](std::size_t end, int id, double score) {
        // Compared in double, kept in float, as the reference does it: it decides between equals.
        Best& target = best[end];
        const double sum = score + before;
        if (target.begin == kNowhere || sum > static_cast<double>(target.score)) {
            target = {static_cast<float>(sum), id, begin};
        }
    };
    std::size_t characterEnd = begin;
    nextCodePoint(text, characterEnd);
    bool covered = false;
    std::uint32_t node = PrefixTrie::kRoot;
    for (std::size_t end = begin; end < text.size();) {
        node = m_trie.child(node, static_cast<std::uint8_t>(text[end]));
        if (node == PrefixTrie::kNone) {
            break;
        }
        ++end;
        if (const int id = m_trie.number(node); id >= 0) {
            offer(end, id, scoreOf(id, end - begin));
            covered = covered || end == characterEnd;
        }
    }
    if (!covered) {
        offer(characterEnd, m_model.unknownId, static_cast<double>(m_unknownScore));
    }
}

std::vector<SentencePieceCutter::Cut> UnigramCutter::cut(std::string_view normalized) const {
    std::vector<Best> best(normalized.size() + 1);
    for (std::size_t begin = 0; begin < normalized.size(); nextCodePoint(normalized, begin)) {
        extend(normalized, begin, best);
    }
    std::vector<Cut> cuts;
    for (std::size_t end = normalized.size(); end > 0; end = best[end].begin) {
        cuts.push_back({best[end].begin, end, best[end].id});
    }
    std::ranges::reverse(cuts);
    return cuts;
}

} // namespace awb
