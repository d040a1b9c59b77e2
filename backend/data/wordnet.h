#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/data/dataset.h"
#include "models/config/result.h"

namespace awb {

// Tasks made from the WordNet database (Fellbaum 1998; version 3.0 in Debian's package wordnet-base).
//
// | task           | input                     | predicted                                   | classes |
// |----------------|---------------------------|---------------------------------------------|---------|
// | noun-topic     | definition of a noun      | lexicographer file: "animal", "food", ...   | 25      |
// | verb-topic     | definition of a verb      | lexicographer file: "motion", "weather", ...| 15      |
// | part-of-speech | a definition              | noun, verb, adjective, adverb               | 4       |
// | kind-of        | definitions of two nouns  | is the first a kind of the second           | 2       |
// | kinds          | definition of a noun      | all broad kinds it belongs to (multi-label) | 33      |
// | word-class     | an example sentence       | noun, verb, adjective, adverb for each word | 4       |
// | definitions    | definitions as plain text | hidden words (masked LM)                    |         |
//
// Splits are fixed: a synset belongs to train (80 %), validation (10 %) or test (10 %) by a 64-bit FNV-1a
// hash of its definition, so equal definitions never stand on both sides. Within a split the order is that of
// a second hash, which mixes the classes; the first N examples are a fair sample. Definitions that would
// stand twice with the same label are taken once.
//
// Sizes: at most 20,000 examples in train and 2,000 each in validation and test, so that training is a matter
// of minutes. A few classes would fill them, so noun-topic takes at most 900 (90) definitions of one topic
// and part-of-speech 6,000 (600) of one part of speech. noun-topic leaves out noun.Tops (51 unique beginners
// of all topics).
//
// kind-of: every chosen noun gives one pair that is true (itself and an ancestor one to four steps up;
// ancestors less than three steps below "entity" are too general and left out) and one that is false: in turn
// a sibling of the same split, the reversed true pair, or the ancestor of another noun of the split that
// isn't one of its own. So neither half of a pair gives the answer away. The lower noun of a pair decides its
// split; ancestors are shared between splits, since there are few.
//
// kinds: the synsets that have 1,500 to 12,000 nouns beneath them, without those that hold more than four
// fifths of a broader one of them. Nouns that belong to none are left out.
//
// word-class: the sentences that the database gives as examples of a synset; a sentence's split is that of
// its hash. The word that it is an example of has its synset's part of speech, also where the word by itself
// could be another (18,000 words are so). Other words have a tag where the dictionary knows them as one part
// of speech only; function words and all others have none and do not count. Inflected forms are led back to
// their base as WordNet's own Morphy does (morphy(7)): lists of irregular forms, then rules of detachment.

/// One meaning: its definition and relations.
struct Synset {
    char partOfSpeech = 'n';        ///< n, v, a (satellites included), r
    std::uint32_t offset = 0;       ///< byte offset in its file, which is its identity
    int lexicographerFile = 0;      ///< 0 to 44
    std::vector<std::string> words; ///< as written, with blanks: "ice cream"
    std::string definition;
    std::vector<std::string> examples;
    std::vector<std::uint32_t> hypernyms; ///< offsets of what it is a kind of (instances not included)
};

/// The folder of the database: $WNSEARCHDIR, else /usr/share/wordnet.
std::filesystem::path wordnetFolder();

/// Why the database in `folder` can't be used (a file is missing, with how to install it), or none.
std::optional<Error> wordnetMissing(const std::filesystem::path& folder);

/// Reads `data.noun`, `data.verb`, `data.adj` or `data.adv` (wndb(5)). Errors: not installed, with how to
/// install it; a line that is no synset, with its number.
Result<std::vector<Synset>> readSynsets(const std::filesystem::path& folder, std::string_view partOfSpeech);

/// "noun.animal" and the like; empty for a number outside 0 to 44.
std::string_view lexicographerFileName(int number);

/// One of the tasks above, whole and without a limit.
Result<Dataset> wordnetDataset(std::string_view task, const std::filesystem::path& folder,
                               const LoadProgress& progress);

/// All definitions and example sentences as plain text, one a line.
Result<std::vector<std::string>> wordnetText(const std::filesystem::path& folder);

} // namespace awb
