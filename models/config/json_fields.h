#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/config/result.h"

namespace awb {

/// Reads one JSON object strictly: every key is asked for by name and type, and what nobody asked for is an
/// error. The first problem is kept with the JSON pointer of its place; later reads then return defaults.
class JsonFields {
public:
    /// `pointer` is the JSON pointer of `object` in its document ("" for the top level).
    JsonFields(const nlohmann::json& object, std::string pointer);

    bool has(std::string_view key) const;

    /// The value at `key`, or `fallback` when the key is missing. A value of another type is an error.
    std::string string(std::string_view key, std::string_view fallback);
    bool boolean(std::string_view key, bool fallback);
    double number(std::string_view key, double fallback);
    std::int64_t integer(std::string_view key, std::int64_t fallback);
    std::vector<int> integers(std::string_view key);
    std::vector<std::string> strings(std::string_view key);

    /// As above, but a missing key is an error.
    std::string requiredString(std::string_view key);
    std::int64_t requiredInteger(std::string_view key);

    /// The raw value at `key`, or null when it is missing; marks the key as known.
    const nlohmann::json* raw(std::string_view key);
    /// Marks `key` as known without reading it.
    void ignore(std::string_view key);
    /// Whether anybody asked for `key` yet.
    bool isKnown(std::string_view key) const { return m_known.contains(key); }

    /// Records a problem at `key` ("" for the object itself).
    void problem(std::string_view key, std::string what, std::string advice = {});
    void problem(Error error);

    std::string pointerTo(std::string_view key) const;
    const nlohmann::json& object() const { return m_object; }
    bool ok() const { return !m_error; }

    /// The first problem so far; with `rejectUnknown`, also a key that nobody asked for (the nearest known
    /// key is suggested).
    std::optional<Error> finish(bool rejectUnknown = true);

private:
    const nlohmann::json& m_object;
    std::string m_pointer;
    std::set<std::string, std::less<>> m_known;
    std::optional<Error> m_error;
};

/// Parses UTF-8 text; the error names line and column.
Result<nlohmann::json> parseJson(std::string_view text, std::string_view fileName);

} // namespace awb
