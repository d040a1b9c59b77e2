#include "models/config/json_fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace awb {

namespace {

std::string inBackticks(std::string_view text) {
    return "`" + std::string(text) + "`";
}

/// Levenshtein distance, for "did you mean".
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substitution}));
        }
    }
    return row[b.size()];
}

std::string escapePointer(std::string_view key) {
    std::string escaped;
    for (const char c : key) {
        if (c == '~') {
            escaped += "~0";
        } else if (c == '/') {
            escaped += "~1";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string typeMessage(std::string_view key, std::string_view wanted, const nlohmann::json& found) {
    return inBackticks(key) + " must be " + std::string(wanted) + ", not " + found.type_name();
}

} // namespace

JsonFields::JsonFields(const nlohmann::json& object, std::string pointer)
    : m_object(object)
    , m_pointer(std::move(pointer)) {
    if (!object.is_object()) {
        m_error = Error{std::string("a JSON object is expected here, not ") + object.type_name(),
                        m_pointer.empty() ? "/" : m_pointer,
                        {}};
    }
}

bool JsonFields::has(std::string_view key) const {
    return m_object.is_object() && m_object.contains(key);
}

std::string JsonFields::pointerTo(std::string_view key) const {
    return key.empty() ? (m_pointer.empty() ? "/" : m_pointer) : m_pointer + "/" + escapePointer(key);
}

const nlohmann::json* JsonFields::raw(std::string_view key) {
    m_known.emplace(key);
    if (!m_object.is_object()) {
        return nullptr;
    }
    const auto it = m_object.find(key);
    return it == m_object.end() ? nullptr : &*it;
}

void JsonFields::ignore(std::string_view key) {
    m_known.emplace(key);
}

void JsonFields::problem(std::string_view key, std::string what, std::string advice) {
    problem(Error{std::move(what), pointerTo(key), std::move(advice)});
}

void JsonFields::problem(Error error) {
    if (!m_error) {
        m_error = std::move(error);
    }
}

std::string JsonFields::string(std::string_view key, std::string_view fallback) {
    const nlohmann::json* value = raw(key);
    if (value == nullptr) {
        return std::string(fallback);
    }
    if (!value->is_string()) {
        problem(key, typeMessage(key, "a string", *value));
        return std::string(fallback);
    }
    return value->get<std::string>();
}

bool JsonFields::boolean(std::string_view key, bool fallback) {
    const nlohmann::json* value = raw(key);
    if (value == nullptr) {
        return fallback;
    }
    if (!value->is_boolean()) {
        problem(key, typeMessage(key, "true or false", *value));
        return fallback;
    }
    return value->get<bool>();
}

double JsonFields::number(std::string_view key, double fallback) {
    const nlohmann::json* value = raw(key);
    if (value == nullptr) {
        return fallback;
    }
    if (!value->is_number() || !std::isfinite(value->get<double>())) {
        problem(key, typeMessage(key, "a finite number", *value));
        return fallback;
    }
    return value->get<double>();
}

std::int64_t JsonFields::integer(std::string_view key, std::int64_t fallback) {
    const nlohmann::json* value = raw(key);
    if (value == nullptr) {
        return fallback;
    }
    if (!value->is_number_integer()) {
        problem(key, typeMessage(key, "a whole number", *value));
        return fallback;
    }
    return value->get<std::int64_t>();
}

std::vector<int> JsonFields::integers(std::string_view key) {
    const nlohmann::json* value = raw(key);
    std::vector<int> numbers;
    if (value == nullptr) {
        return numbers;
    }
    if (!value->is_array()) {
        problem(key, typeMessage(key, "a list of whole numbers", *value));
        return numbers;
    }
    for (const nlohmann::json& item : *value) {
        if (!item.is_number_integer()) {
            problem(key, typeMessage(key, "a list of whole numbers", item));
            return {};
        }
        numbers.push_back(item.get<int>());
    }
    return numbers;
}

std::vector<std::string> JsonFields::strings(std::string_view key) {
    const nlohmann::json* value = raw(key);
    std::vector<std::string> texts;
    if (value == nullptr) {
        return texts;
    }
    if (!value->is_array()) {
        problem(key, typeMessage(key, "a list of strings", *value));
        return texts;
    }
    for (const nlohmann::json& item : *value) {
        if (!item.is_string()) {
            problem(key, typeMessage(key, "a list of strings", item));
            return {};
        }
        texts.push_back(item.get<std::string>());
    }
    return texts;
}

std::string JsonFields::requiredString(std::string_view key) {
    if (!has(key)) {
        problem("", "the key " + inBackticks(key) + " is missing");
    }
    return string(key, {});
}

std::int64_t JsonFields::requiredInteger(std::string_view key) {
    if (!has(key)) {
        problem("", "the key " + inBackticks(key) + " is missing");
    }
    return integer(key, 0);
}

std::optional<Error> JsonFields::finish(bool rejectUnknown) {
    if (m_error || !rejectUnknown || !m_object.is_object()) {
        return m_error;
    }
    for (const auto& [key, value] : m_object.items()) {
        if (m_known.contains(key)) {
            continue;
        }
        std::string advice;
        std::size_t nearest = 3;
        for (const std::string& known : m_known) {
            const std::size_t distance = editDistance(key, known);
            if (distance < nearest) {
                nearest = distance;
                advice = "did you mean " + inBackticks(known) + "?";
            }
        }
        problem(key, "unknown key " + inBackticks(key), std::move(advice));
        break;
    }
    return m_error;
}

namespace {

/// "FILE, line 3, column 7".
std::string placeIn(std::string_view text, std::size_t byte, std::string_view fileName) {
    const std::string_view before = text.substr(0, byte);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n');
    const std::size_t column = byte - (lineStart == std::string_view::npos ? 0 : lineStart + 1) + 1;
    return std::string(fileName) + ", line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace

Result<nlohmann::json> parseJson(std::string_view text, std::string_view fileName) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t byte = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
        return fail("this is not valid JSON", placeIn(text, byte, fileName),
                    text.empty() ? "the file is empty" : "check for a missing comma, quote or bracket there");
    } catch (const nlohmann::json::out_of_range& error) {
        // The only trace of the place is the number itself, in quotes at the end of the message.
        const std::string_view message = error.what();
        const std::size_t begin = std::min(message.find('\''), message.size() - 1) + 1;
        const std::string_view number = message.substr(begin, message.rfind('\'') - begin);
        const std::size_t byte = std::min(text.find(number), text.size());
        return fail("a number is too large", placeIn(text, byte, fileName), "numbers go up to about 1.8e308");
    }
}

} // namespace awb
