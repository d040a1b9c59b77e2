#include "backend/data/dataset.h"

#include <algorithm>
#include <span>
#include <utility>

#include "backend/core/files.h"
#include "backend/data/file_dataset.h"
#include "backend/data/first_lesson.h"
#include "backend/data/wordnet.h"

namespace awb {

namespace {

constexpr std::string_view kWordnetPrefix = "wordnet:";
constexpr std::string_view kFirstLesson = "builtin:first-lesson";

void applyLimits(Dataset& dataset, const std::map<std::string, std::int64_t>& limits) {
    for (Split& split : dataset.splits) {
        const auto limit = limits.find(split.name);
        if (limit != limits.end() && limit->second >= 0 &&
            std::cmp_less(limit->second, split.examples.size())) {
            split.examples.resize(static_cast<std::size_t>(limit->second));
        }
    }
}

/// What some tasks only have: absent members add nothing, so that the hashes of other tasks stay as they are.
void addTargets(Hasher& hasher, const Example& example) {
    for (const std::string& word : example.words) {
        hasher.add(word);
    }
    for (const std::vector<int>* ids : {&example.labels, &example.tags}) {
        if (!ids->empty()) {
            hasher.add(std::as_bytes(std::span(*ids)));
        }
    }
    if (example.unknownLabels > 0) {
        hasher.add(std::as_bytes(std::span(&example.unknownLabels, 1)));
    }
    if (!example.startsDocument) {
        hasher.add("goes on");
    }
}

std::string hashOf(const Dataset& dataset) {
    Hasher hasher;
    for (const auto* names : {&dataset.labels, &dataset.otherTags}) {
        for (const std::string& name : *names) {
            hasher.add(name);
        }
    }
    for (const Split& split : dataset.splits) {
        hasher.add(split.name);
        for (const Example& example : split.examples) {
            hasher.add(example.text);
            hasher.add(example.textPair);
            hasher.add(std::as_bytes(std::span(&example.label, 1)));
            hasher.add(std::as_bytes(std::span(&example.value, 1)));
            addTargets(hasher, example);
        }
    }
    return hasher.hex();
}

Result<Dataset> builtinDataset(const DataSpec& spec, HeadType task, const LoadProgress& progress) {
    const auto& tasks = builtinTasks();
    const auto known = std::ranges::find(tasks, spec.source, &BuiltinTask::source);
    if (known != tasks.end() && known->task != task) {
        return fail("the data is made for a head of type `" + std::string(headTypeName(known->task)) +
                        "`, not `" + std::string(headTypeName(task)) + "`",
                    spec.source, "Choose that head, or data that fits this one");
    }
    if (spec.source == kFirstLesson) {
        return firstLessonDataset();
    }
    return wordnetDataset(std::string_view(spec.source).substr(kWordnetPrefix.size()), wordnetFolder(),
                          progress);
}

} // namespace

std::string_view Dataset::tagName(int tag) const {
    if (tag < 0) {
        return {};
    }
    const auto number = static_cast<std::size_t>(tag);
    return number < labels.size() ? labels[number] : otherTags[number - labels.size()];
}

const Split* Dataset::split(std::string_view splitName) const {
    const auto found = std::ranges::find(splits, splitName, &Split::name);
    return found == splits.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Dataset>> loadDataset(const DataSpec& spec, HeadType task,
                                                   const LoadProgress& progress) {
    Result<Dataset> loaded;
    if (spec.source == "files") {
        loaded = fileDataset(spec, task, progress);
    } else if (spec.source == kFirstLesson || spec.source.starts_with(kWordnetPrefix)) {
        loaded = builtinDataset(spec, task, progress);
    } else {
        loaded = fail("the data source \"" + spec.source + "\" is not known", "/data/source",
                      "Use \"files\", \"builtin:first-lesson\" or \"wordnet:\" with noun-topic, verb-topic, "
                      "part-of-speech, kind-of, kinds, word-class or definitions");
    }
    if (!loaded) {
        return tl::unexpected(loaded.error());
    }
    loaded->task = task;
    applyLimits(*loaded, spec.limit);
    loaded->contentHash = hashOf(*loaded);
    return std::make_shared<const Dataset>(std::move(*loaded));
}

const std::vector<BuiltinTask>& builtinTasks() {
    static const std::vector<BuiltinTask> kTasks{
        {std::string(kFirstLesson), "First lesson",
         "240 short sentences about weather, food, travel or music; the topic is predicted. 160 to train, 40 "
         "to "
         "validate, 40 to test.",
         false},
        {"wordnet:noun-topic", "Noun topics",
         "The definition of a noun; its topic is predicted, one of 25 (animal, food, time, ...). Split "
         "80/10/10 by a hash "
         "of the definition, at most 900 of a topic to train.",
         false},
        {"wordnet:verb-topic", "Verb topics",
         "The definition of a verb; its topic is predicted, one of 15 (motion, weather, ...). Split 80/10/10 "
         "by a hash "
         "of the definition.",
         false},
        {"wordnet:part-of-speech", "Part of speech",
         "A definition; whether it is one of a noun, verb, adjective or adverb is predicted. At most 6,000 "
         "of each to "
         "train; split by a hash of the definition.",
         false},
        {"wordnet:kind-of", "Kind of",
         "The definitions of two nouns; whether the first is a kind of the second is predicted. Half are "
         "true (one to "
         "four steps up); the others are siblings, unrelated kinds and reversed pairs.",
         true},
        {"wordnet:kinds", "Kinds of nouns",
         "The definition of a noun; all broad kinds that it belongs to are predicted, mostly one to three of "
         "33 (animal, artifact, event, ...). Split 80/10/10 by a hash of the definition.",
         false, HeadType::MultiLabel},
        {"wordnet:word-class", "Word classes",
         "WordNet's example sentences; each word's class is predicted: noun, verb, adjective or adverb. "
         "Words "
         "that the dictionary leaves open have no tag and do not count. Split 80/10/10 by a hash of the "
         "sentence.",
         false, HeadType::Tagging},
        {"wordnet:definitions", "Definitions as text",
         "The definitions of all words as plain text, for masked language modelling: hidden words are "
         "predicted. Split 80/10/10 by a hash of the definition.",
         false, HeadType::MaskedLm}};
    return kTasks;
}

std::optional<Error> builtinUnavailable(const std::string& source) {
    if (!source.starts_with(kWordnetPrefix)) {
        return std::nullopt;
    }
    return wordnetMissing(wordnetFolder());
}

} // namespace awb
