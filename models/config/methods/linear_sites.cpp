#include "models/config/methods/linear_sites.h"

#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

std::vector<std::pair<int, Site>> chosenLinearSites(const OptionValues& options, const ModelConfig& model) {
    const bool attention = options.flag("selfattn_lora");
    const auto isChosen = [&](Site site) {
        switch (site) {
        case Site::AttentionQuery:
            return attention && options.hasText("attn_matrices", "q");
        case Site::AttentionKey:
            return attention && options.hasText("attn_matrices", "k");
        case Site::AttentionValue:
            return attention && options.hasText("attn_matrices", "v");
        case Site::AttentionDense:
            return attention && options.hasText("attn_matrices", "o");
        case Site::FfnIntermediate:
            return options.flag("intermediate_lora");
        case Site::FfnDense:
            return options.flag("output_lora");
        default:
            return false;
        }
    };
    std::vector<std::pair<int, Site>> sites;
    for (int layer = 0; layer < model.numLayers; ++layer) {
        if (options.hasLayer("leave_out", layer)) {
            continue;
        }
        for (const Site site : kLinearSites) {
            if (isChosen(site)) {
                sites.emplace_back(layer, site);
            }
        }
    }
    const bool hasPooler = model.family != ModelFamily::DistilBert && model.family != ModelFamily::Llama;
    if (hasPooler && options.flag("pooler_lora")) {
        sites.emplace_back(kNoLayer, Site::Pooler);
    }
    return sites;
}

std::vector<OptionSpec> linearSiteOptions(const std::vector<std::string>& matrices, bool intermediate) {
    return {
        {.key = "selfattn_lora",
         .title = "In attention",
         .explanation = "Acts at the attention's matrices chosen below.",
         .kind = OptionKind::Boolean,
         .fallback = true,
         .choices = {}},
        {.key = "attn_matrices",
         .title = "Attention matrices",
         .explanation = "q makes queries, k keys, v values; o is the attention's output projection.",
         .kind = OptionKind::Choices,
         .fallback = matrices,
         .choices = {"q", "k", "v", "o"},
         .needsKey = "selfattn_lora",
         .needed = true},
        {.key = "intermediate_lora",
         .title = "First feed-forward matrix",
         .explanation = "Acts also where the feed-forward part widens.",
         .kind = OptionKind::Boolean,
         .fallback = intermediate,
         .choices = {}},
        {.key = "output_lora",
         .title = "Second feed-forward matrix",
         .explanation = "Acts also where the feed-forward part narrows again.",
         .kind = OptionKind::Boolean,
         .fallback = false,
         .choices = {}},
        {.key = "pooler_lora",
         .title = "Pooler",
         .explanation = "Acts also at the pooler's matrix, which some heads read.",
         .kind = OptionKind::Boolean,
         .fallback = false,
         .choices = {},
         .isOurs = true},
        leaveOutOption(),
    };
}

Result<std::vector<ActingPlace>> linearPlaces(const MethodConfig& config, const ModelConfig& model) {
    std::vector<ActingPlace> places;
    for (const auto& [layer, site] : chosenLinearSites(config.options, model)) {
        places.push_back({layer, site, static_cast<int>(config.options.integer("r"))});
    }
    return places;
}

OptionSpec rankOption(std::int64_t fallback) {
    return {.key = "r",
            .title = "Rank",
            .explanation =
                "Inner width of the low-rank pair: the change of each matrix has at most this rank.",
            .kind = OptionKind::Integer,
            .fallback = fallback,
            .lowest = 1,
            .highest = 65536,
            .choices = {}};
}

OptionSpec alphaOption(double fallback) {
    return {.key = "alpha",
            .title = "Alpha",
            .explanation = "The change is multiplied by alpha / rank.",
            .kind = OptionKind::Number,
            .fallback = fallback,
            .lowest = 0,
            .highest = 1e6,
            .choices = {}};
}

std::string loraPrefix(const ModelConfig& model, int layer, Site site, const std::string& adapter) {
    return linearPrefix(model.family, layer, site) + "loras." + adapter + ".";
}

} // namespace awb
