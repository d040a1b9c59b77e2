#include "models/config/bottleneck_json.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace awb {

namespace {

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

nlohmann::json toJson(const ReductionFactor& factor) {
    if (factor.perLayer.empty() && factor.fallback) {
        return numberToJson(*factor.fallback);
    }
    nlohmann::json map = nlohmann::json::object();
    for (const auto& [layer, value] : factor.perLayer) {
        map[std::to_string(layer)] = numberToJson(value);
    }
    if (factor.fallback) {
        map["default"] = numberToJson(*factor.fallback);
    }
    return map;
}

nlohmann::json toJson(const Scaling& scaling) {
    switch (scaling.kind) {
    case Scaling::Kind::Learned:
        return "learned";
    case Scaling::Kind::Channel:
        return "channel";
    case Scaling::Kind::Constant:
        break;
    }
    return scaling.value;
}

std::optional<int> layerNumber(std::string_view text) {
    int layer = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), layer);
    const bool whole = code == std::errc() && end == text.data() + text.size();
    return whole && layer >= 0 ? std::optional(layer) : std::nullopt;
}

double positiveFactor(JsonFields& fields, std::string_view key, const nlohmann::json& value) {
    const double factor = value.is_number() ? value.get<double>() : 0.0;
    if (!(factor > 0.0) || !std::isfinite(factor)) {
        fields.problem(key, "a reduction factor must be a number above 0");
        return 1.0;
    }
    return factor;
}

void readReductionFactor(JsonFields& fields, ReductionFactor& factor) {
    const nlohmann::json* value = fields.raw("reduction_factor");
    if (value == nullptr || value->is_null()) {
        return;
    }
    if (!value->is_object()) {
        factor.fallback = positiveFactor(fields, "reduction_factor", *value);
        return;
    }
    factor.fallback.reset();
    for (const auto& [key, item] : value->items()) {
        const std::string place = "reduction_factor/" + key;
        if (key == "default") {
            factor.fallback = positiveFactor(fields, place, item);
        } else if (const auto layer = layerNumber(key)) {
            factor.perLayer[*layer] = positiveFactor(fields, place, item);
        } else {
            fields.problem("reduction_factor", "`" + key + "` is neither a layer number nor `default`");
        }
    }
}

void readScaling(JsonFields& fields, Scaling& scaling) {
    const nlohmann::json* value = fields.raw("scaling");
    if (value == nullptr || value->is_null()) {
        return;
    }
    if (value->is_number()) {
        scaling = {Scaling::Kind::Constant, value->get<double>()};
    } else if (value->is_string() && value->get<std::string>() == "learned") {
        scaling = {Scaling::Kind::Learned, 1.0};
    } else if (value->is_string() && value->get<std::string>() == "channel") {
        scaling = {Scaling::Kind::Channel, 1.0};
    } else {
        fields.problem("scaling", "`scaling` must be a number, \"learned\" or \"channel\"");
    }
}

void readResidual(JsonFields& fields, ResidualMode& mode) {
    const nlohmann::json* value = fields.raw("residual_before_ln");
    if (value == nullptr || value->is_null()) {
        return;
    }
    if (value->is_boolean()) {
        mode = value->get<bool>() ? ResidualMode::BeforeLn : ResidualMode::AfterLn;
    } else if (value->is_string() && value->get<std::string>() == "post_add") {
        mode = ResidualMode::PostAdd;
    } else {
        fields.problem("residual_before_ln", "`residual_before_ln` must be true, false or \"post_add\"");
    }
}

std::string readNonLinearity(JsonFields& fields, const std::string& fallback, bool isVersion1) {
    std::string name = lowerCase(fields.string("non_linearity", fallback));
    if (isVersion1 && name == "gelu") {
        name = "gelu_new";
    } else if (isVersion1 && name == "gelu_orig") {
        name = "gelu";
    }
    const auto& names = nonLinearityNames();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        fields.problem("non_linearity", "the non-linearity `" + name + "` is not known");
    }
    return name;
}

void readPhm(JsonFields& fields, std::optional<PhmOptions>& into) {
    PhmOptions phm = into.value_or(PhmOptions{});
    const bool isUsed = fields.boolean("phm_layer", into.has_value());
    phm.dim = static_cast<int>(fields.integer("phm_dim", phm.dim));
    phm.rank = static_cast<int>(fields.integer("phm_rank", phm.rank));
    phm.bias = fields.boolean("phm_bias", phm.bias);
    phm.learn = fields.boolean("learn_phm", phm.learn);
    phm.sharedRule = fields.boolean("shared_phm_rule", phm.sharedRule);
    phm.sharedW = fields.boolean("shared_W_phm", phm.sharedW);
    phm.factorizedW = fields.boolean("factorized_phm_W", phm.factorizedW);
    phm.factorizedRule = fields.boolean("factorized_phm_rule", phm.factorizedRule);
    phm.cInit = fields.string("phm_c_init", phm.cInit);
    phm.initRange = fields.number("phm_init_range", phm.initRange);
    // Only tested for truth in AdapterHub's library, so every value means Xavier-normal.
    fields.ignore("hypercomplex_nonlinearity");
    if (!isUsed) {
        into.reset();
        return;
    }
    if (phm.dim < 1 || phm.dim > 64) {
        fields.problem("phm_dim", "`phm_dim` must be between 1 and 64");
    }
    if (phm.rank < 1 || phm.rank > 4096) {
        fields.problem("phm_rank", "`phm_rank` must be between 1 and 4096");
    }
    if (phm.cInit != "normal" && phm.cInit != "uniform") {
        fields.problem("phm_c_init", "`phm_c_init` must be \"normal\" or \"uniform\"");
    }
    if (phm.sharedW && !phm.factorizedW) {
        fields.problem("shared_W_phm", "a shared W must be factorised",
                       "Switch factorized_phm_W on, or shared_W_phm off");
    }
    into = phm;
}

void readInvertible(JsonFields& fields, BottleneckConfig& config) {
    const auto take = [&](std::string_view key, const nlohmann::json& kind) {
        const std::string name = kind.is_string() ? lowerCase(kind.get<std::string>()) : kind.dump();
        if (name == "nice") {
            config.invertible = InvertibleKind::Nice;
        } else if (name == "glow") {
            config.invertible = InvertibleKind::Glow;
        } else {
            fields.problem(key, "the invertible adapter `" + name + "` is not known", "use nice or glow");
        }
    };
    if (const nlohmann::json* kind = fields.raw("inv_adapter"); kind != nullptr) {
        config.invertible = InvertibleKind::None;
        if (!kind->is_null()) {
            take("inv_adapter", *kind);
        }
    }
    if (const nlohmann::json* factor = fields.raw("inv_adapter_reduction_factor");
        factor != nullptr && !factor->is_null()) {
        config.invReductionFactor = positiveFactor(fields, "inv_adapter_reduction_factor", *factor);
    }
    // The form of version 1.
    const nlohmann::json* old = fields.raw("invertible_adapter");
    if (old != nullptr && old->is_object() && old->contains("block_type")) {
        take("invertible_adapter/block_type", (*old)["block_type"]);
        if (old->contains("reduction_factor")) {
            config.invReductionFactor =
                positiveFactor(fields, "invertible_adapter/reduction_factor", (*old)["reduction_factor"]);
        }
    }
}

nlohmann::json invertibleName(InvertibleKind kind) {
    switch (kind) {
    case InvertibleKind::Nice:
        return "nice";
    case InvertibleKind::Glow:
        return "glow";
    case InvertibleKind::None:
        break;
    }
    return nullptr;
}

} // namespace

nlohmann::json toAdapterHubJson(const BottleneckConfig& config) {
    nlohmann::json residual = config.residualBeforeLn == ResidualMode::BeforeLn;
    if (config.residualBeforeLn == ResidualMode::PostAdd) {
        residual = "post_add";
    }
    const PhmOptions phm = config.phm.value_or(PhmOptions{});
    nlohmann::json json{
        {"mh_adapter", config.mhAdapter},
        {"output_adapter", config.outputAdapter},
        {"cross_adapter", false},
        {"reduction_factor", toJson(config.reductionFactor)},
        {"non_linearity", config.nonLinearity},
        {"original_ln_before", config.originalLnBefore},
        {"original_ln_after", config.originalLnAfter},
        {"residual_before_ln", std::move(residual)},
        {"adapter_residual_before_ln", config.adapterResidualBeforeLn},
        {"ln_before", config.lnBefore},
        {"ln_after", config.lnAfter},
        {"is_parallel", config.isParallel},
        {"scaling", toJson(config.scaling)},
        {"use_gating", config.useGating},
        {"init_weights", config.initWeights},
        {"leave_out", config.leaveOut},
        {"inv_adapter", invertibleName(config.invertible)},
        {"inv_adapter_reduction_factor", nullptr},
        {"phm_layer", config.phm.has_value()},
        {"phm_dim", phm.dim},
        {"phm_rank", phm.rank},
        {"phm_bias", phm.bias},
        {"phm_c_init", phm.cInit},
        {"phm_init_range", phm.initRange},
        {"learn_phm", phm.learn},
        {"shared_phm_rule", phm.sharedRule},
        {"shared_W_phm", phm.sharedW},
        {"factorized_phm_W", phm.factorizedW},
        {"factorized_phm_rule", phm.factorizedRule},
        {"hypercomplex_nonlinearity", "glorot-uniform"},
    };
    if (config.dropout != 0.0) {
        json["dropout"] = config.dropout;
    }
    if (config.stochasticDepth != 0.0) {
        json["stochastic_depth"] = config.stochasticDepth;
    }
    if (config.invertible != InvertibleKind::None) {
        json["inv_adapter_reduction_factor"] = numberToJson(config.invReductionFactor);
    }
    return json;
}

void readBottleneckOptions(JsonFields& fields, BottleneckConfig& config, bool isVersion1) {
    config.mhAdapter = fields.boolean("mh_adapter", config.mhAdapter);
    config.outputAdapter = fields.boolean("output_adapter", config.outputAdapter);
    readReductionFactor(fields, config.reductionFactor);
    config.nonLinearity = readNonLinearity(fields, config.nonLinearity, isVersion1);
    config.originalLnBefore = fields.boolean("original_ln_before", config.originalLnBefore);
    config.originalLnAfter = fields.boolean("original_ln_after", config.originalLnAfter);
    readResidual(fields, config.residualBeforeLn);
    config.adapterResidualBeforeLn =
        fields.boolean("adapter_residual_before_ln", config.adapterResidualBeforeLn);
    config.lnBefore = fields.boolean("ln_before", config.lnBefore);
    config.lnAfter = fields.boolean("ln_after", config.lnAfter);
    config.isParallel = fields.boolean("is_parallel", config.isParallel);
    readScaling(fields, config.scaling);
    config.useGating = fields.boolean("use_gating", config.useGating);
    config.dropout = fields.number("dropout", config.dropout);
    config.stochasticDepth = fields.number("stochastic_depth", config.stochasticDepth);
    config.initWeights = fields.string("init_weights", config.initWeights);
    readPhm(fields, config.phm);
    readInvertible(fields, config);
    for (const int layer : fields.integers("leave_out")) {
        config.leaveOut.insert(layer);
    }
    if (config.dropout < 0.0 || config.dropout >= 1.0) {
        fields.problem("dropout", "`dropout` must be at least 0 and below 1");
    }
    if (config.stochasticDepth < 0.0 || config.stochasticDepth >= 1.0) {
        fields.problem("stochastic_depth", "`stochastic_depth` must be at least 0 and below 1");
    }
    if (config.initWeights != "bert" && config.initWeights != "mam_adapter" &&
        config.initWeights != "houlsby") {
        fields.problem("init_weights", "the initialisation `" + config.initWeights + "` is not known",
                       "use \"bert\", \"mam_adapter\" or \"houlsby\"");
    }
}

nlohmann::json numberToJson(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

std::vector<std::string> notExpressibleInAdapterHub(const BottleneckConfig& config) {
    std::vector<std::string> reasons;
    if (config.sharedAcrossLayers) {
        reasons.push_back("one module serves several layers: the file holds a copy for each, so they are "
                          "trained apart there");
    }
    if (config.invertible == InvertibleKind::Glow) {
        reasons.push_back("GLOW coupling: AdapterHub's own block of this name can't run");
    }
    for (const auto& [layer, sites] : config.layerSites) {
        const bool differs = sites.mhAdapter.value_or(config.mhAdapter) != config.mhAdapter ||
                             sites.outputAdapter.value_or(config.outputAdapter) != config.outputAdapter;
        if (differs && !config.leaveOut.contains(layer)) {
            reasons.push_back(
                "layer " + std::to_string(layer) +
                " uses other sites than the rest of the adapter: AdapterHub's configuration has one "
                "choice of sites for all layers");
        }
    }
    return reasons;
}

} // namespace awb
