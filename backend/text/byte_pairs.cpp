#include "backend/text/byte_pairs.h"

#include <algorithm>
#include <functional>
#include <queue>

#include <nlohmann/json.hpp>

#include "backend/text/unicode.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

constexpr int kLargestId = 1 << 24; ///< no vocabulary is near it; a larger number is damage

/// The stand-ins of all bytes: 33-126, 161-172 and 174-255 stand for themselves, the others are U+0100 and on
/// in order.
const std::array<char32_t, 256>& standIns() {
    static const auto table = [] {
        std::array<char32_t, 256> characters{};
        char32_t next = 0x100;
        for (char32_t byte = 0; byte < characters.size(); ++byte) {
            const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
            characters[byte] = printable ? byte : next++;
        }
        return characters;
    }();
    return table;
}

} // namespace

void appendStandIn(std::string& out, std::uint8_t byte) {
    appendUtf8(out, standIns()[byte]);
}

Result<ByteVocabulary> ByteVocabulary::parse(std::string_view text, const std::string& fileName) {
    const auto json = parseJson(text, fileName);
    if (!json) {
        return fail(json.error());
    }
    if (!json->is_object() || json->empty()) {
        return fail("the file is not a JSON object of ids by token", fileName,
                    "Restore the file from the model");
    }
    std::vector<std::pair<std::string, int>> tokens;
    tokens.reserve(json->size());
    for (const auto& [token, id] : json->items()) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > kLargestId) {
            return fail("the id of the token " + token + " is not a whole number from 0 up", fileName,
                        "Restore the file from the model");
        }
        tokens.emplace_back(token, id.get<int>());
    }
    auto vocabulary = create(std::move(tokens));
    if (!vocabulary) {
        return fail(vocabulary.error().what, fileName, vocabulary.error().advice);
    }
    return vocabulary;
}

Result<ByteVocabulary> ByteVocabulary::create(std::vector<std::pair<std::string, int>> tokens) {
    ByteVocabulary vocabulary;
    vocabulary.m_ids.reserve(tokens.size());
    for (std::pair<std::string, int>& entry : tokens) {
        if (const std::string_view other = vocabulary.token(entry.second); !other.empty()) {
            return fail("the tokens " + std::string(other) + " and " + entry.first + " have the same id " +
                            std::to_string(entry.second),
                        {}, "Restore the file from the model");
        }
        vocabulary.add(std::move(entry.first), entry.second);
    }
    return vocabulary;
}

std::string_view ByteVocabulary::token(int id) const {
    return id >= 0 && id < size() ? std::string_view(m_tokens[static_cast<std::size_t>(id)])
                                  : std::string_view();
}

int ByteVocabulary::find(std::string_view token) const {
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

void ByteVocabulary::add(std::string token, int id) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= m_tokens.size()) {
        m_tokens.resize(index + 1);
    }
    m_ids.insert_or_assign(token, id);
    m_tokens[index] = std::move(token);
}

Result<std::vector<TokenPair>> parseMerges(std::string_view text) {
    std::vector<TokenPair> merges;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++number;
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || (number == 1 && line.starts_with("#version"))) {
            continue;
        }
        const std::size_t blank = line.find(' ');
        if (blank == 0 || blank == std::string_view::npos || blank + 1 == line.size() ||
            line.find(' ', blank + 1) != std::string_view::npos) {
            return fail("the line is not two tokens with a blank between them",
                        "line " + std::to_string(number), "Restore the file from the model");
        }
        merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
    }
    return merges;
}

Result<BytePairMerger> BytePairMerger::create(const ByteVocabulary& vocabulary,
                                              const std::vector<TokenPair>& merges) {
    BytePairMerger merger;
    for (std::size_t byte = 0; byte < merger.m_bytes.size(); ++byte) {
        std::string token;
        appendStandIn(token, static_cast<std::uint8_t>(byte));
        merger.m_bytes[byte] = vocabulary.find(token);
    }
    merger.m_merges.reserve(merges.size());
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        const int leftId = vocabulary.find(left);
        const int rightId = vocabulary.find(right);
        const std::string joined = left + right;
        const int result = vocabulary.find(joined);
        if (leftId < 0 || rightId < 0 || result < 0) {
            const std::string& missing = leftId < 0 ? left : rightId < 0 ? right : joined;
            std::string what = "the merge \"" + left;
            what.append(" ").append(right).append("\" needs the token ").append(missing);
            return fail(std::move(what) + ", which the vocabulary lacks", {},
                        "The merges and the vocabulary must be of the same model");
        }
        merger.m_merges.insert_or_assign(key(leftId, rightId),
                                         Merge{static_cast<std::uint32_t>(rank), result});
    }
    return merger;
}

const BytePairMerger::Merge* BytePairMerger::find(int left, int right) const {
    if (left < 0 || right < 0) {
        return nullptr;
    }
    const auto found = m_merges.find(key(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

/// A symbol in the list of a word's symbols.
struct BytePairMerger::Link {
    Symbol symbol;
    int previous = -1;
    int next = -1;
};

/// The merging of one word: a linked list of symbols and a queue of the pairs that stand in it.
class BytePairMerger::Run {
public:
    Run(const BytePairMerger& merger, std::string_view word)
        : m_merger(merger) {
        const int count = static_cast<int>(word.size());
        m_links.reserve(word.size());
        for (int i = 0; i < count; ++i) {
            const auto byte = static_cast<std::uint8_t>(word[static_cast<std::size_t>(i)]);
            m_links.push_back({{merger.m_bytes[byte], 1}, i - 1, i + 1 < count ? i + 1 : -1});
        }
        for (int i = 0; i + 1 < count; ++i) {
            push(i);
        }
    }

    std::vector<Symbol> finish() {
        std::vector<int> places;
        while (!m_queue.empty()) {
            // All places of one pair, from left to right, before any other pair: also where a file ranks a
            // pair before the one that makes its half.
            const std::uint32_t rank = m_queue.top().rank;
            places.clear();
            for (; !m_queue.empty() && m_queue.top().rank == rank; m_queue.pop()) {
                places.push_back(m_queue.top().left);
            }
            for (const int left : places) {
                mergeAt(left, rank);
            }
        }
        std::vector<Symbol> symbols;
        for (int i = m_links.empty() ? -1 : 0; i >= 0; i = link(i).next) {
            symbols.push_back(link(i).symbol);
        }
        return symbols;
    }

private:
    struct Candidate {
        std::uint32_t rank = 0;
        int left = 0;
        bool operator>(const Candidate& other) const {
            return rank != other.rank ? rank > other.rank : left > other.left;
        }
    };

    Link& link(int index) { return m_links[static_cast<std::size_t>(index)]; }

    /// The merge of a symbol with the one after it.
    const Merge* mergeOf(int left) {
        const Link& first = link(left);
        // A symbol that went into another one has no bytes left.
        if (first.next < 0 || first.symbol.bytes == 0) {
            return nullptr;
        }
        return m_merger.find(first.symbol.id, link(first.next).symbol.id);
    }

    void push(int left) {
        if (const Merge* merge = mergeOf(left)) {
            m_queue.push({merge->rank, left});
        }
    }

    void mergeAt(int left, std::uint32_t rank) {
        const Merge* merge = mergeOf(left);
        if (merge == nullptr || merge->rank != rank) {
            return; // one of the two was merged meanwhile
        }
        Link& first = link(left);
        Link& second = link(first.next);
        first.symbol = {merge->result, first.symbol.bytes + second.symbol.bytes};
        second.symbol.bytes = 0;
        first.next = second.next;
        if (first.next >= 0) {
            link(first.next).previous = left;
        }
        if (first.previous >= 0) {
            push(first.previous);
        }
        push(left);
    }

    const BytePairMerger& m_merger;
    std::vector<Link> m_links;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> m_queue;
};

std::vector<BytePairMerger::Symbol> BytePairMerger::merge(std::string_view word) const {
    return Run(*this, word).finish();
}

} // namespace awb
