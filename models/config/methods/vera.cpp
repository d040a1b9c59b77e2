#include <algorithm>

#include "models/config/methods/linear_sites.h"
#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    const OptionValues& options = config.options;
    const std::int64_t rank = options.integer("r");
    const auto sites = chosenLinearSites(options, model);
    LinearShape widest;
    for (const auto& [layer, site] : sites) {
        const LinearShape shape = linearShape(model, site);
        widest = {std::max(widest.in, shape.in), std::max(widest.out, shape.out)};
    }
    std::vector<TensorSpec> all;
    if (sites.empty()) {
        return all;
    }
    // One random pair, as wide as the widest map, serves them all; a narrower map uses its first rows.
    const std::string shared = bodyPrefix(model.family) + "shared_parameters." + adapter + ".";
    const Site first = sites.front().second;
    const Initialiser random{Kind::KaimingUniform, 0};
    all.push_back({shared + "vera_A", {rank, widest.in}, random, kNoLayer, first, false, {}});
    all.push_back({shared + "vera_B", {widest.out, rank}, random, kNoLayer, first, false, {}});
    for (const auto& [layer, site] : sites) {
        const LinearShape shape = linearShape(model, site);
        const std::string prefix = loraPrefix(model, layer, site, adapter);
        const Initialiser initD{Kind::Constant, options.number("vera_d")};
        const Initialiser initB{Kind::Constant, options.number("vera_b")};
        all.push_back({prefix + "vera_d", {rank}, initD, layer, site, true, {}});
        all.push_back({prefix + "vera_b", {shape.out}, initB, layer, site, true, {}});
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "lora") && json.contains("vera_d") && !json["vera_d"].is_null();
}

std::vector<std::string> notExpressible(const MethodConfig&) {
    return {"VeRA: written as the paper's vectors; AdapterHub's library keeps full diagonal matrices"};
}

OptionSpec startOption(const char* key, const char* title, const char* explanation, double fallback) {
    return {.key = key,
            .title = title,
            .explanation = explanation,
            .kind = OptionKind::Number,
            .fallback = fallback,
            .lowest = -100,
            .highest = 100,
            .choices = {}};
}

} // namespace

Method veraMethod() {
    std::vector<OptionSpec> options{
        rankOption(64),
        startOption("vera_d", "Start of d", "First value of the vector that scales the inner units.", 0.1),
        startOption("vera_b", "Start of b",
                    "First value of the vector that scales the outputs; with 0 training begins at the base.",
                    0.0),
        dropoutOption("the pair's inputs")};
    const std::vector<OptionSpec> sites = linearSiteOptions({"q", "v"}, false);
    options.insert(options.end(), sites.begin(), sites.end());
    return {
        .id = "vera",
        .title = "VeRA",
        .paper = "Kopiczko et al. 2024, VeRA: Vector-based Random Matrix Adaptation, arXiv:2310.11454",
        .summary = "One frozen random low-rank pair for all layers; only two vectors a matrix are trained.",
        .equation = "y = W x + b + λ_b ⊙ B (λ_d ⊙ A x),  A, B random and frozen",
        .sizeTitle = "rank",
        .sizeKey = "r",
        .options = std::move(options),
        .places = linearPlaces,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "lora", "composition_mode": "add"})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
