#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <span>
#include <utility>

#include "backend/data/wordnet.h"
#include "backend/data/wordnet_builders.h"

namespace awb {

namespace {

constexpr std::array<std::size_t, 3> kMostOfOneNounTopic{900, 90, 90};
constexpr std::array<std::size_t, 3> kMostOfOnePartOfSpeech{6'000, 600, 600};
constexpr int kTopsFile = 3;

Dataset classification(std::string_view task, std::span<const Synset> synsets,
                       std::vector<std::string> labels, const std::array<std::size_t, 3>& mostOfAClass,
                       const std::function<int(const Synset&)>& labelOf) {
    Dataset dataset = emptyWordnetDataset(task, std::move(labels), false);
    const auto splits = placeSynsets(synsets, labelOf);
    for (std::size_t i = 0; i < splits.size(); ++i) {
        std::vector<std::size_t> taken(dataset.labels.size());
        std::vector<Placed> chosen;
        for (const Placed& item : splits[i]) {
            const auto label = static_cast<std::size_t>(labelOf(*item.synset));
            if (chosen.size() < kMostWordnetExamples[i] && taken[label]++ < mostOfAClass[i]) {
                chosen.push_back(item);
            }
        }
        // A class that was cut short has the lowest hashes only, so the order needs another one.
        std::ranges::stable_sort(chosen, {}, [](const Placed& item) { return mixedHash(item.hash); });
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

} // namespace

Result<Dataset> wordnetDataset(std::string_view task, const std::filesystem::path& folder,
                               const LoadProgress& progress) {
    static const std::vector<std::string_view> kAll{"noun", "verb", "adj", "adv"};
    static const std::map<std::string_view, std::vector<std::string_view>> kFiles{
        {"noun-topic", {"noun"}}, {"verb-topic", {"verb"}}, {"part-of-speech", kAll}, {"kind-of", {"noun"}},
        {"kinds", {"noun"}},      {"definitions", kAll},    {"word-class", kAll}};
    const auto files = kFiles.find(task);
    if (files == kFiles.end()) {
        return fail("there is no WordNet task \"" + std::string(task) + "\"", "wordnet:" + std::string(task),
                    "The tasks are noun-topic, verb-topic, part-of-speech, kind-of, kinds, word-class and "
                    "definitions");
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
        return topics(task, synsets, 29, 43, kMostWordnetExamples);
    }
    if (task == "part-of-speech") {
        return partsOfSpeech(synsets);
    }
    if (task == "kind-of") {
        return wordnetKindOf(synsets);
    }
    if (task == "kinds") {
        return wordnetKinds(synsets);
    }
    return task == "definitions" ? wordnetDefinitions(synsets) : wordnetWordClass(synsets, folder);
}

} // namespace awb
