#include "backend/text/sentencepiece_pairs.h"

#include <queue>
#include <unordered_map>
#include <utility>

namespace awb {

namespace {

using Kind = SentencePieceModel::Kind;

} // namespace

PairCutter::PairCutter(const SentencePieceModel& model, const SentencePieceNormalizer& normalizer)
    : m_model(model)
    , m_normalizer(normalizer) {
    m_entries.reserve(model.entries.size());
    for (std::size_t id = 0; id < model.entries.size(); ++id) {
        const Kind kind = model.entries[id].kind;
        if (kind == Kind::Normal || kind == Kind::UserDefined || kind == Kind::Unused) {
            m_entries.emplace(model.entries[id].text, static_cast<int>(id));
        }
    }
}

int PairCutter::find(std::string_view text) const {
    const auto found = m_entries.find(text);
    return found == m_entries.end() ? -1 : found->second;
}

/// The joining of one text: a linked list of its parts and a queue of the pairs that stand in it.
class PairCutter::Run {
public:
    Run(const PairCutter& cutter, std::string_view text)
        : m_cutter(cutter)
        , m_text(text) {
        for (std::size_t begin = 0; begin < text.size();) {
            const auto [length, userDefined] = cutter.m_normalizer.prefix(text.substr(begin));
            const int index = static_cast<int>(m_parts.size());
            m_parts.push_back({begin, begin + length, index - 1, index + 1, userDefined});
            begin += length;
        }
        if (!m_parts.empty()) {
            m_parts.back().next = -1;
        }
        for (int i = 0; i + 1 < static_cast<int>(m_parts.size()); ++i) {
            push(i, i + 1);
        }
    }

    std::vector<Cut> finish() {
        for (; !m_queue.empty();) {
            const Pair pair = m_queue.top();
            m_queue.pop();
            join(pair);
        }
        for (int i = m_parts.empty() ? -1 : 0; i >= 0; i = part(i).next) {
            append(part(i).begin, part(i).end);
        }
        return std::move(m_cuts);
    }

private:
    struct Part {
        std::size_t begin = 0;
        std::size_t end = 0; ///< equal to `begin` after it went into its left neighbour
        int previous = -1;
        int next = -1;
        bool stays = false; ///< user-defined: is never joined
        std::size_t size() const { return end - begin; }
    };
    struct Pair {
        float score = 0;
        int left = 0;
        int right = 0;
        std::size_t size = 0;
        bool operator<(const Pair& other) const {
            return score != other.score ? score < other.score : left > other.left;
        }
    };

    Part& part(int index) { return m_parts[static_cast<std::size_t>(index)]; }

    void push(int left, int right) {
        if (left < 0 || right < 0 || part(left).stays || part(right).stays) {
            return;
        }
        const std::size_t size = part(left).size() + part(right).size();
        const std::string_view text = m_text.substr(part(left).begin, size);
        const int id = m_cutter.find(text);
        if (id < 0) {
            return;
        }
        const SentencePieceModel::Entry& entry = m_cutter.m_model.entries[static_cast<std::size_t>(id)];
        m_queue.push({entry.score, left, right, size});
        if (entry.kind == Kind::Unused) {
            m_undo[text] = part(left).size();
        }
    }

    void join(const Pair& pair) {
        Part& left = part(pair.left);
        Part& right = part(pair.right);
        if (left.size() == 0 || right.size() == 0 || left.size() + right.size() != pair.size) {
            return; // one of the two was joined meanwhile
        }
        left.end = right.end;
        left.next = right.next;
        right.end = right.begin;
        if (left.next >= 0) {
            part(left.next).previous = pair.left;
        }
        push(left.previous, pair.left);
        push(pair.left, left.next);
    }

    /// Adds the cut for a part; an entry that is only a step to longer ones is taken apart again.
    void append(std::size_t begin, std::size_t end) {
        const std::string_view text = m_text.substr(begin, end - begin);
        const int id = m_cutter.find(text);
        if (id >= 0 && m_cutter.m_model.entries[static_cast<std::size_t>(id)].kind == Kind::Unused) {
            if (const auto undo = m_undo.find(text); undo != m_undo.end()) {
                const std::size_t middle = begin + undo->second;
                append(begin, middle);
                append(middle, end);
                return;
            }
        }
        m_cuts.push_back({begin, end, id >= 0 ? id : m_cutter.m_model.unknownId});
    }

    const PairCutter& m_cutter;
    std::string_view m_text;
    std::vector<Part> m_parts;
    std::priority_queue<Pair> m_queue;
    std::unordered_map<std::string_view, std::size_t> m_undo; ///< length of the left half
    std::vector<Cut> m_cuts;
};

std::vector<SentencePieceCutter::Cut> PairCutter::cut(std::string_view normalized) const {
    return Run(*this, normalized).finish();
}

} // namespace awb
