#include "backend/data/wordnet.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "backend/core/files.h"

namespace awb {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 45> kLexicographerFiles{
    "adj.all",          "adj.pert",           "adv.all",
    "noun.Tops",        "noun.act",           "noun.animal",
    "noun.artifact",    "noun.attribute",     "noun.body",
    "noun.cognition",   "noun.communication", "noun.event",
    "noun.feeling",     "noun.food",          "noun.group",
    "noun.location",    "noun.motive",        "noun.object",
    "noun.person",      "noun.phenomenon",    "noun.plant",
    "noun.possession",  "noun.process",       "noun.quantity",
    "noun.relation",    "noun.shape",         "noun.state",
    "noun.substance",   "noun.time",          "verb.body",
    "verb.change",      "verb.cognition",     "verb.communication",
    "verb.competition", "verb.consumption",   "verb.contact",
    "verb.creation",    "verb.emotion",       "verb.motion",
    "verb.perception",  "verb.possession",    "verb.social",
    "verb.stative",     "verb.weather",       "adj.ppl"};

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text, std::string_view dropped = kBlanks) {
    const std::size_t begin = text.find_first_not_of(dropped);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(dropped) + 1 - begin);
}

/// Takes the fields of a line one after the other; a missing or malformed one turns it bad.
class Fields {
public:
    explicit Fields(std::string_view line)
        : m_rest(line) {}

    std::string_view next() {
        const std::size_t end = m_rest.find(' ');
        const std::string_view field = m_rest.substr(0, end);
        m_rest = end == std::string_view::npos ? std::string_view() : m_rest.substr(end + 1);
        m_good = m_good && !field.empty();
        return field;
    }

    std::uint32_t number(int base = 10) {
        const std::string_view field = next();
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value, base);
        m_good = m_good && error == std::errc() && end == field.data() + field.size();
        return m_good ? value : 0;
    }

    bool good() const { return m_good; }

private:
    std::string_view m_rest;
    bool m_good = true;
};

/// A gloss is a definition, then example sentences in quotes: `a group of birds; "they flew in a flock"`.
void splitGloss(std::string_view gloss, Synset& synset) {
    std::size_t cut = gloss.find('"');
    while (cut != std::string_view::npos) {
        const std::string_view before = trimmed(gloss.substr(0, cut));
        if (before.empty() || before.ends_with(';') || before.ends_with(':') || before.ends_with(',')) {
            break;
        }
        cut = gloss.find('"', cut + 1);
    }
    synset.definition = trimmed(gloss.substr(0, cut), " \t\r;:,");
    std::string_view rest = cut == std::string_view::npos ? std::string_view() : gloss.substr(cut);
    while (!rest.empty()) {
        const std::size_t open = rest.find('"');
        const std::size_t close = open == std::string_view::npos ? open : rest.find('"', open + 1);
        if (close == std::string_view::npos) {
            return;
        }
        if (const std::string_view example = trimmed(rest.substr(open + 1, close - open - 1));
            !example.empty()) {
            synset.examples.emplace_back(example);
        }
        rest = rest.substr(close + 1);
    }
}

/// A word of the database without its marks: "ice_cream" has blanks, "out(p)" a syntactic marker.
std::string asWritten(std::string_view word) {
    if (const std::size_t mark = word.find('('); mark != std::string_view::npos && mark > 0) {
        word = word.substr(0, mark);
    }
    std::string text(word);
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::optional<Synset> parseSynset(std::string_view line) {
    const std::size_t bar = line.find(" | ");
    if (bar == std::string_view::npos) {
        return std::nullopt;
    }
    Synset synset;
    Fields fields(line.substr(0, bar));
    synset.offset = fields.number();
    synset.lexicographerFile = static_cast<int>(fields.number());
    const std::string_view type = fields.next();
    const std::uint32_t words = fields.number(16);
    for (std::uint32_t i = 0; i < words && fields.good(); ++i) {
        synset.words.push_back(asWritten(fields.next()));
        fields.next(); // its lexical id
    }
    const std::uint32_t pointers = fields.number();
    for (std::uint32_t i = 0; i < pointers && fields.good(); ++i) {
        const std::string_view symbol = fields.next();
        const std::uint32_t target = fields.number();
        fields.next(); // part of speech
        fields.next(); // source and target word
        if (symbol == "@") {
            synset.hypernyms.push_back(target);
        }
    }
    if (!fields.good() || type.size() != 1 || lexicographerFileName(synset.lexicographerFile).empty()) {
        return std::nullopt;
    }
    synset.partOfSpeech = type == "s" ? 'a' : type.front();
    splitGloss(line.substr(bar + 3), synset);
    return synset;
}

Error notInstalled(const fs::path& file) {
    return {"WordNet is not installed", file.string(),
            "Install it with: sudo apt install wordnet-base. A database elsewhere is found through the "
            "environment "
            "variable WNSEARCHDIR"};
}

} // namespace

std::optional<Error> wordnetMissing(const fs::path& folder) {
    std::error_code ignored;
    for (const char* name : {"data.noun", "data.verb", "data.adj", "data.adv"}) {
        if (!fs::exists(folder / name, ignored)) {
            return notInstalled(folder / name);
        }
    }
    return std::nullopt;
}

std::string_view lexicographerFileName(int number) {
    return number >= 0 && number < static_cast<int>(kLexicographerFiles.size())
               ? kLexicographerFiles[static_cast<std::size_t>(number)]
               : std::string_view();
}

fs::path wordnetFolder() {
    const char* chosen = std::getenv("WNSEARCHDIR");
    return chosen != nullptr && *chosen != '\0' ? fs::path(chosen) : fs::path("/usr/share/wordnet");
}

Result<std::vector<Synset>> readSynsets(const fs::path& folder, std::string_view partOfSpeech) {
    const fs::path file = folder / ("data." + std::string(partOfSpeech));
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        return tl::unexpected(notInstalled(file));
    }
    const auto text = readTextFile(file);
    if (!text) {
        return tl::unexpected(text.error());
    }
    std::vector<Synset> synsets;
    std::string_view rest = *text;
    for (std::int64_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (line.starts_with("  ") || line.empty()) {
            continue; // the licence at the top
        }
        auto synset = parseSynset(line);
        if (!synset) {
            return fail("the line is no WordNet synset", file.string() + ", line " + std::to_string(number),
                        "Reinstall the package wordnet-base");
        }
        synsets.push_back(std::move(*synset));
    }
    if (synsets.empty()) {
        return fail("the file holds no synset", file.string(), "Reinstall the package wordnet-base");
    }
    return synsets;
}

Result<std::vector<std::string>> wordnetText(const fs::path& folder) {
    std::vector<std::string> lines;
    for (const char* partOfSpeech : {"noun", "verb", "adj", "adv"}) {
        auto synsets = readSynsets(folder, partOfSpeech);
        if (!synsets) {
            return tl::unexpected(synsets.error());
        }
        for (Synset& synset : *synsets) {
            if (!synset.definition.empty()) {
                lines.push_back(std::move(synset.definition));
            }
            std::move(synset.examples.begin(), synset.examples.end(), std::back_inserter(lines));
        }
    }
    return lines;
}

} // namespace awb
