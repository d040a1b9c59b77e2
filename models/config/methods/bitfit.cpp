#include "models/config/methods/method_list.h"
#include "models/config/parameter_names.h"

namespace awb {

namespace {

constexpr Initialiser kZero{Initialiser::Kind::Constant, 0};

bool isUsed(const OptionValues& options, Site site) {
    switch (site) {
    case Site::AttentionQuery:
    case Site::AttentionKey:
    case Site::AttentionValue:
    case Site::AttentionDense:
        return options.flag("attention");
    case Site::FfnIntermediate:
    case Site::FfnDense:
        return options.flag("feed_forward");
    default:
        return options.flag("layer_norms");
    }
}

std::vector<Site> sitesOf(const OptionValues& options) {
    std::vector<Site> sites;
    for (const Site site :
         {Site::AttentionQuery, Site::AttentionKey, Site::AttentionValue, Site::AttentionDense,
          Site::AttentionOutput, Site::FfnIntermediate, Site::FfnDense, Site::FfnOutput}) {
        if (isUsed(options, site)) {
            sites.push_back(site);
        }
    }
    return sites;
}

Result<std::vector<ActingPlace>> places(const MethodConfig& config, const ModelConfig& model) {
    std::vector<ActingPlace> acting;
    if (config.options.flag("layer_norms")) {
        acting.push_back({kNoLayer, Site::EmbeddingOutput, model.hiddenSize});
    }
    for (int layer = 0; layer < model.numLayers; ++layer) {
        if (config.options.hasLayer("leave_out", layer)) {
            continue;
        }
        for (const Site site : sitesOf(config.options)) {
            acting.push_back({layer, site, static_cast<int>(linearShape(model, site).out)});
        }
    }
    return acting;
}

Result<std::vector<TensorSpec>> tensors(const MethodConfig& config, const ModelConfig& model,
                                        const std::string& adapter) {
    if (model.family == ModelFamily::Llama) {
        return fail("Llama's linear maps and norms have no biases, so there is nothing for BitFit to train");
    }
    const auto acting = places(config, model);
    std::vector<TensorSpec> all;
    for (const ActingPlace& place : *acting) {
        std::string name;
        if (place.site == Site::EmbeddingOutput) {
            name = bodyPrefix(model.family) + "embeddings.bitfit." + adapter + ".bias";
        } else if (isLinearSite(place.site)) {
            name = linearPrefix(model.family, place.layer, place.site) + "bitfit." + adapter + ".bias";
        } else {
            const BlockPart part =
                isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward;
            name = joinPrefix(model.family, place.layer, part) + "bitfit." + adapter + ".bias";
        }
        all.push_back({std::move(name), {place.size}, kZero, place.layer, place.site, true, {}});
    }
    return all;
}

bool recognises(const nlohmann::json& json) {
    return hasArchitecture(json, "bitfit");
}

std::vector<std::string> notExpressible(const MethodConfig&) {
    return {"BitFit: AdapterHub's format has no such method; the folder holds the biases' changes and only "
            "this program reads it"};
}

OptionSpec flagOption(const char* key, const char* title, const char* explanation) {
    return {.key = key,
            .title = title,
            .explanation = explanation,
            .kind = OptionKind::Boolean,
            .fallback = true,
            .choices = {},
            .isOurs = true};
}

} // namespace

Method bitFitMethod() {
    return {
        .id = "bitfit",
        .title = "BitFit",
        .paper = "Ben Zaken et al. 2022, BitFit, arXiv:2106.10199",
        .summary = "Trains the biases alone; kept as differences, so the base stays as it is.",
        .equation = "y = W x + (b + Δb)",
        .sizeTitle = "biases",
        .sizeKey = "",
        .options = {flagOption("attention", "Attention", "Biases of queries, keys, values and output."),
                    flagOption("feed_forward", "Feed-forward", "Biases of both feed-forward maps."),
                    flagOption("layer_norms", "LayerNorms", "Biases of all LayerNorms, the embeddings' too."),
                    leaveOutOption()},
        .places = places,
        .tensors = tensors,
        .recognises = recognises,
        .fixedKeys = R"({"architecture": "bitfit"})",
        .notExpressible = notExpressible,
    };
}

} // namespace awb
