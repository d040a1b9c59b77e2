#include "backend/text/json_layout.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace awb {

namespace {

using nlohmann::json;
using Part = SequenceLayout::Part;
using Kind = Part::Kind;
using IdOf = std::function<int(std::string_view)>;

constexpr const char* kWhere = "/post_processor";
constexpr const char* kAdvice = "Copy the model's own tokenizer.json into the folder";

tl::unexpected<Error> broken(std::string what) {
    return fail(std::move(what), kWhere, kAdvice);
}

/// The id in a pair ["[SEP]", 102], or -1.
int idIn(const json& processor, const char* key) {
    const auto found = processor.find(key);
    return found != processor.end() && found->is_array() && found->size() == 2 &&
                   (*found)[1].is_number_integer()
               ? (*found)[1].get<int>()
               : -1;
}

int typeIn(const json& value) {
    const auto found = value.find("type_id");
    return found != value.end() && found->is_number_integer() ? found->get<int>() : 0;
}

/// Appends the ids that a template's name of a special token stands for.
bool appendSpecial(const json& processor, const std::string& name, int typeId, const IdOf& idOf,
                   std::vector<Part>& parts) {
    const json::json_pointer ids = json::json_pointer("/special_tokens") / name / "ids";
    if (!processor.contains(ids) || !processor.at(ids).is_array()) {
        const int id = idOf(name);
        parts.push_back({.id = id, .typeId = typeId});
        return id >= 0;
    }
    for (const json& id : processor.at(ids)) {
        if (!id.is_number_integer()) {
            return false;
        }
        parts.push_back({.id = id.get<int>(), .typeId = typeId});
    }
    return true;
}

Result<std::vector<Part>> readTemplate(const json& processor, const char* key, const IdOf& idOf) {
    std::vector<Part> parts;
    const auto items = processor.find(key);
    if (items == processor.end() || !items->is_array()) {
        return broken("the template \"" + std::string(key) + "\" is no list");
    }
    for (const json& item : *items) {
        const bool special = item.is_object() && item.contains("SpecialToken");
        if (!special && !(item.is_object() && item.contains("Sequence"))) {
            return broken("the template \"" + std::string(key) + "\" has a part of an unknown kind");
        }
        const json& value = item.at(special ? "SpecialToken" : "Sequence");
        const std::string name = value.is_object() && value.contains("id") && value.at("id").is_string()
                                     ? value.at("id").get<std::string>()
                                     : std::string();
        if (special) {
            if (!appendSpecial(processor, name, typeIn(value), idOf, parts)) {
                return broken("the special token " + name + " of the template has no id");
            }
        } else if (name == "A" || name == "B") {
            parts.push_back({.kind = name == "A" ? Kind::First : Kind::Second, .typeId = typeIn(value)});
        } else {
            return broken("the template \"" + std::string(key) + "\" has a text that is neither A nor B");
        }
    }
    return parts;
}

/// The one processor of a sequence that adds tokens; the byte-level one only changes offsets.
Result<const json*> processorIn(const json& processor) {
    const json* found = nullptr;
    const auto processors = processor.find("processors");
    if (processors == processor.end() || !processors->is_array()) {
        return broken("a sequence of processors has no list of them");
    }
    for (const json& one : *processors) {
        if (one.is_object() && one.value("type", std::string()) != "ByteLevel") {
            if (found != nullptr) {
                return broken("more than one processor adds tokens, which is not supported");
            }
            found = &one;
        }
    }
    return found;
}

} // namespace

Result<SequenceLayout> readJsonLayout(const json& postProcessor, const IdOf& idOf) {
    const json* processor = &postProcessor;
    const auto typeOf = [](const json* value) {
        return value == nullptr || !value->is_object() ? std::string() : value->value("type", std::string());
    };
    if (typeOf(processor) == "Sequence") {
        const auto found = processorIn(*processor);
        if (!found) {
            return fail(found.error());
        }
        processor = *found;
    }
    const std::string type = typeOf(processor);
    if (processor == nullptr || processor->is_null() || type == "ByteLevel") {
        SequenceLayout layout;
        layout.single = {{.kind = Kind::First}};
        layout.pair = {{.kind = Kind::First}, {.kind = Kind::Second, .typeId = 1}};
        return layout;
    }
    if (type == "BertProcessing" || type == "RobertaProcessing") {
        const int classifier = idIn(*processor, "cls");
        const int separator = idIn(*processor, "sep");
        if (classifier < 0 || separator < 0) {
            return broken(R"("cls" and "sep" are no pairs of a token and its id)");
        }
        return type == "BertProcessing" ? surround(classifier, separator, {}, 1)
                                        : surround(classifier, separator, {separator}, 0);
    }
    if (type != "TemplateProcessing") {
        return broken("the processor " + (type.empty() ? "without a type" : type) + " is not supported");
    }
    auto single = readTemplate(*processor, "single", idOf);
    auto pair = readTemplate(*processor, "pair", idOf);
    if (!single || !pair) {
        return fail(single ? pair.error() : single.error());
    }
    return SequenceLayout{std::move(*single), std::move(*pair), 0};
}

} // namespace awb
