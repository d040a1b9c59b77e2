#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace awb::test {

/// Small files of each task, with words of the tiny base (tests/data/tiny-bert): "the old dog stands" and so
/// on, in a train and a validation part.
class TaskFiles {
public:
    explicit TaskFiles(std::filesystem::path folder)
        : m_folder(std::move(folder)) {}

    /// Words with tags that mark animals and tools, in BIO: names-train.conll, names-dev.conll.
    std::string tagging() const {
        return each("names", ".conll", "", [](const Words& words) {
            const std::string type = words.isAnimal() ? "ANIMAL" : "TOOL";
            return std::string("the O\n") + words.adjective + " B-" + type + "\n" + words.noun + " I-" +
                   type + "\nstands O\n\n";
        });
    }
    /// The same as CoNLL-U with parts of speech: words-train.conllu, words-dev.conllu.
    std::string universalDependencies() const {
        return each("words", ".conllu", "", [](const Words& words) {
            const auto line = [](int id, const std::string& word, const char* tag) {
                return std::to_string(id) + "\t" + word + "\t_\t" + tag + "\t_\t_\t0\t_\t_\t_\n";
            };
            return line(1, "the", "DET") + line(2, words.adjective, "ADJ") + line(3, words.noun, "NOUN") +
                   line(4, "stands", "VERB") + "\n";
        });
    }
    /// A column of labels, "animal,old": kinds-train.tsv, kinds-dev.tsv.
    std::string multiLabel() const {
        return each("kinds", ".tsv", "text\tlabels\n", [](const Words& words) {
            return words.sentence() + "\t" + (words.isAnimal() ? "animal" : "tool") +
                   (words.adjective == std::string_view("old") ? ",old" : "") + "\n";
        });
    }
    /// A number for each text: scores-train.csv, scores-dev.csv.
    std::string regression() const {
        return each("scores", ".csv", "text,score\n", [](const Words& words) {
            return words.sentence() + (words.isAnimal() ? ",0.75\n" : ",-0.5\n");
        });
    }
    /// Texts in documents of four: story-train.txt, story-dev.txt.
    std::string plainText() const {
        return each("story", ".txt", "", [](const Words& words) {
            return words.sentence() + (words.number % 4 == 3 ? "\n\n" : "\n");
        });
    }

private:
    struct Words {
        int number;
        const char* adjective;
        const char* noun;

        bool isAnimal() const { return number % 2 == 0; }
        std::string sentence() const { return std::string("the ") + adjective + " " + noun + " stands"; }
    };

    template<typename Write>
    std::string each(const std::string& name, const std::string& ending, const char* header,
                     const Write& write) const {
        constexpr int kTrain = 48;
        constexpr int kAll = 64;
        static constexpr std::array kAdjectives{"old", "red", "small"};
        static constexpr std::array kNouns{"dog", "axe", "cat", "hammer", "hen", "needle", "fox", "shovel"};
        const std::filesystem::path train = m_folder / (name + "-train" + ending);
        std::ofstream trainFile(train);
        std::ofstream devFile(m_folder / (name + "-dev" + ending));
        trainFile << header;
        devFile << header;
        for (int i = 0; i < kAll; ++i) {
            const auto place = static_cast<std::size_t>(i);
            (i < kTrain ? trainFile : devFile)
                << write(Words{i, kAdjectives[place % kAdjectives.size()], kNouns[place % kNouns.size()]});
        }
        return train.string();
    }

    std::filesystem::path m_folder;
};

} // namespace awb::test
