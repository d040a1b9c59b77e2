#include "backend/data/wordnet_builders.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace awb {

namespace {

constexpr std::array<std::string_view, 3> kSplitNames{"train", "validation", "test"};

} // namespace

std::uint64_t mixedHash(std::uint64_t hash) {
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31U);
}

std::uint64_t textHash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return mixedHash(hash);
}

std::size_t splitOfHash(std::uint64_t hash) {
    const std::uint64_t tenth = hash % 10;
    return tenth < 8 ? 0 : tenth == 8 ? 1 : 2;
}

std::array<std::vector<Placed>, 3> placeSynsets(std::span<const Synset> synsets,
                                                const std::function<int(const Synset&)>& labelOf) {
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
        const std::uint64_t hash = textHash(synset.definition);
        splits[splitOfHash(hash)].push_back({&synset, hash});
    }
    for (auto& split : splits) {
        std::ranges::stable_sort(split, {}, &Placed::hash);
    }
    return splits;
}

Dataset emptyWordnetDataset(std::string_view task, std::vector<std::string> labels, bool pairs) {
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

Dataset wordnetDefinitions(std::span<const Synset> synsets) {
    Dataset dataset = emptyWordnetDataset("definitions", {}, false);
    const auto splits = placeSynsets(synsets, [](const Synset&) { return 0; });
    for (std::size_t i = 0; i < splits.size(); ++i) {
        Split& split = dataset.splits[i];
        for (const Placed& item : splits[i]) {
            if (split.examples.size() == kMostWordnetExamples[i]) {
                break;
            }
            split.examples.emplace_back().text = item.synset->definition;
        }
        split.rowsRead = static_cast<std::int64_t>(split.examples.size());
    }
    return dataset;
}

} // namespace awb
