#include "backend/data/data_warnings.h"

#include <algorithm>
#include <utility>

namespace awb {

namespace {

constexpr std::size_t kDetailsKept = 5;
constexpr std::size_t kLinesKept = 20;

} // namespace

void WarningLog::add(std::string_view kind, std::string_view outcome, std::int64_t line, std::string detail,
                     std::string_view unit) {
    add(kind, outcome, std::vector{line}, std::move(detail), unit);
}

void WarningLog::add(std::string_view kind, std::string_view outcome, const std::vector<std::int64_t>& lines,
                     std::string detail, std::string_view unit) {
    auto group = std::ranges::find_if(m_groups, [&](const Group& g) {
        return !g.sentence && g.kind == kind && g.outcome == outcome && g.file == m_file;
    });
    if (group == m_groups.end()) {
        m_groups.push_back({.kind = std::string(kind),
                            .outcome = std::string(outcome),
                            .unit = std::string(unit),
                            .file = m_file,
                            .details = {},
                            .lines = {}});
        group = m_groups.end() - 1;
    }
    ++group->count;
    if (group->details.size() < kDetailsKept) {
        group->details.push_back("line " + std::to_string(lines.front()) + " " + std::move(detail));
    }
    for (const std::int64_t line : lines) {
        if (group->lines.size() < kLinesKept) {
            group->lines.push_back(line);
        }
    }
}

void WarningLog::addSentence(std::string sentence, std::vector<std::int64_t> lines, std::int64_t count) {
    m_groups.push_back({.kind = {},
                        .outcome = {},
                        .unit = {},
                        .file = m_file,
                        .details = {std::move(sentence)},
                        .lines = std::move(lines),
                        .count = count,
                        .sentence = true});
}

std::string WarningLog::detailText(const Group& group) {
    std::string text;
    for (const std::string& detail : group.details) {
        text += (text.empty() ? "" : "; ") + detail;
    }
    const std::int64_t more = group.count - static_cast<std::int64_t>(group.details.size());
    return more > 0 ? text + "; and " + std::to_string(more) + " more" : text;
}

std::string WarningLog::detailsOf(std::string_view outcome) const {
    std::string text;
    for (const Group& group : m_groups) {
        if (group.file == m_file && group.outcome == outcome) {
            text += (text.empty() ? "" : "; ") + detailText(group);
        }
    }
    return text;
}

std::vector<DataWarning> WarningLog::finish() const {
    std::vector<DataWarning> warnings;
    for (const Group& group : m_groups) {
        std::string text = group.details.front();
        if (!group.sentence) {
            text = std::to_string(group.count) + " " + group.unit + (group.count == 1 ? " was " : "s were ") +
                   group.outcome + ": " + detailText(group);
        }
        text += text.ends_with('.') ? "" : ".";
        warnings.push_back({std::move(text), group.file, group.lines, group.count});
    }
    return warnings;
}

} // namespace awb
