#include "models/config/composition.h"

#include <nlohmann/json.hpp>

namespace awb {

namespace {

constexpr int kDeepestNesting = 8;

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
    if (!json.is_object() || json.size() != 1) {
        return fail("a composition is null, an adapter's name or one block such as {\"stack\": [...]}",
                    pointer);
    }
    const auto block = json.begin();
    if (block.key() != "stack") {
        return fail("the composition block `" + block.key() + "` is not known", pointer + "/" + block.key(),
                    "this version composes with `stack`");
    }
    if (!block.value().is_array() || block.value().empty()) {
        return fail("`stack` needs a list of at least one adapter", pointer + "/stack");
    }
    Composition stack;
    stack.kind = Composition::Kind::Stack;
    for (std::size_t i = 0; i < block.value().size(); ++i) {
        auto child = parse(block.value()[i], pointer + "/stack/" + std::to_string(i), depth + 1);
        if (!child) {
            return child;
        }
        if (child->kind == Composition::Kind::None) {
            return fail("null can't stand inside a block", pointer + "/stack/" + std::to_string(i));
        }
        stack.children.push_back(std::move(*child));
    }
    return stack;
}

void collect(const Composition& composition, std::vector<std::string>& names) {
    if (composition.kind == Composition::Kind::Name) {
        names.push_back(composition.name);
    }
    for (const Composition& child : composition.children) {
        collect(child, names);
    }
}

} // namespace

Composition Composition::of(std::string adapterName) {
    return {Kind::Name, std::move(adapterName), {}};
}

std::vector<std::string> Composition::leaves() const {
    std::vector<std::string> names;
    collect(*this, names);
    return names;
}

nlohmann::json toJson(const Composition& composition) {
    switch (composition.kind) {
    case Composition::Kind::None:
        return nullptr;
    case Composition::Kind::Name:
        return composition.name;
    case Composition::Kind::Stack:
        break;
    }
    nlohmann::json children = nlohmann::json::array();
    for (const Composition& child : composition.children) {
        children.push_back(toJson(child));
    }
    return {{"stack", std::move(children)}};
}

Result<Composition> compositionFromJson(const nlohmann::json& json, const std::string& pointer) {
    return parse(json, pointer, 0);
}

} // namespace awb
