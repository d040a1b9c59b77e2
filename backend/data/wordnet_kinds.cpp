#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "backend/data/wordnet_builders.h"
#include "backend/data/wordnet_hierarchy.h"

namespace awb {

namespace {

// A kind is broad enough to learn and narrow enough to say something.
constexpr std::size_t kFewestBelow = 1'500;
constexpr std::size_t kMostBelow = 12'000;
constexpr double kNearlyTheSame = 0.8; ///< share of a broader kind from which the narrower one adds nothing

class KindsBuilder {
public:
    explicit KindsBuilder(std::span<const Synset> nouns)
        : m_nouns(nouns)
        , m_below(nouns.size()) {
        const Hierarchy hierarchy(nouns);
        m_ancestors.reserve(nouns.size());
        for (std::size_t noun = 0; noun < nouns.size(); ++noun) {
            m_ancestors.push_back(hierarchy.ancestors(noun));
            for (const std::size_t ancestor : m_ancestors.back()) {
                ++m_below[ancestor];
            }
        }
        chooseKinds();
    }

    Dataset build() const {
        std::vector<std::string> labels;
        for (const auto& [name, kind] : m_kinds) {
            labels.push_back(name);
        }
        Dataset dataset = emptyWordnetDataset("kinds", std::move(labels), false);
        const auto splits =
            placeSynsets(m_nouns, [this](const Synset& noun) { return kindsOf(noun).empty() ? -1 : 0; });
        for (std::size_t i = 0; i < splits.size(); ++i) {
            Split& split = dataset.splits[i];
            for (const Placed& item : splits[i]) {
                if (split.examples.size() == kMostWordnetExamples[i]) {
                    break;
                }
                Example& example = split.examples.emplace_back();
                example.text = item.synset->definition;
                example.labels = kindsOf(*item.synset);
            }
            split.rowsRead = static_cast<std::int64_t>(split.examples.size());
        }
        return dataset;
    }

private:
    void chooseKinds() {
        std::vector<std::size_t> candidates;
        for (std::size_t noun = 0; noun < m_nouns.size(); ++noun) {
            if (m_below[noun] >= kFewestBelow && m_below[noun] <= kMostBelow) {
                candidates.push_back(noun);
            }
        }
        // From broad to narrow, so that of two kinds that are nearly the same the broader one stays.
        std::ranges::stable_sort(candidates, std::ranges::greater(),
                                 [this](std::size_t noun) { return m_below[noun]; });
        std::vector<std::size_t> chosen;
        for (const std::size_t candidate : candidates) {
            const bool repeats = std::ranges::any_of(chosen, [&](std::size_t broader) {
                return m_ancestors[candidate].contains(broader) &&
                       static_cast<double>(m_below[candidate]) >
                           kNearlyTheSame * static_cast<double>(m_below[broader]);
            });
            if (!repeats) {
                chosen.push_back(candidate);
            }
        }
        for (const std::size_t kind : chosen) {
            const auto& words = m_nouns[kind].words;
            const auto free = std::ranges::find_if(
                words, [this](const std::string& word) { return !m_kinds.contains(word); });
            m_kinds.emplace(free == words.end() ? words.front() + " (" + std::to_string(kind) + ")" : *free,
                            kind);
        }
    }

    /// The ids of the kinds that a noun belongs to, in order. A kind belongs to itself.
    std::vector<int> kindsOf(const Synset& noun) const {
        const auto index = static_cast<std::size_t>(&noun - m_nouns.data());
        std::vector<int> ids;
        int id = 0;
        for (const auto& [name, kind] : m_kinds) {
            if (kind == index || m_ancestors[index].contains(kind)) {
                ids.push_back(id);
            }
            ++id;
        }
        return ids;
    }

    std::span<const Synset> m_nouns;
    std::vector<std::unordered_set<std::size_t>> m_ancestors;
    std::vector<std::size_t> m_below;           ///< how many nouns are kinds of each
    std::map<std::string, std::size_t> m_kinds; ///< by name
};

} // namespace

Dataset wordnetKinds(std::span<const Synset> nouns) {
    return KindsBuilder(nouns).build();
}

} // namespace awb
