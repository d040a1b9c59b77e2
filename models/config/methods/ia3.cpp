#include "models/config/methods/linear_sites.h"
#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    std::vector<TensorSpec> all;
    for (const auto& [layer, site] : chosenLinearSites(config.options, model)) {
        const LinearShape shape = linearShape(model, site);
        const std::int64_t width = config.options.flag("scale_input") ? shape.in : shape.out;
        all.push_back({loraPrefix(model, layer, site, adapter) + "lora_B",
                       {width, config.options.integer("r")},
                       {Initialiser::Kind::Constant, 1.0},
                       layer,
                       site,
                       true,
                       {}});
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    const auto mode = json.find("composition_mode");
    return hasArchitecture(json, "lora") && mode != json.end() && *mode == "scale";
}

std::vector<std::string> notExpressible(const MethodConfig& config) {
    if (config.options.flag("scale_input")) {
        return {"factors of a matrix's inputs: only the PEFT library has them"};
    }
    if (!config.options.layers("leave_out").empty()) {
        return {"leave_out of (IA)³: only AdapterHub's library since 2023 reads it"};
    }
    return {};
}

} // namespace

Method ia3Method() {
    OptionSpec rank = rankOption(1);
    rank.explanation = "Always 1: one factor for each output.";
    rank.highest = 1;
    rank.isInert = true;
    OptionSpec dropout = dropoutOption("nothing: kept for the format");
    dropout.isInert = true;
    std::vector<OptionSpec> options{
        rank,
        alphaOption(1),
        dropout,
        {.key = "init_weights",
         .title = "Initialisation",
         .explanation = "ia3: all factors begin at 1, so training begins at the base.",
         .kind = OptionKind::Choice,
         .fallback = std::string("ia3"),
         .choices = {"ia3"},
         .isInert = true},
        {.key = "use_gating",
         .title = "Gate",
         .explanation = "Kept for the format; factors are not gated.",
         .kind = OptionKind::Boolean,
         .fallback = false,
         .choices = {},
         .isInert = true},
        {.key = "scale_input",
         .title = "Factors of the inputs",
         .explanation = "Multiplies what the matrices read instead of what they give, as the PEFT library "
                        "does in feed-forward parts.",
         .kind = OptionKind::Boolean,
         .fallback = false,
         .choices = {},
         .isOurs = true}};
    const std::vector<OptionSpec> sites = linearSiteOptions({"k", "v"}, true);
    options.insert(options.end(), sites.begin(), sites.end());
    return {
        .id = "ia3",
        .title = "(IA)³",
        .paper = "Liu et al. 2022, Few-Shot Parameter-Efficient Fine-Tuning, arXiv:2205.05638",
        .summary = "Multiplies keys, values and feed-forward units by trained factors.",
        .equation = "y = (W x + b) ⊙ l",
        .sizeTitle = "factors a unit",
        .sizeKey = "",
        .options = std::move(options),
        .places = linearPlaces,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "lora", "composition_mode": "scale"})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
