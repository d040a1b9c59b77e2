#include "models/config/known_shapes.h"

#include <algorithm>
#include <utility>

namespace awb {

namespace {

ModelConfig encoder(ModelFamily family, int vocabulary, int hidden, int layers, int heads, int positions,
                    int types) {
    ModelConfig config;
    config.family = family;
    config.modelType = familyName(family);
    config.vocabSize = vocabulary;
    config.hiddenSize = hidden;
    config.numLayers = layers;
    config.numHeads = heads;
    config.intermediateSize = 4 * hidden;
    config.maxPositions = positions;
    config.typeVocabSize = types;
    config.padTokenId = config.hasPaddedPositions() ? 1 : 0;
    config.layerNormEps = config.hasPaddedPositions() ? 1e-5 : 1e-12;
    config.hiddenDropout = 0.1;
    config.attentionDropout = 0.1;
    return config;
}

/// Grattafiori et al. 2024: eight key-value heads serve 32 query heads.
ModelConfig llama3() {
    ModelConfig config;
    config.family = ModelFamily::Llama;
    config.modelType = "llama";
    config.vocabSize = 128256;
    config.hiddenSize = 4096;
    config.numLayers = 32;
    config.numHeads = 32;
    config.numKeyValueHeads = 8;
    config.intermediateSize = 14336;
    config.maxPositions = 8192;
    config.layerNormEps = 1e-5;
    config.hiddenAct = "silu";
    config.tieWordEmbeddings = false;
    return config;
}

const std::vector<std::pair<std::string, ModelConfig>>& shapes() {
    using enum ModelFamily;
    static const std::vector<std::pair<std::string, ModelConfig>> all{
        {"bert-base", encoder(Bert, 30522, 768, 12, 12, 512, 2)},
        {"bert-large", encoder(Bert, 30522, 1024, 24, 16, 512, 2)},
        {"roberta-base", encoder(Roberta, 50265, 768, 12, 12, 514, 1)},
        {"roberta-large", encoder(Roberta, 50265, 1024, 24, 16, 514, 1)},
        {"xlm-roberta-base", encoder(XlmRoberta, 250002, 768, 12, 12, 514, 1)},
        {"distilbert-base", encoder(DistilBert, 30522, 768, 6, 12, 512, 0)},
        {"llama-3-8b", llama3()},
    };
    return all;
}

} // namespace

std::optional<ModelConfig> knownShape(std::string_view name) {
    const auto found = std::find_if(shapes().begin(), shapes().end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == shapes().end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::string>& knownShapeNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& [name, shape] : shapes()) {
            all.push_back(name);
        }
        return all;
    }();
    return names;
}

} // namespace awb
