#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace awb::test {

/// Two small languages of one grammar (determiner, adjective, noun, verb), as plain text and as CoNLL-U with
/// parts of speech: north.txt, north-train.conllu, north-dev.conllu, north-test.conllu and the same of south.
class TwoLanguages {
public:
    explicit TwoLanguages(std::filesystem::path folder)
        : m_folder(std::move(folder)) {
        write("north", {{{"the", "a", "this"},
                         {"old", "red", "calm"},
                         {"boat", "sailor", "harbour"},
                         {"rests", "turns", "shines"}}});
        write("south", {{{"lo", "mi", "ta"},
                         {"vekko", "rudo", "pasi"},
                         {"barka", "marino", "porta"},
                         {"ripozas", "turnas", "brilas"}}});
    }

    std::string text(const std::string& language) const { return path(language + ".txt"); }
    std::string path(const std::string& name) const { return (m_folder / name).string(); }

private:
    using Words = std::array<std::array<const char*, 3>, 4>;
    static constexpr std::size_t kSentences = 81;

    void write(const std::string& language, const Words& words) const {
        constexpr std::array kTags{"DET", "ADJ", "NOUN", "VERB"};
        std::ofstream text(path(language + ".txt"));
        std::array<std::ofstream, 3> splits{std::ofstream(path(language + "-train.conllu")),
                                            std::ofstream(path(language + "-dev.conllu")),
                                            std::ofstream(path(language + "-test.conllu"))};
        for (std::size_t number = 0; number < kSentences; ++number) {
            std::ofstream& tagged = splits[number % 9 == 4 ? 1 : number % 9 == 8 ? 2 : 0];
            std::size_t rest = number;
            for (std::size_t i = 0; i < words.size(); ++i) {
                const char* word = words[i][rest % 3];
                rest /= 3;
                text << (i > 0 ? " " : "") << word;
                tagged << i + 1 << "\t" << word << "\t_\t" << kTags[i] << "\t_\t_\t0\t_\t_\t_\n";
            }
            text << "\n";
            tagged << "\n";
        }
    }

    std::filesystem::path m_folder;
};

} // namespace awb::test
