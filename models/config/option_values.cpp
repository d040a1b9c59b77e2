#include "models/config/option_values.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <stdexcept>

#include "models/config/bottleneck_json.h"

namespace awb {

namespace {

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string listOf(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

OptionValue readOne(JsonFields& fields, const OptionSpec& spec, const OptionValue& before) {
    switch (spec.kind) {
    case OptionKind::Boolean:
        return fields.boolean(spec.key, std::get<bool>(before));
    case OptionKind::Integer:
        return fields.integer(spec.key, std::get<std::int64_t>(before));
    case OptionKind::Number:
        return fields.number(spec.key, std::get<double>(before));
    case OptionKind::Choice:
        return lowerCase(fields.string(spec.key, std::get<std::string>(before)));
    case OptionKind::Text:
        return fields.string(spec.key, "");
    case OptionKind::Choices:
        return fields.strings(spec.key);
    case OptionKind::Layers:
        return fields.integers(spec.key);
    }
    return before;
}

} // namespace

std::string OptionValues::text(std::string_view key) const {
    const auto* text = std::get_if<std::string>(&value(key));
    return text == nullptr ? std::string() : *text;
}

bool OptionValues::hasText(std::string_view key, std::string_view wanted) const {
    const std::vector<std::string>& list = texts(key);
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool OptionValues::hasLayer(std::string_view key, int layer) const {
    const std::vector<int>& list = layers(key);
    return std::find(list.begin(), list.end(), layer) != list.end();
}

const OptionValue& OptionValues::value(std::string_view key) const {
    const auto found = m_values.find(key);
    if (found == m_values.end()) {
        throw std::out_of_range("the method has no option " + std::string(key));
    }
    return found->second;
}

void OptionValues::set(std::string_view key, OptionValue value) {
    m_values.insert_or_assign(std::string(key), std::move(value));
}

OptionValues defaultOptions(const std::vector<OptionSpec>& specs) {
    OptionValues values;
    for (const OptionSpec& spec : specs) {
        values.set(spec.key, spec.fallback);
    }
    return values;
}

void readOptions(JsonFields& fields, const std::vector<OptionSpec>& specs, OptionValues& values) {
    for (const OptionSpec& spec : specs) {
        const nlohmann::json* raw = fields.raw(spec.key);
        if (raw == nullptr) {
            continue;
        }
        const bool isNull = raw->is_null();
        const OptionValue read = isNull && (spec.kind == OptionKind::Text || spec.kind == OptionKind::Choice)
                                     ? (spec.kind == OptionKind::Text ? OptionValue() : spec.fallback)
                                 : isNull ? spec.fallback
                                          : readOne(fields, spec, values.value(spec.key));
        if (const std::string problem = optionProblem(spec, read); !problem.empty()) {
            fields.problem(spec.key, problem);
        }
        values.set(spec.key, read);
    }
}

nlohmann::json optionToJson(const OptionValue& value) {
    return std::visit(
        [](const auto& content) -> nlohmann::json {
            if constexpr (std::is_same_v<std::decay_t<decltype(content)>, std::monostate>) {
                return nullptr;
            } else {
                return content;
            }
        },
        value);
}

std::string optionProblem(const OptionSpec& spec, const OptionValue& value) {
    const auto outOfRange = [&](double number) {
        return std::isfinite(number) && number >= spec.lowest && number <= spec.highest
                   ? std::string()
                   : "`" + spec.key + "` must be between " + numberToJson(spec.lowest).dump() + " and " +
                         numberToJson(spec.highest).dump();
    };
    const auto unknownChoice = [&](const std::string& choice) {
        const bool isKnown =
            std::find(spec.choices.begin(), spec.choices.end(), choice) != spec.choices.end();
        return isKnown
                   ? std::string()
                   : "`" + spec.key + "` has no choice `" + choice + "`; choose from " + listOf(spec.choices);
    };
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return outOfRange(static_cast<double>(*number));
    }
    if (const auto* number = std::get_if<double>(&value)) {
        return outOfRange(*number);
    }
    if (spec.kind == OptionKind::Choice) {
        return unknownChoice(std::get<std::string>(value));
    }
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
        for (const std::string& choice : *list) {
            if (const std::string problem = unknownChoice(choice); !problem.empty()) {
                return problem;
            }
        }
        return std::set<std::string>(list->begin(), list->end()).size() == list->size()
                   ? std::string()
                   : "`" + spec.key + "` names something twice";
    }
    if (const auto* layers = std::get_if<std::vector<int>>(&value)) {
        return std::all_of(layers->begin(), layers->end(), [](int layer) { return layer >= 0; })
                   ? std::string()
                   : "`" + spec.key + "` holds a negative layer number";
    }
    return {};
}

} // namespace awb
