#include <algorithm>
#include <cctype>
#include <utility>

#include <nlohmann/json.hpp>

#include "backend/data/columns.h"
#include "backend/data/label_map.h"
#include "backend/data/tag_scheme.h"
#include "backend/data/target_reader.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr std::string_view kNothing = "_"; ///< CoNLL-U's sign for an empty field

/// The strings of a JSON array, or the words of a text.
std::optional<std::vector<std::string>> wordsOf(const TableRow& row, std::size_t column) {
    if (row.kind(column) == FieldKind::Text) {
        return cutColumns(row.fields[column], ' ');
    }
    const json array = json::parse(row.fields[column], nullptr, false);
    if (row.kind(column) != FieldKind::Nested || !array.is_array()) {
        return std::nullopt;
    }
    std::vector<std::string> words;
    for (const json& item : array) {
        if (!item.is_string() && !item.is_number()) {
            return std::nullopt;
        }
        words.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    }
    return words;
}

/// The value of a key in "Number=Sing|Person=3"; "_" without that key.
std::string featureOf(std::string_view field, std::string_view key) {
    while (!field.empty()) {
        const std::size_t end = std::min(field.find('|'), field.size());
        const std::string_view pair = field.substr(0, end);
        if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
            return std::string(pair.substr(key.size() + 1));
        }
        field.remove_prefix(std::min(end + 1, field.size()));
    }
    return std::string(kNothing);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

/// A tag for each word.
class TagTargets final : public TargetReader {
public:
    TagTargets(const DataSpec& spec, WarningLog& log)
        : TargetReader(spec, log) {}

    bool readsText() const override { return true; }

    bool take(const TableRow& row, Example& example) override {
        auto words = wordsOf(row, m_wordColumn);
        const auto tags = wordsOf(row, m_tagColumn);
        if (!words || !tags) {
            const std::size_t column = words ? m_tagColumn : m_wordColumn;
            return leaveOut("no words", row.line,
                            "has neither text nor an array of words in `" + nameOf(column) + "`");
        }
        if (words->size() != tags->size()) {
            return leaveOut("uneven", row.line,
                            "has " + std::to_string(words->size()) + " words but " +
                                std::to_string(tags->size()) + " tags");
        }
        return takeTagged(std::move(*words), *tags, std::vector(tags->size(), row.line), row.line, example);
    }

    bool take(const Sentence& sentence, Example& example) override {
        std::vector<std::string> words;
        std::vector<std::string> tags;
        std::vector<std::int64_t> lines;
        for (const TableRow& word : sentence.words) {
            words.push_back(word.fields[m_wordColumn]);
            const std::string& field = word.fields[m_tagColumn];
            tags.push_back(m_feature.empty() ? field : featureOf(field, m_feature));
            lines.push_back(word.line);
        }
        const std::int64_t first = lines.front();
        return takeTagged(std::move(words), tags, std::move(lines), first, example);
    }

    std::optional<Error> finish(Split& split) override {
        if (isTrain()) {
            if (auto error = chooseScheme(split)) {
                return error;
            }
        }
        if (m_scheme != TagScheme::None) {
            mend(split);
        }
        if (isTrain()) {
            sortLabels(split);
        }
        m_lines.clear();
        return std::nullopt;
    }

    void describe(Dataset& dataset) const override {
        dataset.labels = m_labels.names();
        dataset.otherTags = m_others.names();
        dataset.tagScheme = m_scheme;
    }

protected:
    Result<std::vector<std::size_t>> findColumns() override {
        const auto words = findColumn(m_dialect, wordColumnOf(m_spec, m_dialect), m_file);
        if (!words) {
            return tl::unexpected(words.error());
        }
        m_wordColumn = *words;
        if (m_dialect.format == TableFormat::Conll && m_dialect.columns.size() < 2) {
            return fail("the file has words but no column of tags", m_file.string(),
                        "Choose a file whose lines hold a word and its tag");
        }
        m_feature.clear();
        std::string name = tagColumnOf(m_spec, m_dialect);
        const std::size_t dot = name.find('.');
        if (m_dialect.format == TableFormat::ConllU && dot != std::string::npos) {
            m_feature = name.substr(dot + 1);
            name.resize(dot);
        }
        const auto tags = findColumn(m_dialect, name, m_file);
        if (!tags) {
            return tl::unexpected(tags.error());
        }
        m_tagColumn = *tags;
        return std::vector{m_tagColumn};
    }

private:
    bool takeTagged(std::vector<std::string> words, const std::vector<std::string>& tags,
                    std::vector<std::int64_t> lines, std::int64_t first, Example& example) {
        const auto hasNone = [this](const std::string& tag) {
            return m_dialect.format == TableFormat::ConllU && m_feature.empty() && tag == kNothing;
        };
        if (const auto blank = std::ranges::find_if(tags, isBlankField); blank != tags.end()) {
            const std::int64_t line = lines[static_cast<std::size_t>(blank - tags.begin())];
            return leaveOut("no tag", line, "has no tag in `" + nameOf(m_tagColumn) + "`");
        }
        if (std::ranges::all_of(tags, hasNone)) {
            return leaveOut("no tags", first,
                            words.empty()
                                ? "has no words"
                                : "begins a sentence without tags in `" + nameOf(m_tagColumn) + "`");
        }
        for (std::size_t i = 0; i < tags.size(); ++i) {
            example.tags.push_back(hasNone(tags[i]) ? kNoTag : numberOf(tags[i], lines[i]));
        }
        example.text = joined(words);
        example.words = std::move(words);
        m_lines.push_back(std::move(lines));
        return true;
    }

    /// The id of a tag; those that train does not have follow the labels.
    int numberOf(const std::string& tag, std::int64_t line) {
        if (isTrain()) {
            return m_labels.add(tag, line);
        }
        if (const int label = m_labels.find(tag); label >= 0) {
            return label;
        }
        m_log.add("unknown tag", "kept and will count as wrong in the score", line,
                  "has the tag " + inBackticks(tag) + ", which train does not have", "word");
        return static_cast<int>(m_labels.size()) + m_others.add(tag, line);
    }

    std::vector<std::string> allTags() const {
        std::vector<std::string> tags = m_labels.names();
        tags.insert(tags.end(), m_others.names().begin(), m_others.names().end());
        return tags;
    }

    static std::vector<ChunkTag> partsOf(const Example& example, const ChunkTags& parts) {
        std::vector<ChunkTag> result;
        for (const int tag : example.tags) {
            result.push_back(tag < 0 ? ChunkTag() : parts[static_cast<std::size_t>(tag)]);
        }
        return result;
    }

    std::optional<Error> chooseScheme(const Split& split) {
        const bool chunks = areChunkTags(m_labels.names());
        if (!m_spec.tagScheme.empty()) {
            const auto scheme = tagSchemeFromName(m_spec.tagScheme);
            if (!scheme) {
                return Error{"the tag scheme \"" + m_spec.tagScheme + "\" is not known", "/data/tag_scheme",
                             "Use \"none\", \"iob1\", \"bio\", \"bioes\" or \"bilou\", or leave it out"};
            }
            if (*scheme != TagScheme::None && !chunks) {
                return Error{
                    "the tags in `" + nameOf(m_tagColumn) + "` do not mark entities", m_file.string(),
                    "Choose the column with tags such as O, B-PER and I-PER, or leave tag_scheme out"};
            }
            m_scheme = *scheme;
        } else if (chunks) {
            const ChunkTags parts(m_labels.names());
            SchemeDetector detector;
            for (const Example& example : split.examples) {
                detector.add(partsOf(example, parts));
            }
            m_scheme = detector.scheme(m_labels.names());
        }
        return std::nullopt;
    }

    /// Rewrites tags that are not well-formed so that the same entities are marked.
    void mend(Split& split) {
        const std::vector<std::string> tags = allTags();
        const ChunkTags parts(tags);
        for (std::size_t e = 0; e < split.examples.size(); ++e) {
            Example& example = split.examples[e];
            const std::vector<ChunkTag> before = partsOf(example, parts);
            const std::vector<ChunkTag> after = wellFormed(before, m_scheme);
            for (std::size_t i = 0; i < after.size(); ++i) {
                if (after[i] == before[i] || example.tags[i] < 0) {
                    continue;
                }
                const std::string mended = parts.name(after[i], m_scheme);
                const std::string left = i == 0 ? std::string() : parts.name(before[i - 1], m_scheme);
                const std::string& tag = tags[static_cast<std::size_t>(example.tags[i])];
                m_log.add("mended", outcomeOfMending(), m_lines[e][i], schemeFault(left, tag, mended), "tag");
                example.tags[i] = numberOf(mended, m_lines[e][i]);
            }
        }
    }

    std::string outcomeOfMending() const {
        std::string name(tagSchemeName(m_scheme));
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        return "not well-formed " + name +
               " and changed so that the entities are those that conlleval counts (one begins where the type "
               "changes and after O)";
    }

    void sortLabels(Split& split) {
        const std::vector<int> renumbered = m_labels.sort();
        std::int64_t words = 0;
        for (Example& example : split.examples) {
            for (int& tag : example.tags) {
                tag = tag < 0 ? tag : renumbered[static_cast<std::size_t>(tag)];
                ++words;
            }
        }
        m_labels.check(nameOf(m_tagColumn), words, m_log);
    }

    LabelMap m_labels;
    LabelMap m_others; ///< tags that train does not have
    TagScheme m_scheme = TagScheme::None;

    // Of the file that is being read:
    std::size_t m_wordColumn = 0;
    std::size_t m_tagColumn = 0;
    std::string m_feature;                          ///< the key inside the column; empty: the whole field
    std::vector<std::vector<std::int64_t>> m_lines; ///< of the words of each example
};

} // namespace

std::unique_ptr<TargetReader> makeTagTargets(const DataSpec& spec, WarningLog& log) {
    return std::make_unique<TagTargets>(spec, log);
}

} // namespace awb
