#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "backend/data/wordnet_builders.h"
#include "backend/data/wordnet_hierarchy.h"

namespace awb {

namespace {

constexpr int kMostStepsUp = 4;
constexpr int kLeastDepth = 3; ///< steps below "entity" from which an ancestor says something

class KindOfBuilder {
public:
    explicit KindOfBuilder(std::span<const Synset> nouns)
        : m_nouns(nouns)
        , m_hierarchy(nouns) {}

    Dataset build() {
        Dataset dataset = emptyWordnetDataset("kind-of", {"no", "yes"}, true);
        const auto splits = placeSynsets(m_nouns, [](const Synset&) { return 0; });
        for (std::size_t i = 0; i < splits.size(); ++i) {
            m_split = i;
            fill(dataset.splits[i], splits[i], kMostWordnetExamples[i]);
        }
        return dataset;
    }

private:
    struct TruePair {
        std::size_t lower = 0;
        std::size_t upper = 0;
        std::uint64_t hash = 0;
    };

    const std::string& definition(std::size_t noun) const { return m_nouns[noun].definition; }

    /// An ancestor one to four steps up, chosen by the hash.
    std::optional<std::size_t> ancestorFor(std::size_t noun, std::uint64_t hash) const {
        std::optional<std::size_t> found;
        std::size_t at = noun;
        const int steps = 1 + static_cast<int>((hash >> 8U) % kMostStepsUp);
        for (int step = 0; step < steps; ++step) {
            const auto& parents = m_hierarchy.parents(at);
            if (parents.empty()) {
                break;
            }
            at = parents[(hash >> 16U) % parents.size()];
            if (m_hierarchy.depth(at) < kLeastDepth) {
                break;
            }
            if (!definition(at).empty() && definition(at) != definition(noun)) {
                found = at;
            }
        }
        return found;
    }

    /// Another child of the noun's parent, of the same split and not above the noun.
    std::optional<std::size_t> siblingFor(const TruePair& pair) const {
        const auto above = m_hierarchy.ancestors(pair.lower);
        for (const std::size_t parent : m_hierarchy.parents(pair.lower)) {
            const auto& children = m_hierarchy.children(parent);
            const std::size_t start = (pair.hash >> 24U) % children.size();
            for (std::size_t i = 0; i < children.size(); ++i) {
                const std::size_t sibling = children[(start + i) % children.size()];
                if (sibling != pair.lower && isOther(sibling, pair.lower, above) &&
                    splitOfHash(textHash(definition(sibling))) == m_split) {
                    return sibling;
                }
            }
        }
        return std::nullopt;
    }

    bool isOther(std::size_t candidate, std::size_t lower,
                 const std::unordered_set<std::size_t>& above) const {
        return !above.contains(candidate) && !definition(candidate).empty() &&
               std::ranges::none_of(above,
                                    [&](std::size_t a) { return definition(a) == definition(candidate); }) &&
               definition(candidate) != definition(lower);
    }

    /// The ancestor of another pair of the split that isn't above this pair's noun.
    std::optional<std::size_t> strangerFor(const TruePair& pair, std::span<const TruePair> pairs) const {
        const auto above = m_hierarchy.ancestors(pair.lower);
        const std::size_t start = (pair.hash >> 20U) % pairs.size();
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const std::size_t upper = pairs[(start + i) % pairs.size()].upper;
            if (upper != pair.lower && isOther(upper, pair.lower, above)) {
                return upper;
            }
        }
        return std::nullopt;
    }

    Example negativeFor(const TruePair& pair, std::size_t turn, std::span<const TruePair> pairs) const {
        if (turn % 3 == 0) {
            if (const auto sibling = siblingFor(pair)) {
                return example(pair.lower, *sibling, 0);
            }
        } else if (turn % 3 == 1) {
            if (const auto stranger = strangerFor(pair, pairs)) {
                return example(pair.lower, *stranger, 0);
            }
        }
        return example(pair.upper, pair.lower, 0);
    }

    Example example(std::size_t first, std::size_t second, int label) const {
        Example result;
        result.text = definition(first);
        result.textPair = definition(second);
        result.label = label;
        return result;
    }

    void fill(Split& split, const std::vector<Placed>& candidates, std::size_t most) const {
        std::vector<TruePair> pairs;
        for (const Placed& item : candidates) {
            if (2 * pairs.size() + 2 > most) {
                break;
            }
            const auto lower = static_cast<std::size_t>(item.synset - m_nouns.data());
            if (const auto upper = ancestorFor(lower, item.hash)) {
                pairs.push_back({lower, *upper, item.hash});
            }
        }
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            Example yes = example(pairs[i].lower, pairs[i].upper, 1);
            Example no = negativeFor(pairs[i], i, pairs);
            const bool yesFirst = ((pairs[i].hash >> 40U) & 1U) != 0;
            split.examples.push_back(yesFirst ? yes : no);
            split.examples.push_back(yesFirst ? std::move(no) : std::move(yes));
        }
        split.rowsRead = static_cast<std::int64_t>(split.examples.size());
    }

    std::span<const Synset> m_nouns;
    Hierarchy m_hierarchy;
    std::size_t m_split = 0;
};

} // namespace

Dataset wordnetKindOf(std::span<const Synset> nouns) {
    return KindOfBuilder(nouns).build();
}

} // namespace awb
