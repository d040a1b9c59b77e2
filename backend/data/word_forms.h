#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/data/wordnet.h"

namespace awb {

/// Leads inflected English words back to the words of WordNet, as its Morphy does (morphy(7)).
class WordForms {
public:
    static constexpr std::string_view kPartsOfSpeech = "nvar";

    /// The dictionary is made of the synsets' words; irregular forms come from `noun.exc` and its sisters in
    /// `folder`. Errors: such a file is missing.
    static Result<WordForms> create(std::span<const Synset> synsets, const std::filesystem::path& folder);

    /// The words of a part of speech ('n', 'v', 'a', 'r') that `word`, in lower case, may be a form of:
    /// itself too where it is one.
    std::vector<std::string> bases(const std::string& word, char partOfSpeech) const;

private:
    WordForms() = default;
    bool isWord(const std::string& word, std::size_t partOfSpeech) const;

    std::unordered_map<std::string, std::uint8_t> m_words; ///< in lower case; a bit for each part of speech
    std::array<std::unordered_map<std::string, std::vector<std::string>>, 4> m_irregular;
};

} // namespace awb
