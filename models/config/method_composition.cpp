#include "models/config/method_composition.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace awb {

namespace {

using Kind = Composition::Kind;

/// Blocks in which a method can't stand, and why.
struct Rule {
    std::set<Kind> refused;
    std::string reason;
    bool isOnce = false; ///< a composition holds at most one
};

const Rule* ruleOf(const std::string& method) {
    static const Rule prefix{
        {Kind::Fuse, Kind::Split, Kind::Average},
        "its keys and values stand in front of the text's, so there is no output of a place "
        "to fuse, cut or average"};
    static const Rule linear{{Kind::Fuse, Kind::Split},
                             "it changes a linear map inside the block, not a "
                             "sublayer's output"};
    static const Rule replacing{{Kind::Fuse, Kind::Split, Kind::Average},
                                "it replaces a linear map of the block as a whole"};
    static const Rule whole{{Kind::Fuse, Kind::Split, Kind::BatchSplit, Kind::Parallel, Kind::Average},
                            "it acts on all texts alike, once",
                            true};
    if (method == "prefix_tuning") {
        return &prefix;
    }
    if (method == "lora" || method == "vera" || method == "ia3") {
        return &linear;
    }
    if (method == "dora") {
        return &replacing;
    }
    if (method == "prompt_tuning" || method == "reft" || method == "bitfit") {
        return &whole;
    }
    return nullptr;
}

/// The sublayers at which a configuration has bottleneck modules, {attention, feed-forward}.
std::pair<bool, bool> sublayers(const AdapterConfig& config) {
    std::pair<bool, bool> used{false, false};
    for (const MethodConfig& part : config.parts) {
        if (!part.isBottleneck()) {
            continue;
        }
        used.first = used.first || part.bottleneck.mhAdapter;
        used.second = used.second || part.bottleneck.outputAdapter;
        for (const auto& [layer, sites] : part.bottleneck.layerSites) {
            used.first = used.first || sites.mhAdapter.value_or(false);
            used.second = used.second || sites.outputAdapter.value_or(false);
        }
    }
    return used;
}

class Checker {
public:
    Checker(const ConfigLookup& configOf, std::vector<Error>& errors)
        : m_configOf(configOf)
        , m_errors(errors) {}

    void check(const Composition& node, const std::string& pointer, std::vector<Kind>& above) {
        if (node.kind == Kind::Name) {
            checkLeaf(node.name, pointer, above);
            return;
        }
        const std::string place = pointer + "/" + std::string(compositionBlockKey(node.kind));
        above.push_back(node.kind);
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            check(node.children[i], place + "/" + std::to_string(i), above);
        }
        above.pop_back();
        if (node.kind == Kind::Fuse) {
            checkFused(node, place);
        } else if (node.kind == Kind::Stack) {
            checkStack(node, place);
        }
    }

private:
    void checkLeaf(const std::string& name, const std::string& pointer, const std::vector<Kind>& above) {
        const AdapterConfig* config = m_configOf(name);
        if (config == nullptr) {
            return;
        }
        for (const MethodConfig& part : config->parts) {
            const Rule* rule = ruleOf(part.method);
            if (rule == nullptr) {
                continue;
            }
            const std::string title = findMethod(part.method)->title;
            const auto refused = std::find_if(above.begin(), above.end(),
                                              [&](Kind kind) { return rule->refused.contains(kind); });
            if (refused != above.end()) {
                m_errors.push_back({title + " (`" + name + "`) can't stand in " +
                                        std::string(compositionKindName(*refused)) + ": " + rule->reason,
                                    pointer, "Put the adapter into a Stack, or take it out"});
            }
            if (rule->isOnce && !m_once.emplace(part.method, name).second) {
                m_errors.push_back({title + " stands in the composition twice, as `" + m_once[part.method] +
                                        "` and `" + name + "`: " + rule->reason,
                                    pointer, "Keep one of them"});
            }
        }
    }

    void checkFused(const Composition& fuse, const std::string& place) {
        std::optional<std::pair<bool, bool>> common;
        for (std::size_t i = 0; i < fuse.children.size(); ++i) {
            const std::string name = fuse.children[i].last();
            const AdapterConfig* config = m_configOf(name);
            if (config == nullptr) {
                continue;
            }
            const std::string where = place + "/" + std::to_string(i);
            const auto used = sublayers(*config);
            if (used == std::pair(false, false)) {
                m_errors.push_back({"`" + name + "` has no bottleneck module whose output could be fused",
                                    where, "Fuse bottleneck adapters"});
                return;
            }
            if (common && *common != used) {
                m_errors.push_back({"the fused adapters stand at different sites: `" + name +
                                        "` does not have those of `" + fuse.children.front().last() + "`",
                                    where,
                                    "Fuse adapters with the same choice of mh_adapter and output_adapter"});
                return;
            }
            common = used;
        }
    }

    /// Of several modules that replace one map only the last would act.
    void checkStack(const Composition& stack, const std::string& place) {
        std::string first;
        for (std::size_t i = 0; i < stack.children.size(); ++i) {
            const Composition& child = stack.children[i];
            const AdapterConfig* config = child.kind == Kind::Name ? m_configOf(child.name) : nullptr;
            const bool isDora = config != nullptr &&
                                std::any_of(config->parts.begin(), config->parts.end(),
                                            [](const MethodConfig& part) { return part.method == "dora"; });
            if (isDora && !first.empty()) {
                m_errors.push_back({"DoRA stands in one Stack twice, as `" + first + "` and `" + child.name +
                                        "`: each replaces the whole map, so only the last would act",
                                    place + "/" + std::to_string(i), "Keep one of them, or use LoRA"});
            }
            first = isDora ? child.name : first;
        }
    }

    const ConfigLookup& m_configOf;
    std::vector<Error>& m_errors;
    std::map<std::string, std::string> m_once; ///< method -> the first adapter of it
};

} // namespace

std::vector<Error> checkMethodsInComposition(const Composition& composition, const ConfigLookup& configOf) {
    std::vector<Error> errors;
    std::vector<Kind> above;
    if (composition.kind != Kind::None) {
        Checker(configOf, errors).check(composition, "/composition", above);
    }
    return errors;
}

Result<std::vector<std::pair<int, Site>>> fusionPlaces(const std::vector<const AdapterConfig*>& fused,
                                                       const ModelConfig& model) {
    std::optional<std::pair<bool, bool>> common;
    bool isParallel = false;
    for (const AdapterConfig* config : fused) {
        const auto used = sublayers(*config);
        if (used == std::pair(false, false)) {
            return fail("only bottleneck adapters can be fused", {}, "Take the others out of the fusion");
        }
        if (common && *common != used) {
            return fail("the fused adapters stand at different sites", {},
                        "Fuse adapters with the same choice of mh_adapter and output_adapter");
        }
        common = used;
        isParallel = config->bottleneck()->isParallel;
    }
    std::vector<std::pair<int, Site>> places;
    for (int layer = 0; common && layer < model.numLayers; ++layer) {
        if (common->first) {
            places.emplace_back(layer, isParallel ? Site::AttentionParallel : Site::AttentionOutput);
        }
        if (common->second) {
            places.emplace_back(layer, isParallel ? Site::FfnParallel : Site::FfnOutput);
        }
    }
    return places;
}

} // namespace awb
