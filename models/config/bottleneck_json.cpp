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

/// Keys of the format that stand for methods which a bottleneck does not use; they must be at their defaults.
void checkOtherMethods(JsonFields& fields) {
    const nlohmann::json* architecture = fields.raw("architecture");
    if (architecture != nullptr && !architecture->is_null()) {
        const std::string name =
            architecture->is_string() ? architecture->get<std::string>() : architecture->dump();
        fields.problem("architecture",
                       "this folder holds the method `" + name + "`, not a bottleneck adapter");
    }
    if (fields.boolean("phm_layer", false)) {
        fields.problem("phm_layer", "this folder holds a Compacter, which this version can't read");
    }
    const nlohmann::json* invertible = fields.raw("inv_adapter");
    const nlohmann::json* oldInvertible = fields.raw("invertible_adapter");
    if ((invertible != nullptr && !invertible->is_null()) ||
        (oldInvertible != nullptr && !oldInvertible->is_null())) {
        fields.problem("inv_adapter",
                       "this folder holds an invertible adapter, which this version can't read");
    }
    const nlohmann::json* stochastic = fields.raw("stochastic_depth");
    if (stochastic != nullptr && stochastic->is_number() && stochastic->get<double>() != 0.0) {
        fields.problem("stochastic_depth", "stochastic depth is not part of this version");
    }
    for (const char* key :
         {"inv_adapter_reduction_factor", "phm_dim", "phm_rank", "phm_bias", "phm_c_init", "phm_init_range",
          "learn_phm", "shared_phm_rule", "shared_W_phm", "factorized_phm_W", "factorized_phm_rule",
          "hypercomplex_nonlinearity", "init_weights_seed"}) {
        fields.ignore(key);
    }
}

} // namespace

nlohmann::json toAdapterHubJson(const BottleneckConfig& config) {
    nlohmann::json residual = config.residualBeforeLn == ResidualMode::BeforeLn;
    if (config.residualBeforeLn == ResidualMode::PostAdd) {
        residual = "post_add";
    }
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
        {"inv_adapter", nullptr},
        {"inv_adapter_reduction_factor", nullptr},
        {"phm_layer", false},
        {"phm_dim", 4},
        {"phm_rank", 1},
        {"phm_bias", true},
        {"phm_c_init", "normal"},
        {"phm_init_range", 0.0001},
        {"learn_phm", true},
        {"shared_phm_rule", true},
        {"shared_W_phm", false},
        {"factorized_phm_W", true},
        {"factorized_phm_rule", false},
        {"hypercomplex_nonlinearity", "glorot-uniform"},
    };
    if (config.dropout != 0.0) {
        json["dropout"] = config.dropout;
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
    config.initWeights = fields.string("init_weights", config.initWeights);
    for (const int layer : fields.integers("leave_out")) {
        config.leaveOut.insert(layer);
    }
    if (config.dropout < 0.0 || config.dropout >= 1.0) {
        fields.problem("dropout", "`dropout` must be at least 0 and below 1");
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

Result<AdapterHubConfig> bottleneckFromAdapterHub(const nlohmann::json& json, bool isVersion1) {
    JsonFields fields(json, "/config");
    AdapterHubConfig read;
    checkOtherMethods(fields);
    // An encoder has no cross-attention: this key has no effect here, as in the peer.
    fields.boolean("cross_adapter", false);
    readBottleneckOptions(fields, read.config, isVersion1);
    if (const auto error = fields.finish(false)) {
        return fail(*error);
    }
    for (const auto& [key, value] : json.items()) {
        if (!fields.isKnown(key)) {
            read.unknownKeys.push_back(key);
        }
    }
    return read;
}

std::vector<std::string> notExpressibleInAdapterHub(const BottleneckConfig& config) {
    std::vector<std::string> reasons;
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
