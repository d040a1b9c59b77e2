#include <cmath>

#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;

std::vector<int> usedLayers(const OptionValues& options, const ModelConfig& model) {
    std::vector<int> layers;
    for (int layer = 0; layer < model.numLayers; ++layer) {
        if (!options.hasLayer("leave_out", layer)) {
            layers.push_back(layer);
        }
    }
    return layers;
}

Result<std::vector<ActingPlace>> places(const MethodConfig& config, const ModelConfig& model) {
    std::vector<ActingPlace> acting;
    for (const int layer : usedLayers(config.options, model)) {
        acting.push_back(
            {layer, Site::KeyValuePrefix, static_cast<int>(config.options.integer("prefix_length"))});
    }
    return acting;
}

Initialiser linearDefault(std::int64_t in) {
    return {Kind::Uniform, 1.0 / std::sqrt(static_cast<double>(in))};
}

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    const OptionValues& options = config.options;
    const std::int64_t length = options.integer("prefix_length");
    const std::int64_t inner = options.integer("bottleneck_size");
    const std::int64_t hidden = model.hiddenSize;
    const std::vector<int> layers = usedLayers(options, model);
    const std::int64_t width = 2 * static_cast<std::int64_t>(layers.size()) * model.keyValueWidth();
    std::vector<TensorSpec> all;
    if (layers.empty()) {
        return all;
    }
    const std::string prefix = bodyPrefix(model.family) + "prefix_tuning.prefix_tunings." + adapter + "." +
                               prefixGroup(model.family) + ".";
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape, Initialiser init) {
        all.push_back({prefix + name, std::move(shape), init, kNoLayer, Site::KeyValuePrefix, true, {}});
    };
    if (options.flag("flat")) {
        add("control_trans", {length * width}, {Kind::Normal, 1.0});
    } else {
        add("wte.weight", {length, hidden}, {Kind::Normal, 1.0});
        add("control_trans.0.weight", {inner, hidden}, linearDefault(hidden));
        add("control_trans.0.bias", {inner}, linearDefault(hidden));
        add("control_trans.2.weight", {width, inner}, linearDefault(inner));
        add("control_trans.2.bias", {width}, linearDefault(inner));
    }
    if (options.flag("use_gating")) {
        const std::int64_t gates = options.flag("shared_gating") ? 1 : 2;
        for (const int layer : layers) {
            const std::string gate = prefixGatePrefix(model.family, layer) + adapter + ".";
            all.push_back({gate + "weight",
                           {gates, hidden},
                           {Kind::Normal, 0.02},
                           layer,
                           Site::KeyValuePrefix,
                           true,
                           {}});
            all.push_back(
                {gate + "bias", {gates}, {Kind::Constant, 0}, layer, Site::KeyValuePrefix, true, {}});
        }
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "prefix_tuning");
}

std::vector<std::string> notExpressible(const MethodConfig&) {
    return {};
}

OptionSpec flagOption(const char* key, const char* title, const char* explanation, bool fallback) {
    return {.key = key,
            .title = title,
            .explanation = explanation,
            .kind = OptionKind::Boolean,
            .fallback = fallback,
            .choices = {}};
}

/// Where encoder-decoder models have prefixes.
OptionSpec decoderOption(const char* key, const char* title) {
    OptionSpec option = flagOption(key, title, "For encoder-decoder models; no effect on encoders.", true);
    option.isInert = true;
    return option;
}

} // namespace

Method prefixTuningMethod() {
    OptionSpec sharedGate = flagOption("shared_gating", "One gate for keys and values",
                                       "Otherwise keys and values have gates of their own.", true);
    sharedGate.needsKey = "use_gating";
    sharedGate.needed = true;
    std::vector<OptionSpec> options{
        {.key = "prefix_length",
         .title = "Prefix length",
         .explanation = "How many extra keys and values stand in front of each layer's own.",
         .kind = OptionKind::Integer,
         .fallback = std::int64_t{30},
         .lowest = 1,
         .highest = 4096,
         .choices = {}},
        flagOption("flat", "Flat",
                   "Trains keys and values directly; otherwise a small network makes them, which trains more "
                   "steadily and can be flattened afterwards.",
                   false),
        {.key = "bottleneck_size",
         .title = "Network's inner width",
         .explanation = "Of the small network that makes keys and values; without effect when flat.",
         .kind = OptionKind::Integer,
         .fallback = std::int64_t{512},
         .lowest = 1,
         .highest = 65536,
         .choices = {},
         .needsKey = "flat",
         .needed = false},
        {.key = "non_linearity",
         .title = "Non-linearity",
         .explanation = "Of the small network.",
         .kind = OptionKind::Choice,
         .fallback = std::string("tanh"),
         .choices = nonLinearityNames(),
         .needsKey = "flat",
         .needed = false},
        dropoutOption("the prefixes"),
        flagOption("use_gating", "Gate",
                   "A learned number for each text, between 0 and 1, scales the prefixes (UniPELT).", false),
        sharedGate,
        decoderOption("encoder_prefix", "In the encoder"),
        decoderOption("cross_prefix", "In cross-attention"),
        leaveOutOption()};
    return {
        .id = "prefix_tuning",
        .title = "Prefix tuning",
        .paper = "Li & Liang 2021, Prefix-Tuning: Optimizing Continuous Prompts, arXiv:2101.00190",
        .summary = "Trained keys and values that every token can attend to, in every layer.",
        .equation = "attention(Q, [P_K; K], [P_V; V])",
        .sizeTitle = "prefix length",
        .sizeKey = "prefix_length",
        .options = std::move(options),
        .places = places,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "prefix_tuning"})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
