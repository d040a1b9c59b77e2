#include "models/config/methods/linear_sites.h"
#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    const std::int64_t rank = config.options.integer("r");
    std::vector<TensorSpec> all;
    for (const auto& [layer, site] : chosenLinearSites(config.options, model)) {
        const LinearShape shape = linearShape(model, site);
        const std::string prefix = loraPrefix(model, layer, site, adapter);
        all.push_back(
            {prefix + "lora_A", {rank, shape.in}, {Kind::KaimingUniform, 0}, layer, site, true, {}});
        all.push_back({prefix + "lora_B", {shape.out, rank}, {Kind::Constant, 0}, layer, site, true, {}});
        all.push_back({prefix + "m.weight", {shape.out, 1}, {Kind::BaseRowNorms, 0}, layer, site, true, {}});
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "lora") && hasTrue(json, "use_dora");
}

std::vector<std::string> notExpressible(const MethodConfig&) {
    return {"DoRA: written in our own form, after AdapterHub's names; its library was not tried with it"};
}

} // namespace

Method doraMethod() {
    std::vector<OptionSpec> options{rankOption(8), alphaOption(8),
                                    dropoutOption("the low-rank pair's inputs")};
    const std::vector<OptionSpec> sites = linearSiteOptions({"q", "v"}, false);
    options.insert(options.end(), sites.begin(), sites.end());
    return {
        .id = "dora",
        .title = "DoRA",
        .paper = "Liu et al. 2024, DoRA: Weight-Decomposed Low-Rank Adaptation, arXiv:2402.09353",
        .summary =
            "LoRA for the direction of each row of a weight matrix, and a trained length for each row.",
        .equation = "y = m / ‖W + BA‖ ⊙ (W x + (α/r) · B A x) + b",
        .sizeTitle = "rank",
        .sizeKey = "r",
        .options = std::move(options),
        .places = linearPlaces,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "lora", "composition_mode": "add", "use_dora": true})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
