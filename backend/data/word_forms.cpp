#include "backend/data/word_forms.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "backend/core/files.h"

namespace awb {

namespace {

struct Ending {
    std::string_view form;
    std::string_view base;
};

constexpr std::array<Ending, 8> kNounEndings{{{"s", ""},
                                              {"ses", "s"},
                                              {"xes", "x"},
                                              {"zes", "z"},
                                              {"ches", "ch"},
                                              {"shes", "sh"},
                                              {"men", "man"},
                                              {"ies", "y"}}};
constexpr std::array<Ending, 8> kVerbEndings{
    {{"s", ""}, {"ies", "y"}, {"es", "e"}, {"es", ""}, {"ed", "e"}, {"ed", ""}, {"ing", "e"}, {"ing", ""}}};
constexpr std::array<Ending, 4> kAdjectiveEndings{{{"er", ""}, {"est", ""}, {"er", "e"}, {"est", "e"}}};

std::span<const Ending> endingsOf(std::size_t partOfSpeech) {
    switch (partOfSpeech) {
    case 0:
        return kNounEndings;
    case 1:
        return kVerbEndings;
    case 2:
        return kAdjectiveEndings;
    default:
        return {};
    }
}

std::vector<std::string> cutAtBlanks(std::string_view line) {
    std::vector<std::string> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end > 0) {
            words.emplace_back(line.substr(0, end));
        }
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::string lowerCase(std::string word) {
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return word;
}

} // namespace

Result<WordForms> WordForms::create(std::span<const Synset> synsets, const std::filesystem::path& folder) {
    WordForms forms;
    for (const Synset& synset : synsets) {
        const std::size_t bit = kPartsOfSpeech.find(synset.partOfSpeech);
        for (const std::string& word : synset.words) {
            std::uint8_t& bits = forms.m_words[lowerCase(word)];
            bits = static_cast<std::uint8_t>(bits | (1U << bit));
        }
    }
    constexpr std::array<std::string_view, 4> kFiles{"noun.exc", "verb.exc", "adj.exc", "adv.exc"};
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
        const auto text = readTextFile(folder / kFiles[i]);
        if (!text) {
            return fail("WordNet's list of irregular forms can't be read", (folder / kFiles[i]).string(),
                        "Install it with: sudo apt install wordnet-base");
        }
        std::string_view rest = *text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            std::vector<std::string> words = cutAtBlanks(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (words.size() > 1) {
                auto& bases = forms.m_irregular[i][words.front()];
                bases.insert(bases.end(), words.begin() + 1, words.end());
            }
        }
    }
    return forms;
}

bool WordForms::isWord(const std::string& word, std::size_t partOfSpeech) const {
    const auto found = m_words.find(word);
    return found != m_words.end() && (found->second & (1U << partOfSpeech)) != 0;
}

std::vector<std::string> WordForms::bases(const std::string& word, char partOfSpeech) const {
    const std::size_t part = kPartsOfSpeech.find(partOfSpeech);
    std::vector<std::string> found;
    const auto take = [&](std::string base) {
        if (isWord(base, part) && std::ranges::find(found, base) == found.end()) {
            found.push_back(std::move(base));
        }
    };
    take(word);
    if (const auto irregular = m_irregular[part].find(word); irregular != m_irregular[part].end()) {
        std::ranges::for_each(irregular->second, take);
    }
    for (const Ending& ending : endingsOf(part)) {
        if (word.size() > ending.form.size() && word.ends_with(ending.form)) {
            take(word.substr(0, word.size() - ending.form.size()) + std::string(ending.base));
        }
    }
    return found;
}

} // namespace awb
