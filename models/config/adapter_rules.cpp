#include "models/config/adapter_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace awb {

namespace {

// Weights that were typed, such as 0.7 and 0.3, may sum to a little more than 1.
constexpr double kRounding = 1e-9;

/// How near the rule's place is: 0 does not act here.
int nearness(const AdapterRule& rule, int layer, std::optional<BlockPart> part) {
    if (!rule.layer) {
        return 1;
    }
    if (*rule.layer != layer) {
        return 0;
    }
    if (!rule.part) {
        return 2;
    }
    return rule.part == part ? 3 : 0;
}

std::string textOf(const AdapterRule& rule) {
    return "the rule for " + rule.adapter + ", " + rulePlaceText(rule.layer, rule.part);
}

Result<void> checkPlace(const AdapterRule& rule, int layers) {
    if (!rule.layer) {
        return rule.part ? Result<void>(fail("a part of a block needs the number of its layer", textOf(rule),
                                             "Name the layer, or leave the part out"))
                         : Result<void>();
    }
    if (*rule.layer < 0 || *rule.layer >= layers) {
        return fail("there is no layer " + std::to_string(*rule.layer), textOf(rule),
                    "Layers go from 0 to " + std::to_string(layers - 1));
    }
    return {};
}

Result<void> checkValue(const AdapterRule& rule, const Composition& composition) {
    if (rule.kind == AdapterRule::Kind::Forbid) {
        return {};
    }
    if (!isFused(composition, rule.adapter)) {
        return fail("only the weight of an adapter in an AdapterFusion can be fixed or scaled", textOf(rule),
                    "Forbid the adapter instead, or choose one that is fused");
    }
    const bool isShare = rule.value >= 0 && rule.value <= 1;
    if (rule.kind == AdapterRule::Kind::Fix && !isShare) {
        return fail("a weight lies between 0 and 1", textOf(rule));
    }
    if (rule.kind == AdapterRule::Kind::Scale && !(std::isfinite(rule.value) && rule.value >= 0)) {
        return fail("a factor is a number that is not negative", textOf(rule));
    }
    return {};
}

Result<void> checkSums(const AdapterRules& rules, const std::string& fusion, int layers) {
    for (int layer = 0; layer < layers; ++layer) {
        for (const BlockPart part : {BlockPart::Attention, BlockPart::FeedForward}) {
            double sum = 0;
            for (const std::string& adapter : fusedAdapters(fusion)) {
                const AdapterRule* rule = ruleFor(rules, adapter, layer, part);
                sum += rule != nullptr && rule->kind == AdapterRule::Kind::Fix ? rule->value : 0.0;
            }
            if (sum > 1 + kRounding) {
                return fail("the fixed weights of a fusion sum to more than 1",
                            fusion + ", " + rulePlaceText(layer, part),
                            "Fix smaller weights, or take a rule away");
            }
        }
    }
    return {};
}

} // namespace

const AdapterRule* ruleFor(const AdapterRules& rules, const std::string& adapter, int layer,
                           std::optional<BlockPart> part) {
    const AdapterRule* nearest = nullptr;
    int best = 1;
    for (const AdapterRule& rule : rules) {
        const int here = rule.adapter == adapter ? nearness(rule, layer, part) : 0;
        if (here >= best) {
            nearest = &rule;
            best = here;
        }
    }
    return nearest;
}

bool isForbidden(const AdapterRules& rules, const std::string& adapter, int layer,
                 std::optional<BlockPart> part) {
    const AdapterRule* rule = ruleFor(rules, adapter, layer, part);
    return rule != nullptr && rule->kind == AdapterRule::Kind::Forbid;
}

bool isFused(const Composition& composition, const std::string& adapter) {
    const std::vector<std::string> names = fusionNames(composition);
    return std::ranges::any_of(
        names, [&](const std::string& name) { return std::ranges::count(fusedAdapters(name), adapter) > 0; });
}

std::optional<WeightChange> weightChange(const AdapterRules& rules, const std::vector<std::string>& adapters,
                                         int layer, BlockPart part) {
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    WeightChange change{std::vector<double>(adapters.size(), 0.0), std::vector<double>(adapters.size(), 0.0),
                        1.0, false};
    bool isAny = false;
    for (std::size_t i = 0; i < adapters.size(); ++i) {
        const AdapterRule* rule = ruleFor(rules, adapters[i], layer, part);
        isAny = isAny || rule != nullptr;
        if (rule == nullptr) {
            change.hasFree = true;
        } else if (rule->kind == AdapterRule::Kind::Scale && rule->value > 0) {
            change.shifts[i] = std::log(rule->value);
            change.hasFree = true;
        } else {
            change.shifts[i] = kNever;
            change.fixed[i] = rule->kind == AdapterRule::Kind::Fix ? rule->value : 0.0;
            change.rest -= change.fixed[i];
        }
    }
    change.rest = std::max(change.rest, 0.0);
    return isAny ? std::optional(std::move(change)) : std::nullopt;
}

Result<void> checkRules(const AdapterRules& rules, const Composition& composition, int layers) {
    const std::vector<std::string> names = composition.leaves();
    for (const AdapterRule& rule : rules) {
        if (std::ranges::count(names, rule.adapter) == 0) {
            std::string known;
            for (const std::string& name : names) {
                known += (known.empty() ? "" : ", ") + name;
            }
            return fail("the composition has no adapter \"" + rule.adapter + "\"", {},
                        known.empty() ? "It has no adapters at all" : "It has " + known);
        }
        if (auto place = checkPlace(rule, layers); !place) {
            return place;
        }
        if (auto value = checkValue(rule, composition); !value) {
            return value;
        }
    }
    for (const std::string& fusion : fusionNames(composition)) {
        if (auto sums = checkSums(rules, fusion, layers); !sums) {
            return sums;
        }
    }
    return {};
}

std::string rulePlaceText(std::optional<int> layer, std::optional<BlockPart> part) {
    if (!layer) {
        return "everywhere";
    }
    const std::string text = "layer " + std::to_string(*layer);
    if (!part) {
        return text;
    }
    return text + (*part == BlockPart::Attention ? ", attention" : ", feed-forward");
}

} // namespace awb
