#include <map>
#include <utility>

#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;
using Shape = std::vector<std::int64_t>;

constexpr double kBertStd = 0.02;
constexpr double kHoulsbyStd = 0.01;
constexpr double kOwnRuleStd = 0.01;

void declareRule(std::vector<TensorSpec>& into, const PhmOptions& phm, const std::string& prefix,
                 Initialiser init, const ModulePlace& place) {
    const std::int64_t n = phm.dim;
    const auto add = [&](const char* name, Shape shape) {
        into.push_back({prefix + name, std::move(shape), init, place.layer, place.site, phm.learn, {}});
    };
    if (phm.factorizedRule) {
        add("phm_rule_left", {n, n, 1});
        add("phm_rule_right", {n, 1, n});
    } else {
        add("phm_rule", {n, n, n});
    }
}
void declareW(std::vector<TensorSpec>& into, const PhmOptions& phm, const std::string& name, std::int64_t in,
              std::int64_t out, const ModulePlace& place) {
    const std::int64_t n = phm.dim;
    const Initialiser init{Kind::XavierNormal, 0};
    const auto add = [&](const std::string& full, Shape shape) {
        into.push_back({full, std::move(shape), init, place.layer, place.site, true, {}});
    };
    if (phm.factorizedW) {
        add(name + "_left", {n, in / n, phm.rank});
        add(name + "_right", {n, phm.rank, out / n});
    } else {
        add(name, {n, in / n, out / n});
    }
}

/// Declares the tensors of one module, in the order of AdapterHub's library.
class ModuleTensors {
public:
    ModuleTensors(const BottleneckConfig& config, std::string prefix, const ModulePlace& place,
                  std::vector<TensorSpec>& into)
        : m_config(config)
        , m_prefix(std::move(prefix))
        , m_place(place)
        , m_into(into) {}

    void declare(std::int64_t hidden) {
        const std::int64_t units = m_place.bottleneck;
        if (m_config.scaling.kind != Scaling::Kind::Constant) {
            const bool isChannel = m_config.scaling.kind == Scaling::Kind::Channel;
            add("scaling", {isChannel ? hidden : 1}, {Kind::Constant, 1.0});
        }
        if (m_config.lnBefore) {
            // The public library also registers the LayerNorm as the first module of the down sequence.
            norm("adapter_norm_before.", hidden, "adapter_down.0.");
        }
        const std::string down = m_config.lnBefore ? "adapter_down.1." : "adapter_down.0.";
        if (m_config.phm) {
            phm(down, hidden, units);
            phm("adapter_up.", units, hidden);
        } else {
            const bool isMam = m_config.initWeights == "mam_adapter";
            linear(down, {units, hidden}, isMam ? Initialiser{Kind::KaimingUniform, 0} : weightInit());
            linear("adapter_up.", {hidden, units}, isMam ? Initialiser{Kind::Constant, 0} : weightInit());
        }
        if (m_config.lnAfter) {
            norm("adapter_norm_after.", hidden, {});
        }
        if (m_config.useGating) {
            linear("gate.", {1, hidden}, weightInit());
        }
    }

private:
    Initialiser weightInit() const {
        return m_config.initWeights == "houlsby" ? Initialiser{Kind::TruncatedNormal, kHoulsbyStd}
                                                 : Initialiser{Kind::Normal, kBertStd};
    }
    TensorSpec& add(const std::string& name, Shape shape, Initialiser init) {
        m_into.push_back({m_prefix + name, std::move(shape), init, m_place.layer, m_place.site, true, {}});
        return m_into.back();
    }
    void linear(const std::string& name, Shape shape, Initialiser init) {
        const std::int64_t out = shape.front();
        add(name + "weight", std::move(shape), init);
        add(name + "bias", {out}, {Kind::Constant, 0});
    }
    void norm(const std::string& name, std::int64_t hidden, const std::string& alias) {
        for (const auto& [leaf, value] : {std::pair<std::string, double>{"weight", 1.0}, {"bias", 0.0}}) {
            TensorSpec& tensor = add(name + leaf, {hidden}, {Kind::Constant, value});
            if (!alias.empty()) {
                tensor.aliases.push_back(m_prefix + alias + leaf);
            }
        }
    }
    void phm(const std::string& name, std::int64_t in, std::int64_t out) {
        const PhmOptions& phm = *m_config.phm;
        if (!phm.sharedRule) {
            const Initialiser init = phm.cInit == "normal" ? Initialiser{Kind::Normal, kOwnRuleStd}
                                                           : Initialiser{Kind::Uniform, kOwnRuleStd};
            declareRule(m_into, phm, m_prefix + name, init, m_place);
        }
        if (!phm.sharedW) {
            declareW(m_into, phm, m_prefix + name + "W", in, out, m_place);
        }
        if (phm.bias) {
            add(name + "b", {out}, {Kind::Constant, 0});
        }
    }

    const BottleneckConfig& m_config;
    std::string m_prefix;
    const ModulePlace& m_place;
    std::vector<TensorSpec>& m_into;
};

Result<void> checkPhm(const PhmOptions& phm, const ModelConfig& model,
                      const std::vector<ModulePlace>& places) {
    for (const ModulePlace& place : places) {
        if (model.hiddenSize % phm.dim != 0 || place.bottleneck % phm.dim != 0) {
            return fail("Compacter's projections need widths that phm_dim " + std::to_string(phm.dim) +
                            " divides, but they are " + std::to_string(model.hiddenSize) + " and " +
                            std::to_string(place.bottleneck),
                        "/phm_dim", "Choose another reduction factor or phm_dim");
        }
        if (phm.sharedW && place.bottleneck != places.front().bottleneck) {
            return fail("with a shared W all layers must have the same bottleneck size", "/shared_W_phm",
                        "Use one reduction factor, or switch shared_W_phm off");
        }
    }
    return {};
}

/// What all PHM layers of the adapter share.
void declareShared(const BottleneckConfig& config, const ModelConfig& model, const std::string& adapter,
                   const std::vector<ModulePlace>& places, std::vector<TensorSpec>& into) {
    const PhmOptions& phm = *config.phm;
    const std::string prefix = bodyPrefix(model.family) + "shared_parameters." + adapter + ".";
    const ModulePlace shared{kNoLayer, places.front().site, 0, 0, 0};
    if (phm.sharedRule) {
        const Initialiser init = phm.cInit == "normal" ? Initialiser{Kind::Normal, phm.initRange}
                                                       : Initialiser{Kind::Uniform, 1.0};
        declareRule(into, phm, prefix, init, shared);
    }
    if (phm.sharedW) {
        const std::int64_t units = places.front().bottleneck;
        declareW(into, phm, prefix + "W_down", model.hiddenSize, units, shared);
        declareW(into, phm, prefix + "W_up", units, model.hiddenSize, shared);
    }
}

void declareInvertible(const BottleneckConfig& config, const ModelConfig& model, const std::string& adapter,
                       std::vector<TensorSpec>& into) {
    const std::int64_t first = model.hiddenSize / 2;
    const std::int64_t second = model.hiddenSize - first;
    const std::string prefix = bodyPrefix(model.family) + "invertible_adapters." + adapter + ".";
    const auto net = [&](const char* name, std::int64_t in, std::int64_t out) {
        const std::int64_t inner = bottleneckSize(static_cast<int>(in), config.invReductionFactor);
        const auto add = [&](const std::string& leaf, Shape shape, Initialiser init) {
            into.push_back(
                {prefix + name + leaf, std::move(shape), init, kNoLayer, Site::EmbeddingOutput, true, {}});
        };
        add(".0.weight", {inner, in}, {Kind::Normal, kBertStd});
        add(".0.bias", {inner}, {Kind::Constant, 0});
        add(".2.weight", {out, inner}, {Kind::Normal, kBertStd});
        add(".2.bias", {out}, {Kind::Constant, 0});
    };
    if (config.invertible == InvertibleKind::Nice) {
        net("F", second, first);
        net("G", first, second);
    } else if (config.invertible == InvertibleKind::Glow) {
        net("s1", first, 2 * second);
        net("s2", second, 2 * first);
    }
}

Result<std::vector<ActingPlace>> places(const MethodConfig& config, const ModelConfig& model) {
    const auto modules = modulesOf(config.bottleneck, model);
    if (!modules) {
        return fail(modules.error());
    }
    std::vector<ActingPlace> acting;
    if (config.bottleneck.invertible != InvertibleKind::None) {
        acting.push_back({kNoLayer, Site::EmbeddingOutput,
                          bottleneckSize(model.hiddenSize / 2, config.bottleneck.invReductionFactor)});
    }
    for (const ModulePlace& module : *modules) {
        acting.push_back({module.layer, module.site, module.bottleneck});
    }
    return acting;
}

Result<std::vector<TensorSpec>> tensors(const MethodConfig& method, const ModelConfig& model,
                                        const std::string& adapter) {
    const BottleneckConfig& config = method.bottleneck;
    const auto modules = modulesOf(config, model);
    if (!modules) {
        return fail(modules.error());
    }
    std::vector<TensorSpec> all;
    declareInvertible(config, model, adapter, all);
    if (config.phm && !modules->empty()) {
        if (auto checked = checkPhm(*config.phm, model, *modules); !checked) {
            return fail(checked.error());
        }
        declareShared(config, model, adapter, *modules, all);
    }
    std::map<std::pair<Site, int>, std::pair<std::size_t, std::string>> sharedModules;
    for (const ModulePlace& place : *modules) {
        const BlockPart part = isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward;
        const std::string prefix = joinPrefix(model.family, place.layer, part) + "adapters." + adapter + ".";
        std::vector<TensorSpec> own;
        ModuleTensors(config, prefix, place, own).declare(model.hiddenSize);
        const auto [first, isNew] =
            sharedModules.try_emplace({place.site, place.bottleneck}, all.size(), prefix);
        if (!config.sharedAcrossLayers || isNew) {
            all.insert(all.end(), own.begin(), own.end());
            continue;
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
            std::vector<std::string>& aliases = all[first->second.first + i].aliases;
            aliases.push_back(own[i].name);
            aliases.insert(aliases.end(), own[i].aliases.begin(), own[i].aliases.end());
        }
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    const auto found = json.find("architecture");
    return found == json.end() || found->is_null();
}

std::vector<std::string> notExpressible(const MethodConfig& config) {
    return notExpressibleInAdapterHub(config.bottleneck);
}

} // namespace

Method bottleneckMethod() {
    return {
        .id = "bottleneck",
        .title = "Bottleneck adapter",
        .paper = "Houlsby et al. 2019, arXiv:1902.00751",
        .summary = "A small network with a narrow waist after (or beside) attention and feed-forward.",
        .equation = "h ← h + W_up · f(W_down · h + c) + c′",
        .sizeTitle = "bottleneck size",
        .sizeKey = "reduction_factor",
        .options = {},
        .places = places,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = "{}",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
