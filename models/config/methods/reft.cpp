#include <cmath>

#include "models/config/methods/linear_sites.h"
#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;

/// `layers` empty means all of them (AdapterHub's "all").
std::vector<int> usedLayers(const OptionValues& options, const ModelConfig& model) {
    std::vector<int> layers;
    for (int layer = 0; layer < model.numLayers; ++layer) {
        const bool isChosen = options.layers("layers").empty() || options.hasLayer("layers", layer);
        if (isChosen && !options.hasLayer("leave_out", layer)) {
            layers.push_back(layer);
        }
    }
    return layers;
}

Result<std::vector<ActingPlace>> places(const MethodConfig& config, const ModelConfig& model) {
    const OptionValues& options = config.options;
    if (options.integer("prefix_positions") + options.integer("suffix_positions") < 1) {
        return fail("ReFT changes no token: prefix_positions and suffix_positions are both 0",
                    "/prefix_positions", "Let it act at one position at least");
    }
    std::vector<ActingPlace> acting;
    for (const int layer : usedLayers(options, model)) {
        acting.push_back({layer, Site::BlockOutput, static_cast<int>(options.integer("r"))});
    }
    return acting;
}

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    const OptionValues& options = config.options;
    const std::int64_t rank = options.integer("r");
    const std::int64_t hidden = model.hiddenSize;
    if (rank > hidden) {
        return fail("the rank " + std::to_string(rank) + " is above the hidden size " +
                        std::to_string(hidden),
                    "/r", "Choose a smaller rank");
    }
    const Initialiser source{Kind::Uniform, 1.0 / std::sqrt(static_cast<double>(hidden))};
    const Initialiser projection = options.flag("orthogonality") ? Initialiser{Kind::Orthonormal, 0}
                                                                 : Initialiser{Kind::KaimingUniform, 0};
    std::vector<TensorSpec> all;
    for (const int layer : usedLayers(options, model)) {
        for (int unit = 0; unit < (options.flag("tied_weights") ? 1 : 2); ++unit) {
            const std::string prefix = blockPrefix(model.family, layer) + "reft_layer.refts." + adapter +
                                       ".units." + std::to_string(unit) + ".";
            const auto add = [&](const char* name, std::vector<std::int64_t> shape, Initialiser init) {
                all.push_back({prefix + name, std::move(shape), init, layer, Site::BlockOutput, true, {}});
            };
            add("learned_source.weight", {rank, hidden}, source);
            add("learned_source.bias", {rank}, source);
            add("projection.weight", {rank, hidden}, projection);
        }
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "reft");
}

std::vector<std::string> notExpressible(const MethodConfig& config) {
    if (config.options.flag("orthogonality")) {
        return {
            "the orthonormal projection of ReFT: written as the matrix itself, while AdapterHub's library "
            "keeps the numbers from which it computes the matrix"};
    }
    return {};
}

OptionSpec positionsOption(const char* key, const char* title, const char* explanation,
                           std::int64_t fallback) {
    return {.key = key,
            .title = title,
            .explanation = explanation,
            .kind = OptionKind::Integer,
            .fallback = fallback,
            .lowest = 0,
            .highest = 1024,
            .choices = {}};
}

OptionSpec flagOption(const char* key, const char* title, const char* explanation, bool fallback) {
    return {.key = key,
            .title = title,
            .explanation = explanation,
            .kind = OptionKind::Boolean,
            .fallback = fallback,
            .choices = {}};
}

} // namespace

Method reftMethod() {
    std::vector<std::string> activations = nonLinearityNames();
    activations.insert(activations.begin(), "none");
    OptionSpec rank = rankOption(1);
    rank.explanation = "Dimensions of the subspace in which the state is changed.";
    OptionSpec layers = leaveOutOption();
    layers.key = "layers";
    layers.title = "Only in layers";
    layers.explanation = "Layers that are changed, by number from 0; none named: all.";
    return {
        .id = "reft",
        .title = "ReFT",
        .paper = "Wu et al. 2024, ReFT: Representation Finetuning for Language Models, arXiv:2404.03592",
        .summary = "Changes the states of a few tokens after each layer, inside a small subspace.",
        .equation = "h ← h + Rᵀ (f(W h + b) − R h)",
        .sizeTitle = "rank",
        .sizeKey = "r",
        .options = {positionsOption("prefix_positions", "First tokens",
                                    "How many tokens at the beginning of the text are changed.", 3),
                    positionsOption("suffix_positions", "Last tokens",
                                    "How many tokens at the end of the text are changed.", 0),
                    rank,
                    flagOption("orthogonality", "Orthonormal rows",
                               "Keeps the rows of R orthonormal (LoReFT).", true),
                    flagOption("subtract_projection", "Subtract the projection",
                               "Replaces the subspace's content; otherwise adds to it (DiReFT).", true),
                    flagOption("tied_weights", "One module for both ends",
                               "First and last tokens share one module.", false),
                    {.key = "non_linearity",
                     .title = "Non-linearity",
                     .explanation = "Of the learned source.",
                     .kind = OptionKind::Choice,
                     .fallback = std::string("none"),
                     .choices = activations},
                    dropoutOption("the changed states"),
                    layers,
                    leaveOutOption()},
        .places = places,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "reft", "output_reft": true})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
