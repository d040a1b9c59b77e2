#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/json_fields.h"

namespace awb {

/// The value of one option. std::monostate stands for AdapterHub's null.
using OptionValue = std::variant<std::monostate, bool, std::int64_t, double, std::string,
                                 std::vector<std::string>, std::vector<int>>;

enum class OptionKind {
    Boolean,
    Integer,
    Number,
    Choice,  ///< one of `choices`
    Choices, ///< some of `choices`, in any order
    Text,    ///< free text or null
    Layers,  ///< layer numbers
};

/// One option of a method, as the file format, the inspector and the documentation see it.
struct OptionSpec {
    std::string key;   ///< AdapterHub's name
    std::string title; ///< for people, "Rank"
    std::string explanation;
    OptionKind kind = OptionKind::Boolean;
    OptionValue fallback;
    double lowest = 0; ///< of numbers
    double highest = 0;
    std::vector<std::string> choices;
    bool isOurs = false;  ///< AdapterHub's format has no such option
    bool isInert = false; ///< kept for the format alone: no base that the engine computes knows its effect
    std::string needsKey =
        {}; ///< without effect unless that option has the value `needed`; empty: always at work
    OptionValue needed = {};
};

/// All options of one method by key. Only `readOptions` and `defaultOptions` make them, so every key that the
/// method knows is there with the type of its kind.
class OptionValues {
public:
    bool flag(std::string_view key) const { return get<bool>(key); }
    std::int64_t integer(std::string_view key) const { return get<std::int64_t>(key); }
    double number(std::string_view key) const { return get<double>(key); }
    /// Empty where the value is null.
    std::string text(std::string_view key) const;
    const std::vector<std::string>& texts(std::string_view key) const {
        return get<std::vector<std::string>>(key);
    }
    const std::vector<int>& layers(std::string_view key) const { return get<std::vector<int>>(key); }
    bool hasText(std::string_view key, std::string_view wanted) const;
    bool hasLayer(std::string_view key, int layer) const;

    const OptionValue& value(std::string_view key) const;
    void set(std::string_view key, OptionValue value);
    const std::map<std::string, OptionValue, std::less<>>& all() const { return m_values; }
    bool isEmpty() const { return m_values.empty(); }

    bool operator==(const OptionValues&) const = default;

private:
    template<typename T>
    const T& get(std::string_view key) const {
        return std::get<T>(value(key));
    }
    std::map<std::string, OptionValue, std::less<>> m_values;
};

OptionValues defaultOptions(const std::vector<OptionSpec>& specs);

/// Reads the options that `fields` has; the others keep what `values` says. Wrong types, numbers out of range
/// and unknown choices are recorded as problems of `fields`.
void readOptions(JsonFields& fields, const std::vector<OptionSpec>& specs, OptionValues& values);

/// One value in the form of the files.
nlohmann::json optionToJson(const OptionValue& value);
/// Why `value` can't be the option's value, or an empty text.
std::string optionProblem(const OptionSpec& spec, const OptionValue& value);

} // namespace awb
