#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "backend/data/wordnet.h"

namespace awb {

namespace {

constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};
constexpr std::array<std::size_t, 3> kMostExamples{20'000, 2'000, 2'000};
constexpr std::array<std::size_t, 3> kMostOfOneNounTopic{900, 90, 90};
constexpr std::array<std::size_t, 3> kMostOfOnePartOfSpeech{6'000, 600, 600};
constexpr int kTopsFile = 3;
constexpr int kMostStepsUp = 4;
constexpr int kLeastDepth = 3; ///< steps below "entity" from which an ancestor says something

std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

/// Spreads the low entropy of FNV's high bits (splitmix64's finalizer).
std::uint64_t mixed(std::uint64_t hash) {
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31U);
}

std::size_t splitOf(std::uint64_t hash) {
    const std::uint64_t tenth = hash % 10;
    return tenth < 8 ? 0 : tenth == 8 ? 1 : 2;
}

/// A synset with the hash that decides its split and place.
struct Placed {
    const Synset* synset = nullptr;
    std::uint64_t hash = 0;
};

/// Synsets with a definition, each definition and label once, by split and in the order of the hash.
template<typename LabelOf>
std::array<std::vector<Placed>, 3> placed(std::span<const Synset> synsets, LabelOf labelOf) {
    std::array<std::vector<Placed>, 3> splits;
    std::unordered_map<std::string_view, std::vector<int>> seen;
    for (const Synset& synset : synsets) {
        const int label = labelOf(synset);
        if (label < 0 || synset.definition.empty()) {
            continue;
        }
        std::vector<int>& labels = seen[synset.definition];
        if (std::ranges::find(labels, label) != labels.end()) {
            continue;
        }
        labels.push_back(label);
        const std::uint64_t hash = mixed(fnv1a(synset.definition));
        splits[splitOf(hash)].push_back({&synset, hash});
    }
    for (auto& split : splits) {
        std::ranges::stable_sort(split, {}, &Placed::hash);
    }
    return splits;
}

Dataset emptyDataset(std::string_view task, std::vector<std::string> labels, bool pairs) {
    Dataset dataset;
    dataset.name = "wordnet:" + std::string(task);
    dataset.pairs = pairs;
    dataset.labels = std::move(labels);
    dataset.note =
        "the bundled base has read WordNet's definitions as plain text (without labels) in pretraining, "
        "also those of the test part";
    for (const std::string_view name : kSplitNames) {
        dataset.splits.push_back({.name = std::string(name), .examples = {}});
    }
    return dataset;
}

template<typename LabelOf>
Dataset classification(std::string_view task, std::span<const Synset> synsets,
                       std::vector<std::string> labels, const std::array<std::size_t, 3>& mostOfAClass,
                       LabelOf labelOf) {
    Dataset dataset = emptyDataset(task, std::move(labels), false);
    const auto splits = placed(synsets, labelOf);
    for (std::size_t i = 0; i < splits.size(); ++i) {
        std::vector<std::size_t> taken(dataset.labels.size());
        std::vector<Placed> chosen;
        for (const Placed& item : splits[i]) {
            const auto label = static_cast<std::size_t>(labelOf(*item.synset));
            if (chosen.size() < kMostExamples[i] && taken[label]++ < mostOfAClass[i]) {
                chosen.push_back(item);
            }
        }
        // A class that was cut short has the lowest hashes only, so the order needs another one.
        std::ranges::stable_sort(chosen, {}, [](const Placed& item) { return mixed(item.hash); });
        Split& split = dataset.splits[i];
        for (const Placed& item : chosen) {
            Example& example = split.examples.emplace_back();
            example.text = item.synset->definition;
            example.label = labelOf(*item.synset);
        }
        split.rowsRead = static_cast<std::int64_t>(split.examples.size());
    }
    return dataset;
}

/// Lexicographer files `first` to `last` as classes, named without their part of speech.
Dataset topics(std::string_view task, std::span<const Synset> synsets, int first, int last,
               const std::array<std::size_t, 3>& mostOfAClass) {
    std::vector<std::string> labels;
    for (int file = first; file <= last; ++file) {
        const std::string_view name = lexicographerFileName(file);
        labels.emplace_back(name.substr(name.find('.') + 1));
    }
    return classification(task, synsets, std::move(labels), mostOfAClass,
                          [first, last](const Synset& synset) {
                              return synset.lexicographerFile >= first && synset.lexicographerFile <= last
                                         ? synset.lexicographerFile - first
                                         : -1;
                          });
}

Dataset partsOfSpeech(std::span<const Synset> synsets) {
    return classification("part-of-speech", synsets, {"noun", "verb", "adjective", "adverb"},
                          kMostOfOnePartOfSpeech, [](const Synset& synset) {
                              constexpr std::string_view kLetters = "nvar";
                              return static_cast<int>(kLetters.find(synset.partOfSpeech));
                          });
}

/// The noun hierarchy: who is above whom, by index into the synsets.
class Hierarchy {
public:
    explicit Hierarchy(std::span<const Synset> nouns)
        : m_parents(nouns.size())
        , m_children(nouns.size())
        , m_depth(nouns.size(), -1) {
        std::unordered_map<std::uint32_t, std::size_t> byOffset;
        for (std::size_t i = 0; i < nouns.size(); ++i) {
            byOffset.emplace(nouns[i].offset, i);
        }
        for (std::size_t i = 0; i < nouns.size(); ++i) {
            for (const std::uint32_t offset : nouns[i].hypernyms) {
                if (const auto parent = byOffset.find(offset); parent != byOffset.end()) {
                    m_parents[i].push_back(parent->second);
                    m_children[parent->second].push_back(i);
                }
            }
        }
        measureDepths();
    }

    const std::vector<std::size_t>& parents(std::size_t noun) const { return m_parents[noun]; }
    const std::vector<std::size_t>& children(std::size_t noun) const { return m_children[noun]; }
    /// Fewest steps to a root; -1 for what hangs under none.
    int depth(std::size_t noun) const { return m_depth[noun]; }

    std::unordered_set<std::size_t> ancestors(std::size_t noun) const {
        std::unordered_set<std::size_t> found;
        std::vector<std::size_t> open{noun};
        while (!open.empty()) {
            const std::size_t at = open.back();
            open.pop_back();
            for (const std::size_t parent : m_parents[at]) {
                if (found.insert(parent).second) {
                    open.push_back(parent);
                }
            }
        }
        return found;
    }

private:
    void measureDepths() {
        std::vector<std::size_t> level;
        for (std::size_t i = 0; i < m_parents.size(); ++i) {
            if (m_parents[i].empty() && !m_children[i].empty()) {
                m_depth[i] = 0;
                level.push_back(i);
            }
        }
        for (int depth = 1; !level.empty(); ++depth) {
            std::vector<std::size_t> next;
            for (const std::size_t at : level) {
                for (const std::size_t child : m_children[at]) {
                    if (m_depth[child] < 0) {
                        m_depth[child] = depth;
                        next.push_back(child);
                    }
                }
            }
            level = std::move(next);
        }
    }

    std::vector<std::vector<std::size_t>> m_parents;
    std::vector<std::vector<std::size_t>> m_children;
    std::vector<int> m_depth;
};

class KindOfBuilder {
public:
    explicit KindOfBuilder(std::span<const Synset> nouns)
        : m_nouns(nouns)
        , m_hierarchy(nouns) {}

    Dataset build() {
        Dataset dataset = emptyDataset("kind-of", {"no", "yes"}, true);
        const auto splits = placed(m_nouns, [](const Synset&) { return 0; });
        for (std::size_t i = 0; i < splits.size(); ++i) {
            m_split = i;
            fill(dataset.splits[i], splits[i], kMostExamples[i]);
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
                    splitOf(mixed(fnv1a(definition(sibling)))) == m_split) {
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

Result<Dataset> wordnetDataset(std::string_view task, const std::filesystem::path& folder,
                               const LoadProgress& progress) {
    static const std::map<std::string_view, std::vector<std::string_view>> kFiles{
        {"noun-topic", {"noun"}},
        {"verb-topic", {"verb"}},
        {"part-of-speech", {"noun", "verb", "adj", "adv"}},
        {"kind-of", {"noun"}}};
    const auto files = kFiles.find(task);
    if (files == kFiles.end()) {
        return fail("there is no WordNet task \"" + std::string(task) + "\"", "wordnet:" + std::string(task),
                    "The tasks are noun-topic, verb-topic, part-of-speech and kind-of");
    }
    std::vector<Synset> synsets;
    for (std::size_t i = 0; i < files->second.size(); ++i) {
        if (progress && !progress(static_cast<double>(i) / static_cast<double>(files->second.size() + 1))) {
            return fail("loading was stopped", "wordnet:" + std::string(task));
        }
        auto part = readSynsets(folder, files->second[i]);
        if (!part) {
            return tl::unexpected(part.error());
        }
        synsets.insert(synsets.end(), std::make_move_iterator(part->begin()),
                       std::make_move_iterator(part->end()));
    }
    if (task == "noun-topic") {
        return topics(task, synsets, kTopsFile + 1, 28, kMostOfOneNounTopic);
    }
    if (task == "verb-topic") {
        return topics(task, synsets, 29, 43, kMostExamples);
    }
    if (task == "part-of-speech") {
        return partsOfSpeech(synsets);
    }
    return KindOfBuilder(synsets).build();
}

} // namespace awb
