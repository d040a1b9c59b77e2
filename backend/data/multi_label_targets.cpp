#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "backend/data/columns.h"
#include "backend/data/label_map.h"
#include "backend/data/target_reader.h"

namespace awb {

namespace {

using nlohmann::json;

constexpr std::string_view kDefaultSeparator = ",";
constexpr std::string_view kSecondName = "labels"; ///< the column, where there is no `label`
constexpr std::array<char, 4> kOtherSeparators{';', '|', ',', '/'};

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::vector<std::string> cutAt(std::string_view cell, std::string_view separator) {
    std::vector<std::string> labels;
    for (std::size_t begin = 0; begin <= cell.size();) {
        const std::size_t end = std::min(cell.find(separator, begin), cell.size());
        if (const std::string_view label = trimmed(cell.substr(begin, end - begin)); !label.empty()) {
            labels.emplace_back(label);
        }
        begin = end + separator.size();
    }
    return labels;
}

/// The strings and numbers of a JSON array, or none where it holds something else.
std::optional<std::vector<std::string>> itemsOf(const std::string& text) {
    const json array = json::parse(text, nullptr, false);
    if (!array.is_array()) {
        return std::nullopt;
    }
    std::vector<std::string> labels;
    for (const json& item : array) {
        if (!item.is_string() && !item.is_number()) {
            return std::nullopt;
        }
        labels.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    }
    return labels;
}

std::optional<bool> yesOrNo(std::string_view text) {
    std::string word(trimmed(text));
    std::ranges::transform(word, word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (word == "1" || word == "1.0" || word == "true") {
        return true;
    }
    return word == "0" || word == "0.0" || word == "false" ? std::optional(false) : std::nullopt;
}

/// Any number of classes a row: named in one cell, or marked in a column each.
class MultiLabelTargets final : public TargetReader {
public:
    MultiLabelTargets(const DataSpec& spec, WarningLog& log)
        : TargetReader(spec, log)
        , m_separator(spec.labelSeparator.empty() ? kDefaultSeparator : spec.labelSeparator) {}

    bool take(const TableRow& row, Example& example) override {
        const bool good = hasFlags() ? takeFlags(row, example) : takeCell(row, example);
        if (good && example.labels.empty() && example.unknownLabels == 0) {
            m_log.add("no label", "kept as an example of no class", row.line,
                      "has no label" + (hasFlags() ? std::string() : " in `" + nameOf(m_columns[0]) + "`"));
        }
        return good;
    }

    std::optional<Error> finish(Split& split) override {
        if (isTrain() && !hasFlags()) {
            const std::vector<int> renumbered = m_labels.sort();
            for (Example& example : split.examples) {
                for (int& label : example.labels) {
                    label = renumbered[static_cast<std::size_t>(label)];
                }
            }
            if (m_labels.size() > 1) {
                m_labels.check(nameOf(m_columns[0]), static_cast<std::int64_t>(split.examples.size()), m_log);
            }
            checkSeparator();
        }
        for (Example& example : split.examples) {
            std::ranges::sort(example.labels);
        }
        if (isTrain() && m_labels.size() == 0) {
            return Error{"no row of train has a label", m_file.string(), "Choose the column of the labels"};
        }
        return std::nullopt;
    }

    void describe(Dataset& dataset) const override { dataset.labels = m_labels.names(); }

protected:
    Result<std::vector<std::size_t>> findColumns() override {
        std::vector<std::string> names = m_spec.labels;
        if (names.empty()) {
            const bool second =
                std::ranges::find(m_dialect.columns, m_spec.label) == m_dialect.columns.end() &&
                std::ranges::find(m_dialect.columns, kSecondName) != m_dialect.columns.end();
            names = {second ? std::string(kSecondName) : m_spec.label};
        }
        m_columns.clear();
        for (const std::string& name : names) {
            const auto column = findColumn(m_dialect, name, m_file);
            if (!column) {
                return tl::unexpected(column.error());
            }
            m_columns.push_back(*column);
            if (hasFlags() && isTrain()) {
                m_labels.add(nameOf(*column), 0);
            }
        }
        return m_columns;
    }

private:
    bool hasFlags() const { return m_spec.labels.size() > 1; }

    bool takeFlags(const TableRow& row, Example& example) {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const std::string& field = row.fields[m_columns[i]];
            const auto marked = yesOrNo(field);
            if (!marked) {
                return leaveOut("no mark", row.line,
                                "has " + inBackticks(field) + " in `" + nameOf(m_columns[i]) +
                                    "`, which is neither 0 nor 1");
            }
            if (*marked) {
                example.labels.push_back(static_cast<int>(i));
            }
        }
        return true;
    }

    bool takeCell(const TableRow& row, Example& example) {
        const std::string& field = row.fields[m_columns[0]];
        std::vector<std::string> labels;
        if (row.kind(m_columns[0]) == FieldKind::Nested) {
            auto items = itemsOf(field);
            if (!items) {
                return leaveOut("bad label", row.line,
                                "has no array of names in `" + nameOf(m_columns[0]) + "` (" +
                                    inBackticks(field) + ")");
            }
            labels = std::move(*items);
        } else {
            labels = cutAt(field, m_separator);
            noteSeparators(field);
        }
        for (const std::string& label : labels) {
            addLabel(label, row.line, example);
        }
        return true;
    }

    void addLabel(const std::string& label, std::int64_t line, Example& example) {
        const int number = isTrain() ? m_labels.add(label, line) : m_labels.find(label);
        if (number < 0) {
            ++example.unknownLabels;
            m_log.add("unknown label", "kept, and what train does not have counts as missed in the score",
                      line, "has the label " + inBackticks(label) + ", which train does not have");
        } else if (std::ranges::find(example.labels, number) == example.labels.end()) {
            example.labels.push_back(number);
        }
    }

    void noteSeparators(const std::string& cell) {
        if (!isTrain()) {
            return;
        }
        ++m_cells;
        m_separated += cell.find(m_separator) != std::string::npos ? 1 : 0;
        for (std::size_t i = 0; i < kOtherSeparators.size(); ++i) {
            m_others[i] += cell.find(kOtherSeparators[i]) != std::string::npos ? 1 : 0;
        }
    }

    /// Where the separator occurs in no cell, another one may be meant.
    void checkSeparator() {
        const auto most = std::ranges::max_element(m_others);
        if (m_separated > 0 || *most == 0) {
            return;
        }
        const char other = kOtherSeparators[static_cast<std::size_t>(most - m_others.begin())];
        m_log.addSentence("No cell of `" + nameOf(m_columns[0]) + "` holds " + inBackticks(m_separator) +
                              ", so each has one label; " + std::to_string(*most) + " of " +
                              std::to_string(m_cells) + " hold `" + other +
                              "`, which can be chosen as the label separator",
                          {}, *most);
    }

    std::string m_separator;
    LabelMap m_labels;
    std::vector<std::size_t> m_columns;
    std::int64_t m_cells = 0;
    std::int64_t m_separated = 0;
    std::array<std::int64_t, kOtherSeparators.size()> m_others{};
};

} // namespace

std::unique_ptr<TargetReader> makeMultiLabelTargets(const DataSpec& spec, WarningLog& log) {
    return std::make_unique<MultiLabelTargets>(spec, log);
}

} // namespace awb
