#include "models/config/adapter_arithmetic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace awb {

namespace {

struct MethodName {
    CombineMethod method;
    std::string_view name;
    std::string_view brief;
};
constexpr std::array kNames{
    MethodName{CombineMethod::Linear, "linear", "linear"},
    MethodName{CombineMethod::LoraNegateB, "lora_linear_only_negate_b", "negate_b"},
    MethodName{CombineMethod::LoraConcatenate, "lora_concatenate", "concatenate"},
    MethodName{CombineMethod::LoraSvd, "lora_delta_w_svd", "svd"},
};

/// What matters only while an adapter is trained or made.
constexpr std::array kTrainingKeys{"dropout", "init_weights", "stochastic_depth", "init_weights_seed"};

nlohmann::json comparable(const MethodConfig& part, bool withoutSize) {
    AdapterConfig one;
    one.parts = {part};
    nlohmann::json json = toAdapterHubJson(one);
    for (const char* key : kTrainingKeys) {
        json.erase(key);
    }
    if (withoutSize) {
        json.erase("r");
        json.erase("alpha");
    }
    json["method"] = part.method;
    return json;
}

/// The first option in which two parts differ; empty: none.
std::string difference(const MethodConfig& a, const MethodConfig& b, bool withoutSize) {
    const nlohmann::json left = comparable(a, withoutSize);
    const nlohmann::json right = comparable(b, withoutSize);
    for (const auto& [key, value] : left.items()) {
        if (!right.contains(key) || right[key] != value) {
            return key;
        }
    }
    for (const auto& [key, value] : right.items()) {
        if (!left.contains(key)) {
            return key;
        }
    }
    // Sites of single layers are not in AdapterHub's form.
    return a.isBottleneck() && a.bottleneck.layerSites != b.bottleneck.layerSites ? "per_layer" : "";
}

Result<void> checkEqual(const AdapterConfig& first, const AdapterConfig& other, bool withoutSize) {
    if (first.parts.size() != other.parts.size()) {
        return fail("the adapters hold different methods: " + methodTitle(first) + " and " +
                    methodTitle(other));
    }
    for (std::size_t i = 0; i < first.parts.size(); ++i) {
        const std::string key = difference(first.parts[i], other.parts[i], withoutSize);
        if (!key.empty()) {
            return fail("the adapters differ in the option `" + key + "`", {},
                        first.parts[i].method == "lora" && (key == "r" || key == "alpha")
                            ? "LoRA of different ranks or alphas is combined by svd or concatenate"
                            : "Only adapters of equal options can be combined");
        }
    }
    return {};
}

Result<void> checkLinear(const AdapterConfig& config, std::size_t count) {
    const bool isOrthonormal = std::ranges::any_of(config.parts, [](const MethodConfig& part) {
        return part.method == "reft" && part.options.flag("orthogonality");
    });
    if (isOrthonormal && count > 1) {
        return fail("the sum of LoReFT's orthonormal projections is not orthonormal", {},
                    "Combine NoReFT or another method");
    }
    return {};
}

Result<AdapterConfig> lowRankConfig(const std::vector<const AdapterConfig*>& configs,
                                    const CombineOptions& options) {
    std::int64_t sum = 0;
    for (const AdapterConfig* config : configs) {
        if (config->isUnion() || config->parts.front().method != "lora") {
            return fail("only LoRA can be combined in this way, not " + methodTitle(*config), {},
                        "Use linear");
        }
        if (config->parts.front().options.flag("use_gating")) {
            return fail("a gate depends on the text, so gated LoRA has no fixed change of the weights", {},
                        "Use linear");
        }
        if (auto equal = checkEqual(*configs.front(), *config, options.method != CombineMethod::LoraNegateB);
            !equal) {
            return fail(equal.error());
        }
        sum += config->parts.front().options.integer("r");
    }
    AdapterConfig combined = *configs.front();
    OptionValues& values = combined.parts.front().options;
    const std::int64_t first = values.integer("r");
    const double scaling = values.number("alpha") / static_cast<double>(first);
    std::int64_t rank = first;
    if (options.method == CombineMethod::LoraConcatenate) {
        rank = sum;
    } else if (options.method == CombineMethod::LoraSvd && options.rank != 0) {
        rank = options.rank;
    }
    if (rank < 1) {
        return fail("the rank must be at least 1, not " + std::to_string(rank));
    }
    values.set("r", rank);
    values.set("alpha", scaling * static_cast<double>(rank));
    return combined;
}

} // namespace

std::string_view combineMethodName(CombineMethod method) {
    return std::ranges::find(kNames, method, &MethodName::method)->name;
}

std::optional<CombineMethod> combineMethodFromName(std::string_view name) {
    const auto found = std::ranges::find_if(
        kNames, [&](const MethodName& entry) { return entry.name == name || entry.brief == name; });
    return found == kNames.end() ? std::nullopt : std::optional(found->method);
}

Result<std::vector<CombineTerm>> normalized(std::vector<CombineTerm> terms) {
    double sum = 0;
    for (const CombineTerm& term : terms) {
        sum += term.weight;
    }
    if (std::abs(sum) < 1e-12) {
        return fail("the weights add up to 0, so they can't be divided by their sum", {},
                    "Combine without normalising for a difference");
    }
    for (CombineTerm& term : terms) {
        term.weight /= sum;
    }
    return terms;
}

Result<AdapterConfig> combinedConfig(const std::vector<const AdapterConfig*>& configs,
                                     const CombineOptions& options) {
    if (configs.empty()) {
        return fail("there is no adapter to combine");
    }
    if (options.method != CombineMethod::Linear) {
        return lowRankConfig(configs, options);
    }
    for (const AdapterConfig* config : configs) {
        if (auto equal = checkEqual(*configs.front(), *config, false); !equal) {
            return fail(equal.error());
        }
    }
    if (auto possible = checkLinear(*configs.front(), configs.size()); !possible) {
        return fail(possible.error());
    }
    return *configs.front();
}

} // namespace awb
