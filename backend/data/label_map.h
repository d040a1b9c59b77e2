#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/data/data_warnings.h"

namespace awb {

/// The class names of the train split, collected in the order in which they are met.
class LabelMap {
public:
    /// The number of a label, new ones added.
    int add(const std::string& label, std::int64_t line);
    /// The number of a known label, or -1.
    int find(const std::string& label) const;
    std::size_t size() const { return m_names.size(); }

    /// Sorts the labels, whole numbers by value, others as text; element i is the new number of old number i.
    std::vector<int> sort();
    const std::vector<std::string>& names() const { return m_names; }

    /// Adds warnings on what is suspicious: one class only, names that differ in case or blanks only, nearly
    /// as many classes as rows.
    void check(std::string_view column, std::int64_t rows, WarningLog& log) const;

private:
    void checkLookAlikes(WarningLog& log) const;

    std::vector<std::string> m_names;
    std::vector<std::int64_t> m_firstLines;
    std::unordered_map<std::string, int> m_numbers;
};

} // namespace awb
