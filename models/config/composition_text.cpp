#include "models/config/composition_text.h"

#include <array>
#include <charconv>
#include <vector>

namespace awb {

namespace {

using Kind = Composition::Kind;

std::string numberText(double value) {
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

template<typename T, typename ToText>
std::string listText(const std::vector<T>& values, const ToText& toText) {
    std::string text;
    for (const T& value : values) {
        text += (text.empty() ? "" : ", ") + toText(value);
    }
    return "[" + text + "]";
}

std::string sizesText(const Composition& block) {
    const auto toText = [](std::int64_t size) { return std::to_string(size); };
    if (block.kind == Kind::BatchSplit && block.sizes.size() == 1) {
        return toText(block.sizes.front()); // one number for all
    }
    return listText(block.sizes, toText);
}

} // namespace

std::string compositionToText(const Composition& composition) {
    if (composition.kind == Kind::None) {
        return "None";
    }
    if (composition.kind == Kind::Name) {
        return composition.name == "None" ? "\"" + composition.name + "\"" : composition.name;
    }
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    for (const Composition& child : composition.children) {
        add(compositionToText(child));
    }
    if (composition.kind == Kind::Split && !composition.sizes.empty()) {
        add("splits=" + sizesText(composition));
    }
    if (composition.kind == Kind::BatchSplit && !composition.sizes.empty()) {
        add("batch_sizes=" + sizesText(composition));
    }
    if (!composition.weights.empty()) {
        add("weights=" + listText(composition.weights, numberText));
    }
    if (composition.kind == Kind::Average && !composition.normalizeWeights) {
        add("normalize_weights=False");
    }
    if (composition.kind == Kind::Average && composition.weightedSum) {
        add("weighted_sum=True");
    }
    return std::string(compositionKindName(composition.kind)).append("(").append(text).append(")");
}

std::size_t CompositionText::positionOf(std::string pointer) const {
    while (true) {
        if (const auto found = positions.find(pointer); found != positions.end()) {
            return found->second;
        }
        const std::size_t slash = pointer.find_last_of('/');
        if (slash == std::string::npos) {
            return 0;
        }
        pointer.resize(slash);
    }
}

Error CompositionTextProblem::error() const {
    return {"expected " + expected + ", found " + found, "character " + std::to_string(position + 1), {}};
}

} // namespace awb
