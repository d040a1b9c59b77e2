#include "backend/data/label_map.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "backend/text/unicode.h"

namespace awb {

namespace {

constexpr std::size_t kManyClasses = 50;

std::optional<std::int64_t> asInteger(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Lower case without blanks: equal for names that a person would take for the same.
std::string folded(const std::string& label) {
    std::u32string out;
    for (const char32_t c : decodeUtf8(label)) {
        if (charClass(c) != CharClass::Blank) {
            appendLowerCase(out, c);
        }
    }
    return encodeUtf8(out);
}

} // namespace

int LabelMap::add(const std::string& label, std::int64_t line) {
    const auto [entry, added] = m_numbers.emplace(label, static_cast<int>(m_names.size()));
    if (added) {
        m_names.push_back(label);
        m_firstLines.push_back(line);
    }
    return entry->second;
}

int LabelMap::find(const std::string& label) const {
    const auto found = m_numbers.find(label);
    return found == m_numbers.end() ? -1 : found->second;
}

std::vector<int> LabelMap::sort() {
    std::vector<std::size_t> order(m_names.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const bool numbers =
        std::ranges::all_of(m_names, [](const std::string& n) { return asInteger(n).has_value(); });
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const auto first = asInteger(m_names[a]);
        const auto second = asInteger(m_names[b]);
        return numbers && first != second ? first < second : m_names[a] < m_names[b];
    });
    std::vector<int> renumbered(order.size());
    std::vector<std::string> names;
    std::vector<std::int64_t> lines;
    for (std::size_t i = 0; i < order.size(); ++i) {
        renumbered[order[i]] = static_cast<int>(i);
        names.push_back(m_names[order[i]]);
        lines.push_back(m_firstLines[order[i]]);
        m_numbers[names.back()] = static_cast<int>(i);
    }
    m_names = std::move(names);
    m_firstLines = std::move(lines);
    return renumbered;
}

void LabelMap::check(std::string_view column, std::int64_t rows, WarningLog& log) const {
    if (m_names.size() == 1) {
        log.addSentence("Every row has the label `" + m_names.front() + "` in column " + std::string(column) +
                            ": there is nothing to learn",
                        {}, rows);
    }
    if (m_names.size() > kManyClasses && 2 * static_cast<std::int64_t>(m_names.size()) > rows) {
        log.addSentence(
            "Column " + std::string(column) + " has " + std::to_string(m_names.size()) +
            " different labels in " + std::to_string(rows) +
            " rows; if it holds numbers, choose regression, if it holds text, choose another column");
    }
    checkLookAlikes(log);
}

void LabelMap::checkLookAlikes(WarningLog& log) const {
    std::map<std::string, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        alike[folded(m_names[i])].push_back(i);
    }
    for (auto& [key, numbers] : alike) {
        if (numbers.size() < 2) {
            continue;
        }
        std::ranges::sort(numbers, {}, [this](std::size_t i) { return m_firstLines[i]; });
        std::string names;
        std::vector<std::int64_t> lines;
        for (const std::size_t number : numbers) {
            names += (names.empty() ? "`" : ", `") + m_names[number] + "` (line " +
                     std::to_string(m_firstLines[number]) + ")";
            lines.push_back(m_firstLines[number]);
        }
        log.addSentence("Labels differ only in case or blanks and count as different classes: " + names +
                            "; write them alike if they mean the same",
                        std::move(lines), static_cast<std::int64_t>(numbers.size()));
    }
}

} // namespace awb
