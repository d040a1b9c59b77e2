#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/config/composition.h"
#include "models/config/json_fields.h"

namespace awb {

namespace {

using Kind = Composition::Kind;

constexpr int kDeepestNesting = 8;

std::vector<std::int64_t> readSizes(JsonFields& fields, std::string_view key) {
    const nlohmann::json* value = fields.raw(key);
    std::vector<std::int64_t> sizes;
    if (value == nullptr || value->is_null()) {
        return sizes;
    }
    const auto add = [&](const nlohmann::json& item) {
        if (!item.is_number_integer()) {
            fields.problem(key, "`" + std::string(key) + "` must hold whole numbers");
            return;
        }
        sizes.push_back(item.get<std::int64_t>());
    };
    if (value->is_array()) {
        for (const nlohmann::json& item : *value) {
            add(item);
        }
    } else {
        add(*value);
    }
    return sizes;
}

std::vector<double> readWeights(JsonFields& fields) {
    const nlohmann::json* value = fields.raw("weights");
    std::vector<double> weights;
    if (value == nullptr || value->is_null()) {
        return weights;
    }
    if (!value->is_array()) {
        fields.problem("weights", "`weights` must be a list of numbers");
        return weights;
    }
    for (const nlohmann::json& item : *value) {
        if (!item.is_number()) {
            fields.problem("weights", "`weights` must be a list of numbers");
            return weights;
        }
        weights.push_back(item.get<double>());
    }
    return weights;
}

void readOptions(JsonFields& fields, Composition& block) {
    if (block.kind == Kind::Split) {
        block.sizes = readSizes(fields, "splits");
        if (fields.has("split_index")) { // the form of AdapterHub's legacy library
            block.sizes = {fields.requiredInteger("split_index"), 0};
        }
    } else if (block.kind == Kind::BatchSplit) {
        block.sizes = readSizes(fields, "batch_sizes");
    } else if (block.kind == Kind::Average) {
        block.weights = readWeights(fields);
        block.normalizeWeights = fields.boolean("normalize_weights", true);
        block.weightedSum = fields.boolean("weighted_sum", false);
    }
}

template<typename Parse>
Result<std::vector<Composition>> parseChildren(const nlohmann::json& list, const std::string& pointer,
                                               const Parse& parse) {
    if (!list.is_array() || list.empty()) {
        return fail("a block needs a list of at least one adapter", pointer);
    }
    std::vector<Composition> children;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string place = pointer + "/" + std::to_string(i);
        auto child = parse(list[i], place);
        if (!child) {
            return fail(child.error());
        }
        if (child->kind == Kind::None) {
            return fail("null can't stand inside a block", place);
        }
        children.push_back(std::move(*child));
    }
    return children;
}

Result<Composition> parse(const nlohmann::json& json, const std::string& pointer, int depth) {
    if (depth > kDeepestNesting) {
        return fail("the composition is nested too deeply", pointer);
    }
    if (json.is_null()) {
        return Composition{};
    }
    if (json.is_string()) {
        return Composition::of(json.get<std::string>());
    }
    const char* advice = "Blocks are stack, fuse, split, batch_split, parallel and average";
    if (!json.is_object() || json.empty()) {
        return fail("a composition is null, an adapter's name or one block such as {\"stack\": [...]}",
                    pointer, advice);
    }
    JsonFields fields(json, pointer);
    Composition block;
    for (const Kind kind : kCompositionBlocks) {
        const std::string key(compositionBlockKey(kind));
        if (!fields.has(key)) {
            continue;
        }
        if (block.kind != Kind::None) {
            return fail("two blocks stand in one object", pointer, "Nest one of them into the other");
        }
        block.kind = kind;
        auto children = parseChildren(*fields.raw(key), pointer + "/" + key,
                                      [&](const nlohmann::json& child, const std::string& place) {
                                          return parse(child, place, depth + 1);
                                      });
        if (!children) {
            return fail(children.error());
        }
        block.children = std::move(*children);
    }
    if (block.kind == Kind::None) {
        return fail("the composition block `" + json.begin().key() + "` is not known",
                    pointer + "/" + json.begin().key(), advice);
    }
    readOptions(fields, block);
    if (auto error = fields.finish()) {
        return fail(*error);
    }
    return block;
}

Result<Composition> parseAdapterHub(const nlohmann::json& json, const std::string& pointer, int depth) {
    if (depth > kDeepestNesting) {
        return fail("the composition is nested too deeply", pointer);
    }
    if (json.is_null()) {
        return Composition{};
    }
    if (json.is_string()) {
        return Composition::of(json.get<std::string>());
    }
    if (!json.is_object() || !json.contains("type") || !json["type"].is_string() ||
        !json.contains("children")) {
        return fail("a setup must be null, a name or an object with `type` and a list `children`", pointer);
    }
    const std::string type = json["type"].get<std::string>();
    auto children = parseChildren(json["children"], pointer + "/children",
                                  [&](const nlohmann::json& child, const std::string& place) {
                                      return parseAdapterHub(child, place, depth + 1);
                                  });
    if (!children) {
        return fail(children.error());
    }
    if (type == "single") {
        return std::move(children->front());
    }
    Composition block;
    block.children = std::move(*children);
    for (const Kind kind : kCompositionBlocks) {
        if (type == compositionKindName(kind)) {
            block.kind = kind;
        }
    }
    if (block.kind == Kind::None) {
        return fail("the composition block `" + type + "` is not known", pointer + "/type");
    }
    if (const auto options = json.find("kwargs"); options != json.end() && options->is_object()) {
        JsonFields fields(*options, pointer + "/kwargs");
        readOptions(fields, block);
        if (auto error = fields.finish(false)) {
            return fail(*error);
        }
    }
    return block;
}

nlohmann::json optionsToJson(const Composition& block) {
    nlohmann::json options = nlohmann::json::object();
    if (block.kind == Kind::Split) {
        options["splits"] = block.sizes;
    } else if (block.kind == Kind::BatchSplit) {
        options["batch_sizes"] = block.sizes;
    } else if (block.kind == Kind::Average) {
        if (!block.weights.empty()) {
            options["weights"] = block.weights;
        }
        if (!block.normalizeWeights) {
            options["normalize_weights"] = false;
        }
        if (block.weightedSum) {
            options["weighted_sum"] = true;
        }
    }
    return options;
}

} // namespace

nlohmann::json toJson(const Composition& composition) {
    if (composition.kind == Kind::None) {
        return nullptr;
    }
    if (composition.kind == Kind::Name) {
        return composition.name;
    }
    nlohmann::json json = optionsToJson(composition);
    nlohmann::json children = nlohmann::json::array();
    for (const Composition& child : composition.children) {
        children.push_back(toJson(child));
    }
    json[compositionBlockKey(composition.kind)] = std::move(children);
    return json;
}

Result<Composition> compositionFromJson(const nlohmann::json& json, const std::string& pointer) {
    return parse(json, pointer, 0);
}

nlohmann::json toAdapterHubJson(const Composition& composition) {
    if (composition.kind == Kind::None) {
        return nullptr;
    }
    if (composition.kind == Kind::Name) {
        return {{"type", "single"}, {"children", {composition.name}}};
    }
    nlohmann::json children = nlohmann::json::array();
    for (const Composition& child : composition.children) {
        children.push_back(toAdapterHubJson(child));
    }
    nlohmann::json json{{"type", compositionKindName(composition.kind)}, {"children", std::move(children)}};
    if (nlohmann::json options = optionsToJson(composition); !options.empty()) {
        json["kwargs"] = std::move(options);
    }
    return json;
}

Result<Composition> compositionFromAdapterHub(const nlohmann::json& json, const std::string& pointer) {
    return parseAdapterHub(json, pointer, 0);
}

} // namespace awb
