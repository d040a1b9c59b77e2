#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "backend/data/sentence_reader.h"

namespace awb {

namespace {

constexpr std::size_t kLinesLookedAt = 500;
constexpr std::array<std::string_view, 10> kConllUColumns{"ID",    "FORM", "LEMMA",  "UPOS", "XPOS",
                                                          "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"};

/// A line that may be a word.
struct Line {
    std::string text;
    std::int64_t number = 0;
};

/// "1", "1-2" or "1.1".
bool looksLikeId(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
           text.find_first_not_of("0123456789-.") == std::string_view::npos;
}

bool looksLikeConllU(const std::vector<Line>& lines) {
    const auto isWord = [](const Line& line) {
        const auto fields = cutColumns(line.text, '\t');
        return fields.size() == kConllUColumns.size() && looksLikeId(fields.front());
    };
    return 2 * static_cast<std::size_t>(std::ranges::count_if(lines, isWord)) > lines.size();
}

/// The number of columns that most lines have.
std::size_t usualColumns(const std::vector<Line>& lines, char delimiter) {
    std::map<std::size_t, std::size_t> counts;
    for (const Line& line : lines) {
        ++counts[cutColumns(line.text, delimiter).size()];
    }
    return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

} // namespace

std::optional<SentenceLayout> findSentenceLayout(LineReader& lines, std::optional<TableFormat> format) {
    SentenceLayout layout;
    std::vector<Line> found;
    bool first = true;
    while (found.size() < kLinesLookedAt && lines.next()) {
        const std::string_view line = lines.line();
        if (isSentenceBreak(line)) {
            first = true;
            continue;
        }
        layout.breaks = layout.breaks || (first && !found.empty());
        if (!line.starts_with("# ") && !line.starts_with("-DOCSTART-")) {
            found.push_back({std::string(line), lines.number()});
        }
        first = false;
    }
    if (found.empty()) {
        return std::nullopt;
    }
    layout.firstLine = found.front().number;
    layout.format = format.value_or(looksLikeConllU(found) ? TableFormat::ConllU : TableFormat::Conll);
    if (layout.format == TableFormat::ConllU) {
        layout.columns = kConllUColumns.size();
        return layout;
    }
    const auto tabs = static_cast<std::size_t>(std::ranges::count_if(
        found, [](const Line& line) { return line.text.find('\t') != std::string::npos; }));
    layout.delimiter = 2 * tabs > found.size() ? '\t' : ' ';
    layout.columns = usualColumns(found, layout.delimiter);
    return layout;
}

std::vector<std::string> sentenceColumns(const SentenceLayout& layout) {
    if (layout.format == TableFormat::ConllU) {
        return {kConllUColumns.begin(), kConllUColumns.end()};
    }
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= layout.columns; ++i) {
        names.push_back(std::to_string(i));
    }
    return names;
}

} // namespace awb
