#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_set>
#include <utility>

#include "backend/data/word_forms.h"
#include "backend/data/wordnet_builders.h"
#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::size_t kFewestWords = 3;
constexpr std::size_t kShortestWord = 3; ///< shorter ones are signs of chemistry and abbreviations in WordNet

/// Words of grammar. WordNet has none of them, or has a rare noun that is written alike.
const std::unordered_set<std::string_view> kFunctionWords{
    "about",    "above",     "across",    "after",      "against",  "ain't",      "all",     "along",
    "although", "amid",      "among",     "and",        "another",  "any",        "anybody", "anyone",
    "anything", "are",       "aren't",    "around",     "because",  "been",       "before",  "behind",
    "being",    "below",     "beneath",   "beside",     "between",  "beyond",     "both",    "but",
    "can",      "can't",     "cannot",    "could",      "couldn't", "despite",    "did",     "didn't",
    "does",     "doesn't",   "doing",     "don't",      "done",     "down",       "during",  "each",
    "either",   "enough",    "every",     "everybody",  "everyone", "everything", "except",  "few",
    "for",      "from",      "had",       "hadn't",     "has",      "hasn't",     "have",    "haven't",
    "having",   "her",       "hers",      "herself",    "him",      "himself",    "his",     "how",
    "inside",   "into",      "isn't",     "its",        "itself",   "less",       "like",    "many",
    "may",      "might",     "mine",      "more",       "most",     "much",       "must",    "myself",
    "near",     "neither",   "nobody",    "none",       "nor",      "not",        "nothing", "off",
    "once",     "one",       "ones",      "onto",       "other",    "others",     "ought",   "our",
    "ours",     "ourselves", "out",       "outside",    "over",     "own",        "past",    "per",
    "same",     "several",   "shall",     "she",        "should",   "shouldn't",  "since",   "some",
    "somebody", "someone",   "something", "such",       "than",     "that",       "that's",  "the",
    "their",    "theirs",    "them",      "themselves", "then",     "there",      "these",   "they",
    "this",     "those",     "though",    "through",    "till",     "too",        "toward",  "towards",
    "under",    "unless",    "until",     "upon",       "very",     "was",        "wasn't",  "were",
    "weren't",  "what",      "whatever",  "when",       "where",    "whether",    "which",   "while",
    "who",      "whom",      "whose",     "why",        "will",     "with",       "within",  "without",
    "won't",    "would",     "wouldn't",  "yes",        "yet",      "you",        "your",    "yours",
    "yourself"};

bool joinsWords(char32_t c) {
    return c == U'\'' || c == U'-' || c == U'\u2019';
}

/// Words and punctuation marks of a sentence, each by itself; ' and - inside a word belong to it.
std::vector<std::string> wordsOf(std::string_view sentence) {
    const std::u32string characters = decodeUtf8(sentence);
    std::vector<std::string> words;
    bool inWord = false;
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const char32_t c = characters[i];
        const CharClass kind = charClass(c);
        const bool joins = inWord && joinsWords(c) && i + 1 < characters.size() &&
                           charClass(characters[i + 1]) == CharClass::Letter;
        if (kind == CharClass::Blank || kind == CharClass::Dropped) {
            inWord = false;
            continue;
        }
        if (!inWord || (kind != CharClass::Letter && !joins)) {
            words.emplace_back();
        }
        appendUtf8(words.back(), c);
        inWord = kind == CharClass::Letter || joins;
    }
    return words;
}

std::string lowerCase(std::string_view word) {
    std::u32string lower;
    for (const char32_t c : decodeUtf8(word)) {
        appendLowerCase(lower, c);
    }
    return encodeUtf8(lower);
}

class WordClassBuilder {
public:
    WordClassBuilder(std::span<const Synset> synsets, const WordForms& forms)
        : m_synsets(synsets)
        , m_forms(forms) {}

    Dataset build() const {
        Dataset dataset = emptyWordnetDataset("word-class", {"noun", "verb", "adjective", "adverb"}, false);
        dataset.note =
            "the tags come from a dictionary, not from readers; the bundled base has read WordNet's "
            "example sentences as plain text in pretraining, also those of the test part";
        std::array<std::vector<std::pair<std::uint64_t, Example>>, 3> splits;
        std::unordered_set<std::string_view> seen;
        for (const Synset& synset : m_synsets) {
            for (const std::string& sentence : synset.examples) {
                if (!seen.insert(sentence).second) {
                    continue;
                }
                if (auto example = tagged(sentence, synset)) {
                    const std::uint64_t hash = textHash(sentence);
                    splits[splitOfHash(hash)].emplace_back(hash, std::move(*example));
                }
            }
        }
        for (std::size_t i = 0; i < splits.size(); ++i) {
            std::ranges::stable_sort(splits[i], {}, &std::pair<std::uint64_t, Example>::first);
            Split& split = dataset.splits[i];
            for (auto& [hash, example] : splits[i]) {
                if (split.examples.size() == kMostWordnetExamples[i]) {
                    break;
                }
                split.examples.push_back(std::move(example));
            }
            split.rowsRead = static_cast<std::int64_t>(split.examples.size());
        }
        return dataset;
    }

private:
    std::optional<Example> tagged(const std::string& sentence, const Synset& synset) const {
        Example example;
        example.words = wordsOf(sentence);
        if (example.words.size() < kFewestWords) {
            return std::nullopt;
        }
        for (const std::string& word : example.words) {
            example.text += (example.text.empty() ? "" : " ") + word;
            example.tags.push_back(tagOf(lowerCase(word), synset));
        }
        const bool any = std::ranges::any_of(example.tags, [](int tag) { return tag != kNoTag; });
        return any ? std::optional(std::move(example)) : std::nullopt;
    }

    int tagOf(const std::string& word, const Synset& synset) const {
        const auto isOfSynset = [&synset](const std::string& base) {
            return std::ranges::any_of(synset.words,
                                       [&](const std::string& own) { return lowerCase(own) == base; });
        };
        if (std::ranges::any_of(m_forms.bases(word, synset.partOfSpeech), isOfSynset)) {
            return static_cast<int>(WordForms::kPartsOfSpeech.find(synset.partOfSpeech));
        }
        if (word.size() < kShortestWord || kFunctionWords.contains(word)) {
            return kNoTag;
        }
        int found = kNoTag;
        for (std::size_t i = 0; i < WordForms::kPartsOfSpeech.size(); ++i) {
            if (m_forms.bases(word, WordForms::kPartsOfSpeech[i]).empty()) {
                continue;
            }
            if (found != kNoTag) {
                return kNoTag;
            }
            found = static_cast<int>(i);
        }
        return found;
    }

    std::span<const Synset> m_synsets;
    const WordForms& m_forms;
};

} // namespace

Result<Dataset> wordnetWordClass(std::span<const Synset> synsets, const std::filesystem::path& folder) {
    const auto forms = WordForms::create(synsets, folder);
    if (!forms) {
        return tl::unexpected(forms.error());
    }
    return WordClassBuilder(synsets, *forms).build();
}

} // namespace awb
