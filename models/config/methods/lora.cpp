#include "models/config/methods/linear_sites.h"
#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

using Kind = Initialiser::Kind;

constexpr double kGateStd = 0.02;

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    const OptionValues& options = config.options;
    const std::int64_t rank = options.integer("r");
    const bool isBert = options.text("init_weights") == "bert";
    const Initialiser initA = isBert ? Initialiser{Kind::Normal, 0.02} : Initialiser{Kind::KaimingUniform, 0};
    const Initialiser initB = isBert ? Initialiser{Kind::Normal, 0.02} : Initialiser{Kind::Constant, 0};
    std::vector<TensorSpec> all;
    for (const auto& [layer, site] : chosenLinearSites(options, model)) {
        const LinearShape shape = linearShape(model, site);
        const std::string prefix = loraPrefix(model, layer, site, adapter);
        all.push_back({prefix + "lora_A", {rank, shape.in}, initA, layer, site, true, {}});
        all.push_back({prefix + "lora_B", {shape.out, rank}, initB, layer, site, true, {}});
        if (options.flag("use_gating")) {
            all.push_back(
                {prefix + "gate.weight", {1, shape.in}, {Kind::Normal, kGateStd}, layer, site, true, {}});
            all.push_back({prefix + "gate.bias", {1}, {Kind::Constant, 0}, layer, site, true, {}});
        }
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    const auto mode = json.find("composition_mode");
    const bool scales = mode != json.end() && *mode == "scale";
    return hasArchitecture(json, "lora") && !scales && !hasTrue(json, "use_dora") && !json.contains("vera_d");
}

std::vector<std::string> notExpressible(const MethodConfig& config) {
    if (!config.options.layers("leave_out").empty()) {
        return {"leave_out of LoRA: only AdapterHub's library since 2023 reads it"};
    }
    return {};
}

} // namespace

Method loraMethod() {
    OptionSpec alpha = alphaOption(8);
    alpha.needsKey = "use_gating";
    alpha.needed = false;
    std::vector<OptionSpec> options{
        rankOption(8),
        alpha,
        dropoutOption("the low-rank pair's inputs"),
        {.key = "init_weights",
         .title = "Initialisation",
         .explanation =
             "lora: A random, B zero, so training begins at the base. bert: both small and random.",
         .kind = OptionKind::Choice,
         .fallback = std::string("lora"),
         .choices = {"lora", "bert"}},
        {.key = "use_gating",
         .title = "Gate",
         .explanation = "A learned number for each text, between 0 and 1, takes the place of alpha / rank "
                        "(UniPELT). A gated LoRA can't be merged.",
         .kind = OptionKind::Boolean,
         .fallback = false,
         .choices = {}}};
    const std::vector<OptionSpec> sites = linearSiteOptions({"q", "v"}, false);
    options.insert(options.end(), sites.begin(), sites.end());
    return {
        .id = "lora",
        .title = "LoRA",
        .paper = "Hu et al. 2022, LoRA: Low-Rank Adaptation of Large Language Models, arXiv:2106.09685",
        .summary = "Adds a trained low-rank pair of matrices to frozen weight matrices.",
        .equation = "y = W x + b + (α/r) · B A x",
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
