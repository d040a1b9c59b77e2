#include "backend/checkpoint/new_base.h"

#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "backend/checkpoint/checkpoint.h"
#include "backend/core/files.h"
#include "models/fresh_weights.h"

namespace awb {

namespace {

nlohmann::ordered_json bertConfig(const ModelConfig& config) {
    return {{"architectures", {"BertForMaskedLM"}},
            {"model_type", "bert"},
            {"vocab_size", config.vocabSize},
            {"hidden_size", config.hiddenSize},
            {"num_hidden_layers", config.numLayers},
            {"num_attention_heads", config.numHeads},
            {"intermediate_size", config.intermediateSize},
            {"max_position_embeddings", config.maxPositions},
            {"type_vocab_size", config.typeVocabSize},
            {"pad_token_id", config.padTokenId},
            {"hidden_act", config.hiddenAct},
            {"hidden_dropout_prob", config.hiddenDropout},
            {"attention_probs_dropout_prob", config.attentionDropout},
            {"initializer_range", config.initializerRange},
            {"layer_norm_eps", config.layerNormEps},
            {"position_embedding_type", "absolute"},
            {"tie_word_embeddings", true},
            {"torch_dtype", "float32"}};
}

} // namespace

Result<void> writeNewBase(const ModelConfig& config, std::uint64_t seed,
                          const std::filesystem::path& folder) try {
    const nlohmann::ordered_json json = bertConfig(config);
    const auto checked = parseModelConfig(nlohmann::json(json));
    if (!checked) {
        return fail(checked.error());
    }
    if (auto written = writeFileAtomically(folder / "config.json", json.dump(2) + "\n"); !written) {
        return written;
    }
    const AdapterModel model(*checked, false);
    torch::Generator generator = at::detail::createCPUGenerator(seed);
    fillFreshBase(model, generator);
    return saveTensors(model.baseParameters(), folder / "model.safetensors");
} catch (const c10::Error& error) {
    return fail(error.what_without_backtrace(), folder.string());
} catch (const std::exception& error) {
    return fail(error.what(), folder.string());
}

} // namespace awb
